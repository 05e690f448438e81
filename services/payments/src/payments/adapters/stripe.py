"""Stripe: separate charges and transfers, the production adapter; the sandbox is reached through it too.

Pay-ins are PaymentIntents on the platform with `transfer_group` = the mission and metadata `op`; a release is a Transfer of what
is left after commission, drawn on the charge that brought the money (`source_transaction`). Bank transfers land on a
Customer's cash balance, reconciled by us. The SDK never retries: our own driver does. One pool of connections is shared.
"""

import base64
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import requests
import stripe

from contracts.payments.v1.rpc import PayinState
from contracts.shapes import FileContent
from kernel.clock import Clock
from kernel.ids import key_for
from kernel.money import Money
from payments.adapters import stripe_webhooks
from payments.adapters.stripe_accounts import (
    COMPANY_DOCUMENTS,
    FILE_PURPOSES,
    account_params,
    bank_params,
    opening_params,
    person_params,
    status_of,
)
from payments.adapters.stripe_outcomes import failure_of
from payments.domain.payee import AccountStatus
from payments.use_cases.provider import (
    REQUEST_SECONDS,
    Declined,
    Outcome,
    PayeeDetails,
    PayerDetails,
    PayinStatus,
    PayoutStatus,
    Pending,
    ProviderEvent,
    ReceivedTransfer,
    Succeeded,
)

DEADLINES = (REQUEST_SECONDS / 4, REQUEST_SECONDS * 3 / 4)  # to connect, and to be answered
P = ParamSpec("P")
T = TypeVar("T")
_STATES = {
    "succeeded": PayinState.SUCCEEDED,
    "canceled": PayinState.CANCELLED,
    "processing": PayinState.PROCESSING,
    "requires_action": PayinState.REQUIRES_ACTION,
    "requires_payment_method": PayinState.FAILED,
}


def _outcome(method: Callable[P, Outcome[T]]) -> Callable[P, Outcome[T]]:
    """A provider never raises: Stripe's errors become outcomes."""

    @wraps(method)
    def asked(*args: P.args, **kwargs: P.kwargs) -> Outcome[T]:
        try:
            return method(*args, **kwargs)
        except stripe.StripeError as error:
            return failure_of(error)

    return asked


