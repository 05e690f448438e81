"""Calls of contracting: mission sheets, offers, quotes, missions, reports, reviews, dashboards."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from contracts.shapes import Evidence, Page
from contracts.wire import Call, Command, Role
from kernel.money import Money


class QuoteState(StrEnum):
    """draft -> sent -> (amended -> sent, a new version) -> accepted | declined | withdrawn | expired | refused.

    Refused: another quote of the same round was accepted."""

    DRAFT = "draft"
    SENT = "sent"
    AMENDED = "amended"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REFUSED = "refused"


class MissionState(StrEnum):
    """awaiting_funds -> active -> reported -> validated -> closed; awaiting_funds | active -> cancelled."""

    AWAITING_FUNDS = "awaiting_funds"
    ACTIVE = "active"
    REPORTED = "reported"
    VALIDATED = "validated"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class FundTrigger(StrEnum):
    """When the client is asked to pay an instalment."""

    ACCEPTANCE = "acceptance"
    MID_MISSION = "mid_mission"
    COMPLETION = "completion"


class ReleaseTrigger(StrEnum):
    """When an instalment's money may go to the expert."""

    FUNDING = "funding"
    EXPERT_REQUEST = "expert_request"
    VALIDATION = "validation"


@dataclass(frozen=True, kw_only=True)
class SheetView:
    sheet_id: str
    company_id: str
    title: str
    objectives: str
    terms: str
    published: bool
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class CreateSheet(Command[SheetView]):
    """A mission sheet: essentials, objectives, terms (M73). `publish` is refused where subjects are never exposed (P23)."""

    title: str
    objectives: str
    terms: str = ""
    publish: bool = False


@dataclass(frozen=True, kw_only=True)
class ListSheets(Call[Page[SheetView]]):
    """The company's own; for experts, the published ones."""

    cursor: str | None = None
    limit: int = 20


@dataclass(frozen=True, kw_only=True)
class OfferView:
    """`state`: open, declined, quoted or closed."""

    offer_id: str
    sheet_id: str
    company_id: str
    expert_id: str
    title: str
    objectives: str
    terms: str
    state: str
    sent_at: datetime
    decline_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class SendOffers(Command[Page[OfferView]]):
    """The same offer to several experts at once (M75); at most 20, each once a sheet."""

    sheet_id: str
    expert_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ListOffers(Call[Page[OfferView]]):
    """The caller's: received by an expert, sent by a company."""

    cursor: str | None = None
    limit: int = 20


@dataclass(frozen=True, kw_only=True)
class DeclineOffer(Command[OfferView]):
    """Never penalised by itself; a word to the company is recommended (A72, M61)."""

    offer_id: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class QuoteLine:
    """`quantity` is a decimal as text ("7.5"); `unit` day, hour or flat; prices are HT."""

    description: str
    quantity: str
    unit: str
    unit_price: Money


@dataclass(frozen=True, kw_only=True)
class QuoteContent:
    """What the expert writes (M16, A68). `weights` replaces the policy's schedule where that may be customised."""

    title: str
    objectives: str
    deliverables: str
    lines: tuple[QuoteLine, ...]
    starts_on: date
    ends_on: date
    means: str = ""
    roadmap: str = ""
    strengths: str = ""
    message: str = ""
    legal_mentions: str = ""
    service_kind: str = "consulting"
    weights: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class InstalmentPlan:
    """One payment of the schedule, numbered from 1. `commission` is what is expected to be withheld from it, TTC."""

    number: int
    ht: Money
    vat: Money
    ttc: Money
    fund: FundTrigger
    release: ReleaseTrigger
    commission: Money
    expert_receives: Money


@dataclass(frozen=True, kw_only=True)
class TaxTerms:
    """The VAT decision in force for a quote: `rate_bp` basis points, `category` as in EN 16931, `mention` for the document.

    `source_rule` is what the marketplace's simplified rule would say, shown as explanation only (M32-M35)."""

    rate_bp: int
    category: str
    vatex: str = ""
    mention: str = ""
    source_rule: str = ""


@dataclass(frozen=True, kw_only=True)
class CommissionTerms:
    """Frozen at acceptance: rate and VAT in basis points; base mission_ht or released_ht; timing first_instalment or release."""

    rate_bp: int
    base: str
    timing: str
    vat_rate_bp: int
    vat_category: str
    vat_mention: str
    ht: Money
    vat: Money
    ttc: Money


@dataclass(frozen=True, kw_only=True)
class QuoteView:
    quote_id: str
    version: int
    state: QuoteState
    company_id: str
    company_name: str
    expert_id: str
    expert_name: str
    content: QuoteContent
    ht: Money
    offer_id: str | None = None
    vat: Money | None = None
    ttc: Money | None = None
    tax: TaxTerms | None = None
    commission: CommissionTerms | None = None
    expert_receives: Money | None = None
    instalments: tuple[InstalmentPlan, ...] = ()
    sent_at: datetime | None = None
    expires_at: datetime | None = None
    mission_id: str | None = None
    version_sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class DraftQuote(Command[QuoteView]):
    """The expert's answer to an offer, or to a company he is in contact with."""

    content: QuoteContent
    offer_id: str | None = None
    company_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class EditQuote(Command[QuoteView]):
    """A draft is replaced; a sent quote becomes `amended` and must be sent again as a new version."""

    quote_id: str
    content: QuoteContent


@dataclass(frozen=True, kw_only=True)
class SendQuote(Command[QuoteView]):
    """Legal status, company and bank details (A20) and the mandate (P10) must be there.

    Computes VAT, schedule and commission (M15)."""

    quote_id: str


