"""The payment provider as the use cases see it: what can be asked of it, and the only ways it can answer.

Every mutation takes a persisted idempotency `key` and the operation's id, which the provider keeps as metadata so that the
effect can be found again. A provider never raises: declined is not unknown, and unknown is resolved by looking up, never by
trying again blindly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from contracts.shapes import FileContent
from kernel.money import Money
from payments.domain.payee import AccountStatus

REQUEST_SECONDS = 20.0  # no request to the provider lasts longer

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Succeeded(Generic[T_co]):
    """Done; what the provider says of it."""

    value: T_co


@dataclass(frozen=True)
class Pending(Generic[T_co]):
    """Begun; the provider, the client or a bank must do something first, and an event will tell."""

    value: T_co


@dataclass(frozen=True)
class Declined:
    """A bank or the provider said no, and will not change its mind about this attempt."""

    code: str


@dataclass(frozen=True)
class Retry:
    """Nothing was done; ask again, not before `after_seconds`."""

    reason: str
    after_seconds: float | None = None


@dataclass(frozen=True)
class Bug:
    """Nothing was done: what we sent is wrong."""

    reason: str


@dataclass(frozen=True)
class Unknown:
    """Nobody knows whether it was done. `answered`: the provider has failed, and repeats that under the same key."""

    reason: str
    answered: bool = False


Failure = Declined | Retry | Bug | Unknown
Outcome = Succeeded[T_co] | Pending[T_co] | Failure


@dataclass(frozen=True, kw_only=True)
class PayinStatus:
    """A payment as the provider has it. `state` as PayinState; `charge_ref` holds the money once succeeded."""

    ref: str
    state: str
    op: str = ""
    charge_ref: str = ""
    next_action_url: str = ""
    account_holder: str = ""
    iban: str = ""
    bic: str = ""
    reference: str = ""
    decline_code: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceivedTransfer:
    """Money that a bank transfer brought to a payer's virtual account."""

    ref: str
    payer_ref: str
    amount: Money
    reference: str


@dataclass(frozen=True, kw_only=True)
class PayoutStatus:
    """`state`: pending, in_transit, paid or failed."""

    ref: str
    state: str
    arrives_on: date
    failure: str = ""


@dataclass(frozen=True, kw_only=True)
class ProviderEvent:
    """Something happened to an object; only its ids are believed, the object is fetched."""

    id: str
    type: str
    object_id: str
    parent_id: str = ""
    account_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class PayerDetails:
    company_id: str
    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class PayeeDetails:
    """The legal entity as confirmed; `birth_date` is ISO 8601."""

    expert_id: str
    is_company: bool
    name: str
    country: str
    line1: str
    postcode: str
    city: str
    siren: str
    vat_id: str
    email: str
    first_name: str
    last_name: str
    birth_date: str
    iban: str
    account_holder: str


class PaymentProvider(Protocol):
    """One provider. `op` is the operation's id, kept with the effect; `key` its idempotency key."""

    def ensure_payer(self, details: PayerDetails, *, op: str, key: str) -> Outcome[str]:
        """The payer's reference at the provider."""

    def open_account(self, details: PayeeDetails, account_ref: str | None, *, op: str, key: str) -> Outcome[AccountStatus]:
        """Opens the payee's account, or brings the one there is up to date, its bank account too."""

    def account_status(self, account_ref: str) -> Outcome[AccountStatus]: ...

    def submit_document(self, account_ref: str, kind: str, file: FileContent, *, op: str, key: str) -> Outcome[str]:
        """The document's reference at the provider."""

    def create_card_payin(
        self, payer_ref: str, amount: Money, payment_method: str, *, mission_id: str, instalment: int, op: str, key: str
    ) -> Outcome[PayinStatus]: ...

    def create_transfer_payin(
        self, payer_ref: str, amount: Money, *, mission_id: str, instalment: int, op: str, key: str
    ) -> Outcome[PayinStatus]: ...

    def payin_status(self, ref: str) -> Outcome[PayinStatus]: ...

    def cancel_payin(self, ref: str, *, key: str) -> Outcome[PayinStatus]: ...

    def received_transfer(self, payer_ref: str, ref: str) -> Outcome[ReceivedTransfer | None]:
        """None when the transaction is not money that came in."""

    def apply_funds(self, payin_ref: str, amount: Money, *, key: str) -> Outcome[PayinStatus]: ...

    def refund(self, payin_ref: str, amount: Money, *, op: str, key: str) -> Outcome[str]:
        """Declined when it has failed; so are look-ups of refunds."""

    def return_funds(self, payer_ref: str, amount: Money, *, op: str, key: str) -> Outcome[str]:
        """A refund of money that bank transfers brought and that pays for nothing."""

    def refund_status(self, ref: str) -> Outcome[str]: ...

    def transfer(
        self, account_ref: str, amount: Money, *, mission_id: str, charge_ref: str, op: str, key: str
    ) -> Outcome[str]: ...

    def payout(self, account_ref: str, amount: Money, *, op: str, key: str) -> Outcome[PayoutStatus]: ...

    def payout_status(self, account_ref: str, ref: str) -> Outcome[PayoutStatus]: ...

    def find_payer(self, email: str, *, op: str) -> Outcome[str | None]:
        """Look-ups: what was done for an operation, None when nothing was."""

    def find_account(self, *, op: str) -> Outcome[str | None]: ...

    def find_payin(self, payer_ref: str, *, op: str) -> Outcome[PayinStatus | None]: ...

    def find_transfer(self, mission_id: str, *, op: str) -> Outcome[str | None]: ...

    def find_payout(self, account_ref: str, *, op: str) -> Outcome[PayoutStatus | None]: ...

    def find_refund(self, payin_ref: str | None, *, op: str) -> Outcome[str | None]:
        """The newest of the operation; of every payment and payer for None."""

    def events_after(self, cursor: str | None) -> Outcome[Sequence[ProviderEvent]]:
        """What happened after an event, oldest first; from the beginning for None."""

    def parse_webhook(self, body: str, signature: str) -> ProviderEvent:
        """Raises ForgedWebhook, StaleWebhook."""

    def simulate_transfer(self, payer_ref: str, amount: Money, reference: str, *, key: str) -> Outcome[None]:
        """Sandbox only."""