class StripeProvider:
    """`secrets` are the webhook secrets in force, `clock` the machine's; `return_url` is where 3-D Secure sends the client back to."""

    def __init__(
        self,
        api_key: str,
        api_base: str,
        secrets: Sequence[str],
        clock: Clock,
        return_url: str,
        session: requests.Session | None = None,
    ) -> None:
        self._session = session or pooled_session()
        http = stripe.RequestsClient(timeout=DEADLINES, session=self._session)
        bases = {"api": api_base, "files": api_base} if api_base else {}
        client = stripe.StripeClient(api_key, http_client=http, base_addresses=bases, max_network_retries=0)
        self._api, self._secrets, self._clock, self._return_url = client.v1, tuple(secrets), clock, return_url

    # payers and payees

    @_outcome
    def ensure_payer(self, details: PayerDetails, *, op: str, key: str) -> Outcome[str]:
        params = {
            "name": details.name,
            "metadata": {"op": op, "company": details.company_id},
            "cash_balance": {"settings": {"reconciliation_mode": "manual"}},
            **({"email": details.email} if details.email else {}),
        }
        return Succeeded(self._api.customers.create(params, {"idempotency_key": key}).id)

    @_outcome
    def open_account(self, details: PayeeDetails, account_ref: str | None, *, op: str, key: str) -> Outcome[AccountStatus]:
        params = account_params(details)
        params["metadata"]["op"] = op
        if account_ref is None:
            made = self._api.accounts.create({**opening_params(details), **params}, {"idempotency_key": key})
            account_ref = made.id
        else:
            self._api.accounts.update(account_ref, params, {"idempotency_key": key_for(key, "change")})
        if details.is_company and not self._api.accounts.persons.list(account_ref, {"limit": 1}).data:
            person = {**person_params(details), "relationship": {"representative": True}}
            self._api.accounts.persons.create(account_ref, person, {"idempotency_key": key_for(key, "person")})
        bank = {"external_account": bank_params(details), "default_for_currency": True}
        self._api.accounts.external_accounts.create(account_ref, bank, {"idempotency_key": key_for(key, "bank")})
        return Succeeded(status_of(self._api.accounts.retrieve(account_ref).to_dict()))

    @_outcome
    def account_status(self, account_ref: str) -> Outcome[AccountStatus]:
        return Succeeded(status_of(self._api.accounts.retrieve(account_ref).to_dict()))

    @_outcome
    def submit_document(self, account_ref: str, kind: str, file: FileContent, *, op: str, key: str) -> Outcome[str]:
        content = io.BytesIO(base64.b64decode(file.content))
        content.name = file.filename
        upload = {"file": content, "purpose": FILE_PURPOSES[kind]}
        file_ref = self._api.files.create(upload, {"idempotency_key": key_for(key, "file")}).id
        account = self._api.accounts.retrieve(account_ref)
        if kind in COMPANY_DOCUMENTS:
            documents = {"documents": {COMPANY_DOCUMENTS[kind]: {"files": [file_ref]}}}
            self._api.accounts.update(account_ref, documents, {"idempotency_key": key})
        elif account.business_type == "individual":
            verification = {"verification": {"document": {"front": file_ref}}}
            self._api.accounts.update(account_ref, {"individual": verification}, {"idempotency_key": key})
        else:
            person = self._api.accounts.persons.list(account_ref, {"limit": 1}).data[0]
            verification = {"verification": {"document": {"front": file_ref}}}
            self._api.accounts.persons.update(account_ref, person.id, verification, {"idempotency_key": key})
        return Succeeded(file_ref)

    # pay-ins

    @_outcome
    def create_card_payin(
        self, payer_ref: str, amount: Money, payment_method: str, *, mission_id: str, instalment: int, op: str, key: str
    ) -> Outcome[PayinStatus]:
        params = {
            **_charge(payer_ref, amount, mission_id, instalment, op),
            "payment_method": payment_method,
            "payment_method_types": ["card"],
            "return_url": self._return_url,
        }
        return _progress(payin_of(self._api.payment_intents.create(params, {"idempotency_key": key})))

    @_outcome
    def create_transfer_payin(
        self, payer_ref: str, amount: Money, *, mission_id: str, instalment: int, op: str, key: str
    ) -> Outcome[PayinStatus]:
        bank_transfer = {"type": "eu_bank_transfer", "eu_bank_transfer": {"country": "FR"}}
        params = {
            **_charge(payer_ref, amount, mission_id, instalment, op),
            "payment_method_types": ["customer_balance"],
            "payment_method_data": {"type": "customer_balance"},
            "payment_method_options": {"customer_balance": {"funding_type": "bank_transfer", "bank_transfer": bank_transfer}},
        }
        return _progress(payin_of(self._api.payment_intents.create(params, {"idempotency_key": key})))

    @_outcome
    def payin_status(self, ref: str) -> Outcome[PayinStatus]:
        return Succeeded(payin_of(self._api.payment_intents.retrieve(ref)))

    @_outcome
    def cancel_payin(self, ref: str, *, key: str) -> Outcome[PayinStatus]:
        """One that is no longer cancellable is answered as it stands: it may have succeeded meanwhile."""
        try:
            return Succeeded(payin_of(self._api.payment_intents.cancel(ref, {}, {"idempotency_key": key})))
        except stripe.InvalidRequestError as error:
            if error.code != "payment_intent_unexpected_state":
                raise
            return Succeeded(payin_of(self._api.payment_intents.retrieve(ref)))

    @_outcome
    def received_transfer(self, payer_ref: str, ref: str) -> Outcome[ReceivedTransfer | None]:
        transaction = self._api.customers.cash_balance_transactions.retrieve(payer_ref, ref).to_dict()
        if transaction["type"] != "funded":
            return Succeeded(None)
        reference = transaction["funded"]["bank_transfer"].get("reference") or ""
        amount = Money(transaction["net_amount"], transaction["currency"].upper())
        return Succeeded(ReceivedTransfer(ref=ref, payer_ref=payer_ref, amount=amount, reference=reference))

    @_outcome
    def apply_funds(self, payin_ref: str, amount: Money, *, key: str) -> Outcome[PayinStatus]:
        params = {"amount": amount.amount, "currency": amount.currency.lower()}
        return _progress(payin_of(self._api.payment_intents.apply_customer_balance(payin_ref, params, {"idempotency_key": key})))

    @_outcome
    def refund(self, payin_ref: str, amount: Money, *, op: str, key: str) -> Outcome[str]:
        params = {"payment_intent": payin_ref, "amount": amount.amount, "metadata": {"op": op}}
        return _refund_of(self._api.refunds.create(params, {"idempotency_key": key}))

    @_outcome
    def return_funds(self, payer_ref: str, amount: Money, *, op: str, key: str) -> Outcome[str]:
        where = {"customer": payer_ref, "origin": "customer_balance"}
        params = {**where, "amount": amount.amount, "currency": amount.currency.lower(), "metadata": {"op": op}}
        return _refund_of(self._api.refunds.create(params, {"idempotency_key": key}))

    @_outcome
    def refund_status(self, ref: str) -> Outcome[str]:
        return _refund_of(self._api.refunds.retrieve(ref))

    # payouts

    @_outcome
    def transfer(self, account_ref: str, amount: Money, *, mission_id: str, charge_ref: str, op: str, key: str) -> Outcome[str]:
        params = {
            "amount": amount.amount,
            "currency": amount.currency.lower(),
            "destination": account_ref,
            "source_transaction": charge_ref,
            "transfer_group": mission_id,
            "metadata": {"op": op},
        }
        return Succeeded(self._api.transfers.create(params, {"idempotency_key": key}).id)

    @_outcome
    def payout(self, account_ref: str, amount: Money, *, op: str, key: str) -> Outcome[PayoutStatus]:
        params = {"amount": amount.amount, "currency": amount.currency.lower(), "metadata": {"op": op}}
        return Succeeded(payout_of(self._api.payouts.create(params, {"idempotency_key": key, "stripe_account": account_ref})))

    @_outcome
    def payout_status(self, account_ref: str, ref: str) -> Outcome[PayoutStatus]:
        return Succeeded(payout_of(self._api.payouts.retrieve(ref, options={"stripe_account": account_ref})))

    # look-ups: what was done for an operation

    @_outcome
    def find_payer(self, email: str, *, op: str) -> Outcome[str | None]:
        if not email:
            return Succeeded(None)
        found = _of(op, self._api.customers.list({"email": email, "limit": 100}).auto_paging_iter())
        return Succeeded(found and found.id)

    @_outcome
    def find_account(self, *, op: str) -> Outcome[str | None]:
        found = _of(op, self._api.accounts.list({"limit": 100}).auto_paging_iter())
        return Succeeded(found and found.id)

    @_outcome
    def find_payin(self, payer_ref: str, *, op: str) -> Outcome[PayinStatus | None]:
        found = _of(op, self._api.payment_intents.list({"customer": payer_ref, "limit": 100}).auto_paging_iter())
        return Succeeded(found and payin_of(found))

    @_outcome
    def find_transfer(self, mission_id: str, *, op: str) -> Outcome[str | None]:
        found = _of(op, self._api.transfers.list({"transfer_group": mission_id, "limit": 100}).auto_paging_iter())
        return Succeeded(found and found.id)

    @_outcome
    def find_payout(self, account_ref: str, *, op: str) -> Outcome[PayoutStatus | None]:
        found = _of(op, self._api.payouts.list({"limit": 100}, {"stripe_account": account_ref}).auto_paging_iter())
        return Succeeded(found and payout_of(found))

    @_outcome
    def find_refund(self, payin_ref: str | None, *, op: str) -> Outcome[str | None]:
        of_payin = {"payment_intent": payin_ref} if payin_ref else {}
        found = _of(op, self._api.refunds.list({**of_payin, "limit": 100}).auto_paging_iter())
        return _refund_of(found) if found else Succeeded(None)

    # events

    @_outcome
    def events_after(self, cursor: str | None) -> Outcome[Sequence[ProviderEvent]]:
        """At most a hundred at a time after a cursor; all that Stripe still lists without one."""
        if cursor is None:
            events = reversed(list(self._api.events.list({"limit": 100}).auto_paging_iter()))
        else:
            events = reversed(self._api.events.list({"limit": 100, "ending_before": cursor}).data)
        return Succeeded([stripe_webhooks.event_of(event.to_dict()) for event in events])

    def parse_webhook(self, body: str, signature: str) -> ProviderEvent:
        """Raises ForgedWebhook, StaleWebhook."""
        return stripe_webhooks.parse(body, signature, self._secrets, self._clock.now())

    @_outcome
    def simulate_transfer(self, payer_ref: str, amount: Money, reference: str, *, key: str) -> Outcome[None]:
        params = {"amount": amount.amount, "currency": amount.currency.lower(), "reference": reference}
        self._api.test_helpers.customers.fund_cash_balance(payer_ref, params, {"idempotency_key": key})
        return Succeeded(None)


