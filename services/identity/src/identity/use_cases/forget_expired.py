"""What is over is forgotten: sessions and links that ended long ago, counters of attempts (their end in the personal data table)."""

from datetime import timedelta

from identity.use_cases.ports import Ports

KEPT_FOR = timedelta(days=30)


def forget_expired(ports: Ports) -> int:
    """Deletes what ended more than 30 days ago; how many rows."""
    return ports.uow.sweep(ports.uow.now - KEPT_FOR)
