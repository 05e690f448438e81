"""What the use cases need from outside: repositories within one unit of work, the ledger, the provider, clocks and the policy."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from contracts.payments.v1.rpc import LedgerLine
from contracts.wire import Event
from kernel.clock import Clock
from kernel.money import Money
from payments.domain.escrow import Escrow
from payments.domain.ledger import Journal
from payments.domain.operation import Operation
from payments.domain.payee import Payee, PayeeDocument
from payments.domain.payin import Payin
from payments.domain.payout import Payout
from payments.use_cases.provider import PaymentProvider


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The marketplace's settings of payments (P2-P4, P21, P24, M41): rates in basis points, payout days by bank country."""

    commission_rate_bp: int
    commission_base: str
    commission_timing: str
    brought_client_rate_bp: int
    means: tuple[str, ...]
    payout_business_days: dict[str, int]


@dataclass(eq=False, kw_only=True)
class Payer:
    """A company at the provider, and its virtual IBAN once it has one."""

    company_id: str
    provider_ref: str
    iban: str | None = None


@dataclass(eq=False, kw_only=True)
class TransferIn:
    """Money that arrived by bank transfer, or by a payment that was not needed (`payment_ref`).

    Without `payin_id` its reference matched none. `unallocated` is what of it pays for nothing and has not gone back."""

    ref: str
    company_id: str
    reference: str
    amount: Money
    received_at: datetime
    unallocated: Money
    mission_id: str | None = None
    payin_id: str | None = None
    payment_ref: str | None = None


@dataclass(eq=False, kw_only=True)
class SeenEvent:
    """An event of the provider, by webhook or poll: waiting, done or parked."""

    id: str
    type: str
    object_id: str
    parent_id: str
    account_ref: str
    received_at: datetime
    state: str = "waiting"
    attempts: int = 0
    next_attempt_at: datetime | None = None
    error: str = ""


@dataclass(eq=False, kw_only=True)
class Poll:
    """When the provider is to be asked next, and after which event."""

    name: str
    next_at: datetime
    cursor: str | None = None


class UnitOfWork(Protocol):
    """One transaction, committed at the edge; `commit_and_go_on` ends one before the provider is asked."""

    @property
    def now(self) -> datetime: ...
    @property
    def occurred_at(self) -> datetime: ...
    def emit(self, event: Event, *, about: str) -> None: ...
    def commit_and_go_on(self) -> None: ...
    def released(self) -> AbstractContextManager[None]:
        """Nothing is open inside; afterwards everything is read afresh."""

    def defer(self, action: Callable[[], object]) -> None: ...


class Escrows(Protocol):
    def get(self, mission_id: str) -> Escrow | None: ...
    def lock(self, mission_id: str) -> Escrow | None:
        """Alone on this escrow until the end of the transaction: what gives its movements their order."""

    def add(self, escrow: Escrow) -> None: ...


class Payins(Protocol):
    def get(self, payin_id: str) -> Payin | None: ...
    def lock(self, payin_id: str) -> Payin | None: ...
    def of_command(self, command_key: str) -> Payin | None: ...
    def of_intent(self, intent_ref: str) -> Payin | None: ...
    def of_reference(self, company_id: str, reference: str) -> Payin | None: ...
    def blocking(self, mission_id: str, instalment: int) -> Payin | None:
        """The pay-in that is active or has succeeded."""

    def of_mission(self, mission_id: str) -> Sequence[Payin]:
        """Newest first."""

    def challenged_before(self, moment: datetime) -> Sequence[Payin]:
        """Card pay-ins whose holder was asked to prove who he is before this moment, and has not."""

    def add(self, payin: Payin) -> None: ...


class Transfers(Protocol):
    def get(self, ref: str) -> TransferIn | None: ...
    def lock(self, ref: str) -> TransferIn | None: ...
    def of_payin(self, payin_id: str) -> Sequence[TransferIn]:
        """Locked."""

    def unallocated(self, after: TransferIn | None, limit: int) -> Sequence[TransferIn]:
        """Those of which something pays for nothing, newest first."""

    def add(self, transfer: TransferIn) -> None: ...


