"""One service in a real container on a real bus, with its neighbours faked at their contracts.

What a test says a neighbour answers travels as a real answer does: encoded, over the bus, within the caller's deadline.
Everything the service tells is kept, in the order in which it was told.
"""

import importlib
import inspect
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

from kombu import Message, Queue, binding

from chassis import bus, codec, health, settings
from chassis.app import answers
from chassis.host import Host
from chassis.neighbours import BusWay
from contracts import topology
from contracts.wire import Call, Envelope, Event, service_of, wire_name
from kernel.clock import Clock, ManualClock
from kernel.ids import new_id

T = TypeVar("T")
Told = TypeVar("Told", bound=Event)
PATIENCE_SECONDS = 20.0


class NotSaid(AssertionError):
    """The test did not say what a neighbour answers to this call."""


class ServiceBus:
    """`start` the service under test; `answer` for its neighbours; `tell` it events; `ask` it; see what it `told`."""

    def __init__(self, uri: str, clock: Clock | None = None) -> None:
        self.uri = uri
        self.clock = clock or ManualClock()
        self._hosts: dict[str, Host] = {}
        self._answers: dict[type[Call[Any]], Callable[[Any], Any]] = {}
        self._told: list[tuple[Envelope, Event]] = []
        self._publisher = bus.Publisher(uri)
        self._way = BusWay(uri, self._publisher, "test")
        self._consumers = [self._way.replies]
        self._under_test: type[Any] | None = None
        bus.use_topology(bus.Topology(topology.SERVICES, {}))
        bus.declare(uri, bus.topology())
        _in_background(self._way.replies)

    def start(self, service: str | type[Any], **env: str) -> None:
        """Starts the service of this path (`payments.service:PaymentsService`) with these settings."""
        service = _load(service) if isinstance(service, str) else service
        name = service.name
        subscriptions = {name: topology.SUBSCRIPTIONS.get(name, ())}
        bus.use_topology(bus.Topology(topology.SERVICES, subscriptions))
        bus.declare(self.uri, bus.topology())
        settings.use(name, {"AMQP_URI": self.uri, "POLICY": "akigora", **env}, clock=self.clock)
        self._witness(name)
        self._under_test = service
        self._host(service)

    def restart(self) -> None:
        """Stops the service under test as SIGTERM would and starts it again with the same settings."""
        self._hosts.pop(self._under_test.name).stop()
        health.clear()
        self._host(self._under_test)

    def answer(self, call: type[Call[T]], how: Callable[[Any], T]) -> None:
        """What the neighbour that owns `call` answers from now on; an exception that `how` raises travels too."""
        self._answers[call] = how
        name = service_of(call)
        if name not in self._hosts:
            settings.use(name, {"AMQP_URI": self.uri}, clock=self.clock)
            self._host(self._fake(name))

    def ask(self, call: Call[T], *, service: str | None = None, deadline_seconds: float = PATIENCE_SECONDS) -> T:
        """The service's answer. Raises its Problem."""
        return self._way.ask(call, service=service, deadline_seconds=deadline_seconds)

    def tell(self, event: Event, *, id: str | None = None, correlation_id: str = "cor_test") -> str:
        """Publishes an event as its owner would; the same `id` again is the same event coming twice. Gives the id."""
        now = self.clock.now()
        envelope = Envelope(
            id=id or new_id("evt", now),
            type=wire_name(type(event)),
            version=1,
            occurred_at=now,
            correlation_id=correlation_id,
            data=codec.to_wire(event),
        )
        bus.publish_event(self._publisher, bus.topology(), service_of(type(event)), envelope)
        return envelope.id

    def told(self, event: type[Told]) -> list[Told]:
        """All events of this type that the service has told so far, as consumers read them."""
        return [fact for _, fact in self._told if isinstance(fact, event)]

    def envelopes(self, event: type[Event]) -> list[Envelope]:
        """The envelopes they came in."""
        return [envelope for envelope, fact in self._told if isinstance(fact, event)]

    def wait_for(self, event: type[Told], where: Callable[[Told], bool] = lambda fact: True) -> Told:
        """The first such event; waits for it at most 5 s."""
        return self.until(lambda: next(filter(where, self.told(event)), None), f"{event.__name__} was not told")

    def until(self, check: Callable[[], T | None], why: str = "it did not come true") -> T:
        """The first true value that `check` gives; asked again and again for at most 5 s."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not (value := check()):
            if time.monotonic() > end:
                raise AssertionError(
                    f"{why} within {PATIENCE_SECONDS:g} s; told so far: {[envelope.type for envelope, _ in self._told]}"
                )
            time.sleep(0.02)
        return value

    def stop(self) -> None:
        endings = [host.stop for host in self._hosts.values()] + [partial(consumer.stop, 2) for consumer in self._consumers]
        threads = [threading.Thread(target=ending) for ending in endings]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self._publisher.close()
        bus.use_topology(None)
        settings.forget()
        health.clear()

    def _host(self, service: type[Any]) -> None:
        self._hosts[service.name] = Host([[service]])
        self._hosts[service.name].start()

    def _fake(self, name: str) -> type[Any]:
        """A service that answers every call of `name`'s contract with what the test said."""
        module = importlib.import_module(f"contracts.{name}.v1.rpc")
        calls = [
            call
            for call in vars(module).values()
            if inspect.isclass(call) and issubclass(call, Call) and service_of(call) == name
        ]
        methods = {wire_name(call): answers(call)(_answering(wire_name(call), self._said)) for call in calls}
        return type(f"Fake{name.title()}", (), {"name": name, **methods})

    def _said(self, call: Call[Any]) -> Any:
        if type(call) not in self._answers:
            raise NotSaid(f"bus.answer({type(call).__name__}, ...) is missing in this test")
        return self._answers[type(call)](call)

    def _witness(self, name: str) -> None:
        """A queue of the test's own on everything the service tells."""
        module = importlib.import_module(f"contracts.{name}.v1.events")
        facts = {wire_name(fact): fact for fact in vars(module).values() if inspect.isclass(fact) and issubclass(fact, Event)}

        def see(body: Any, message: Message) -> None:
            envelope = codec.from_wire(Envelope, body)
            self._told.append((envelope, codec.from_wire(facts[envelope.type], envelope.data)))
            consumer.ack(message)

        queue = Queue(f"test.{uuid4().hex}", bindings=[binding(bus.events_of(name), routing_key="#")], durable=True)
        consumer = bus.Consumer(self.uri, queue, see, prefetch=100)
        self._consumers.append(consumer)
        _in_background(consumer)


def _load(path: str) -> type[Any]:
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]


def _answering(name: str, said: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    def method(self: Any, call: Any) -> Any:
        return said(call)

    method.__name__ = name
    return method


def _in_background(consumer: bus.Consumer) -> None:
    threading.Thread(target=consumer.run, daemon=True).start()
    consumer.ready.wait(PATIENCE_SECONDS)
