"""kombu transport `embedded://localhost/<virtual host>`: a broker inside the process, for all services in one process.

Keeps AMQP's promises as far as the chassis needs them: topic routing, `mandatory`, a prefetch window, acknowledgement and
requeueing in each queue on its own, redelivery of what a closed connection held. Consumers are woken, nothing polls. Messages
die with the process: outbox and inbox bring them back.
"""
# mypy: disable-error-code="assignment, misc, no-untyped-call, override, union-attr"
# (kombu is typed here and there only)

import threading
import weakref
from collections import defaultdict, deque
from queue import Empty
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, virtual


class Broker:
    """One virtual host: exchanges and bindings (`state`), and the messages that wait in each queue."""

    def __init__(self) -> None:
        self.state = virtual.BrokerState()
        self.queues: defaultdict[str, deque[dict[str, Any]]] = defaultdict(deque)
        self.transports: weakref.WeakSet[Transport] = weakref.WeakSet()


_brokers: defaultdict[str, Broker] = defaultdict(Broker)


def wake_all() -> None:
    """Lets every consumer look around now, because it is asked to stop."""
    for broker in _brokers.values():
        for transport in list(broker.transports):
            transport.interrupted = True
            transport.wake.set()


class Channel(virtual.Channel):
    do_restore = True
    body_encoding = None

    @property
    def _queues(self) -> defaultdict[str, deque[dict[str, Any]]]:
        return self.connection.broker.queues  # type: ignore[no-any-return]

    def basic_publish(
        self, message: dict[str, Any], exchange: str, routing_key: str, mandatory: bool = False, **options: Any
    ) -> None:
        if mandatory and not self._lookup(exchange, routing_key):
            raise ChannelError("NO_ROUTE", (60, 40), "Basic.publish", 312)
        super().basic_publish(message, exchange, routing_key)

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        super().basic_ack(delivery_tag, multiple)
        self._look_again()

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        super().basic_reject(delivery_tag, requeue)
        self._look_again()

    def _look_again(self) -> None:
        if self.connection is not None:  # the prefetch window is open again
            self.connection.wake.set()

    def _put(self, queue: str, message: dict[str, Any], **options: Any) -> None:
        # a copy for each queue, with a tag and an origin of its own: settling it concerns this queue alone
        properties = dict(message["properties"], delivery_tag=self._next_delivery_tag())
        properties["delivery_info"] = dict(properties["delivery_info"], queue=queue)
        self._queues[queue].append(dict(message, properties=properties))
        self._wake_consumers_of(queue)

    def _restore(self, message: Any) -> None:
        queue = message.delivery_info["queue"]
        self._queues[queue].appendleft(dict(message.serializable(), redelivered=True))
        self._wake_consumers_of(queue)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        try:
            return self._queues[queue].popleft()
        except IndexError:
            raise Empty from None

    def _new_queue(self, queue: str, **options: Any) -> None:
        _ = self._queues[queue]

    def _wake_consumers_of(self, queue: str) -> None:
        for transport in list(self.connection.broker.transports):
            if queue in transport._callbacks:
                transport.wake.set()


class Transport(virtual.Transport):
    Channel = Channel
    driver_type = driver_name = "embedded"
    recoverable_connection_errors = recoverable_channel_errors = ()
    implements = virtual.Transport.implements.extend(heartbeats=False)

    def __init__(self, client: Any, **options: Any) -> None:
        super().__init__(client, **options)
        self.broker = _brokers[client.virtual_host or "/"]
        self.state = self.broker.state
        self.wake, self.interrupted = threading.Event(), False
        self.broker.transports.add(self)

    def drain_events(self, connection: Any, timeout: float | None = None) -> None:
        """Delivers one message; raises socket.timeout when none came in time, or when it is to look around."""
        end = monotonic() + (3600 if timeout is None else timeout)
        while True:
            self.wake.clear()
            try:
                self.cycle.get(self._deliver, timeout=timeout)
                return
            except Empty:
                pass
            if self.interrupted or not self.wake.wait(max(0, end - monotonic())):
                self.interrupted = False
                raise TimeoutError


TRANSPORT_ALIASES["embedded"] = "chassis.embedded_bus:Transport"
