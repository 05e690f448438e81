"""Secrets that open something: sessions and tokens of the API, and the one-use links of mails.

A secret is 256 random bits, shown once; only its SHA-256 is kept. That is enough without salt or slow hashing, which protect what
people invent: nobody guesses 256 random bits. Whoever reads the database can log in as nobody.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kernel.errors import Invalid

_TOUCHED_EVERY = timedelta(minutes=1)


class Purpose(StrEnum):
    """What a session is for."""

    COOKIE = "cookie"
    TOKEN = "token"  # noqa: S105 - a kind of session, not a password


LIFETIMES = {Purpose.COOKIE: timedelta(days=14), Purpose.TOKEN: timedelta(days=365)}


class MailPurpose(StrEnum):
    """What the link of a mail does."""

    CONFIRM_EMAIL = "confirm_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a kind of link, not a password


CONFIRMATION_LIFETIME = timedelta(days=3)
RESET_LIFETIME = timedelta(hours=1)
INVITATION_LIFETIME = timedelta(days=7)


@dataclass(eq=False, kw_only=True)
class Session:
    """An open door until `expires_at` or `revoked_at`; `ip` and `user_agent` are where it was opened from."""

    id: str
    account_id: str
    secret_sha256: str
    purpose: Purpose
    name: str
    created_at: datetime
    expires_at: datetime
    ip: str
    user_agent: str
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at

    def revoke(self, now: datetime) -> None:
        """From now on; revoking twice keeps the first time."""
        self.revoked_at = self.revoked_at or now

    def touch(self, now: datetime) -> None:
        """Notes its use, to the minute: not every request shall write a row."""
        if self.last_used_at is None or now - self.last_used_at >= _TOUCHED_EVERY:
            self.last_used_at = now


@dataclass(eq=False, kw_only=True)
class MailToken:
    """A link sent by mail, good for one use before `expires_at`."""

    secret_sha256: str
    account_id: str
    purpose: MailPurpose
    expires_at: datetime


def new_secret() -> str:
    """256 random bits as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a secret. Text that has no bytes (lone surrogates) hashes like nothing that was ever given out."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def purpose_of(value: str) -> Purpose:
    """Raises Invalid."""
    try:
        return Purpose(value)
    except ValueError:
        raise Invalid("purpose must be cookie or token", field="purpose") from None
