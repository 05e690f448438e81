"""What all entrypoints of one service in one process share: its connections to the bus, and who handles what.

A handler that raises loses nothing: a call's problem goes back to its caller, an event is kept in the inbox and tried again.
Messages are settled only after that. What cannot be settled because the broker is away comes again, and finds itself done.
"""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import SharedExtension

from chassis import bus, codec, health, settings
from chassis.inbox import Inbox
from chassis.neighbours import BusWay, problem_to_wire
from contracts.wire import Envelope, service_of, wire_name
from kernel.errors import Invalid, NotFound

_log = structlog.get_logger(__name__)


class Runtime(SharedExtension):  # type: ignore[misc]
    """Made once a container; started after all entrypoints have registered."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, Any] = {}  # entrypoints by the name of their call
        self.handlers: dict[tuple[str, str], Any] = {}  # entrypoints by the service and the name of their event
        self.inbox: Inbox | None = None
        self.service = ""
        self._taking: list[bus.Consumer] = []
        self._stopping = threading.Event()

    def setup(self) -> None:
        self.prepare()

    def prepare(self) -> None:
        """Done once; nameko sets extensions up in no order, so whoever needs it first does it."""
        if not self.service:
            self.service = self.container.service_name
            self.settings = settings.for_service(self.service)
            self.topology = bus.topology()
            self.publisher = bus.Publisher(self.settings.amqp_uri)
            self.way = BusWay(self.settings.amqp_uri, self.publisher, self.service)

    def start(self) -> None:
        """Declares the topology, as soon as the broker lets it, and begins to take messages."""
        self._check_handlers()
        while not self._declared():
            self._stopping.wait(1)
        uri, workers = self.settings.amqp_uri, self.settings.max_workers
        if self.answers:
            self._calls = bus.Consumer(uri, bus.calls_of(self.service), self._take_call, prefetch=workers)
            self._taking.append(self._calls)
        if self.handlers:  # at most half of the workers, so that events never keep callers waiting
            queue = self.topology.event_queue(self.service)
            self._events = bus.Consumer(uri, queue, self._take_event, prefetch=max(1, workers // 2))
            self._taking.append(self._events)
            self.container.spawn_managed_thread(self._retry)
        for consumer in (self.way.replies, *self._taking):
            self.container.spawn_managed_thread(consumer.run)
            consumer.ready.wait()
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
        self.way.replies.stop(0)
        self.publisher.close()

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

    def _take_call(self, body: Any, message: Any) -> None:
        name = message.delivery_info["routing_key"].partition(".")[2]
        try:
            deadline = message.headers.get(bus.DEADLINE)
            if deadline is not None and deadline < time.time():
                _log.warning("dropped a call that nobody waits for any more", handler=name)
                self._calls.ack(message)
                return
            if name not in self.answers:
                raise NotFound(f"{self.service} does not answer {name}", call=name)
            call = codec.from_wire(self.answers[name].shape, body["kwargs"].get("call"))
        except Exception as problem:
            _log.warning("call not understood", handler=name, reason=str(problem))
            self._reply(message, name, None, problem)
            return
        story = {"correlation_id": message.headers.get(bus.CORRELATION), "deadline": deadline}
        settle, put_back = partial(self._called, message, name), partial(self._calls.requeue, message)
        self._spawn_worker(self.answers[name], call, story, settle, put_back)

    def _called(self, message: Any, name: str, context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        self._reply(message, name, result, exc_info and exc_info[1])
        return result, exc_info

    def _reply(self, message: Any, name: str, result: Any, error: Exception | None) -> None:
        """A reply that cannot be published is dropped: the caller's deadline speaks, and its command is not done twice."""
        body = {"result": None, "error": error and problem_to_wire(error, self.service, name)}
        try:
            body["result"] = codec.to_wire(result)
        except ValueError as fault:
            _log.error("an answer that cannot travel", handler=name, exc_info=fault)
            body["error"] = problem_to_wire(fault, self.service, name)
        try:
            address = message.properties["reply_to"]
            self.publisher.publish(body, bus.CALLS, address, {}, correlation_id=message.properties.get("correlation_id"))
        except (bus.BusAway, KeyError) as away:
            _log.warning("reply not published", handler=name, reason=repr(away))
        self._calls.ack(message)

    # events

    def _take_event(self, body: Any, message: Any) -> None:
        source = message.delivery_info["exchange"].removesuffix(".events")
        try:
            envelope = codec.from_wire(Envelope, body)
            _ = self.handlers[source, envelope.type]
        except (Invalid, KeyError) as fault:  # a bare message, or a subscription of former times
            _log.error("not an event that is handled here, dropped", source=source, reason=str(fault))
            self._events.ack(message)
            return
        self._apply(source, envelope, partial(self._events.ack, message), partial(self._events.requeue, message))

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

    def _spawn_worker(
        self, entrypoint: Any, argument: Any, story: dict[str, Any], settle: Any, put_back: Callable[[], None]
    ) -> None:
        def spawn() -> None:  # waits for a free worker; the consumer must not, it has heartbeats to send
            try:
                self.container.spawn_worker(entrypoint, (argument,), {}, context_data=story, handle_result=settle)
            except ContainerBeingKilled:
                put_back()

        self.container.spawn_managed_thread(spawn)
