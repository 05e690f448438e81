"""Calls of catalog: profiles, search, statistics."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from contracts.shapes import FileContent
from contracts.wire import Call, Command
from kernel.money import Money


class ProfileState(StrEnum):
    """draft -> ready (published by the expert) -> visible <-> hidden."""

    DRAFT = "draft"
    READY = "ready"
    VISIBLE = "visible"
    HIDDEN = "hidden"


@dataclass(frozen=True, kw_only=True)
class Experience:
    title: str
    organisation: str
    start_year: int
    end_year: int | None = None
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Skill:
    name: str
    years: int = 0


@dataclass(frozen=True, kw_only=True)
class ProfileContent:
    """What the expert writes (A46, A49, M8). Lists are short: at most 30 skills, 20 experiences, 15 of the others."""

    title: str = ""
    summary: str = ""
    skills: tuple[Skill, ...] = ()
    soft_skills: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    experiences: tuple[Experience, ...] = ()
    day_rate: Money | None = None
    available_from: date | None = None
    reference_letters: int = 0


@dataclass(frozen=True, kw_only=True)
class ProfileView:
    """A profile as the public sees it; `completeness` in percent, `missing` what to add next, both for its owner only."""

    expert_id: str
    name: str
    state: ProfileState
    content: ProfileContent
    photo_url: str | None
    rating: float | None
    ratings: int
    admitted: bool
    completeness: int | None = None
    missing: tuple[str, ...] = ()
    updated_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SaveProfile(Command[ProfileView]):
    """The expert's own; at any time, without limit (A53)."""

    content: ProfileContent


@dataclass(frozen=True, kw_only=True)
class SetPhoto(Command[ProfileView]):
    """JPEG or PNG up to 5 MB; resized, metadata removed (A48)."""

    photo: FileContent


@dataclass(frozen=True, kw_only=True)
class GetPhoto(Call[FileContent]):
    expert_id: str


@dataclass(frozen=True, kw_only=True)
class PublishProfile(Command[ProfileView]):
    """The expert says it may be shown; it becomes visible when admission, status and photo fulfil the policy (P13, P14)."""


@dataclass(frozen=True, kw_only=True)
class SetVisibility(Command[ProfileView]):
    """The expert's tick box or the switch of the team's support, as the policy says (P14)."""

    expert_id: str
    visible: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class GetOwnProfile(Call[ProfileView]):
    """The expert's own, whatever its state."""


@dataclass(frozen=True, kw_only=True)
class OpenProfile(Call[ProfileView]):
    """A full-page reading, counted as a view once a visitor and day, bots and the owner left out (M65, M71)."""

    expert_id: str
    visitor_key: str
    bot: bool = False


@dataclass(frozen=True, kw_only=True)
class RankingPart:
    name: str
    value: float
    weight: float
    effect: float


@dataclass(frozen=True, kw_only=True)
class SearchHit:
    expert_id: str
    name: str
    title: str
    summary: str
    skills: tuple[str, ...]
    day_rate: Money | None
    photo_url: str | None
    rating: float | None
    ratings: int
    score: float
    parts: tuple[RankingPart, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Facet:
    field: str
    value: str
    count: int


@dataclass(frozen=True, kw_only=True)
class SearchResults:
    items: tuple[SearchHit, ...]
    total: int
    facets: tuple[Facet, ...]
    next_cursor: str | None = None
    did_you_mean: str | None = None
    degraded: bool = False


@dataclass(frozen=True, kw_only=True)
class SearchProfiles(Call[SearchResults]):
    """One box and filters (A14, A15, M74), without an account (M71). Each hit counts an impression (M66)."""

    query: str = ""
    skills: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    min_day_rate_cents: int | None = None
    max_day_rate_cents: int | None = None
    min_rating: float | None = None
    visitor_key: str = ""
    bot: bool = False
    cursor: str | None = None
    limit: int = 20


@dataclass(frozen=True, kw_only=True)
class ProfileStatistics:
    expert_id: str
    views: int
    impressions: int
    views_30_days: int
    impressions_30_days: int
    rating: float | None
    ratings: int


@dataclass(frozen=True, kw_only=True)
class GetProfileStatistics(Call[ProfileStatistics]):
    """The expert's own."""
