"""One call, one transaction: what is kept, what is not, and what is never done twice."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from chassis_sample.shop import service as shop
from chassis_sample.shop.contract import GetStock, Restocked, Sell, Sold, StockView
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm.exc import StaleDataError

from chassis.edge import Edge, IdempotencyKeyReused
from chassis.tables import AUDIT, IDEMPOTENCY, INBOX, OUTBOX
from chassis.uow import TransactionHeld
from contracts.wire import Actor, Envelope, Role
from kernel.clock import ManualClock
from kernel.errors import Conflict
from kernel.money import Money

ANNA = Actor(role=Role.COMPANY, account_id="acc_anna", company_id="com_1")
SELL = Sell(actor=ANNA, idempotency_key="k1", item_id="pen", count=3, reason="she asked")


def left(edge: Edge[shop.Ports], item_id: str = "pen") -> int:
    return edge.run(shop.get_stock, GetStock(actor=ANNA, item_id=item_id)).left


def rows(edge: Edge[shop.Ports], table) -> list:
    with edge.engine.connect() as connection:
        return list(connection.execute(select(table)))


def test_a_command_is_kept_with_its_events_and_its_audit(edge: Edge[shop.Ports], clock: ManualClock) -> None:
    answer = edge.run(shop.sell, SELL)

    assert answer == StockView(item_id="pen", left=7, price=Money(1250))
    [told] = rows(edge, OUTBOX)
    assert (told.type, told.about, told.envelope["data"], told.sent_at) == ("sold", "pen", {"item_id": "pen", "count": 3}, None)
    assert told.envelope["occurred_at"] == "2026-11-02T09:00:00Z"
    assert told.envelope["version"] == 1
    [audit] = rows(edge, AUDIT)
    assert (audit.account_id, audit.role, audit.call, audit.reason) == ("acc_anna", "company", "shop.sell", "she asked")
    assert (audit.subjects, audit.at) == ({"item_id": "pen"}, clock.now())
    assert audit.correlation_id == told.envelope["correlation_id"] != ""


def test_the_same_key_gives_the_same_answer_and_is_done_once(edge: Edge[shop.Ports]) -> None:
    first = edge.run(shop.sell, SELL)

    edge.run(shop.sell, replace(SELL, idempotency_key="k2"))
    again = edge.run(shop.sell, SELL)

    assert again == first == StockView(item_id="pen", left=7, price=Money(1250))
    assert left(edge) == 4
    assert len(rows(edge, OUTBOX)) == 2


def test_the_same_key_with_another_input_is_refused(edge: Edge[shop.Ports]) -> None:
    edge.run(shop.sell, SELL)

    with pytest.raises(IdempotencyKeyReused) as refusal:
        edge.run(shop.sell, replace(SELL, count=4))

    assert refusal.value.details == {"call": "sell"}
    assert left(edge) == 7


def test_another_account_may_use_the_same_key(edge: Edge[shop.Ports]) -> None:
    edge.run(shop.sell, SELL)

    edge.run(shop.sell, replace(SELL, actor=Actor(role=Role.COMPANY, account_id="acc_bob"), count=4))

    assert left(edge) == 3


def test_two_copies_at_once_are_done_once(edge: Edge[shop.Ports]) -> None:
    together, answers = Barrier(4), []

    def copy() -> None:
        together.wait()
        answers.append(edge.run(shop.sell, SELL).left)

    threads = [Thread(target=copy) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [7, 7, 7, 7]
    assert left(edge) == 7
    assert len(rows(edge, AUDIT)) == len(rows(edge, IDEMPOTENCY)) == 1


def test_a_refused_command_changes_nothing_and_may_be_tried_again(edge: Edge[shop.Ports]) -> None:
    with pytest.raises(Conflict, match="not today"):
        edge.run(shop.refuse, SELL)

    assert left(edge) == 10
    assert rows(edge, OUTBOX) == rows(edge, AUDIT) == rows(edge, IDEMPOTENCY) == []
    assert edge.run(shop.sell, SELL).left == 7


def test_an_event_is_applied_once_though_it_comes_twice(edge: Edge[shop.Ports], clock: ManualClock) -> None:
    envelope = Envelope(id="evt_1", type="sold", version=1, occurred_at=clock.now(), correlation_id="cor_1", data={})
    seen = []

    def hear(event: Sold, ports: shop.Ports) -> None:
        ports.uow.session.execute(update(shop.STOCK).values(count=shop.STOCK.c.count + event.count))
        seen.append(ports.uow.correlation_id)

    for _ in range(3):
        edge.run(hear, Sold(item_id="pen", count=5), envelope=envelope)

    assert seen == ["cor_1"]
    assert left(edge) == 15
    assert [(row.event_id, row.state) for row in rows(edge, INBOX)] == [("evt_1", "applied")]


def test_an_event_handler_that_only_listens_is_recorded_too(edge: Edge[shop.Ports], clock: ManualClock) -> None:
    envelope = Envelope(id="evt_2", type="sold", version=1, occurred_at=clock.now(), correlation_id="cor_1", data={})
    runs = []

    for _ in range(2):
        edge.run(lambda event, ports: runs.append(event), Sold(item_id="pen", count=5), envelope=envelope)

    assert [row.event_id for row in rows(edge, INBOX)] == ["evt_2"]


def test_an_event_says_when_it_occurred_and_a_command_occurs_now(edge: Edge[shop.Ports], clock: ManualClock) -> None:
    told_at = clock.now() - timedelta(hours=1)
    late = Envelope(id="evt_3", type="sold", version=1, occurred_at=told_at, correlation_id="cor_1", data={})
    seen = []

    edge.run(lambda event, ports: seen.append(ports.uow.occurred_at), Sold(item_id="pen", count=5), envelope=late)
    edge.run(lambda call, ports: seen.append(ports.uow.occurred_at), GetStock(actor=ANNA, item_id="pen"))

    assert seen == [told_at, clock.now()]


def test_facts_told_together_show_which_came_first(edge: Edge[shop.Ports]) -> None:
    edge.background(shop.restock)

    told = [(row.about, row.envelope["occurred_at"]) for row in rows(edge, OUTBOX)]
    assert told == [("paper", "2026-11-02T09:00:00Z"), ("pen", "2026-11-02T09:00:00.000001Z")]


def test_a_fact_occurs_at_the_commit_so_that_who_waited_for_a_row_speaks_after_the_one_who_held_it(
    edge: Edge[shop.Ports], clock: ManualClock
) -> None:
    def sell_after_waiting(call: Sell, ports: shop.Ports) -> StockView:
        clock.advance(timedelta(seconds=2))  # begun first, it waits while another sells and commits
        edge.run(shop.sell, replace(SELL, idempotency_key="k2", item_id="pen", count=1))
        clock.advance(timedelta(seconds=1))
        return shop.sell(call, ports)

    edge.run(sell_after_waiting, SELL)

    told = [(row.envelope["data"]["count"], row.envelope["occurred_at"]) for row in rows(edge, OUTBOX)]
    assert told == [(1, "2026-11-02T09:00:02Z"), (3, "2026-11-02T09:00:03Z")]


class Echo:
    """A neighbour that answers what it is asked."""

    def ask(self, call, **_):
        return call


def test_asking_a_neighbour_inside_a_transaction_raises(shop_settings) -> None:
    edge = Edge(shop.build(shop_settings), shop_settings, neighbours=Echo())
    question = GetStock(actor=ANNA, item_id="pen")

    def careless(call: GetStock, ports: shop.Ports) -> StockView:
        shop.get_stock(call, ports)
        ports.neighbours.ask(call)

    def careful(call: GetStock, ports: shop.Ports):
        before = shop.get_stock(call, ports)
        with ports.uow.released():
            asked = ports.neighbours.ask(call)
        return before, asked, shop.get_stock(call, ports)

    with pytest.raises(TransactionHeld, match="GetStock"):
        edge.run(careless, question)
    assert edge.run(careful, question)[1] == question
    edge.engine.dispose()


def test_a_transaction_with_changes_or_locks_is_not_released(edge: Edge[shop.Ports]) -> None:
    def written(ports: shop.Ports) -> None:
        ports.uow.session.execute(update(shop.STOCK).values(count=0))
        with ports.uow.released():
            pass

    def told(ports: shop.Ports) -> None:
        ports.uow.emit(Restocked(item_id="pen"), about="pen")
        with ports.uow.released():
            pass

    def locked(ports: shop.Ports) -> None:
        ports.uow.session.execute(select(shop.STOCK).with_for_update())
        with ports.uow.released():
            pass

    for careless in (written, told, locked):
        with pytest.raises(TransactionHeld):
            edge.background(careless)
    assert left(edge) == 10


def test_a_command_that_released_its_transaction_is_still_done_once(edge: Edge[shop.Ports]) -> None:
    def sell_after_asking(call: Sell, ports: shop.Ports) -> StockView:
        shop.get_stock(GetStock(actor=ANNA, item_id="pen"), ports)
        with ports.uow.released():
            if call.reason == "she asked":  # meanwhile a copy of the same command overtakes this one
                edge.run(shop.sell, call)
        return shop.sell(call, ports)

    assert edge.run(sell_after_asking, SELL).left == 7
    assert left(edge) == 7


def test_going_on_keeps_what_was_committed_when_the_rest_fails(edge: Edge[shop.Ports]) -> None:
    def in_two_steps(ports: shop.Ports) -> None:
        shop.restock(ports)
        ports.uow.commit_and_go_on()
        shop.restock(ports)
        raise Conflict("the second step fails")

    with pytest.raises(Conflict):
        edge.background(in_two_steps)

    assert left(edge) == 11
    assert [row.about for row in rows(edge, OUTBOX)] == ["paper", "pen"]


def test_what_is_deferred_runs_after_the_commit_only(edge: Edge[shop.Ports]) -> None:
    ran = []

    def fails(ports: shop.Ports) -> None:
        ports.uow.defer(lambda: ran.append("lost"))
        raise Conflict("no")

    def does(ports: shop.Ports) -> None:
        shop.restock(ports)
        ports.uow.defer(lambda: ran.append(left(edge)))
        ports.uow.defer(lambda: 1 / 0)

    with pytest.raises(Conflict):
        edge.background(fails)
    edge.background(does)

    assert ran == [11]


def test_a_transaction_that_lost_against_another_is_run_again(edge: Edge[shop.Ports]) -> None:
    runs = []

    def overtaken(ports: shop.Ports) -> str:
        runs.append(1)
        if len(runs) < 4:
            raise StaleDataError("the row's version has moved on")
        return "done"

    assert edge.background(overtaken) == "done"
    assert len(runs) == 4


def test_a_deadlock_is_run_again(edge: Edge[shop.Ports]) -> None:
    together = Barrier(2)

    def take(first: str, second: str):
        runs = []

        def both(ports: shop.Ports) -> None:
            runs.append(1)
            for item_id in (first, second):
                ports.uow.session.execute(
                    update(shop.STOCK).where(shop.STOCK.c.item_id == item_id).values(count=shop.STOCK.c.count + 1)
                )
                if len(runs) == 1 and item_id == first:
                    together.wait()

        return both

    threads = [Thread(target=edge.background, args=(take(*pair),)) for pair in (("pen", "paper"), ("paper", "pen"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (left(edge, "pen"), left(edge, "paper")) == (12, 2)


def test_telling_anothers_fact_is_refused(edge: Edge[shop.Ports], clock: ManualClock) -> None:
    from contracts.contracting.v1.events import OfferDeclined

    def boast(ports: shop.Ports) -> None:
        ports.uow.emit(OfferDeclined.__new__(OfferDeclined), about="x")

    with pytest.raises(ValueError, match="shop cannot tell offer_declined, a fact of contracting"):
        edge.background(boast)


def test_nothing_is_left_in_use_by_work_that_is_done(edge: Edge[shop.Ports]) -> None:
    for number in range(30):
        edge.run(shop.sell, replace(SELL, idempotency_key=f"n{number}", count=0))

    assert edge.engine.pool.checkedout() == 0
    with edge.engine.begin() as connection:
        connection.execute(insert(shop.STOCK), {"item_id": "ink", "count": 1})
        assert connection.scalar(select(func.count()).select_from(IDEMPOTENCY)) == 30
