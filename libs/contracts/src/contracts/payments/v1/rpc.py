"""Calls of payments: commission, escrow, pay-ins, ledger, payouts, the provider's KYC, operations."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from contracts.contracting.v1.rpc import CommissionTerms
from contracts.shapes import Done, FileContent, Page
from contracts.wire import Call, Command
from kernel.money import Money


class PayeeState(StrEnum):
    """The payee's account at the payment provider."""

    INCOMPLETE = "incomplete"
    PENDING = "pending"
    VERIFIED = "verified"
    RESTRICTED = "restricted"
    REJECTED = "rejected"


class PayinState(StrEnum):
    """requires_action | processing | partial -> succeeded | failed | cancelled; `unknown` until looked up."""

    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    PARTIAL = "partial"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class InstalmentState(StrEnum):
    """planned -> funded -> released; funded -> refunded; planned -> cancelled."""

    PLANNED = "planned"
    FUNDED = "funded"
    RELEASED = "released"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class InstalmentAmounts:
    number: int
    ht: Money
    vat: Money
    ttc: Money


@dataclass(frozen=True, kw_only=True)
class InstalmentCommission:
    number: int
    withheld: Money
    expert_receives: Money


@dataclass(frozen=True, kw_only=True)
class CommissionPreview:
    terms: CommissionTerms
    instalments: tuple[InstalmentCommission, ...]
    expert_receives: Money


@dataclass(frozen=True, kw_only=True)
class PreviewCommission(Call[CommissionPreview]):
    """What the platform will withhold from each instalment (P2-P4, M15). Services only."""

    expert_id: str
    company_id: str
    instalments: tuple[InstalmentAmounts, ...]
    vat_rate_bp: int
    vat_category: str
    vat_mention: str = ""
    brought_client: bool = False


@dataclass(frozen=True, kw_only=True)
class EscrowInstalment:
    number: int
    ttc: Money
    state: InstalmentState
    funded_at: datetime | None = None
    released_at: datetime | None = None
    withheld: Money | None = None
    expert_receives: Money | None = None
    payout_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class EscrowView:
    mission_id: str
    reference: str
    company_id: str
    expert_id: str
    total: Money
    held: Money
    released: Money
    refunded: Money
    withheld: Money
    paid_to_expert: Money
    instalments: tuple[EscrowInstalment, ...]


@dataclass(frozen=True, kw_only=True)
class GetEscrow(Call[EscrowView]):
    """Its expert, its company, operators with finance, services."""

    mission_id: str


@dataclass(frozen=True, kw_only=True)
class TransferInstructions:
    """What the client writes on the bank transfer (M46)."""

    account_holder: str
    iban: str
    bic: str
    reference: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class PayinView:
    payin_id: str
    mission_id: str
    instalment: int
    means: str
    state: PayinState
    amount: Money
    received: Money
    created_at: datetime
    next_action_url: str = ""
    transfer: TransferInstructions | None = None
    decline_code: str = ""


@dataclass(frozen=True, kw_only=True)
class PayInstalment(Command[PayinView]):
    """A member with the right to pay funds an instalment: "card" with the provider's payment method token, or "transfer" (M45).

    Refused when the instalment is funded or being paid, or not of this company."""

    mission_id: str
    instalment: int
    means: str
    payment_method: str = ""


@dataclass(frozen=True, kw_only=True)
class GetPayin(Call[PayinView]):
    payin_id: str


@dataclass(frozen=True, kw_only=True)
class ListPayins(Call[Page[PayinView]]):
    mission_id: str


@dataclass(frozen=True, kw_only=True)
class CancelPayin(Command[PayinView]):
    """A member with the right to pay thinks again, while nothing has arrived: the instalment can then be paid otherwise."""

    payin_id: str


@dataclass(frozen=True, kw_only=True)
class UnallocatedMoney:
    """Money that arrived and pays for nothing: a wrong `reference`, too much, too late. `amount` is what is still held of it."""

    ref: str
    company_id: str
    amount: Money
    reference: str
    received_at: datetime
    mission_id: str | None = None
    payin_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class ListUnallocated(Call[Page[UnallocatedMoney]]):
    """Newest first. Operators with finance."""

    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True, kw_only=True)
class LedgerLine:
    """One entry: debit or credit of one account; the lines of one journal sum to zero."""

    journal_id: int
    at: datetime
    kind: str
    account: str
    debit: Money
    credit: Money


@dataclass(frozen=True, kw_only=True)
class LedgerView:
    mission_id: str
    lines: tuple[LedgerLine, ...]
    balances: dict[str, Money]


@dataclass(frozen=True, kw_only=True)
class GetLedger(Call[LedgerView]):
    """A mission's journals, oldest first: its parties and operators with finance."""

    mission_id: str


@dataclass(frozen=True, kw_only=True)
class PayoutView:
    """`state`: scheduled, waiting_kyc, in_transit, paid, failed or returned."""

    payout_id: str
    expert_id: str
    mission_id: str
    instalment: int
    amount: Money
    state: str
    scheduled_on: date
    created_at: datetime
    paid_at: datetime | None = None
    failure: str = ""


@dataclass(frozen=True, kw_only=True)
class ListPayouts(Call[Page[PayoutView]]):
    """The expert's own; of one mission for its expert or operators with finance."""

    mission_id: str | None = None
    cursor: str | None = None
    limit: int = 20


@dataclass(frozen=True, kw_only=True)
class SubmitPayeeDocument(Command[Done]):
    """From identity: a KYC document on its way to the provider; answers with the provider's document id in `id`."""

    expert_id: str
    document_id: str
    kind: str
    file: FileContent


@dataclass(frozen=True, kw_only=True)
class PayeeView:
    expert_id: str
    state: PayeeState
    due: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GetPayee(Call[PayeeView]):
    expert_id: str


@dataclass(frozen=True, kw_only=True)
class ReceiveWebhook(Command[Done]):
    """The provider's raw body and signature header, as received; refused when forged or stale."""

    body: str
    signature: str


@dataclass(frozen=True, kw_only=True)
class SimulateTransfer(Command[Done]):
    """Sandbox only: a bank transfer with this reference reaches the client's virtual account."""

    iban: str
    reference: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class OperationView:
    """An effect at the provider: `state` due, leased, unknown, done, declined or parked."""

    operation_id: str
    kind: str
    subject: str
    state: str
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class ListOperations(Call[Page[OperationView]]):
    """Operators with finance."""

    state: str | None = None
    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True, kw_only=True)
class ReplayOperation(Command[OperationView]):
    """Try a parked operation again; the reason is audited."""

    operation_id: str
    reason: str
