"""Brokers that go away, and processes that are killed: nothing is lost and nothing is done twice."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import eventlet
import pytest
from chassis_sample.shop import service as shop
from chassis_sample.shop.contract import Dawdle, GetStock, Sell
from sqlalchemy.engine import make_url

from chassis import settings
from chassis.edge import Edge
from chassis.neighbours import NeighbourSilent
from chassis.tables import OUTBOX
from contracts.wire import Actor, Role

ANNA = Actor(role=Role.COMPANY, account_id="acc_anna")
SELL = Sell(actor=ANNA, idempotency_key="k", item_id="pen", count=1)


class Line:
    """A line to the broker that can be cut and mended."""

    def __init__(self, uri: str) -> None:
        self.broker = make_url(uri)
        self._threads, self._sockets = [], []
        self.port = 0
        self.mend()
        self.uri = self.broker.set(host="127.0.0.1", port=self.port).render_as_string(hide_password=False)

    def mend(self) -> None:
        listening = eventlet.listen(("127.0.0.1", self.port))
        self.port = listening.getsockname()[1]
        self._sockets.append(listening)
        self._threads.append(eventlet.spawn(self._accept, listening))

    def cut(self) -> None:
        for thread in self._threads:
            thread.kill()
        for end in self._sockets:
            end.close()
        self._threads, self._sockets = [], []

    def _accept(self, listening) -> None:
        while True:
            near, _ = listening.accept()
            far = eventlet.connect((self.broker.host, self.broker.port or 5672))
            self._sockets += [near, far]
            self._threads += [eventlet.spawn(self._pump, *ends) for ends in ((near, far), (far, near))]

    def _pump(self, source, target) -> None:
        while chunk := source.recv(65536):
            target.sendall(chunk)
        target.shutdown(2)


@pytest.fixture
def line(rabbitmq_uri: str) -> Iterator[Line]:
    made = Line(rabbitmq_uri)
    yield made
    made.cut()


@pytest.fixture
def broker_uri(request: pytest.FixtureRequest) -> str:
    """The tests below say themselves which bus they need."""
    return request.getfixturevalue("line").uri if "line" in request.fixturenames else request.getfixturevalue("rabbitmq_uri")


@pytest.mark.rabbitmq
def test_what_is_told_while_the_broker_is_away_is_heard_when_it_is_back(line: Line, stack) -> None:
    line.cut()
    own = settings.for_service("shop")
    Edge(shop.build(own), own, engine=stack.engines["shop"]).run(shop.sell, SELL)
    stack.eventually(lambda: stack.logged("events not published, again later"))
    with pytest.raises(NeighbourSilent):
        stack.ask(GetStock(actor=ANNA, item_id="pen"), deadline_seconds=0.5)

    line.mend()

    stack.eventually(lambda: stack.notes() == ["sold 1 pen"])
    stack.eventually(lambda: stack.way.replies.connected)
    assert stack.ask(GetStock(actor=ANNA, item_id="pen")).left == 9


@pytest.mark.rabbitmq
def test_a_reply_that_cannot_be_published_is_dropped_and_the_service_lives_on(line: Line, stack) -> None:
    asking = eventlet.spawn(stack.ask, Dawdle(actor=ANNA, item_id="pen", seconds=0.5), deadline_seconds=1.5)
    eventlet.sleep(0.2)

    line.cut()

    with pytest.raises(NeighbourSilent):
        asking.wait()
    assert stack.logged("reply not published", handler="dawdle")
    line.mend()
    stack.eventually(lambda: stack.way.replies.connected)
    assert stack.ask(GetStock(actor=ANNA, item_id="pen"), deadline_seconds=8).left == 10


def killed(stack, moment: str) -> None:
    """Sells in a process of its own, which kills itself at that moment."""
    program = f"""
        import eventlet; eventlet.monkey_patch()
        import os, signal
        from chassis import bus, settings
        from chassis.edge import Edge
        from chassis.outbox import Relay
        from chassis_sample.shop import service as shop
        from bus.test_failures import SELL
        from bus.conftest import TOPOLOGY

        die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        own = settings.for_service("shop")
        edge = Edge(shop.build(own), own, on_told=die if {moment!r} == "committed" else lambda: None)
        edge.run(shop.sell, SELL)
        bus.declare(own.amqp_uri, TOPOLOGY)
        relay = Relay(edge.engine, own, bus.Publisher(own.amqp_uri), TOPOLOGY)
        publish = relay._publish
        relay._publish = lambda envelope: (publish(envelope), die())
        relay.drain()
    """
    here = Path(__file__).parents[1]
    env = {**os.environ, **settings.for_service("shop").env, "PYTHONPATH": str(here), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], env=env, check=False, timeout=30, capture_output=True, text=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.rabbitmq
@pytest.mark.parametrize("moment", ["committed", "published"])
def test_a_process_killed_after_its_commit_loses_nothing_and_doubles_nothing(moment: str, stopped_stack) -> None:
    stack = stopped_stack
    killed(stack, moment)
    assert [row.sent_at for row in stack.rows("shop", OUTBOX)] == [None]

    stack.start()

    stack.eventually(lambda: all(row.sent_at for row in stack.rows("shop", OUTBOX)))
    copies = 1 if moment == "committed" else 2
    stack.eventually(lambda: len(stack.logged("handled", handler="note_sale")) == copies)
    assert stack.notes() == ["sold 1 pen"]
    assert stack.ask(SELL).left == 9
    assert stack.ask(GetStock(actor=ANNA, item_id="pen")).left == 9
