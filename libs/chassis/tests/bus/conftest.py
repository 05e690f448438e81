"""Shop and desk at work, each with a database of its own, on the embedded bus and on RabbitMQ."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import eventlet
import pytest
import structlog
from chassis_sample.databases import emptied
from chassis_sample.desk import service as desk
from chassis_sample.desk.service import DeskService
from chassis_sample.shop import service as shop
from chassis_sample.shop.contract import Restocked, Sold
from chassis_sample.shop.service import ShopService
from sqlalchemy import Engine, select
from structlog.testing import capture_logs

from chassis import bus, health, logs, settings
from chassis.edge import engine_of
from chassis.host import Host
from chassis.neighbours import BusWay, Neighbours

TOPOLOGY = bus.Topology(services=("shop", "desk"), subscriptions={"desk": (Sold, Restocked)})


class Stack:
    """Both services in this process; a test asks them as the gateway would."""

    def __init__(self, uri: str, databases: dict[str, str], lines: list[dict[str, Any]]) -> None:
        self.uri, self.lines = uri, lines
        self.engines: dict[str, Engine] = {}
        for module, name in ((shop, "shop"), (desk, "desk")):
            own = settings.use(name, {"DATABASE_URL": databases[name], "AMQP_URI": uri, "MAX_WORKERS": "4"})
            self.engines[name] = engine_of(own)
            emptied(self.engines[name], module.METADATA)
        shop.fill(self.engines["shop"])
        self.publisher = bus.Publisher(uri)
        self.way = BusWay(uri, self.publisher, "test")
        self.hosts: list[Host] = []
        self._thread = eventlet.spawn(self.way.replies.run)

    def start(self, *services: type) -> Host:
        host = Host([services or (ShopService, DeskService)])
        host.start()
        self.hosts.append(host)
        return host

    def ask(self, call: Any, correlation_id: str = "cor_asked", **options: Any) -> Any:
        with logs.story(correlation_id):
            return Neighbours(self.way).ask(call, **options)

    def rows(self, service: str, table: Any) -> list[Any]:
        with self.engines[service].connect() as connection:
            return list(connection.execute(select(table)))

    def notes(self) -> list[str]:
        return [row.line for row in self.rows("desk", desk.NOTES)]

    def logged(self, event: str, **facts: Any) -> list[dict[str, Any]]:
        return [line for line in self.lines if line.get("event") == event and facts.items() <= line.items()]

    def eventually(self, condition: Callable[[], object], seconds: float = 8) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "it did not come to pass"
            eventlet.sleep(0.02)

    def stop(self) -> None:
        for host in self.hosts:
            host.stop()
        self.way.replies.stop(0)
        self._thread.kill()
        self.publisher.close()
        for engine in self.engines.values():
            engine.dispose()


@pytest.fixture
def stopped_stack(broker_uri: str, databases: dict[str, str]) -> Iterator[Stack]:
    """Everything made, nothing started."""
    bus.use_topology(TOPOLOGY)
    desk.Desk.failing = False
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        made = Stack(broker_uri, databases, lines)
        yield made
        made.stop()
    bus.use_topology(None)
    settings.forget()
    health.clear()


@pytest.fixture
def stack(stopped_stack: Stack) -> Stack:
    stopped_stack.start()
    return stopped_stack
