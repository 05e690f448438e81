"""What a service's class is made of: `App`, and the decorators that turn its methods into calls, event handlers and timers.

The only module of a service's running that is tied to nameko's extensions. A handler that raises loses nothing: a call's problem goes
back to the caller, an event is kept in the inbox, a timer comes again.
"""

import threading
import time
from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Any, TypeVar

import structlog
from contracts.wire import Call, Envelope, Event, service_of, wire_name
from eventlet import Timeout
from kernel.errors import Invalid, NotFound, Problem
from kernel.ids import new_id
from kombu import Message
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import DependencyProvider, Entrypoint, SharedExtension, register_entrypoint
from nameko.timer import Timer

from chassis import bus, codec, health, logs, metrics, settings
from chassis.edge import Edge
from chassis.inbox import OPERATIONS, Inbox
from chassis.neighbours import BusWay, Neighbours, problem_to_wire, work_until
from chassis.outbox import Relay
from chassis.settings import Settings
from chassis.uow import Wiring

Method = TypeVar("Method", bound=Callable[..., Any])
_log = structlog.get_logger(__name__)
topology: Callable[[], bus.Topology] = bus.contracts_topology  # tests with services of their own put theirs here


class Runtime(SharedExtension):  # type: ignore[misc]
    """What all entrypoints of one service in one process share: its connections to the bus, and who handles what."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, Answers] = {}
        self.handlers: dict[tuple[str, str], Handles] = {}
        self.inbox: Inbox | None = None
        self._taking: list[bus.Consumer] = []
        self._stopping = threading.Event()

    def setup(self) -> None:
        self.service = self.container.service_name
        self.settings = settings.for_service(self.service)
        self.topology = topology()
        self.publisher = bus.Publisher(self.settings.amqp_uri)
        self.way = BusWay(self.settings.amqp_uri, self.publisher, self.service)

    def start(self) -> None:
        """Declares the topology, as soon as the broker lets it, and begins to take messages."""
        self._check_handlers()
        while not self._declared():
            self._stopping.wait(1)
        self._spawn(self.way.replies)
        workers = self.settings.max_workers
        if self.answers:
            self._calls = bus.Consumer(self.settings.amqp_uri, bus.calls_of(self.service), self._take_call, prefetch=workers)
            self._taking.append(self._calls)
        if self.handlers:  # at most half of the workers, so that events never keep callers waiting
            queue = self.topology.event_queue(self.service)
            self._events = bus.Consumer(self.settings.amqp_uri, queue, self._take_event, prefetch=max(1, workers // 2))
            self._taking.append(self._events)
            self.container.spawn_managed_thread(self._retry)
        for consumer in self._taking:
            self._spawn(consumer)
        health.add(f"{self.service} bus", lambda: all(consumer.connected for consumer in (self.way.replies, *self._taking)))

    def stop_taking(self) -> None:
        """Takes nothing new and settles what is held. Called by every entrypoint, done once."""
        self._stopping.set()
        threads = [threading.Thread(target=consumer.stop) for consumer in self._taking]
        self._taking = []
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def stop(self) -> None:
        self.way.replies.stop(1)
        self.publisher.close()

    def _spawn(self, consumer: bus.Consumer) -> None:
        self.container.spawn_managed_thread(consumer.run)
        consumer.ready.wait()

    def _declared(self) -> bool:
        try:
            bus.declare(self.settings.amqp_uri, self.topology)
        except bus.BusAway as error:
            _log.warning("broker away", reason=str(error))
            return False
        return True

    def _check_handlers(self) -> None:
        heard = {(service_of(event), wire_name(event)) for event in self.topology.subscriptions.get(self.service, ())}
        if heard != set(self.handlers):
            wrong = ", ".join(".".join(event) for event in sorted(heard ^ set(self.handlers)))
            raise settings.BadSetting("topology", f"the events {self.service} handles are not those it subscribes to: {wrong}")

    # calls

    def _take_call(self, body: Any, message: Message) -> None:
        name = message.delivery_info["routing_key"].partition(".")[2]
        deadline = message.headers.get(bus.DEADLINE)
        if deadline is not None and deadline < time.time():
            _log.warning("dropped a call that nobody waits for any more", handler=name)
            self._calls.ack(message)
            return
        try:
            if name not in self.answers:
                raise NotFound(f"{self.service} does not answer {name}", call=name)
            entrypoint = self.answers[name]
            call = codec.from_wire(entrypoint.shape, (body.get("kwargs") or {}).get("call"))
        except Problem as problem:
            self._reply(message, name, None, problem)
            return
        story = {"correlation_id": message.headers.get(bus.CORRELATION), "deadline": deadline}
        self._spawn_worker(entrypoint, call, story, partial(self._called, message, name), partial(self._calls.requeue, message))

    def _called(self, message: Message, name: str, context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        self._reply(message, name, result, exc_info and exc_info[1])
        return result, exc_info

    def _reply(self, message: Message, name: str, result: Any, error: Exception | None) -> None:
        """A reply that cannot be published is dropped: the caller's deadline speaks, and its command is not done twice."""
        body = {"result": codec.to_wire(result), "error": error and problem_to_wire(error, self.service, name)}
        try:
            address = message.properties["reply_to"]
            self.publisher.publish(body, bus.CALLS, address, {}, correlation_id=message.properties.get("correlation_id"))
        except (bus.BusAway, KeyError) as away:
            _log.warning("reply not published", handler=name, reason=repr(away))
        self._calls.ack(message)

    # events

    def _take_event(self, body: Any, message: Message) -> None:
        source = message.delivery_info["exchange"].removesuffix(".events")
        try:
            envelope = codec.from_wire(Envelope, body)
        except Invalid as fault:
            _log.error("not an event, dropped", source=source, reason=str(fault))
            self._events.ack(message)
            return
        if (source, envelope.type) not in self.handlers:
            _log.warning("an event nobody here subscribes to any more", source=source, type=envelope.type)
            self._events.ack(message)
            return
        self._apply(source, envelope, lambda: self._events.ack(message), lambda: self._events.requeue(message))

    def _retry(self) -> None:
        """The inbox's poller: once a second, what is due."""
        while not self._stopping.wait(1):
            try:
                for source, envelope in self.inbox.take_due() if self.inbox else ():
                    self._apply(source, envelope, lambda: None, lambda: None)
            except Exception as error:
                _log.warning("inbox not read", reason=repr(error))

    def _apply(self, source: str, envelope: Envelope, done: Callable[[], None], put_back: Callable[[], None]) -> None:
        def settle(context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            if exc_info is None or self._kept(source, envelope, exc_info[1]):
                done()
            else:
                put_back()
            return result, exc_info

        try:
            entrypoint = self.handlers[source, envelope.type]
            event = codec.from_wire(entrypoint.shape, envelope.data)
        except (KeyError, Invalid) as fault:
            settle(None, None, (type(fault), fault, None))
            return
        self._spawn_worker(entrypoint, event, {"correlation_id": envelope.correlation_id, "envelope": envelope}, settle, put_back)

    def _kept(self, source: str, envelope: Envelope, error: Exception) -> bool:
        try:
            if self.inbox and self.inbox.keep(source, envelope, error) == "parked":
                _log.error("event parked", event_id=envelope.id, type=envelope.type)
        except Exception as away:
            _log.warning("event not kept, put back", event_id=envelope.id, reason=repr(away))
            self._stopping.wait(1)
            return False
        return True

    def _spawn_worker(self, entrypoint: Any, argument: Any, story: dict[str, Any], settle: Any, put_back: Callable[[], None]) -> None:
        def spawn() -> None:  # waits for a free worker; the consumer must not, it has heartbeats to send
            try:
                self.container.spawn_worker(entrypoint, (argument,), {}, context_data=story, handle_result=settle)
            except ContainerBeingKilled:
                put_back()

        self.container.spawn_managed_thread(spawn)


class _Served(Entrypoint):  # type: ignore[misc]
    runtime = Runtime()

    def __init__(self, shape: type[Any]) -> None:
        super().__init__()
        self.shape = shape

    def stop(self) -> None:
        self.runtime.stop_taking()


class Answers(_Served):
    def setup(self) -> None:
        self.runtime.answers[wire_name(self.shape)] = self


class Handles(_Served):
    def setup(self) -> None:
        self.runtime.handlers[service_of(self.shape), wire_name(self.shape)] = self


class Every(Timer):  # type: ignore[misc]
    """nameko's timer without its catching up: a run that took long is followed by a full pause."""

    def _run(self) -> None:
        while True:
            with Timeout(self.interval, exception=False):
                self.should_stop.wait()
                return
            self.handle_timer_tick()
            self.worker_complete.wait()
            self.worker_complete.reset()


def answers(call: type[Call[Any]]) -> Callable[[Method], Method]:
    """The method answers this call, under the name the contract gives it."""
    return _registering(Answers(call))


def handles(event: type[Event]) -> Callable[[Method], Method]:
    """The method is told this event, once applied never again."""
    return _registering(Handles(event))


def every(*, seconds: float) -> Callable[[Method], Method]:
    """The method runs again and again with this pause, one run at a time in a process."""
    return _registering(Every(seconds))


def _registering(entrypoint: Entrypoint) -> Callable[[Method], Method]:
    def register(method: Method) -> Method:
        register_entrypoint(method, entrypoint)
        return method

    return register


class _Observed(DependencyProvider):  # type: ignore[misc]
    """Around each worker: its correlation id and deadline before, its log line and metric after."""

    runtime = Runtime()

    def worker_setup(self, context: Any) -> None:
        story = context.context_data.get("correlation_id") or new_id("cor", self.runtime.settings.machine_clock.now())
        actor = getattr(context.args[0], "actor", None) if context.args else None
        facts = {"service": self.runtime.service, "handler": context.entrypoint.method_name}
        logs.begin_story(story, account_id=actor and actor.account_id, **facts)
        work_until(context.context_data.get("deadline"))
        context.began_at = time.perf_counter()

    def worker_result(self, context: Any, result: Any = None, exc_info: Any = None) -> None:
        outcome = "ok" if exc_info is None else "refused" if isinstance(exc_info[1], Problem) else "failed"
        seconds = time.perf_counter() - context.began_at
        metrics.HANDLER_SECONDS.labels(self.runtime.service, context.entrypoint.method_name, outcome).observe(seconds)
        if outcome == "failed":
            _log.error("handler failed", ms=round(seconds * 1000, 1), exc_info=exc_info)
        elif not isinstance(context.entrypoint, Every):
            problem = exc_info and exc_info[1].code()
            _log.info("handled", outcome=outcome, ms=round(seconds * 1000, 1), **({"problem": problem} if problem else {}))


class NeighboursProvider(_Observed):
    """For a service without a database: its attribute is a `Neighbours`."""

    def get_dependency(self, context: Any) -> Neighbours:
        return Neighbours(self.runtime.way)


class App(_Observed):
    """The service's edge as a nameko dependency; also answers the operators' calls and runs the relay and the inbox."""

    def __init__(self, build: Callable[[Settings], Wiring[Any]]) -> None:
        self._build = build

    def __set_name__(self, owner: type, name: str) -> None:
        for call, use_case in OPERATIONS.items():
            method = _operation(name, use_case, wire_name(call))
            setattr(owner, wire_name(call), answers(call)(method))

    def setup(self) -> None:
        own = settings.for_service(self.container.service_name)
        wiring = self._build(own)
        self.edge = Edge(wiring, own, on_told=lambda: self._relay.wake())

    def start(self) -> None:
        runtime = self.runtime
        self._relay = Relay(self.edge.engine, self.edge.settings, runtime.publisher, runtime.topology)
        runtime.inbox = Inbox(self.edge.engine, self.edge.settings)
        self.edge.neighbours = runtime.way
        self._thread = self.container.spawn_managed_thread(self._relay.run)
        health.add(f"{runtime.service} database", partial(health.answers, self.edge.engine))
        metrics.watch(runtime.service, self._relay, runtime.inbox)

    def stop(self) -> None:
        self._relay.stop()
        self._thread.wait()
        self.edge.engine.dispose()

    def get_dependency(self, context: Any) -> "Work":
        return Work(self.edge, context.context_data.get("envelope"))


class Work:
    """`self.app` within one method of a service."""
