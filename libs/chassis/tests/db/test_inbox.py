"""How often a failing event is tried, and for how long."""

from datetime import timedelta

import pytest
from chassis_sample.shop.contract import Sold

from chassis.edge import Edge
from chassis.inbox import Inbox, list_audit, list_parked_events, replay_event
from contracts.operations.v1.rpc import ListAudit, ListParkedEvents, ReplayEvent
from contracts.wire import Actor, Envelope, Right, Role
from kernel.clock import ManualClock
from kernel.errors import Forbidden, NotYet


@pytest.fixture
def inbox(edge: Edge) -> Inbox:
    return Inbox(edge.engine, edge.settings)


@pytest.fixture
def envelope(clock: ManualClock) -> Envelope:
    data = {"item_id": "pen", "count": 1}
    return Envelope(id="evt_1", type="sold", version=1, occurred_at=clock.now(), correlation_id="cor_1", data=data)


def fail_until_parked(inbox: Inbox, envelope, clock: ManualClock, error: Exception, step: timedelta) -> tuple[int, timedelta]:
    """How many attempts, over how long."""
    began, attempts = clock.now(), 1
    while inbox.keep("shop", envelope, error) == "waiting":
        while not inbox.take_due():
            clock.advance(step)
        attempts += 1
    return attempts, clock.now() - began


def test_a_failing_event_is_parked_after_twelve_attempts_in_about_half_an_hour(inbox, envelope, clock) -> None:
    attempts, lasted = fail_until_parked(inbox, envelope, clock, RuntimeError("no"), timedelta(seconds=1))

    assert attempts == 12
    assert timedelta(minutes=20) < lasted < timedelta(minutes=40)
    assert (inbox.count("parked"), inbox.count("waiting")) == (1, 0)
    assert inbox.take_due() == []


def test_an_event_whose_cause_is_not_here_waits_three_days(inbox, envelope, clock) -> None:
    attempts, lasted = fail_until_parked(inbox, envelope, clock, NotYet(), timedelta(minutes=4))

    assert attempts > 200
    assert timedelta(days=3) < lasted < timedelta(days=3, minutes=17)


def test_waiting_for_a_cause_uses_up_no_attempt(inbox, envelope, clock) -> None:
    for _ in range(30):
        inbox.keep("shop", envelope, NotYet())

    attempts, _ = fail_until_parked(inbox, envelope, clock, RuntimeError("no"), timedelta(seconds=1))

    assert attempts == 12


def test_an_event_that_is_being_tried_is_not_taken_by_another_process(inbox, envelope, clock) -> None:
    inbox.keep("shop", envelope, RuntimeError("no"))
    clock.advance(timedelta(seconds=2))

    first, second = inbox.take_due(), inbox.take_due()
    clock.advance(timedelta(seconds=61))  # the one that took it has died

    assert first == [("shop", envelope)]
    assert second == []
    assert inbox.take_due() == [("shop", envelope)]


def test_a_failure_that_comes_after_the_event_was_applied_changes_nothing(edge: Edge, inbox, envelope) -> None:
    edge.run(lambda event, ports: None, Sold(item_id="pen", count=1), envelope=envelope)

    assert inbox.keep("shop", envelope, RuntimeError("late")) == "applied"
    assert inbox.take_due() == []


def operate(edge: Edge, *rights: Right) -> list[str]:
    """What an operator with these rights may do of the three."""
    actor, done = Actor(role=Role.OPERATOR, account_id="acc_op", rights=rights), []
    for use_case, call in (
        (list_parked_events, ListParkedEvents(actor=actor)),
        (replay_event, ReplayEvent(actor=actor, idempotency_key=f"{rights}", event_id="evt_1", reason="mended")),
        (list_audit, ListAudit(actor=actor)),
    ):
        try:
            edge.run(use_case, call, ports=lambda uow, neighbours: uow)
            done.append(use_case.__name__)
        except Forbidden:
            pass
    return done


def test_events_and_the_audit_trail_are_for_operators_with_a_right(edge: Edge, inbox, envelope) -> None:
    inbox.keep("shop", envelope, RuntimeError("no"))

    assert operate(edge) == operate(edge, Right.COMMITTEE) == []
    for right in (Right.SUPPORT, Right.FINANCE, Right.MEDIATOR):
        assert operate(edge, right) == ["list_parked_events", "replay_event", "list_audit"]
