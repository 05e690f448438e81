"""What Prometheus reads at `/metrics`: how long each handler took and how it ended, and what waits in outbox and inbox."""

from collections.abc import Callable
from functools import partial

from prometheus_client import Gauge, Histogram

from chassis.inbox import Inbox
from chassis.outbox import Relay

HANDLER_SECONDS = Histogram("handler_seconds", "Time in a service's method, by outcome", ["service", "handler", "outcome"])
OUTBOX_PENDING = Gauge("outbox_pending", "Events told and not yet published", ["service"])
INBOX_OPEN = Gauge("inbox_open", "Events heard and not applied", ["service", "state"])


def watch(service: str, relay: Relay, inbox: Inbox) -> None:
    """Counts when it is asked; a database that does not answer counts as NaN."""
    OUTBOX_PENDING.labels(service).set_function(_or_nan(relay.pending))
    for state in ("waiting", "parked"):
        INBOX_OPEN.labels(service, state).set_function(_or_nan(partial(inbox.count, state)))


def _or_nan(count: Callable[[], int]) -> Callable[[], float]:
    def counted() -> float:
        try:
            return count()
        except Exception:
            return float("nan")

    return counted
