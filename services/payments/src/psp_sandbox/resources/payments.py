"""Payment intents (cards, bank transfers from the cash balance), charges and refunds."""

from datetime import timedelta
from typing import Any

from psp_sandbox import magic
from psp_sandbox.errors import ApiError, invalid
from psp_sandbox.resources.call import Call, Route
from psp_sandbox.resources.customers import move_cash
from psp_sandbox.resources.transfers import book
from psp_sandbox.store import Store
from psp_sandbox.virtual_iban import BIC, HOLDER, iban_of

_FINAL = ("succeeded", "canceled")
_ADDRESS = {"line1": "1 rue du Bac", "line2": None, "postal_code": "75007", "city": "Paris", "state": None, "country": "FR"}


def create(call: Call) -> dict[str, Any]:
    amount, currency = call.amount(), call.currency()
    if customer := call.params.get("customer"):
        call.store.get("customer", customer, param="customer")
    data = {name: call.params.get(name) for name in ("customer", "description", "transfer_group", "payment_method")}
    data |= {
        "amount": amount,
        "amount_received": 0,
        "currency": currency,
        "metadata": call.metadata,
        "status": "requires_confirmation",
    }
    data |= {"payment_method_types": call.params.get("payment_method_types") or ["card"], "latest_charge": None}
    data |= {"next_action": None, "last_payment_error": None, "canceled_at": None, "cancellation_reason": None}
    data |= {"capture_method": "automatic", "confirmation_method": "automatic"}
    intent = call.store.new("payment_intent", "pi", data)
    return _confirm(call, intent) if call.flag("confirm") else intent


def show(call: Call, id: str) -> dict[str, Any]:
    return call.store.get("payment_intent", id)


def index(call: Call) -> dict[str, Any]:
    equal = {"customer": call.params["customer"]} if "customer" in call.params else {}
    return call.store.page("payment_intent", call.params, "/v1/payment_intents", **equal)


def cancel(call: Call, id: str) -> dict[str, Any]:
    intent = call.store.get("payment_intent", id)
    if intent["status"] in _FINAL:
        message = f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}."
        raise invalid(message, code="payment_intent_unexpected_state")
    intent |= {"status": "canceled", "canceled_at": call.store.timestamp, "next_action": None}
    intent["cancellation_reason"] = call.params.get("cancellation_reason")
    call.store.save(intent)
    call.store.tell("payment_intent.canceled", intent)
    return intent


def apply_balance(call: Call, id: str) -> dict[str, Any]:
    """Money of the customer's cash balance pays for this intent, wholly or in part."""
    intent = call.store.get("payment_intent", id)
    if intent["status"] != "requires_action" or "_remaining" not in intent:
        raise invalid("This PaymentIntent cannot take funds from a cash balance now.", code="payment_intent_unexpected_state")
    amount = call.amount() if "amount" in call.params else intent["_remaining"]
    if amount > intent["_remaining"]:
        raise invalid("The amount is larger than what remains to be paid.", param="amount")
    customer = call.store.get("customer", intent["customer"])
    applied = {"applied_to_payment": {"payment_intent": id}}
    move_cash(call.store, customer, -amount, intent["currency"], "applied_to_payment", applied)
    intent["_remaining"] -= amount
    if intent["_remaining"] == 0:
        return _succeed(call.store, intent)
    intent["next_action"]["display_bank_transfer_instructions"]["amount_remaining"] = intent["_remaining"]
    call.store.save(intent)
    call.store.tell("payment_intent.partially_funded", intent)
    return intent


def finish_challenge(store: Store, id: str, *, passed: bool) -> None:
    """The card's holder has answered his bank. Raises ApiError when nothing was asked."""
    intent = store.get("payment_intent", id)
    if intent["status"] != "requires_action" or "_remaining" in intent:
        raise invalid("Nothing is asked of this payment's card holder.", code="payment_intent_unexpected_state")
    if passed:
        _succeed(store, intent)
    else:
        _decline(store, intent, "authentication_required", "payment_intent_authentication_failure")


def refund(call: Call) -> dict[str, Any]:
    if call.params.get("origin") == "customer_balance":
        return _refund_cash(call)
    if "payment_intent" in call.params:
        charge_id = call.store.get("payment_intent", call.params["payment_intent"], param="payment_intent")["latest_charge"]
    else:
        charge_id = call.need("charge")
    charge = call.store.get("charge", charge_id or "", param="charge")
    left = charge["amount"] - charge["amount_refunded"]
    amount = call.amount() if "amount" in call.params else left
    if amount > left:
        raise invalid(
            "Refund amount is greater than unrefunded amount on charge.", param="amount", code="charge_already_refunded"
        )
    data = {"amount": amount, "currency": charge["currency"], "charge": charge["id"], "payment_intent": charge["payment_intent"]}
    data |= {"metadata": call.metadata, "reason": call.params.get("reason"), "status": "succeeded"}
    if ends := _refund_ends(call.store, charge):
        ends_at = call.store.now + timedelta(seconds=call.config.payout_delay_seconds)
        data |= {"status": "pending", "_ends": ends, "_ends_at": int(ends_at.timestamp())}
    made = call.store.new("refund", "re", data)
    made["balance_transaction"] = book(call.store, "", -amount, "refund", made["id"])
    call.store.save(made)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    call.store.save(charge)
    call.store.tell("charge.refunded", charge)
    call.store.tell("refund.created", made)
    return made


