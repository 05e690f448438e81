"""A profile and its states: draft -> ready -> visible <-> hidden.

The state is never set by hand: it follows from what is known of the expert and from the policy, each time something changes.
Visible = published by the expert, complete enough, admitted (A3), with a confirmed status and a photo where the policy wants them
(A60, M1, A48), and neither switched off (P14), suspended nor erased.

What identity tells may be heard in any order: name, admission and suspension each remember when what is known of them occurred,
and ignore what is older. A legal entity once confirmed and an erasure are for good: no order can undo them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from catalog.domain import content as contents
from catalog.domain.policy import CatalogPolicy
from contracts.catalog.v1.errors import ProfileIncomplete
from contracts.catalog.v1.events import ProfileHidden, ProfilePublished
from contracts.catalog.v1.rpc import ProfileContent, ProfileState
from kernel.money import round_half_up

_HIDING = ("erased", "suspended", "switched_off")


@dataclass
class Profile:
    """One expert's. `score_sum` adds up the companies' ratings in hundredths (450 = 4.5), `reviews` counts them (A21)."""

    expert_id: str
    account_id: str | None = None  # None until identity has told of the account
    first_name: str = ""
    last_name: str = ""
    content: ProfileContent = field(default_factory=ProfileContent)
    has_photo: bool = False
    published: bool = False
    admitted: bool = False
    legal_entity_confirmed: bool = False
    suspended: bool = False
    shown: bool = True
    erased: bool = False
    score_sum: int = 0
    reviews: int = 0
    updated_at: datetime | None = None
    state: ProfileState = ProfileState.DRAFT
    named_at: datetime | None = None
    decided_at: datetime | None = None
    suspension_at: datetime | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def rating(self) -> float | None:
        """The mean of the companies' ratings, 1 to 5 with two decimals; None before the first."""
        return round_half_up(Decimal(self.score_sum) / self.reviews) / 100 if self.reviews else None

    @property
    def completeness(self) -> int:
        """Percent."""
        return contents.completeness(self.content, self.has_photo)

    @property
    def missing(self) -> tuple[str, ...]:
        return contents.missing(self.content, self.has_photo)

    def write(self, content: ProfileContent, now: datetime) -> None:
        """At any time, without limit (A53). Raises InvalidProfile."""
        self.content = contents.checked(content, now.date())
        self.updated_at = now

    def publish(self) -> None:
        """The expert says it may be shown. Raises ProfileIncomplete naming what to add."""
        if lacking := self._lacking():
            raise ProfileIncomplete(f"Add before publishing: {', '.join(lacking)}.", missing=",".join(lacking))
        self.published = True

    def rename(self, first_name: str, last_name: str, at: datetime) -> None:
        if not self.erased and _is_news(at, self.named_at):
            self.first_name, self.last_name, self.named_at = first_name, last_name, at

    def decide(self, admitted: bool, at: datetime) -> None:
        """The committee admitted or refused the expert (A3)."""
        if _is_news(at, self.decided_at):
            self.admitted, self.decided_at = admitted, at

    def suspend(self, suspended: bool, at: datetime) -> None:
        """The expert was suspended or reinstated (A72)."""
        if _is_news(at, self.suspension_at):
            self.suspended, self.suspension_at = suspended, at

    def rate(self, scores: Mapping[str, int]) -> None:
        """One company's review: its criteria (P25) count alike."""
        self.score_sum += round_half_up(Decimal(100 * sum(scores.values())) / len(scores))
        self.reviews += 1

    def erase(self) -> None:
        """Nothing that says who it was is left; the numbers stay."""
        self.first_name = self.last_name = ""
        self.content = ProfileContent()
        self.has_photo = False
        self.erased = True

    def settle(self, policy: CatalogPolicy) -> ProfilePublished | ProfileHidden | None:
        """Brings the state up to date; tells when the profile entered or left the search."""
        before = self.state
        obstacle = self._obstacle(policy)
        if obstacle in _HIDING:
            self.state = ProfileState.HIDDEN
        elif not self.published:
            self.state = ProfileState.DRAFT
        else:
            self.state = ProfileState.READY if obstacle else ProfileState.VISIBLE
        if before != ProfileState.VISIBLE and self.state == ProfileState.VISIBLE:
            return ProfilePublished(expert_id=self.expert_id)
        if before == ProfileState.VISIBLE and self.state != ProfileState.VISIBLE:
            return ProfileHidden(expert_id=self.expert_id, reason=obstacle or "unpublished")
        return None

    def _obstacle(self, policy: CatalogPolicy) -> str | None:
        """The first thing that keeps a published profile out of the search."""
        obstacles = {
            "erased": self.erased,
            "suspended": self.suspended,
            "switched_off": not self.shown,
            "unknown_account": self.account_id is None,
            "not_admitted": not self.admitted,
            "legal_entity_missing": not (self.legal_entity_confirmed or policy.visible_without_legal_entity),
            "photo_missing": policy.photo_required and not self.has_photo,
            "incomplete": bool(self._lacking()),
        }
        return next((name for name, stands in obstacles.items() if stands), None)

    def _lacking(self) -> tuple[str, ...]:
        return tuple(name for name in contents.NEEDED_TO_PUBLISH if not getattr(self.content, name))


def _is_news(at: datetime, known_at: datetime | None) -> bool:
    return known_at is None or at >= known_at
