"""Customers, and the cash balance that their bank transfers land on (manual reconciliation)."""

from typing import Any

from psp_sandbox.errors import invalid
from psp_sandbox.resources.call import Call, Route
from psp_sandbox.store import Store


def create(call: Call) -> dict[str, Any]:
    mode = ((call.params.get("cash_balance") or {}).get("settings") or {}).get("reconciliation_mode", "automatic")
    data = {name: call.params.get(name) for name in ("name", "email", "description")}
    data |= {"metadata": call.metadata, "_cash": 0, "_reconciliation_mode": mode, "_iban": None}
    return call.store.new("customer", "cus", data)


def change(call: Call, id: str) -> dict[str, Any]:
    customer = call.store.get("customer", id)
    customer |= {name: call.params[name] for name in ("name", "email") if name in call.params}
    customer["metadata"] |= call.metadata
    call.store.save(customer)
    return customer


def show(call: Call, id: str) -> dict[str, Any]:
    return call.store.get("customer", id)


def index(call: Call) -> dict[str, Any]:
    equal = {"email": call.params["email"]} if "email" in call.params else {}
    return call.store.page("customer", call.params, "/v1/customers", **equal)


def fund(call: Call, id: str) -> dict[str, Any]:
    """Test helper: a bank transfer reaches the customer's virtual account."""
    customer, amount = call.store.get("customer", id), call.amount()
    bank = {"eu_bank_transfer": {"bic": "SOGEDEFFXXX", "iban_last4": "3000", "sender_name": customer["name"]}}
    bank |= {"type": "eu_bank_transfer", "reference": call.params.get("reference") or None}
    return move_cash(call.store, customer, amount, call.currency(), "funded", {"funded": {"bank_transfer": bank}})


def show_cash_transaction(call: Call, id: str, transaction: str) -> dict[str, Any]:
    return call.store.get("customer_cash_balance_transaction", transaction)


def list_cash_transactions(call: Call, id: str) -> dict[str, Any]:
    url = f"/v1/customers/{id}/cash_balance_transactions"
    return call.store.page("customer_cash_balance_transaction", call.params, url, customer=id)


def move_cash(
    store: Store, customer: dict[str, Any], amount: int, currency: str, type: str, more: dict[str, Any]
) -> dict[str, Any]:
    """Changes the cash balance; it never falls below zero. Raises ApiError."""
    if customer["_cash"] + amount < 0:
        raise invalid("The customer's cash balance is insufficient.", code="balance_insufficient", param="amount")
    customer["_cash"] += amount
    store.save(customer)
    data = {"customer": customer["id"], "net_amount": amount, "ending_balance": customer["_cash"], "currency": currency}
    data |= {"type": type, **more}
    moved = store.new("customer_cash_balance_transaction", "ccsbtxn", data)
    store.tell("customer_cash_balance_transaction.created", moved)
    return moved


ROUTES: tuple[Route, ...] = (
    ("POST", "/v1/customers", create),
    ("GET", "/v1/customers", index),
    ("GET", "/v1/customers/<id>", show),
    ("POST", "/v1/customers/<id>", change),
    ("POST", "/v1/test_helpers/customers/<id>/fund_cash_balance", fund),
    ("GET", "/v1/customers/<id>/cash_balance_transactions", list_cash_transactions),
    ("GET", "/v1/customers/<id>/cash_balance_transactions/<transaction>", show_cash_transaction),
)
