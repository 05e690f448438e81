"""The bus of the embedded marketplace: `embedded://`, and an event is confirmed when every listener has settled it.

A message in memory dies with the process, and an outbox sends again only what was not confirmed. All listeners live in this
process too, so the broker can wait for them: what a SIGKILL takes along is still unsent in its outbox, and is sent again at the
next start; an inbox knows what it has applied already.
"""

import threading
from collections import Counter
from typing import Any

from kombu.transport import TRANSPORT_ALIASES

from chassis import embedded_bus

SETTLE_SECONDS = 10.0
_open: Counter[str] = Counter()  # how many queues have not settled the event of this id
_settled = threading.Condition()
_over = threading.Event()


class NotSettled(ConnectionError):
    """A listener has not settled the event in time; its publisher sends it again."""


class Channel(embedded_bus.Channel):
    """Events carry a message id; calls and replies do not, and are not waited for."""

    def basic_publish(
        self, message: dict[str, Any], exchange: str, routing_key: str, mandatory: bool = False, **options: Any
    ) -> None:
        super().basic_publish(message, exchange, routing_key, mandatory, **options)
        if event := message["properties"].get("message_id"):
            with _settled:
                _settled.wait_for(lambda: _open[event] <= 0 or _over.is_set(), SETTLE_SECONDS)
                if _open[event] > 0:
                    raise NotSettled(f"{event} is not settled by all who listen")
                del _open[event]

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        event = self.qos.get(delivery_tag).properties.get("message_id")
        super().basic_ack(delivery_tag, multiple)
        if event:
            with _settled:
                _open[event] -= 1
                _settled.notify_all()

    def _put(self, queue: str, message: dict[str, Any], **options: Any) -> None:
        if event := message["properties"].get("message_id"):
            _open[event] += 1
        super()._put(queue, message, **options)


class Transport(embedded_bus.Transport):
    Channel = Channel


def install() -> None:
    """`embedded://` is this bus, in this process."""
    TRANSPORT_ALIASES["embedded"] = "embedded.bus:Transport"


def stop_waiting() -> None:
    """The marketplace stops: what is not settled now stays in its outbox for the next start."""
    _over.set()
    with _settled:
        _settled.notify_all()
