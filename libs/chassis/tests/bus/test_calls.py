"""Calls between two services, over both buses."""

import time

import kombu
import pytest
from chassis_sample.desk.contract import AskTheShop, Notes, ReadNotes
from chassis_sample.shop.contract import Break, Dawdle, GetStock, Sell, StockView
from chassis_sample.shop.service import ShopService

from chassis import bus
from chassis.codec import to_wire
from chassis.neighbours import NeighbourFailed, NeighbourSilent
from contracts.wire import Actor, Role
from kernel.errors import Conflict, Invalid, NotFound
from kernel.money import Money

ANNA = Actor(role=Role.COMPANY, account_id="acc_anna")


def test_a_call_is_answered_with_its_typed_answer(stack) -> None:
    assert stack.ask(GetStock(actor=ANNA, item_id="pen")) == StockView(item_id="pen", left=10, price=Money(1250))
    assert stack.ask(ReadNotes(actor=ANNA)) == Notes(lines=())


def test_a_neighbours_problem_arrives_as_itself(stack) -> None:
    with pytest.raises(NotFound) as problem:
        stack.ask(GetStock(actor=ANNA, item_id="ink"))
    assert problem.value.details == {"item_id": "ink"}

    with pytest.raises(Conflict) as problem:  # the shop's own class, unknown here: the nearest known to all
        stack.ask(AskTheShop(actor=ANNA, idempotency_key="k", question="sell", item_id="pen"))
    assert type(problem.value) is Conflict
    assert problem.value.details == {"item_id": "pen", "left": 10}
    assert problem.value.message == "There are not so many left."


def test_an_unknown_exception_arrives_without_its_secrets(stack) -> None:
    with pytest.raises(NeighbourFailed) as failure:
        stack.ask(Break(actor=ANNA))

    assert str(failure.value) == "shop failed in break"
    assert "secret" not in repr(failure.value.args)


def test_a_neighbour_that_dawdles_is_not_waited_for(stack) -> None:
    with pytest.raises(NeighbourSilent, match=r"shop.dawdle did not answer in 0.2 s"):
        stack.ask(Dawdle(actor=ANNA, item_id="pen", seconds=1), deadline_seconds=0.2)


def test_nobody_waits_longer_than_the_one_who_waits_for_him(stack) -> None:
    question = AskTheShop(actor=ANNA, idempotency_key="k", question="dawdle", item_id="pen", seconds=1, patience_seconds=60)

    with pytest.raises(NeighbourSilent):
        stack.ask(question, deadline_seconds=0.3)

    stack.eventually(lambda: stack.logged("handled", handler="ask_the_shop", outcome="neighbour_silent"), seconds=0.5)


def test_a_service_that_is_not_there_is_silent_at_once(stack) -> None:
    with pytest.raises(NeighbourSilent, match=r"nowhere\.get_stock is not there"):
        stack.ask(GetStock(actor=ANNA, item_id="pen"), service="nowhere")


def test_a_call_that_does_not_parse_is_invalid_and_names_the_field(stack) -> None:
    with pytest.raises(Invalid) as fault:
        stack.ask(Sell(actor=ANNA, idempotency_key="k", item_id="pen", count="three"))

    assert fault.value.details == {"field": "count"}


def test_what_is_not_a_call_harms_nobody(stack) -> None:
    for body in ("junk", [], {}, {"args": [1]}, {"kwargs": {"call": None}}, {"kwargs": None}):
        stack.publisher.publish(body, bus.CALLS, "shop.sell", {bus.DEADLINE: "soon"})
        stack.publisher.publish(body, bus.CALLS, "shop.sell", {})
        stack.publisher.publish(body, bus.CALLS, "shop.dance", {}, reply_to="nobody", correlation_id="x")
    with bus.connect(stack.uri) as connection:
        kombu.Producer(connection.channel(), bus.CALLS).publish(b"{", "shop.sell", content_type="application/json")

    assert stack.ask(GetStock(actor=ANNA, item_id="pen")).left == 10


def test_an_answer_that_cannot_travel_is_a_failure_of_the_neighbour(stack, monkeypatch) -> None:
    monkeypatch.setattr(ShopService, "get_stock", lambda self, call: object())

    with pytest.raises(NeighbourFailed):
        stack.ask(GetStock(actor=ANNA, item_id="pen"))


def test_a_call_nobody_waits_for_any_more_is_not_begun(stack) -> None:
    late = {"args": [], "kwargs": {"call": to_wire(Sell(actor=ANNA, idempotency_key="k", item_id="pen", count=3))}}

    stack.publisher.publish(late, bus.CALLS, "shop.sell", {bus.DEADLINE: time.time() - 1}, reply_to="nobody")

    stack.eventually(lambda: stack.logged("dropped a call that nobody waits for any more", handler="sell"))
    assert stack.ask(GetStock(actor=ANNA, item_id="pen")).left == 10


def test_a_command_asked_twice_over_the_bus_is_done_once(stack) -> None:
    sell = Sell(actor=ANNA, idempotency_key="k", item_id="pen", count=3)

    answers = [stack.ask(sell).left for _ in range(3)]

    assert answers == [7, 7, 7]


def test_the_correlation_id_travels_from_call_to_call(stack) -> None:
    stack.ask(AskTheShop(actor=ANNA, idempotency_key="k", question="stock", item_id="pen"), correlation_id="cor_test")

    ours = {"correlation_id": "cor_test"}
    stack.eventually(lambda: stack.logged("handled", service="shop", handler="get_stock", **ours))
    stack.eventually(lambda: stack.logged("handled", service="desk", handler="ask_the_shop", account_id="acc_anna", **ours))


def test_a_timer_that_fails_comes_again(stack) -> None:
    from chassis_sample.desk.service import DeskService

    DeskService.ticks = 0  # the first tick fails

    stack.eventually(lambda: DeskService.ticks > 1)
    assert stack.logged("handler failed", handler="tick")
