"""Keeps the index in step with the database: it is a copy and follows the rows, not the messages.

First it is compared with the whole database (which builds it where it is missing or empty), then it takes what changed since.
Every process follows on its own, so each has an index of its own. Runs right after a commit that changed a profile, and on a
timer.
"""

import logging
from collections.abc import Iterable, Iterator
from itertools import islice

from catalog.use_cases.ports import Changes, IndexUnavailable, Ports, Upkeep

BATCH = 500
_log = logging.getLogger(__name__)


def keep_index_in_step(ports: Ports) -> None:
    """The timer's step."""
    keep_index(ports.upkeep)


def keep_index(upkeep: Upkeep) -> None:
    """Without an index the searches are answered by the database; the next run tries again."""
    try:
        with upkeep.index.alone():
            _follow(upkeep)
    except IndexUnavailable as fault:
        _log.warning("index unavailable: %s", fault)


def _follow(upkeep: Upkeep) -> None:
    followed = upkeep.index.followed
    if followed.point is None:
        reconciled = reconcile(upkeep)
        followed.point, followed.versions = reconciled, {}
    point = upkeep.feed.point()
    changed = upkeep.feed.changed_since(followed.point)
    _take_over([expert_id for expert_id, version in changed.items() if followed.versions.get(expert_id) != version], upkeep)
    followed.point, followed.versions = point, changed


def reconcile(upkeep: Upkeep) -> int:
    """Makes the index hold exactly the visible profiles, changing only what differs; the point of the feed it then stands at."""
    held = upkeep.index.versions()
    point = upkeep.feed.point()
    wanted = upkeep.feed.visible_versions()
    for batch in _batches(held.keys() - wanted.keys()):
        upkeep.index.apply(Changes(documents=(), gone=tuple(batch)), upkeep.now)
    _take_over([expert_id for expert_id, version in wanted.items() if held.get(expert_id) != version], upkeep)
    return point


def _take_over(expert_ids: Iterable[str], upkeep: Upkeep) -> None:
    for batch in _batches(expert_ids):
        upkeep.index.apply(upkeep.feed.read(batch), upkeep.now)


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(ids)
    while batch := list(islice(remaining, BATCH)):
        yield batch
