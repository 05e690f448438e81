"""What catalog tells."""

from dataclasses import dataclass

from contracts.wire import Event


@dataclass(frozen=True, kw_only=True)
class ProfilePublished(Event):
    """The profile became visible in search."""

    expert_id: str


@dataclass(frozen=True, kw_only=True)
class ProfileHidden(Event):
    expert_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ProfileViewed(Event):
    expert_id: str
    day: str
