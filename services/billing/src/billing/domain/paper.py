"""A paper: everything a document says but its number and its day, which are drawn when it is issued.

Amounts are signed: what a party owes is positive, what is given back is negative, so that the papers of a mission add up. A paper
is frozen as JSON in the transaction that issues it; its PDF (and later its structured form) is pure layout of it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from contracts.shapes import Party
from kernel.money import Money

PLATFORM = "platform"
"""The id under which the marketplace itself is a party."""


class Kind(StrEnum):
    """The values of `DocumentView.kind`."""

    PURCHASE_ORDER = "purchase_order"
    DEPOSIT_INVOICE = "deposit_invoice"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    COMMISSION_INVOICE = "commission_invoice"
    COMMISSION_CREDIT_NOTE = "commission_credit_note"
    STATEMENT = "statement"


IN_THE_EXPERTS_NAME = (Kind.DEPOSIT_INVOICE, Kind.INVOICE, Kind.CREDIT_NOTE)
"""These need his mandate, and share his number series."""

FOR_THE_EXPERT = (Kind.COMMISSION_INVOICE, Kind.COMMISSION_CREDIT_NOTE, Kind.STATEMENT)
"""These go from the platform to the expert; the client never sees them."""


class State(StrEnum):
    """parked -> issued. A parked document has no number yet."""

    ISSUED = "issued"
    PARKED = "parked"


@dataclass(frozen=True, kw_only=True)
class Due:
    """A document that the facts of a mission ask for. `instalment` is 0 for a document of the whole mission."""

    kind: Kind
    instalment: int = 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """`quantity`: a decimal as text; `unit`: day, hour or flat; `amount` = quantity x unit price, rounded half up to the cent."""

    description: str
    quantity: str
    unit: str
    unit_price: Money
    amount: Money


@dataclass(frozen=True, kw_only=True)
class Vat:
    """The one rate and category of a paper; `base` and `amount` are the totals under it, `mention` its exemption text."""

    rate_bp: int
    category: str
    base: Money
    amount: Money
    vatex: str = ""
    mention: str = ""
    mention_en: str = ""


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Another document this one speaks of (BT-25, BT-26)."""

    document_id: str
    number: str
    issued_on: date


@dataclass(frozen=True, kw_only=True)
class Note:
    """A mention: `code` as in UNTDID 4451 where it has one; `en` is the courtesy translation."""

    code: str
    fr: str
    en: str = ""


@dataclass(frozen=True, kw_only=True)
class ScheduledPayment:
    """An instalment, as a purchase order shows it; `when` is the trigger's name."""

    number: int
    when: str
    ht: Money
    vat: Money
    ttc: Money


@dataclass(frozen=True, kw_only=True)
class Paper:
    """`type_code` as in UNTDID 1001, `process` the French business process (BT-23).

    `paid` and `due` are BT-113 and BT-115. `settled_on` is the day the client's money came in through the platform: a final
    invoice after deposits (S4) keeps its `due` as the law wants it, and says beside it that nothing remains to be paid.
    """

    kind: Kind
    type_code: str
    process: str
    mission_id: str
    reference: str
    title: str
    instalment: int
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    vat: Vat
    ht: Money
    ttc: Money
    paid: Money
    due: Money
    notes: tuple[Note, ...]
    starts_on: date | None = None
    ends_on: date | None = None
    settled_on: date | None = None
    due_on: date | None = None
    order_number: str = ""
    corrects: tuple[Reference, ...] = ()
    schedule: tuple[ScheduledPayment, ...] = ()
    locale: str = "fr"


@dataclass(frozen=True, kw_only=True)
class Document:
    """A paper with its number, or parked with the reason why it has none, after so many `attempts`."""

    document_id: str
    paper: Paper
    state: State
    expert_id: str
    company_id: str
    created_at: datetime
    number: str = ""
    issued_at: datetime | None = None
    issued_on: date | None = None
    contest_until: date | None = None
    sha256: str = ""
    reason: str = ""
    attempts: int = 0

    @property
    def seller_id(self) -> str:
        return PLATFORM if self.paper.kind in FOR_THE_EXPERT else self.expert_id

    @property
    def buyer_id(self) -> str:
        return self.expert_id if self.paper.kind in FOR_THE_EXPERT else self.company_id

    @property
    def due(self) -> Due:
        return Due(kind=self.paper.kind, instalment=self.paper.instalment)

    def as_reference(self) -> Reference:
        """How another document names this one. Only an issued document can be named."""
        if self.issued_on is None:
            raise ValueError(f"{self.document_id} is not issued")
        return Reference(document_id=self.document_id, number=self.number, issued_on=self.issued_on)
