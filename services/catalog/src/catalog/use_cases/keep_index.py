"""Keeps the index in step with the database: it is a copy and follows the rows, not the messages.

First it is compared with the whole database (which builds it where it is missing or empty), then it takes what changed since. Every
process follows on its own, so each may have an index of its own. Runs right after a commit that changed a profile, and on a timer.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from catalog.use_cases.ports import Changes, Ports, Upkeep

BATCH = 500


def keep_index_in_step(ports: Ports) -> None:
    """The timer's step."""
    keep_index(ports.upkeep)


def keep_index(upkeep: Upkeep) -> None:
    """Raises IndexUnavailable when the index cannot be opened or written; the next run tries again."""
    with upkeep.index.alone():
        followed = upkeep.index.followed
        if followed.point is None:
            followed.point = reconcile(upkeep)
            followed.versions = {}
        point = upkeep.feed.point()
        changed = upkeep.feed.changed_since(followed.point)
        _take_over([id for id, version in changed.items() if followed.versions.get(id) != version], upkeep)
        followed.point, followed.versions = point, changed


def reconcile(upkeep: Upkeep) -> int:
    """Makes the index hold exactly the visible profiles, changing only what differs; the point of the feed it then stands at."""
    held = upkeep.index.versions()
    point = upkeep.feed.point()
    wanted = upkeep.feed.visible_versions()
    for batch in _batches(held.keys() - wanted.keys()):
        upkeep.index.apply(Changes(documents=(), gone=tuple(batch)), upkeep.now)
    _take_over([id for id, version in wanted.items() if held.get(id) != version], upkeep)
    return point


def _take_over(expert_ids: Iterable[str], upkeep: Upkeep) -> None:
    for batch in _batches(expert_ids):
        upkeep.index.apply(upkeep.feed.read(batch), upkeep.now)


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(ids)
    while batch := list(islice(remaining, BATCH)):
        yield batch
