"""A review: one party's word on the other, after a closed mission (A21, M77).

Both reviews are published together, or after the policy's days what there is: nobody answers to the other's words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracting.domain import text
from contracting.domain.mission import Mission
from contracts.contracting.v1.errors import AlreadyReviewed, InvalidReview, ReviewNotOpen
from contracts.contracting.v1.events import ReviewPublished
from contracts.contracting.v1.rpc import MissionState, WriteReview
from contracts.wire import Event, Role
from kernel.ids import new_id


@dataclass(eq=False, kw_only=True)
class Review:
    id: str
    mission_id: str
    author: Role
    company_id: str
    expert_id: str
    scores: dict[str, int]
    comment: str
    written_at: datetime
    published_at: datetime | None = None

    @classmethod
    def of(cls, mission: Mission, author: Role, call: WriteReview, others: Iterable["Review"], now: datetime) -> "Review":
        """Raises ReviewNotOpen, AlreadyReviewed, InvalidReview (the criteria of P25, each from 1 to 5)."""
        if mission.state is not MissionState.CLOSED:
            raise ReviewNotOpen(state=mission.state.value)
        if any(other.author is author for other in others):
            raise AlreadyReviewed(mission_id=mission.id)
        _check_scores(call.scores, mission.rules.rating_criteria)
        return cls(
            id=new_id("rev", now),
            mission_id=mission.id,
            author=author,
            company_id=mission.company_id,
            expert_id=mission.expert_id,
            scores=dict(call.scores),
            comment=text.checked(call.comment, "comment", at_most=5_000, required=False, error=InvalidReview),
            written_at=now,
        )


def publish(mission: Mission, reviews: Sequence[Review], now: datetime) -> list[Event]:
    """Publishes what may be published now; afterwards `mission.reviews_due_at` says when to look again, if ever."""
    if mission.closed_at is None:
        raise ReviewNotOpen(state=mission.state.value)
    deadline = mission.closed_at + timedelta(days=mission.rules.review_publication_days)
    hidden = [review for review in reviews if review.published_at is None]
    if len(reviews) < len((Role.COMPANY, Role.EXPERT)) and now < deadline:
        mission.reviews_due_at = deadline if hidden else None
        return []
    mission.reviews_due_at = None
    for review in hidden:
        review.published_at = now
    return [
        ReviewPublished(
            mission_id=mission.id,
            author=review.author,
            company_id=review.company_id,
            expert_id=review.expert_id,
            scores=review.scores,
            comment=review.comment,
        )
        for review in hidden
    ]


def _check_scores(scores: dict[str, int], criteria: tuple[str, ...]) -> None:
    for criterion in criteria:
        if scores.get(criterion) not in range(1, 6):
            raise InvalidReview(f"{criterion} is scored from 1 to 5", field=f"scores.{criterion}")
    for unknown in sorted(set(scores) - set(criteria)):
        raise InvalidReview("this is not one of the criteria", field=f"scores.{unknown[:40]}")
