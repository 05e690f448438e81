"""Connected accounts in Stripe's words: what is sent to open one, and what its requirements mean for our kinds of documents."""

from collections.abc import Mapping
from typing import Any

from contracts.payments.v1.rpc import PayeeState
from payments.domain.payee import AccountStatus
from payments.use_cases.provider import PayeeDetails

FILE_PURPOSES = {
    "identity_proof": "identity_document",
    "articles": "account_requirement",
    "registration_proof": "account_requirement",
}
COMPANY_DOCUMENTS = {"articles": "company_memorandum_of_association", "registration_proof": "company_registration_verification"}


def account_params(details: PayeeDetails) -> dict[str, Any]:
    """What both opening and changing an account say."""
    address = {"line1": details.line1, "postal_code": details.postcode, "city": details.city, "country": details.country}
    params: dict[str, Any] = {
        "email": details.email,
        "business_profile": {"product_description": "Missions of an independent expert"},
        "settings": {"payouts": {"schedule": {"interval": "manual"}}},
        "metadata": {"expert": details.expert_id},
    }
    if details.is_company:
        numbers = {"registration_number": details.siren, "vat_id": details.vat_id}
        params["company"] = {
            "name": details.name,
            "address": address,
            **{name: value for name, value in numbers.items() if value},
        }
    else:
        params["individual"] = {**person_params(details), "address": address}
    return params


def opening_params(details: PayeeDetails) -> dict[str, Any]:
    return {
        "type": "custom",
        "country": details.country,
        "business_type": "company" if details.is_company else "individual",
        "capabilities": {"transfers": {"requested": True}},
    }


def person_params(details: PayeeDetails) -> dict[str, Any]:
    params: dict[str, Any] = {"first_name": details.first_name, "last_name": details.last_name, "email": details.email}
    if details.birth_date:
        year, month, day = details.birth_date.split("-")
        params["dob"] = {"day": int(day), "month": int(month), "year": int(year)}
    return params


def bank_params(details: PayeeDetails) -> dict[str, Any]:
    iban = details.iban.replace(" ", "")
    return {
        "object": "bank_account",
        "country": iban[:2],
        "currency": "eur",
        "account_number": iban,
        "account_holder_name": details.account_holder,
    }


def status_of(account: Mapping[str, Any]) -> AccountStatus:
    """Incomplete while documents are due, pending while they are checked, restricted when something else is wanted."""
    requirements = account.get("requirements") or {}
    due = _kinds(requirements.get("currently_due"))
    checking = _kinds(requirements.get("pending_verification"))
    errors = {_kind(error["requirement"]): error["reason"] for error in requirements.get("errors") or ()}
    reason = requirements.get("disabled_reason") or ""
    transfers = (account.get("capabilities") or {}).get("transfers")
    if reason.startswith("rejected"):
        state = PayeeState.REJECTED
    elif account.get("payouts_enabled") and transfers == "active":
        state = PayeeState.VERIFIED
    elif requirements.get("currently_due"):
        state = PayeeState.INCOMPLETE
    elif checking:
        state = PayeeState.PENDING
    else:
        state = PayeeState.RESTRICTED
    return AccountStatus(
        account_ref=account["id"], state=state, due=due, checking=checking, refused={k: v for k, v in errors.items() if k}
    )


def _kinds(requirements: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(kind for name in requirements or () if (kind := _kind(name))))


def _kind(requirement: str) -> str:
    """Our kind of document for one of Stripe's requirements; empty for what is not a document."""
    if requirement.endswith(".verification.document"):
        return "identity_proof"
    return next((kind for kind, name in COMPANY_DOCUMENTS.items() if name in requirement), "")
