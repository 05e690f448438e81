"""After a closed mission the parties review each other; anybody may read what companies said of an expert (A21, A22, M77)."""

from contracting.domain import review
from contracting.domain.access import side_of
from contracting.domain.review import Review
from contracting.domain.window import Window
from contracting.use_cases.ports import Ports
from contracting.use_cases.show_missions import visible
from contracts.contracting.v1.errors import NotYourCall
from contracts.contracting.v1.rpc import ListReviews, ReviewView, WriteReview
from contracts.shapes import Page
from contracts.wire import Role


def write_review(call: WriteReview, ports: Ports) -> ReviewView:
    """Raises UnknownMission, NotYourCall, ReviewNotOpen, AlreadyReviewed, InvalidReview."""
    uow = ports.uow
    mission = visible(uow.missions.locked(call.mission_id), call.mission_id, call.actor)
    side = side_of(call.actor, mission)
    if side is None:
        raise NotYourCall(needs=Role.COMPANY.value)
    reviews = uow.reviews.of_mission(mission.id)
    written = Review.of(mission, side, call, reviews, uow.now)
    uow.reviews.add(written)
    for event in review.publish(mission, [*reviews, written], uow.now):
        uow.emit(event, about=mission.id)
    return _view(written, ports)


def list_reviews(call: ListReviews, ports: Ports) -> Page[ReviewView]:
    """Published ones only, without an account too (A22)."""
    window = Window.of(call.cursor, call.limit, "rev")
    return window.page(ports.uow.reviews.published_of(call.expert_id, window), lambda each: _view(each, ports))


def _view(written: Review, ports: Ports) -> ReviewView:
    author_id = written.company_id if written.author is Role.COMPANY else written.expert_id
    return ReviewView(
        mission_id=written.mission_id,
        author=written.author,
        author_name=ports.uow.directory.name_of(author_id),
        scores=written.scores,
        comment=written.comment,
        written_at=written.written_at,
        published_at=written.published_at,
    )
