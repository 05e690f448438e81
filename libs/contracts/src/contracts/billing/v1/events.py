"""What billing tells."""

from dataclasses import dataclass
from datetime import datetime

from contracts.wire import Event
from kernel.money import Money


@dataclass(frozen=True, kw_only=True)
class MandateSigned(Event):
    expert_id: str
    version: str
    signed_at: datetime


@dataclass(frozen=True, kw_only=True)
class MandateRevoked(Event):
    expert_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DocumentIssued(Event):
    """`kind` as in DocumentView; `final` when no more invoice of the expert to the client is due for the mission."""

    document_id: str
    kind: str
    number: str
    mission_id: str
    company_id: str
    expert_id: str
    ttc: Money
    instalment: int | None = None
    final: bool = False
    accounting_email: str = ""


@dataclass(frozen=True, kw_only=True)
class DocumentParked(Event):
    """The document could not be issued; a person looks at it."""

    kind: str
    mission_id: str
    reason: str
