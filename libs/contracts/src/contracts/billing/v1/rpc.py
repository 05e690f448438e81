"""Calls of billing: tax decision, mandates, documents."""

from dataclasses import dataclass
from datetime import date, datetime

from contracts.shapes import FileContent, Page, Party
from contracts.wire import Call, Command
from kernel.money import Money


@dataclass(frozen=True, kw_only=True)
class TaxPreview:
    """`action`: issue, hold, block, review or reroute. Rates in basis points.

    `source_rule` is the simplified rule's word (M32-M35)."""

    action: str
    rate_bp: int
    category: str
    vatex: str
    mention: str
    source_rule: str
    agrees_with_source: bool
    commission_rate_bp: int
    commission_category: str
    commission_mention: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PreviewTax(Call[TaxPreview]):
    """The VAT decision for a service between two parties on a day. Services only."""

    seller: Party
    buyer: Party
    service_kind: str
    on: date


@dataclass(frozen=True, kw_only=True)
class MandateView:
    """`state`: none, in_force or revoked. `text` is the version to sign, or the one signed."""

    expert_id: str
    state: str
    version: str
    text: str
    signed_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SignMandate(Command[MandateView]):
    """The expert entrusts the platform with issuing his invoices (A32, A61, M102), in the version shown."""

    version: str
    ip: str = ""
    user_agent: str = ""


@dataclass(frozen=True, kw_only=True)
class RevokeMandate(Command[MandateView]):
    """For missions accepted from now on; those accepted before are invoiced to their end, and what was issued stays."""

    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class GetMandate(Call[MandateView]):
    """The expert's own; any for services and operators with the right to support or of finance."""

    expert_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class DocumentView:
    """`kind`: purchase_order, deposit_invoice, invoice, credit_note, commission_invoice, commission_credit_note or statement.

    `type_code` as in UNTDID 1001 (386, 380, 381); `state`: issued or parked, then with its `reason`. Credit notes have negative
    amounts. `settled_on`: the day the money came in through the platform; nothing remains to be paid then, whatever `due` is."""

    document_id: str
    kind: str
    number: str
    mission_id: str
    issued_on: date
    seller_id: str
    buyer_id: str
    ht: Money
    vat: Money
    ttc: Money
    state: str
    sha256: str
    type_code: str = ""
    instalment: int | None = None
    paid: Money | None = None
    due: Money | None = None
    credits_number: str = ""
    settled_on: date | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ListDocuments(Call[Page[DocumentView]]):
    """The caller's as seller or buyer (M52); of one mission, oldest first."""

    mission_id: str | None = None
    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True, kw_only=True)
class GetDocument(Call[DocumentView]):
    document_id: str


@dataclass(frozen=True, kw_only=True)
class DownloadDocument(Call[FileContent]):
    """The PDF: its seller, its buyer, operators with finance (A34, M104)."""

    document_id: str
