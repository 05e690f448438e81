"""Billing mandates: an expert entrusts the platform with issuing his invoices in his name (A32, A61, A73, M102).

Written, prior and express (art. 289 I-2 CGI): the exact text signed is kept with who signed, when and from where. A new version
of the text does not end a mandate signed in an older one. Revoking, or erasing the account, works for the future only: what was
issued stays, and a mission accepted before is invoiced to its end. The parties agreed on it under the mandate, whose proof is
kept ten years; half-invoiced, neither could keep his books.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Mandate:
    """none -> in_force -> revoked. `text` is what was signed, word for word."""

    mandate_id: str
    expert_id: str
    version: str
    text: str
    text_sha256: str
    signed_at: datetime
    account_id: str
    ip: str
    user_agent: str
    revoked_at: datetime | None = None
    revoke_reason: str = ""

    @property
    def in_force(self) -> bool:
        return self.revoked_at is None

    def covers(self, accepted_at: datetime) -> bool:
        """Whether a mission accepted then is invoiced under it: it was not over yet. Signed later, it covers what waited for it."""
        return self.revoked_at is None or accepted_at < self.revoked_at

    def revoked(self, at: datetime, reason: str) -> "Mandate":
        return replace(self, revoked_at=at, revoke_reason=reason)


@dataclass(frozen=True, kw_only=True)
class MandateTexts:
    """Every version of the text, by name, with the names of the parties left open; `current` is the one to sign now."""

    current: str
    versions: Mapping[str, str]

    def to_sign(self, *, platform: str, contest_days: int, expert: str) -> str:
        """The current text with the parties filled in."""
        return self.versions[self.current].format(platform=platform, contest_days=contest_days, expert=expert)
