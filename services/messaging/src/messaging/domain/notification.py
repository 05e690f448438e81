"""A notification: one text to one person by one channel, kept until it is sent.

queued -> sent | failed. It is written in the transaction of the event that causes it, so it is neither lost nor made twice;
sending repeats with backoff until the last attempt, so a mail may arrive twice after a crash but never not at all.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kernel.errors import Conflict

ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=30)
LEASE = timedelta(seconds=60)
SECRET_KINDS = frozenset({"confirm_email", "reset_password"})


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class NotificationNotQueued(Conflict):
    """Only a queued notification can be sent or fail."""


@dataclass
class Notification:
    """`kind` names the text in the catalogue; `next_attempt_at` is also the end of a lease while it is being sent."""

    notification_id: str
    account_id: str
    channel: Channel
    kind: str
    address: str
    subject: str
    text: str
    created_at: datetime
    next_attempt_at: datetime
    state: DeliveryState = DeliveryState.QUEUED
    attempts: int = 0
    sent_at: datetime | None = None
    error: str = ""

    def lease(self, now: datetime) -> None:
        """Taken by a worker: nobody else tries before the lease is over."""
        self._must_be_queued()
        self.attempts += 1
        self.next_attempt_at = now + LEASE

    def sent(self, now: datetime) -> None:
        """The channel took it."""
        self._must_be_queued()
        self.state, self.sent_at, self.error = DeliveryState.SENT, now, ""
        self._forget_secret()

    def failed(self, now: datetime, reason: str) -> bool:
        """Try again later, doubling the pause; True when that was the last attempt."""
        self._must_be_queued()
        self.error = reason[:500]
        if self.attempts >= ATTEMPTS:
            self.state = DeliveryState.FAILED
            self._forget_secret()
            return True
        self.next_attempt_at = now + FIRST_PAUSE * 2 ** (self.attempts - 1)
        return False

    def _must_be_queued(self) -> None:
        if self.state is not DeliveryState.QUEUED:
            raise NotificationNotQueued(state=self.state.value)

    def _forget_secret(self) -> None:
        """A token is for the mail only: it does not stay in our books."""
        if self.kind in SECRET_KINDS:
            self.text = ""
