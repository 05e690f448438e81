"""What contracting tells. Mission events carry both parties, so that a listener need not ask."""

from dataclasses import dataclass
from datetime import date, datetime

from contracts.contracting.v1.rpc import CommissionTerms, InstalmentPlan, QuoteLine, TaxTerms
from contracts.shapes import Evidence, Party
from contracts.wire import Event, Role
from kernel.money import Money


@dataclass(frozen=True, kw_only=True)
class OfferSent(Event):
    offer_id: str
    company_id: str
    company_name: str
    expert_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class OfferDeclined(Event):
    offer_id: str
    company_id: str
    expert_id: str
    title: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class QuoteSent(Event):
    """Also a new version of an amended quote (`version` > 1)."""

    quote_id: str
    version: int
    company_id: str
    expert_id: str
    title: str
    ttc: Money


@dataclass(frozen=True, kw_only=True)
class QuoteAmended(Event):
    quote_id: str
    company_id: str
    expert_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class QuoteAccepted(Event):
    """The contract (A68, M82), with all that payments and billing need, frozen: a mission keeps the policy it was made under."""

    mission_id: str
    reference: str
    quote_id: str
    version: int
    company_id: str
    expert_id: str
    title: str
    seller: Party
    buyer: Party
    lines: tuple[QuoteLine, ...]
    ht: Money
    vat: Money
    ttc: Money
    tax: TaxTerms
    commission: CommissionTerms
    instalments: tuple[InstalmentPlan, ...]
    starts_on: date
    ends_on: date
    service_kind: str
    evidence: Evidence
    policy: str
    policy_version: str
    accepted_at: datetime


@dataclass(frozen=True, kw_only=True)
class QuoteRefused(Event):
    """Another quote of the same offer round was accepted (M91)."""

    quote_id: str
    company_id: str
    expert_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class QuoteDeclined(Event):
    quote_id: str
    company_id: str
    expert_id: str
    title: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class QuoteWithdrawn(Event):
    quote_id: str
    company_id: str
    expert_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class QuoteExpired(Event):
    quote_id: str
    company_id: str
    expert_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class InstalmentDue(Event):
    """The client is asked to pay an instalment."""

    mission_id: str
    reference: str
    company_id: str
    expert_id: str
    instalment: int
    amount: Money


@dataclass(frozen=True, kw_only=True)
class MissionStarted(Event):
    mission_id: str
    reference: str
    company_id: str
    expert_id: str
    title: str
    funded: bool


@dataclass(frozen=True, kw_only=True)
class MissionAmendmentProposed(Event):
    """One side wants another scope or end (M19, M20); the other is asked."""

    mission_id: str
    company_id: str
    expert_id: str
    title: str
    proposed_by: Role
    scope: str
    ends_on: date


@dataclass(frozen=True, kw_only=True)
class MissionAmended(Event):
    """The other side has agreed: the amendment is in force. `amended_by` proposed it."""

    mission_id: str
    company_id: str
    expert_id: str
    title: str
    amended_by: Role
    scope: str
    ends_on: date


@dataclass(frozen=True, kw_only=True)
class ReleaseRequested(Event):
    mission_id: str
    company_id: str
    expert_id: str
    title: str
    instalment: int
    amount: Money
    message: str


@dataclass(frozen=True, kw_only=True)
class ReleaseAuthorised(Event):
    """This instalment's money may go to the expert; payments releases it once it is funded."""

    mission_id: str
    instalment: int


@dataclass(frozen=True, kw_only=True)
class ReportFiled(Event):
    mission_id: str
    reference: str
    company_id: str
    expert_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class ReportReminderDue(Event):
    """The company is silent (M43, P8); `number` counts from 1."""

    mission_id: str
    company_id: str
    expert_id: str
    title: str
    number: int


@dataclass(frozen=True, kw_only=True)
class MissionValidated(Event):
    mission_id: str
    company_id: str
    expert_id: str
    title: str
    validated_at: datetime


@dataclass(frozen=True, kw_only=True)
class MissionClosed(Event):
    mission_id: str
    reference: str
    company_id: str
    expert_id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class MissionCancelled(Event):
    """Payments refunds what is held; billing credits what was invoiced, first."""

    mission_id: str
    company_id: str
    expert_id: str
    title: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReviewPublished(Event):
    mission_id: str
    author: Role
    company_id: str
    expert_id: str
    scores: dict[str, int]
    comment: str
