"""Events between two services, over both buses: none lost, none applied twice, whatever fails."""

import eventlet
import pytest
from chassis_sample.desk.service import Desk, DeskService
from chassis_sample.shop.contract import Restocked, Sell, Sold
from chassis_sample.shop.service import ShopService

from chassis import bus, inbox
from chassis.settings import BadSetting
from chassis.tables import INBOX, OUTBOX
from contracts.operations.v1.rpc import AuditEntry, ListAudit, ListParkedEvents, ReplayEvent
from contracts.wire import Actor, Envelope, Right, Role
from kernel.clock import SystemClock
from kernel.errors import Forbidden, Invalid

ANNA = Actor(role=Role.COMPANY, account_id="acc_anna")
OPERATOR = Actor(role=Role.OPERATOR, account_id="acc_op", rights=(Right.SUPPORT,))


def sell(stack, count: int = 1, key: str = "k") -> None:
    stack.ask(Sell(actor=ANNA, idempotency_key=key, item_id="pen", count=count))


def tell(stack, event_type: str, event_id: str = "evt_1", **data) -> None:
    """Puts an event on the bus as the shop's relay would."""
    now = SystemClock().now()
    envelope = Envelope(id=event_id, type=event_type, version=1, occurred_at=now, correlation_id="cor_told", data=data)
    bus.declare(stack.uri, bus.topology())
    bus.publish_event(stack.publisher, bus.topology(), "shop", envelope)


def states(stack) -> list[str]:
    return [row.state for row in stack.rows("desk", INBOX)]


def test_what_one_service_tells_the_other_hears(stack) -> None:
    sell(stack, count=2)

    stack.eventually(lambda: stack.notes() == ["sold 2 pen"])
    stack.eventually(lambda: all(row.sent_at for row in stack.rows("shop", OUTBOX)))
    [line] = stack.logged("handled", handler="note_sale")
    assert line["correlation_id"] == "cor_asked"


def test_an_event_sent_twice_is_applied_once(stack) -> None:
    for _ in range(3):
        tell(stack, "sold", item_id="pen", count=1, unknown_to_the_desk=True)
    tell(stack, "sold", "evt_2", item_id="pen", count=2)

    stack.eventually(lambda: len(stack.logged("handled", handler="note_sale")) == 4)
    assert sorted(stack.notes()) == ["sold 1 pen", "sold 2 pen"]
    assert states(stack) == ["applied", "applied"]


def test_a_failing_handler_loses_nothing_and_is_tried_again(stack) -> None:
    Desk.failing = True
    tell(stack, "sold", item_id="pen", count=1)
    stack.eventually(lambda: states(stack) == ["waiting"])
    [kept] = stack.rows("desk", INBOX)
    assert (kept.attempts, kept.error) == (1, "RuntimeError: the pen is dry")
    assert stack.notes() == []

    Desk.failing = False

    stack.eventually(lambda: stack.notes() == ["sold 1 pen"])
    stack.eventually(lambda: states(stack) == ["applied"])


def test_an_event_that_keeps_failing_is_parked_and_replayed_by_an_operator(stack, monkeypatch) -> None:
    monkeypatch.setattr(inbox, "ATTEMPTS", 1)
    Desk.failing = True
    tell(stack, "sold", item_id="pen", count=1)
    stack.eventually(lambda: states(stack) == ["parked"])

    [parked] = stack.ask(ListParkedEvents(actor=OPERATOR), service="desk").items
    Desk.failing = False
    replay = ReplayEvent(actor=OPERATOR, idempotency_key="r", event_id="evt_1", reason="the pen is filled")
    answer = stack.ask(replay, service="desk")

    assert (parked.event_id, parked.type, parked.attempts, parked.error) == ("evt_1", "sold", 1, "RuntimeError: the pen is dry")
    assert answer.state == "waiting"
    stack.eventually(lambda: stack.notes() == ["sold 1 pen"])
    assert stack.ask(ListParkedEvents(actor=OPERATOR), service="desk").items == ()
    [entry] = stack.ask(ListAudit(actor=OPERATOR, subject_id="evt_1"), service="desk").items
    assert isinstance(entry, AuditEntry)
    assert (entry.account_id, entry.call, entry.reason) == ("acc_op", "desk.replay_event", "the pen is filled")
    assert stack.ask(ListAudit(actor=OPERATOR, subject_id="evt_2"), service="desk").items == ()