def end_refund(store: Store, refund: dict[str, Any]) -> None:
    """A pending refund has arrived, or has failed: then its money is back on the balance."""
    refund["status"] = refund["_ends"]
    if refund["status"] == "failed":
        refund["failure_reason"] = "expired_or_canceled_card"
        refund["failure_balance_transaction"] = book(store, "", refund["amount"], "refund_failure", refund["id"])
        charge = store.get("charge", refund["charge"])
        charge |= {"amount_refunded": charge["amount_refunded"] - refund["amount"], "refunded": False}
        store.save(charge)
    store.save(refund)
    store.tell("refund.failed" if refund["status"] == "failed" else "refund.updated", refund)


def show_refund(call: Call, id: str) -> dict[str, Any]:
    return call.store.get("refund", id)


def list_refunds(call: Call) -> dict[str, Any]:
    equal = {name: call.params[name] for name in ("payment_intent", "charge") if name in call.params}
    return call.store.page("refund", call.params, "/v1/refunds", **equal)


def _refund_cash(call: Call) -> dict[str, Any]:
    """What lies on a customer's cash balance goes back to the bank it came from."""
    customer, amount, currency = (
        call.store.get("customer", call.need("customer"), param="customer"),
        call.amount(),
        call.currency(),
    )
    move_cash(call.store, customer, -amount, currency, "return_initiated", {})
    data = {"amount": amount, "currency": currency, "charge": None, "payment_intent": None, "balance_transaction": None}
    data |= {"metadata": call.metadata, "reason": call.params.get("reason"), "status": "succeeded"}
    made = call.store.new("refund", "re", data)
    call.store.tell("refund.created", made)
    return made


def _refund_ends(store: Store, charge: dict[str, Any]) -> str:
    """How a refund of this charge ends after it was pending; empty for one that succeeds at once."""
    card = magic.CARDS.get(store.get("payment_intent", charge["payment_intent"])["payment_method"] or "")
    return card.refund if card else ""


def _confirm(call: Call, intent: dict[str, Any]) -> dict[str, Any]:
    if "customer_balance" in intent["payment_method_types"]:
        return _await_transfer(call, intent)
    card = magic.CARDS.get(intent["payment_method"] or "")
    if card is None:
        raise invalid(f"No such PaymentMethod: '{intent['payment_method']}'", param="payment_method", code="resource_missing")
    if card.outcome == magic.DECLINED:
        raise _decline(call.store, intent, card.decline_code, "card_declined")
    if card.outcome == magic.CHALLENGED:
        redirect = {"url": f"{call.config.public_url}/3ds/{intent['id']}", "return_url": call.params.get("return_url")}
        intent |= {"status": "requires_action", "next_action": {"type": "redirect_to_url", "redirect_to_url": redirect}}
        call.store.save(intent)
        call.store.tell("payment_intent.requires_action", intent)
        return intent
    return _succeed(call.store, intent)


def _await_transfer(call: Call, intent: dict[str, Any]) -> dict[str, Any]:
    customer = call.store.get("customer", intent["customer"] or "", param="customer")
    if customer["_reconciliation_mode"] != "manual":
        raise invalid("This sandbox reconciles bank transfers manually only.", param="customer")
    if customer["_iban"] is None:
        customer["_iban"] = iban_of(customer["id"])
        call.store.save(customer)
    iban = {"account_holder_name": HOLDER, "bic": BIC, "country": "FR", "iban": customer["_iban"]}
    iban |= {"account_holder_address": _ADDRESS, "bank_address": _ADDRESS}
    instructions = {
        "amount_remaining": intent["amount"],
        "currency": intent["currency"],
        "financial_addresses": [{"type": "iban", "supported_networks": ["sepa"], "iban": iban}],
        "hosted_instructions_url": f"{call.config.public_url}/instructions/{intent['id']}",
        "reference": intent["id"][3:13].upper(),
        "type": "eu_bank_transfer",
    }
    intent |= {"status": "requires_action", "_remaining": intent["amount"]}
    intent["next_action"] = {"type": "display_bank_transfer_instructions", "display_bank_transfer_instructions": instructions}
    call.store.save(intent)
    call.store.tell("payment_intent.requires_action", intent)
    return intent


def _succeed(store: Store, intent: dict[str, Any]) -> dict[str, Any]:
    data = {name: intent[name] for name in ("amount", "currency", "customer", "transfer_group", "metadata", "description")}
    data |= {"payment_intent": intent["id"], "paid": True, "status": "succeeded"}
    data |= {"amount_refunded": 0, "refunded": False, "_transferred": 0}
    charge = store.new("charge", "ch", data)
    charge["balance_transaction"] = book(store, "", intent["amount"], "charge", charge["id"])
    store.save(charge)
    intent |= {"status": "succeeded", "amount_received": intent["amount"], "latest_charge": charge["id"], "next_action": None}
    store.save(intent)
    store.tell("charge.succeeded", charge)
    store.tell("payment_intent.succeeded", intent)
    return intent


def _decline(store: Store, intent: dict[str, Any], decline_code: str, code: str) -> ApiError:
    error = {"type": "card_error", "code": code, "decline_code": decline_code, "message": "Your card was declined."}
    intent |= {"status": "requires_payment_method", "next_action": None, "last_payment_error": error}
    store.save(intent)
    store.tell("payment_intent.payment_failed", intent)
    return ApiError(402, "card_error", error["message"], code=code, decline_code=decline_code, payment_intent=intent)


ROUTES: tuple[Route, ...] = (
    ("POST", "/v1/payment_intents", create),
    ("GET", "/v1/payment_intents", index),
    ("GET", "/v1/payment_intents/<id>", show),
    ("POST", "/v1/payment_intents/<id>/cancel", cancel),
    ("POST", "/v1/payment_intents/<id>/apply_customer_balance", apply_balance),
    ("POST", "/v1/refunds", refund),
    ("GET", "/v1/refunds", list_refunds),
    ("GET", "/v1/refunds/<id>", show_refund),
)
