"""What the use cases need from outside."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from catalog.domain.document import SearchDocument
from catalog.domain.policy import CatalogPolicy
from catalog.domain.profile import Profile
from catalog.domain.ranking import Candidate
from catalog.domain.wanted import Wanted
from contracts.catalog.v1.rpc import Facet
from contracts.wire import Event


class IndexUnavailable(Exception):
    """The index cannot be read: not opened, not built yet, or broken."""


class UnitOfWork(Protocol):
    @property
    def now(self) -> datetime: ...
    @property
    def occurred_at(self) -> datetime:
        """When the event that is being applied occurred, else now."""

    def emit(self, event: Event, *, about: str) -> None: ...


@dataclass(frozen=True)
class Found:
    """Hits of one window, before they are ranked exactly; `total` and `facets` speak of all hits."""

    candidates: tuple[Candidate, ...]
    total: int
    facets: tuple[Facet, ...] = ()
    did_you_mean: str | None = None


class Profiles(Protocol):
    """Profiles by expert, and the ways to look for them in the database."""

    def get(self, expert_id: str) -> Profile | None: ...

    def take(self, expert_id: str) -> Profile | None:
        """The same, nobody else may change it until the transaction ends."""

    def begin(self, expert_id: str) -> Profile:
        """The same; an empty one is made where there is none."""

    def save(self, profile: Profile) -> None: ...

    def visible(self, expert_ids: Sequence[str]) -> dict[str, Profile]:
        """Those of them that are visible now."""

    def find(self, wanted: Wanted, window: int) -> Found:
        """The search without an index: every word somewhere in the text, no stems, no typos, no facets."""

    def photo(self, expert_id: str) -> bytes | None: ...

    def keep_photo(self, expert_id: str, jpeg: bytes) -> None: ...

    def drop_photo(self, expert_id: str) -> None: ...


class Accounts(Protocol):
    """Which accounts identity has told of, and whose they are; no personal data."""

    def know(self, account_id: str, expert_id: str | None) -> None: ...

    def expert_of(self, account_id: str) -> str | None:
        """None for an account that is not an expert's. Raises NotYet for one nobody has told of."""


class Reviews(Protocol):
    def add(self, mission_id: str, expert_id: str, at: datetime) -> bool:
        """Whether this mission's review is new."""


@dataclass(frozen=True)
class Counts:
    views: int
    impressions: int


class Statistics(Protocol):
    """Views and impressions by expert and day (M65, M66)."""

    def count_view(self, expert_id: str, day: date, visitor: str) -> bool:
        """Whether it is this visitor's first of the day; only then it counts."""

    def count_impressions(self, expert_ids: Sequence[str], day: date) -> None: ...

    def counts(self, expert_id: str, since: date | None = None) -> Counts: ...

    def forget_visitors(self, before: date) -> None: ...


class Pictures(Protocol):
    def portrait(self, image: bytes) -> bytes:
        """A small JPEG without metadata (A48). Raises InvalidPhoto."""


@dataclass(frozen=True)
class Changes:
    """Profiles changed since a point of the feed: what to put into the index, and which ids to take out."""

    documents: tuple[SearchDocument, ...]
    gone: tuple[str, ...]


class Feed(Protocol):
    """The rows of the database as the index follows them. Points are numbers that only grow.

    `point` is read first, then what changed `since` an earlier one: nothing committed in between is missed, some may come twice.
    """

    def point(self) -> int: ...

    def changed_since(self, point: int) -> dict[str, int]:
        """Version by id of every profile, visible or not."""

    def visible_versions(self) -> dict[str, int]: ...

    def read(self, expert_ids: Sequence[str]) -> Changes: ...


class SearchIndex(Protocol):
    """A copy of the visible profiles, made for searching. It may lag by moments and be lost at any time: the database rules."""

    followed: "Followed"

    def alone(self) -> AbstractContextManager[object]:
        """One change at a time in this process."""

    def find(self, wanted: Wanted, window: int) -> Found:
        """Raises IndexUnavailable."""

    def versions(self) -> dict[str, int]:
        """Opens it, empty where it is missing or broken; version by id of what it holds. Raises IndexUnavailable."""

    def apply(self, changes: Changes, now: datetime) -> None:
        """All of it or nothing, seen by the searches that begin afterwards. Raises IndexUnavailable."""


@dataclass
class Followed:
    """How far an index has followed the feed; `point` is None until it has been compared with the whole database once."""

    point: int | None = None
    versions: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Upkeep:
    """What keeping the index in step needs."""

    feed: Feed
    index: SearchIndex
    now: datetime


@dataclass(frozen=True)
class Ports:
    uow: UnitOfWork
    policy: CatalogPolicy
    profiles: Profiles
    accounts: Accounts
    reviews: Reviews
    statistics: Statistics
    pictures: Pictures
    upkeep: Upkeep
    follow_after_commit: Callable[[], None]  # the index takes the change at once, not with the next tick of the timer
