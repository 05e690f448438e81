"""What Prometheus reads of payments: how many operations wait, are unknown, or are parked and need a person."""

from collections.abc import Mapping

from prometheus_client import Gauge

from payments.domain.operation import DUE, LEASED, PARKED, UNKNOWN

OPERATIONS = Gauge("payments_operations", "Operations at the payment provider that are not ended", ["state"])


class PrometheusMeter:
    def show(self, counts: Mapping[str, int]) -> None:
        for state in (DUE, LEASED, UNKNOWN, PARKED):
            OPERATIONS.labels(state).set(counts.get(state, 0))