@pytest.mark.parametrize(
    ("call", "cursor"), [(ListParkedEvents, "garbage"), (ListParkedEvents, "1"), (ListAudit, "garbage"), (ListAudit, "9" * 20)]
)
def test_a_cursor_of_another_s_making_is_refused(stack, call, cursor) -> None:
    with pytest.raises(Invalid) as refusal:
        stack.ask(call(actor=OPERATOR, cursor=cursor), service="desk")

    assert refusal.value.details["field"] == "cursor"


def test_only_operators_see_parked_events(stack) -> None:
    for nobody in (ANNA, Actor(role=Role.OPERATOR, account_id="acc_clerk")):
        with pytest.raises(Forbidden):
            stack.ask(ListParkedEvents(actor=nobody), service="desk")


def test_an_event_ahead_of_its_cause_is_applied_once_the_cause_has_come(stack) -> None:
    tell(stack, "restocked", "evt_early", item_id="pen")
    stack.eventually(lambda: states(stack) == ["waiting"])

    tell(stack, "sold", "evt_late", item_id="pen", count=1)

    stack.eventually(lambda: stack.notes() == ["sold 1 pen", "restocked pen"])


def test_an_event_that_does_not_parse_is_kept_with_the_reason(stack) -> None:
    tell(stack, "sold", item_id="pen", count="many")

    stack.eventually(lambda: states(stack) == ["waiting"])
    assert stack.rows("desk", INBOX)[0].error.startswith("Invalid: count:")


def test_what_is_not_an_event_harms_nobody(stack) -> None:
    for body in ("junk", [], {}, {"id": "evt_1"}):
        stack.publisher.publish(body, bus.events_of("shop"), "sold", {})

    tell(stack, "sold", item_id="pen", count=1)

    stack.eventually(lambda: stack.notes() == ["sold 1 pen"])


def test_a_service_that_does_not_handle_what_it_subscribes_to_does_not_start(stopped_stack) -> None:
    bus.use_topology(bus.Topology(services=("shop", "desk"), subscriptions={"shop": (Sold,), "desk": (Sold, Restocked)}))

    with pytest.raises(BadSetting, match=r"the events shop handles are not those it subscribes to: shop\.sold"):
        stopped_stack.start(ShopService)


def test_an_event_told_before_its_listener_ever_started_is_heard_later(stopped_stack) -> None:
    stack = stopped_stack
    stack.start(ShopService)
    sell(stack)
    stack.eventually(lambda: all(row.sent_at for row in stack.rows("shop", OUTBOX)))

    stack.start(DeskService)

    stack.eventually(lambda: stack.notes() == ["sold 1 pen"])


def test_when_the_inbox_cannot_be_written_the_event_is_put_back_after_a_pause(stack, monkeypatch) -> None:
    calls = []

    def away(*args) -> str:
        calls.append(args)
        raise ConnectionError("the database is away")

    monkeypatch.setattr(inbox.Inbox, "keep", away)
    Desk.failing = True
    tell(stack, "sold", item_id="pen", count=1)
    stack.eventually(lambda: len(calls) == 2)
    assert len(stack.logged("event not kept, put back")) <= 2

    Desk.failing = False

    stack.eventually(lambda: stack.notes() == ["sold 1 pen"])


def test_stopping_settles_what_is_held_and_takes_no_more(stack) -> None:
    Desk.holding.clear()
    Desk.held.clear()
    tell(stack, "sold", item_id="pen", count=1)
    Desk.held.wait(5)

    stopping = eventlet.spawn(stack.hosts[0].stop)
    eventlet.sleep(0.7)
    tell(stack, "sold", "evt_2", item_id="pen", count=2)
    Desk.holding.set()
    stopping.wait()

    assert stack.notes() == ["sold 1 pen"]
    assert states(stack) == ["applied"]
    stack.start()
    stack.eventually(lambda: stack.notes() == ["sold 1 pen", "sold 2 pen"])
    assert len(stack.logged("handled", handler="note_sale")) == 2