@dataclass(frozen=True, kw_only=True)
class WithdrawQuote(Command[QuoteView]):
    """The expert takes a sent quote back."""

    quote_id: str


@dataclass(frozen=True, kw_only=True)
class DeclineQuote(Command[QuoteView]):
    """The company says no to one quote."""

    quote_id: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AcceptQuote(Command[QuoteView]):
    """Acceptance is the signature (M23, M82): needs the right to accept, and exactly the version the member saw."""

    quote_id: str
    version: int
    ip: str = ""
    user_agent: str = ""


@dataclass(frozen=True, kw_only=True)
class GetQuote(Call[QuoteView]):
    quote_id: str


@dataclass(frozen=True, kw_only=True)
class ListQuotes(Call[Page[QuoteView]]):
    """The caller's; `state` filters (M22)."""

    state: QuoteState | None = None
    cursor: str | None = None
    limit: int = 20


@dataclass(frozen=True, kw_only=True)
class InstalmentStatus:
    """`state`: planned, due, funded, requested (the expert asks for it), authorised, released or refunded.

    The furthest of these reached: an instalment may be authorised before it is funded (`funded_at`)."""

    number: int
    ttc: Money
    state: str
    funded_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ReportView:
    filed_at: datetime
    text: str
    validated_by_company_at: datetime | None = None
    validated_by_expert_at: datetime | None = None
    reminders_sent: int = 0


@dataclass(frozen=True, kw_only=True)
class AmendmentView:
    """A change of scope or end that one side, `by`, proposed and the other has not answered; an empty `scope` stays as it is."""

    by: Role
    scope: str
    ends_on: date
    proposed_at: datetime


@dataclass(frozen=True, kw_only=True)
class MissionView:
    mission_id: str
    reference: str
    state: MissionState
    quote_id: str
    quote_version: int
    company_id: str
    company_name: str
    expert_id: str
    expert_name: str
    title: str
    ht: Money
    ttc: Money
    starts_on: date
    ends_on: date
    policy: str
    policy_version: str
    evidence: Evidence
    instalments: tuple[InstalmentStatus, ...]
    accepted_at: datetime
    started_at: datetime | None = None
    closed_at: datetime | None = None
    report: ReportView | None = None
    scope_amendments: tuple[str, ...] = ()
    pending_amendment: AmendmentView | None = None


@dataclass(frozen=True, kw_only=True)
class GetMission(Call[MissionView]):
    """Its expert, its company, operators with the right to support or to mediate, services."""

    mission_id: str


@dataclass(frozen=True, kw_only=True)
class ListMissions(Call[Page[MissionView]]):
    state: MissionState | None = None
    cursor: str | None = None
    limit: int = 20


@dataclass(frozen=True, kw_only=True)
class StartMission(Command[MissionView]):
    """The expert starts before the funds are there: refused where the policy forbids it (P9, M47, M89)."""

    mission_id: str


@dataclass(frozen=True, kw_only=True)
class AmendMission(Command[MissionView]):
    """Scope and end may change in a mission, the rate never (M19, M29, P20).

    A proposal: the other side is told and answers (M20); until then nothing changes. One at a time."""

    mission_id: str
    scope: str = ""
    ends_on: date | None = None
    day_rate: Money | None = None


@dataclass(frozen=True, kw_only=True)
class AnswerAmendment(Command[MissionView]):
    """The side that did not propose the pending amendment accepts it, and it takes effect, or drops it (M19, M20)."""

    mission_id: str
    accept: bool


@dataclass(frozen=True, kw_only=True)
class RequestRelease(Command[MissionView]):
    """Mid-mission, the expert asks for the next instalment that is released on request (A65, P6)."""

    mission_id: str
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class ApproveRelease(Command[MissionView]):
    """The company accepts the request; the money goes as soon as the instalment is funded."""

    mission_id: str
    instalment: int


@dataclass(frozen=True, kw_only=True)
class FileReport(Command[MissionView]):
    """The expert says the mission is done and hands in the report (M51, M103)."""

    mission_id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ValidateReport(Command[MissionView]):
    """By the company, or by both parties, as the policy says (P7, A66, M38)."""

    mission_id: str


@dataclass(frozen=True, kw_only=True)
class CancelMission(Command[MissionView]):
    """By either party or by the operator only, as the policy says (P19); what is held is refunded."""

    mission_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReviewView:
    mission_id: str
    author: Role
    author_name: str
    scores: dict[str, int]
    comment: str
    written_at: datetime
    published_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class WriteReview(Command[ReviewView]):
    """After closing; criteria by the policy (P25), 1 to 5; both publish together or after the policy's days (A21, M77)."""

    mission_id: str
    scores: dict[str, int]
    comment: str


@dataclass(frozen=True, kw_only=True)
class ListReviews(Call[Page[ReviewView]]):
    """The published reviews of an expert by companies: anybody (A22)."""

    expert_id: str
    cursor: str | None = None
    limit: int = 20


@dataclass(frozen=True, kw_only=True)
class DashboardView:
    """`revenue_12_months` counts money received by the platform for the expert, HT (M64); for a company, what it funded."""

    offers_open: int
    quotes_under_study: int
    quotes_accepted: int
    missions_active: int
    missions_to_validate: int
    missions_closed: int
    revenue_12_months: Money
    pipeline: Money


@dataclass(frozen=True, kw_only=True)
class GetDashboard(Call[DashboardView]):
    """The caller's (M22, M64)."""