def pooled_session() -> requests.Session:
    """One session for all workers: the SDK would otherwise keep one, and its connections, for each greenthread."""
    session = requests.Session()
    adapter = requests.adapters.HTTPAdapter(pool_connections=4, pool_maxsize=32)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def payin_of(made: stripe.PaymentIntent) -> PayinStatus:
    """Stripe's PaymentIntent as a pay-in."""
    intent = made.to_dict()
    action = intent.get("next_action") or {}
    bank = action.get("display_bank_transfer_instructions") or {}
    addresses = [address["iban"] for address in bank.get("financial_addresses") or () if address.get("iban")]
    iban = addresses[0] if addresses else {}
    error = intent.get("last_payment_error") or {}
    return PayinStatus(
        ref=intent["id"],
        state=_STATES.get(intent["status"], PayinState.PROCESSING),
        op=(intent.get("metadata") or {}).get("op") or "",
        charge_ref=intent.get("latest_charge") or "",
        next_action_url=(action.get("redirect_to_url") or {}).get("url") or "",
        account_holder=iban.get("account_holder_name") or "",
        iban=iban.get("iban") or "",
        bic=iban.get("bic") or "",
        reference=bank.get("reference") or "",
        decline_code=error.get("decline_code") or error.get("code") or "",
    )


