"""The bus: who has which queue, publishing with the broker's confirmation, and consuming that settles what it took.

Exchanges: `nameko-rpc` (calls, routing key `<service>.<call>`) and one `<service>.events` for each service (routing key: the
type of the event). Queues: `rpc-<service>`, `<service>.events`, one reply queue for each process. All durable.
"""
# mypy: disable-error-code="attr-defined, import-untyped, no-any-return, no-untyped-call"
# (kombu is typed here and there only)

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import kombu
import structlog
from amqp import AMQPError
from kombu import Connection, Exchange, Message, Producer, Queue, binding
from kombu.exceptions import ChannelError, KombuError

from chassis import codec, embedded_bus
from contracts.wire import Envelope, Event, service_of, wire_name

CALLS = Exchange("nameko-rpc", type="topic", durable=True)
CORRELATION, DEADLINE = "nameko.correlation_id", "nameko.deadline"
_FAILURES = (AMQPError, KombuError, OSError, EOFError)
_log = structlog.get_logger(__name__)


class BusAway(Exception):
    """The broker cannot be reached, or did not confirm."""


class NoRoute(Exception):
    """The broker has no queue for this message."""


@dataclass(frozen=True)
class Topology:
    """Which services there are, and which events each listens to."""

    services: tuple[str, ...]
    subscriptions: Mapping[str, tuple[type[Event], ...]]

    def event_queue(self, service: str) -> Queue:
        heard = self.subscriptions.get(service, ())
        bindings = [binding(events_of(service_of(event)), routing_key=wire_name(event)) for event in heard]
        return Queue(f"{service}.events", bindings=bindings, durable=True)

    def is_heard(self, source: str, event_type: str) -> bool:
        """Whether some service listens to it."""
        heard = (event for events in self.subscriptions.values() for event in events)
        return any((service_of(event), wire_name(event)) == (source, event_type) for event in heard)


_used: list[Topology] = []


def topology() -> Topology:
    """The one of `contracts.topology`, unless `use_topology` was called in this process."""
    from contracts.topology import SERVICES, SUBSCRIPTIONS

    return _used[-1] if _used else Topology(SERVICES, SUBSCRIPTIONS)


def use_topology(topology: Topology | None) -> None:
    """For tests with services of their own; None goes back."""
    _used[:] = [topology] if topology else []


def events_of(service: str) -> Exchange:
    return Exchange(f"{service}.events", type="topic", durable=True)


def calls_of(service: str) -> Queue:
    return Queue(f"rpc-{service}", exchange=CALLS, routing_key=f"{service}.*", durable=True)


def replies_to(asker: str, address: str) -> Queue:
    """Of one process; the broker removes it five minutes after its end."""
    return Queue(f"rpc.reply-{asker}-{address}", exchange=CALLS, routing_key=address, queue_arguments={"x-expires": 300_000})


def connect(uri: str, **options: Any) -> Connection:
    """A connection to the broker, made now or not at all."""
    return Connection(uri, connect_timeout=3, **options).ensure_connection(max_retries=1, interval_start=0, interval_step=0)


def declare(uri: str, topology: Topology) -> None:
    """Makes every exchange and event queue there must be before anything is published. Raises BusAway."""
    try:
        with connect(uri) as connection:
            channel = connection.channel()
            for entity in (CALLS, *map(events_of, topology.services), *map(topology.event_queue, topology.subscriptions)):
                entity(channel).declare()
    except _FAILURES as error:
        raise BusAway(str(error)) from error


