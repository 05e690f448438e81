"""What payments tells."""

from dataclasses import dataclass
from datetime import date, datetime

from contracts.payments.v1.rpc import PayeeState
from contracts.wire import Event
from kernel.money import Money


@dataclass(frozen=True, kw_only=True)
class PayeeStatusChanged(Event):
    expert_id: str
    state: PayeeState
    due: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PayeeDocumentChecked(Event):
    """The provider's answer on one document: validated, or refused with its reason (M56)."""

    expert_id: str
    document_id: str
    kind: str
    state: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PayinFailed(Event):
    mission_id: str
    company_id: str
    expert_id: str
    instalment: int
    amount: Money
    decline_code: str


@dataclass(frozen=True, kw_only=True)
class InstalmentFunded(Event):
    """The client's money is held for this instalment."""

    mission_id: str
    company_id: str
    expert_id: str
    instalment: int
    amount: Money
    means: str
    funded_at: datetime
    last: bool


@dataclass(frozen=True, kw_only=True)
class InstalmentReleased(Event):
    """`amount` TTC left the escrow: `withheld` to the platform, the rest to the expert."""

    mission_id: str
    company_id: str
    expert_id: str
    instalment: int
    amount: Money
    withheld: Money
    expert_receives: Money
    released_at: datetime
    last: bool


@dataclass(frozen=True, kw_only=True)
class CommissionWithheld(Event):
    """`withheld` now, TTC; `commission_*` is what is to be invoiced once for timing first_instalment, now for timing release."""

    mission_id: str
    expert_id: str
    instalment: int
    withheld: Money
    timing: str
    commission_ht: Money
    commission_vat: Money
    commission_ttc: Money
    vat_rate_bp: int
    vat_category: str
    vat_mention: str = ""


@dataclass(frozen=True, kw_only=True)
class InstalmentRefunded(Event):
    mission_id: str
    company_id: str
    expert_id: str
    instalment: int
    amount: Money
    reason: str


@dataclass(frozen=True, kw_only=True)
class PayoutSent(Event):
    """On its way to the expert's bank account."""

    payout_id: str
    expert_id: str
    mission_id: str
    instalment: int
    amount: Money
    expected_on: date


@dataclass(frozen=True, kw_only=True)
class PayoutPaid(Event):
    payout_id: str
    expert_id: str
    mission_id: str
    instalment: int
    amount: Money


@dataclass(frozen=True, kw_only=True)
class PayoutFailed(Event):
    payout_id: str
    expert_id: str
    mission_id: str
    instalment: int
    amount: Money
    reason: str