def payout_of(made: stripe.Payout) -> PayoutStatus:
    payout = made.to_dict()
    state = {"canceled": "failed"}.get(payout["status"], payout["status"])
    arrives_on = datetime.fromtimestamp(payout["arrival_date"], UTC).date()
    return PayoutStatus(ref=payout["id"], state=state, arrives_on=arrives_on, failure=payout.get("failure_code") or "")


def _charge(payer_ref: str, amount: Money, mission_id: str, instalment: int, op: str) -> dict[str, Any]:
    return {
        "amount": amount.amount,
        "currency": amount.currency.lower(),
        "customer": payer_ref,
        "confirm": True,
        "transfer_group": mission_id,
        "metadata": {"op": op, "mission": mission_id, "instalment": str(instalment)},
    }


def _progress(status: PayinStatus) -> Outcome[PayinStatus]:
    return Succeeded(status) if status.state == PayinState.SUCCEEDED else Pending(status)


def _refund_of(made: Any) -> Outcome[str]:
    refund = made.to_dict()
    if refund["status"] in ("failed", "canceled"):
        return Declined(refund.get("failure_reason") or refund["status"])
    return Succeeded(refund["id"]) if refund["status"] == "succeeded" else Pending(refund["id"])


def _of(op: str, objects: Iterable[Any]) -> Any:
    return next((one for one in objects if (one.to_dict().get("metadata") or {}).get("op") == op), None)