class Publisher:
    """Publishes JSON messages over a few kept connections; `publish` returns once the broker has confirmed."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._idle: list[Producer] = []

    def publish(self, body: Any, exchange: Exchange, routing_key: str, headers: dict[str, Any], **options: Any) -> None:
        """Options are those of kombu's `publish`. Raises NoRoute for a mandatory message without a queue; BusAway."""
        while True:
            kept = self._idle.pop() if self._idle else None
            producer = kept or self._connect()
            try:
                producer.publish(body, exchange=exchange, routing_key=routing_key, headers=headers, confirm_timeout=10, **options)
                self._idle.append(producer)
                return
            except BaseException as error:  # a deadline too: what it leaves unconfirmed must not confirm the next message
                producer.connection.collect()
                if isinstance(error, ChannelError) and "NO_ROUTE" in str(error):
                    raise NoRoute(routing_key) from None
                if not isinstance(error, _FAILURES):
                    raise
                if kept is None:
                    raise BusAway(str(error)) from error
                self.close()  # kept from before the broker went away: so were the others

    def close(self) -> None:
        while self._idle:
            self._idle.pop().connection.collect()

    def _connect(self) -> Producer:
        try:
            return Producer(connect(self._uri, transport_options={"confirm_publish": True}).channel(), auto_declare=False)
        except _FAILURES as error:
            raise BusAway(str(error)) from error


def publish_event(publisher: Publisher, topology: Topology, service: str, envelope: Envelope) -> None:
    """Tells one event. When somebody listens, at least one queue must have taken it. Raises NoRoute, BusAway."""
    heard, body = topology.is_heard(service, envelope.type), codec.to_wire(envelope)
    headers = {CORRELATION: envelope.correlation_id}
    publisher.publish(body, events_of(service), envelope.type, headers, mandatory=heard, message_id=envelope.id)


class Consumer:
    """Takes messages from one queue, as many at a time as `prefetch`, until stopped; reconnects when the broker was away.

    Each message must be settled once: `ack` or `requeue`. Stopping takes no more, waits for what is held, then closes.
    """

    def __init__(self, uri: str, queue: Queue, take: Callable[[Any, Message], None], prefetch: int) -> None:
        self._uri, self._queue, self._take, self._prefetch = uri, queue, take, prefetch
        self._held: set[int] = set()
        self._stopping, self.connected = False, False
        self.ready, self._done = threading.Event(), threading.Event()

    def run(self) -> None:
        """Blocks until stopped."""
        while not self._stopping:
            try:
                with connect(self._uri, heartbeat=20) as connection:
                    self._consume(connection)
            except _FAILURES as error:
                self.connected = False
                _log.warning("broker away", reason=str(error))
                time.sleep(1)
        self._done.set()

    def stop(self, deadline_seconds: float | None = None) -> None:
        """Returns when everything held is settled and the connection is closed, or after the deadline."""
        self._stopping = True
        embedded_bus.wake_all()
        if self.ready.is_set():
            self._done.wait(deadline_seconds)

    def ack(self, message: Message) -> None:
        self._settle(message, message.ack)

    def requeue(self, message: Message) -> None:
        self._settle(message, message.requeue)

    def _consume(self, connection: Connection) -> None:
        look_seconds = 5.0 if self._uri.startswith("embedded:") else 0.2  # whether to stop; the embedded bus wakes us for it
        self._held.clear()  # a new connection: the broker has taken back what the old one held
        consumer = kombu.Consumer(connection.channel(), [self._queue], accept=["json"])
        consumer.callbacks, consumer.on_decode_error = [self._on_message], self._on_junk
        consumer.qos(prefetch_count=self._prefetch)
        consumer.consume()
        self.connected = True
        self.ready.set()
        while self._held or not self._stopping:
            if self._stopping:
                consumer.cancel()
            try:
                connection.drain_events(timeout=0.1 if self._stopping else look_seconds)
            except TimeoutError:
                connection.heartbeat_check()
        consumer.cancel()

    def _on_message(self, body: Any, message: Message) -> None:
        self._held.add(id(message))
        if self._stopping:
            self.requeue(message)
        else:
            self._take(body, message)

    def _on_junk(self, message: Message, error: Exception) -> None:
        _log.error("not JSON, dropped", queue=self._queue.name, reason=str(error))
        message.reject()

    def _settle(self, message: Message, how: Callable[[], None]) -> None:
        if id(message) in self._held:
            self._held.discard(id(message))
            try:
                how()
            except _FAILURES as error:
                _log.warning("message not settled, it will come again", reason=str(error))
