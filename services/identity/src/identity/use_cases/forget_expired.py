"""What ended long ago is forgotten: sessions, links of mails, counters of attempts (README, personal data)."""

from datetime import timedelta

from identity.use_cases.ports import Ports

KEPT_FOR = timedelta(days=30)


def forget_expired(ports: Ports) -> int:
    """Deletes what ended more than 30 days ago; how many rows."""
    return ports.uow.sweep(ports.uow.now - KEPT_FOR)
