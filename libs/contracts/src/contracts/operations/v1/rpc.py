"""What the operator's team asks of any service: events that could not be applied, and what people did.

Answered by the chassis in every service; the caller names the service.
"""

from dataclasses import dataclass
from datetime import datetime

from contracts.shapes import Page
from contracts.wire import Call, Command


@dataclass(frozen=True, kw_only=True)
class ParkedEvent:
    """An event whose handler failed until it was set aside (`parked`), or that is waiting for its next attempt (`waiting`).

    `attempts` counts failures; waiting for its cause is none.
    """

    event_id: str
    type: str
    state: str
    attempts: int
    error: str
    received_at: datetime
    next_attempt_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ListParkedEvents(Call[Page[ParkedEvent]]):
    """Parked and waiting events, oldest first. Operators with the right SUPPORT, FINANCE or MEDIATOR."""

    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True, kw_only=True)
class ReplayEvent(Command[ParkedEvent]):
    """Try a parked event again at once. Operators with the right SUPPORT, FINANCE or MEDIATOR; the reason is audited."""

    event_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """Who did what, when and why."""

    id: int
    at: datetime
    account_id: str | None
    role: str
    call: str
    subjects: dict[str, str]
    correlation_id: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ListAudit(Call[Page[AuditEntry]]):
    """The audit trail, newest first, of one subject id or of all. Operators with the right SUPPORT, FINANCE or MEDIATOR."""

    subject_id: str | None = None
    cursor: str | None = None
    limit: int = 50
