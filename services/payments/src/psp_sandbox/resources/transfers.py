"""Balances, transfers to connected accounts, and payouts from them to a bank."""

from datetime import timedelta
from typing import Any

from psp_sandbox import magic
from psp_sandbox.errors import invalid
from psp_sandbox.resources.call import Call, Route
from psp_sandbox.store import Store


def book(store: Store, account: str, amount: int, type: str, source: str) -> str:
    """Changes an account's balance (the platform's: empty); answers the balance transaction's id."""
    data = {"amount": amount, "net": amount, "fee": 0, "fee_details": [], "currency": "eur", "type": type, "source": source}
    data |= {
        "available_on": store.timestamp,
        "status": "available",
        "reporting_category": type,
        "description": None,
        "exchange_rate": None,
    }
    return str(store.new("balance_transaction", "txn", data, account)["id"])


def balance_of(store: Store, account: str) -> int:
    return sum(transaction["net"] for transaction in store.all("balance_transaction", account))


def balance(call: Call) -> dict[str, Any]:
    available = {"amount": balance_of(call.store, call.account), "currency": "eur", "source_types": {}}
    return {"object": "balance", "livemode": False, "available": [available], "pending": [{"amount": 0, "currency": "eur"}]}


def list_balance_transactions(call: Call) -> dict[str, Any]:
    equal = {"type": call.params["type"]} if "type" in call.params else {}
    return call.store.page("balance_transaction", call.params, "/v1/balance_transactions", call.account, **equal)


def create_transfer(call: Call) -> dict[str, Any]:
    amount, currency = call.amount(), call.currency()
    destination = call.store.get("account", call.need("destination"), param="destination")
    if destination["capabilities"]["transfers"] != "active":
        message = "Your destination account needs to have the transfers capability enabled."
        raise invalid(message, code="insufficient_capabilities_for_transfer", param="destination")
    source = call.params.get("source_transaction")
    if source:
        _draw_on(call.store, source, amount)
    elif balance_of(call.store, "") < amount:
        raise invalid("You have insufficient available funds.", code="balance_insufficient")
    data = {
        "amount": amount,
        "amount_reversed": 0,
        "currency": currency,
        "destination": destination["id"],
        "metadata": call.metadata,
    }
    data |= {"source_transaction": source, "transfer_group": call.params.get("transfer_group"), "reversed": False}
    data |= {"description": call.params.get("description")}
    made = call.store.new("transfer", "tr", data)
    made["reversals"] = {"object": "list", "data": [], "has_more": False, "url": f"/v1/transfers/{made['id']}/reversals"}
    made["balance_transaction"] = book(call.store, "", -amount, "transfer", made["id"])
    made["destination_payment"] = book(call.store, destination["id"], amount, "payment", made["id"])
    call.store.save(made)
    call.store.tell("transfer.created", made)
    return made


def show_transfer(call: Call, id: str) -> dict[str, Any]:
    return call.store.get("transfer", id)


def list_transfers(call: Call) -> dict[str, Any]:
    equal = {name: call.params[name] for name in ("transfer_group", "destination") if name in call.params}
    return call.store.page("transfer", call.params, "/v1/transfers", **equal)


def create_payout(call: Call) -> dict[str, Any]:
    """From a connected account to its bank. Fails later for magic IBANs."""
    amount, currency = call.amount(), call.currency()
    account = call.store.get("account", call.account, param="Stripe-Account")
    if not account["payouts_enabled"]:
        raise invalid("Payouts are not enabled on this account.", code="payouts_not_allowed")
    if balance_of(call.store, call.account) < amount:
        raise invalid("You have insufficient funds in your Stripe account for this payout.", code="balance_insufficient")
    bank = account["_bank"]
    failure = magic.payout_failure(bank["_iban"])
    delay = call.config.payout_failure_delay_seconds if failure else call.config.payout_delay_seconds
    arrives_at = call.store.now + timedelta(seconds=delay)
    data = {"amount": amount, "currency": currency, "destination": bank["id"], "metadata": call.metadata, "method": "standard"}
    data |= {"status": "in_transit", "arrival_date": int(arrives_at.timestamp()), "automatic": False, "type": "bank_account"}
    data |= {"failure_code": None, "failure_message": None, "failure_balance_transaction": None, "_failure": failure}
    returns_at = arrives_at + timedelta(seconds=call.config.payout_failure_delay_seconds)
    data |= {"_comes_back": bool(magic.payout_return(bank["_iban"])), "_returns_at": int(returns_at.timestamp())}
    data |= {"_return": magic.payout_return(bank["_iban"])}
    data |= {"reconciliation_status": "not_applicable", "source_type": "bank_account"}
    data |= {"description": call.params.get("description"), "statement_descriptor": call.params.get("statement_descriptor")}
    made = call.store.new("payout", "po", data, call.account)
    made["balance_transaction"] = book(call.store, call.account, -amount, "payout", made["id"])
    call.store.save(made)
    call.store.tell("payout.created", made, call.account)
    return made


def show_payout(call: Call, id: str) -> dict[str, Any]:
    return call.store.get("payout", id, call.account)


def list_payouts(call: Call) -> dict[str, Any]:
    return call.store.page("payout", call.params, "/v1/payouts", call.account)


def settle_payout(store: Store, payout: dict[str, Any]) -> None:
    """The day has come: the bank has the money, or sends it back."""
    account = store.account_of(payout["id"])
    if failure := payout["_failure"]:
        _fail(store, payout, failure)
    else:
        payout["status"] = "paid"
        store.save(payout)
        store.tell("payout.paid", payout, account)


def send_back(store: Store, payout: dict[str, Any]) -> None:
    """The bank had it, and cannot credit it."""
    _fail(store, payout, payout["_return"])


def _fail(store: Store, payout: dict[str, Any], failure: str) -> None:
    account = store.account_of(payout["id"])
    payout |= {"status": "failed", "failure_code": failure, "failure_message": f"The bank refused the payout: {failure}."}
    payout["failure_balance_transaction"] = book(store, account, payout["amount"], "payout_failure", payout["id"])
    store.save(payout)
    store.tell("payout.failed", payout, account)


def _draw_on(store: Store, charge_id: str, amount: int) -> None:
    charge = store.get("charge", charge_id, param="source_transaction")
    if charge["_transferred"] + amount > charge["amount"] - charge["amount_refunded"]:
        raise invalid("Transfers using this transaction as a source must not exceed the source amount.", param="amount")
    charge["_transferred"] += amount
    store.save(charge)


ROUTES: tuple[Route, ...] = (
    ("GET", "/v1/balance", balance),
    ("GET", "/v1/balance_transactions", list_balance_transactions),
    ("POST", "/v1/transfers", create_transfer),
    ("GET", "/v1/transfers", list_transfers),
    ("GET", "/v1/transfers/<id>", show_transfer),
    ("POST", "/v1/payouts", create_payout),
    ("GET", "/v1/payouts", list_payouts),
    ("GET", "/v1/payouts/<id>", show_payout),
)
