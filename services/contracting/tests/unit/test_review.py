"""Reviews: after closing, by the policy's criteria, published together or when the time is over."""

from datetime import timedelta

import pytest

from contracting.domain.review import Review, publish
from contracts.contracting.v1.errors import AlreadyReviewed, InvalidReview, ReviewNotOpen
from contracts.contracting.v1.rpc import MissionState, WriteReview
from contracts.wire import SERVICE, Role

FOUR = {"expertise": 5, "communication": 4, "deadlines": 5, "value": 3}


def call(scores, comment="Remarkable."):
    return WriteReview(actor=SERVICE, idempotency_key="k", mission_id="m", scores=scores, comment=comment)


@pytest.fixture
def closed(agreed, mission_internationale, now):
    mission = agreed(mission_internationale)
    mission.state, mission.closed_at = MissionState.CLOSED, now
    return mission


def test_the_first_review_is_hidden_until_the_second_is_there(closed, now):
    by_company = Review.of(closed, Role.COMPANY, call(FOUR), [], now)
    first = publish(closed, [by_company], now)
    by_expert = Review.of(closed, Role.EXPERT, call(FOUR), [by_company], now)
    second = publish(closed, [by_company, by_expert], now)

    assert first == []
    assert [event.author for event in second] == [Role.COMPANY, Role.EXPERT]
    assert second[0].scores == FOUR
    assert closed.reviews_due_at is None


def test_a_review_left_alone_is_published_after_fourteen_days(closed, now):
    alone = Review.of(closed, Role.COMPANY, call(FOUR), [], now)
    publish(closed, [alone], now)

    assert closed.reviews_due_at == now + timedelta(days=14)
    assert publish(closed, [alone], now + timedelta(days=14, seconds=-1)) == []
    assert [event.author for event in publish(closed, [alone], now + timedelta(days=14))] == [Role.COMPANY]
    assert publish(closed, [alone], now + timedelta(days=15)) == []


def test_a_late_review_is_published_at_once(closed, now):
    late = Review.of(closed, Role.EXPERT, call(FOUR), [], now + timedelta(days=20))

    assert len(publish(closed, [late], now + timedelta(days=20))) == 1


@pytest.mark.parametrize(
    ("scores", "field"),
    [
        ({}, "scores.expertise"),
        (FOUR | {"deadlines": 0}, "scores.deadlines"),
        (FOUR | {"value": 6}, "scores.value"),
        (FOUR | {"charm": 5}, "scores.charm"),
    ],
)
def test_the_policys_criteria_are_scored_from_one_to_five(scores, field, closed, now):
    with pytest.raises(InvalidReview) as refusal:
        Review.of(closed, Role.COMPANY, call(scores), [], now)

    assert refusal.value.details["field"] == field


def test_a_comment_has_at_most_five_thousand_characters(closed, now):
    with pytest.raises(InvalidReview) as refusal:
        Review.of(closed, Role.COMPANY, call(FOUR, "x" * 5_001), [], now)

    assert refusal.value.details["field"] == "comment"


def test_a_mission_is_reviewed_once_a_side_and_only_when_closed(closed, now):
    once = Review.of(closed, Role.COMPANY, call(FOUR), [], now)

    with pytest.raises(AlreadyReviewed):
        Review.of(closed, Role.COMPANY, call(FOUR), [once], now)
    closed.state = MissionState.VALIDATED
    with pytest.raises(ReviewNotOpen):
        Review.of(closed, Role.EXPERT, call(FOUR), [], now)