class Payers(Protocol):
    def get(self, company_id: str) -> Payer | None: ...
    def of_ref(self, provider_ref: str) -> Payer | None: ...
    def of_iban(self, iban: str) -> Payer | None: ...
    def add(self, payer: Payer) -> None: ...


class Payees(Protocol):
    def get(self, expert_id: str) -> Payee | None: ...
    def lock(self, expert_id: str) -> Payee | None: ...
    def of_account(self, account_ref: str) -> Payee | None: ...
    def lock_account(self, account_ref: str) -> Payee | None: ...
    def to_check(self, now: datetime) -> Sequence[Payee]:
        """With an account, and a document without an answer; or not verified, after minutes; or verified, after a day."""

    def ensure(self, expert_id: str) -> Payee:
        """Locked; made when there is none."""

    def documents(self, expert_id: str) -> Sequence[PayeeDocument]: ...
    def document(self, document_id: str) -> PayeeDocument | None: ...
    def add_document(self, document: PayeeDocument) -> None: ...


class Payouts(Protocol):
    def get(self, payout_id: str) -> Payout | None: ...
    def lock(self, payout_id: str) -> Payout | None: ...
    def lock_ref(self, provider_ref: str) -> Payout | None: ...
    def of_expert(self, expert_id: str, states: Sequence[str]) -> Sequence[Payout]:
        """Locked."""

    def due(self, today: date) -> Sequence[Payout]:
        """Transferred, scheduled, and on its day; locked, those others work on left out."""

    def to_check(self, today: date, now: datetime) -> Sequence[Payout]:
        """Those that should have arrived; and, from time to time, those paid some days ago at most: a bank may send them back."""

    def page(self, expert_id: str | None, mission_id: str | None, cursor: str | None, limit: int) -> Sequence[Payout]:
        """Newest first."""

    def of_mission(self, mission_id: str) -> Sequence[Payout]: ...
    def add(self, payout: Payout) -> None: ...


class Operations(Protocol):
    def intend(self, operation: Operation) -> bool:
        """Keeps it; False when this effect is intended already."""

    def lock(self, operation_id: str) -> Operation | None: ...
    def of_intent(self, intent: str) -> Operation | None: ...
    def of_subject(self, subject: str, kinds: Sequence[str]) -> Sequence[Operation]: ...
    def take_due(self, now: datetime) -> Operation | None:
        """One that is due or whose lease is over, locked; None when there is none."""

    def open_by_state(self) -> Mapping[str, int]:
        """How many are not ended, parked ones too."""

    def page(self, state: str | None, cursor: str | None, limit: int) -> Sequence[Operation]:
        """Newest first."""


class ProviderEvents(Protocol):
    def add(self, event: SeenEvent) -> bool:
        """False when it was seen before."""

    def look_again(self, event: SeenEvent) -> None:
        """Makes it due, again if it was done."""

    def take_due(self, now: datetime) -> SeenEvent | None: ...
    def take_poll(self, name: str, now: datetime) -> Poll | None:
        """The poll, locked, if it is due."""


class Ledger(Protocol):
    def post(self, journal: Journal) -> None:
        """Once for each key. The database refuses an unbalanced one, a key used for another, an overdraft."""

    def lines(self, mission_id: str) -> Sequence[LedgerLine]: ...
    def balances(self, mission_id: str) -> Mapping[str, Money]:
        """Each account's balance from this mission's journals, in its natural direction."""


class Meter(Protocol):
    def show(self, counts: Mapping[str, int]) -> None:
        """Operations that are not ended, by state."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """`clock` is the trade's time (through `uow.now`), `machine_clock` paces leases and retries and is never shifted.

    `apart` runs a step in transactions of its own, outside the turn of the command that is being done: its outcome stays whatever
    becomes of the command.
    """

    uow: UnitOfWork
    escrows: Escrows
    payins: Payins
    transfers: Transfers
    payers: Payers
    payees: Payees
    payouts: Payouts
    operations: Operations
    events: ProviderEvents
    ledger: Ledger
    provider: PaymentProvider
    policy: Policy
    meter: Meter
    machine_clock: Clock
    apart: Callable[[Callable[["Ports"], None]], None]
    is_sandbox: bool
    poll_seconds: int
