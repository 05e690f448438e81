"""The relay: in order, at least once, and never past an event that could not be published."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from chassis_sample.shop import service as shop
from chassis_sample.shop.contract import Sell, Sold
from sqlalchemy import select
from structlog.testing import capture_logs

from chassis import outbox
from chassis.bus import BusAway, Topology
from chassis.edge import Edge
from chassis.inbox import Inbox
from chassis.outbox import Relay
from chassis.settings import BadSetting
from chassis.tables import AUDIT, IDEMPOTENCY, INBOX, OUTBOX
from contracts.wire import Actor, Envelope, Role
from kernel.clock import ManualClock

SELL = Sell(actor=Actor(role=Role.COMPANY, account_id="acc_anna"), idempotency_key="k", item_id="pen", count=1)
TOPOLOGY = Topology(services=("shop", "desk"), subscriptions={"desk": (Sold,)})


class Paper:
    """A publisher that writes down what it publishes; `refuses` makes it fail from its n-th message on."""

    def __init__(self) -> None:
        self.published: list[int] = []
        self.mandatory: list[bool] = []
        self.refuses = 10**6

    def publish(self, body, exchange, routing_key, headers, *, mandatory=False, **properties) -> None:
        if len(self.published) >= self.refuses:
            raise BusAway("no broker")
        self.published.append(body["data"]["count"])
        self.mandatory.append(mandatory)
        assert (exchange.name, routing_key, headers) == ("shop.events", "sold", {"nameko.correlation_id": body["correlation_id"]})


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def relay(edge: Edge, paper: Paper) -> Relay:
    return Relay(edge.engine, edge.settings, paper, TOPOLOGY)


def tell(edge: Edge, *counts: int) -> None:
    for count in counts:
        edge.run(shop.sell, replace(SELL, idempotency_key=f"k{count}", count=count))


def unsent(edge: Edge) -> list[int]:
    with edge.engine.connect() as connection:
        envelopes = connection.scalars(select(OUTBOX.c.envelope).where(OUTBOX.c.sent_at.is_(None)).order_by(OUTBOX.c.id))
        return [envelope["data"]["count"] for envelope in envelopes]


def test_events_go_out_once_and_in_order(edge: Edge, paper: Paper, relay: Relay) -> None:
    tell(edge, 1, 2, 3)

    assert relay.drain()
    assert relay.drain()

    assert paper.published == [1, 2, 3]
    assert paper.mandatory == [True, True, True]
    assert relay.pending() == 0


def test_nothing_overtakes_an_event_that_could_not_be_published(edge: Edge, paper: Paper, relay: Relay) -> None:
    tell(edge, 1, 2, 3)
    paper.refuses = 1

    with pytest.raises(BusAway):
        relay.drain()
    assert unsent(edge) == [2, 3]
    assert relay.pending() == 2
    paper.refuses = 10**6
    relay.drain()

    assert paper.published == [1, 2, 3]
    assert unsent(edge) == []


def test_while_the_broker_is_away_the_pauses_double(edge: Edge, paper: Paper, relay: Relay, monkeypatch) -> None:
    monkeypatch.setattr(outbox, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(outbox, "LONGEST_PAUSE_SECONDS", 0.04)
    tell(edge, 1)
    paper.refuses = 0

    with capture_logs() as lines:
        running = Thread(target=relay.run)
        running.start()
        while len(lines) < 5:
            relay.wake()
            running.join(0.01)
        paper.refuses = 10**6
        while unsent(edge):
            running.join(0.01)
        relay.stop()
        running.join()

    assert [line["pause_seconds"] for line in lines[:5]] == [0.01, 0.02, 0.04, 0.04, 0.04]
    assert paper.published == [1]


def test_only_one_relay_works_on_a_database_at_a_time(edge: Edge, paper: Paper, relay: Relay) -> None:
    tell(edge, 1)
    other = Relay(edge.engine, edge.settings, paper, TOPOLOGY)
    publish, seen = paper.publish, []

    def while_publishing(*args, **kwargs) -> None:
        seen.append(other.drain())
        publish(*args, **kwargs)

    paper.publish = while_publishing

    assert relay.drain()
    assert seen == [False]
    assert other.drain()
    assert paper.published == [1]


def test_an_event_nobody_listens_to_needs_no_queue(edge: Edge, paper: Paper) -> None:
    tell(edge, 1)

    Relay(edge.engine, edge.settings, paper, Topology(services=("shop",), subscriptions={})).drain()

    assert paper.mandatory == [False]


def counted(edge: Edge) -> list[int]:
    """Rows of outbox, inbox, idempotency and audit."""
    with edge.engine.connect() as connection:
        return [len(connection.execute(select(table)).all()) for table in (OUTBOX, INBOX, IDEMPOTENCY, AUDIT)]


def hear(edge: Edge, clock: ManualClock, event_id: str) -> Envelope:
    envelope = Envelope(id=event_id, type="sold", version=1, occurred_at=clock.now(), correlation_id="cor_1", data={})
    edge.run(lambda event, ports: None, Sold(item_id="pen", count=1), envelope=envelope)
    return envelope


def test_what_an_event_said_is_not_kept_once_it_is_sent(edge: Edge, paper: Paper, relay: Relay) -> None:
    tell(edge, 1, 2)
    paper.refuses = 1

    with pytest.raises(BusAway):
        relay.drain()

    with edge.engine.connect() as connection:
        kept = connection.execute(select(OUTBOX).order_by(OUTBOX.c.id)).all()
    assert [(row.type, row.about, row.sent_at is not None) for row in kept] == [("sold", "pen", True), ("sold", "pen", False)]
    assert [row.envelope and row.envelope["data"] for row in kept] == [{}, {"item_id": "pen", "count": 2}]


def test_what_is_done_is_forgotten_after_thirty_days_and_what_is_open_is_not(
    edge: Edge, paper: Paper, relay: Relay, clock: ManualClock
) -> None:
    tell(edge, 1)
    relay.drain()
    applied = hear(edge, clock, "evt_1")
    Inbox(edge.engine, edge.settings).keep("shop", replace(applied, id="evt_2"), RuntimeError("no"))
    tell(edge, 2)

    clock.advance(timedelta(days=30))
    relay.forget()
    assert counted(edge) == [2, 2, 2, 2]

    clock.advance(timedelta(seconds=1))
    relay.forget()
    assert counted(edge) == [1, 1, 0, 2]
    assert unsent(edge) == [2]


def test_a_quiet_service_forgets_too(edge: Edge, paper: Paper, clock: ManualClock) -> None:
    hear(edge, clock, "evt_1")
    clock.advance(timedelta(days=3))
    edge.settings.env["KEEP_DONE_DAYS"] = "2"
    quiet = Relay(edge.engine, edge.settings, paper, TOPOLOGY)

    running = Thread(target=quiet.run)
    running.start()
    for _ in range(200):
        if counted(edge)[1] == 0:
            break
        running.join(0.01)
    quiet.stop()
    running.join()

    assert counted(edge)[1] == 0


@pytest.mark.parametrize("days", ["0", "-1", "a month"])
def test_how_long_to_keep_is_at_least_a_day(edge: Edge, paper: Paper, days: str) -> None:
    edge.settings.env["KEEP_DONE_DAYS"] = days

    with pytest.raises(BadSetting, match=r"^KEEP_DONE_DAYS: "):
        Relay(edge.engine, edge.settings, paper, TOPOLOGY)
