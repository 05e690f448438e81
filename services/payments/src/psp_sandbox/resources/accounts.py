"""Connected accounts: who they belong to, their documents, their bank, and what is still required of them.

Required: of everybody a bank account and the identity document of the person, the proof of registration, and of companies
their articles too. A document is `checking` until its verdict is due, then validated or refused (`magic.refusal_of` its name).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from psp_sandbox import magic
from psp_sandbox.errors import invalid
from psp_sandbox.resources.call import Call, Route
from psp_sandbox.store import Store

COMPANY_DOCUMENTS = ("company_memorandum_of_association", "company_registration_verification")
_CHECKING, _VALIDATED, _REFUSED = "checking", "validated", "refused"


def create(call: Call) -> dict[str, Any]:
    if call.params.get("type") != "custom":
        raise invalid("This sandbox opens custom accounts only.", param="type")
    business_type = call.params.get("business_type", "company")
    if business_type not in ("individual", "company"):
        raise invalid("Invalid business_type.", param="business_type")
    data = {"type": "custom", "country": call.need("country"), "business_type": business_type, "default_currency": "eur"}
    data |= {"email": None, "metadata": {}, "business_profile": {}, "settings": None, "tos_acceptance": {}}
    data |= {"charges_enabled": False, "payouts_enabled": False, "details_submitted": True}
    data |= {"capabilities": {"transfers": "inactive"}, "_documents": {}, "_bank": None, "_person": None}
    account = call.store.new("account", "acct", data)
    return _change(call, account)


def change(call: Call, id: str) -> dict[str, Any]:
    return _change(call, call.store.get("account", id))


def show(call: Call, id: str) -> dict[str, Any]:
    return call.store.get("account", id)


def index(call: Call) -> dict[str, Any]:
    return call.store.page("account", call.params, "/v1/accounts")


def create_person(call: Call, id: str) -> dict[str, Any]:
    account = call.store.get("account", id)
    data = {"account": id, "verification": {"document": {"front": None}, "status": "unverified"}}
    person = call.store.new("person", "person", data)
    account["_person"] = person["id"]
    return _change_person(call, account, person)


def change_person(call: Call, id: str, person: str) -> dict[str, Any]:
    return _change_person(call, call.store.get("account", id), call.store.get("person", person))


def list_persons(call: Call, id: str) -> dict[str, Any]:
    return call.store.page("person", call.params, f"/v1/accounts/{id}/persons", account=id)


def add_bank(call: Call, id: str) -> dict[str, Any]:
    account, given = call.store.get("account", id), call.need("external_account")
    if not isinstance(given, dict) or given.get("object") != "bank_account" or not given.get("account_number"):
        raise invalid("A bank account with its account_number is needed.", param="external_account")
    iban = given["account_number"].replace(" ", "")
    data = {"account": id, "country": given.get("country"), "currency": given.get("currency"), "last4": iban[-4:], "_iban": iban}
    data |= {"account_holder_name": given.get("account_holder_name"), "default_for_currency": True, "status": "new"}
    data |= {"metadata": call.metadata}
    account["_bank"] = call.store.new("bank_account", "ba", data)
    review(call.store, account)
    return dict(account["_bank"])


def upload(call: Call) -> dict[str, Any]:
    if not call.filename:
        raise invalid("Missing required param: file.", param="file", code="parameter_missing")
    return call.store.new("file", "file", {"filename": call.filename, "purpose": call.need("purpose"), "size": 0, "type": None})


def review(store: Store, account: dict[str, Any]) -> None:
    """Says again what is required of the account, and tells if that has changed."""
    before = account.get("requirements")
    documents: Mapping[str, Mapping[str, Any]] = account["_documents"]
    wanted = _wanted(account)
    due = [name for name in wanted if documents.get(name, {}).get("state", _REFUSED) == _REFUSED]
    if account["_bank"] is None:
        due.append("external_account")
    checking = [name for name in wanted if documents.get(name, {}).get("state") == _CHECKING]
    errors = [_error(name, documents[name]) for name in wanted if documents.get(name, {}).get("state") == _REFUSED]
    done = not due and not checking
    account["payouts_enabled"] = done
    account["capabilities"] = {"transfers": "active" if done else "pending" if checking and not due else "inactive"}
    account["requirements"] = {
        "currently_due": due,
        "eventually_due": due,
        "past_due": [],
        "pending_verification": checking,
        "errors": errors,
        "disabled_reason": None if done else "requirements.pending_verification" if not due else "requirements.past_due",
        "current_deadline": None,
        "alternatives": [],
    }
    store.save(account)
    if before != account["requirements"]:
        store.tell("account.updated", account, account["id"])


def give_verdicts(store: Store, account: dict[str, Any]) -> None:
    """Answers the documents whose time has come."""
    answered = False
    for document in account["_documents"].values():
        if document["state"] == _CHECKING and document["verdict_at"] <= store.timestamp:
            document["state"] = _REFUSED if magic.refusal_of(document["filename"]) else _VALIDATED
            answered = True
    if answered:
        review(store, account)


def _change(call: Call, account: dict[str, Any]) -> dict[str, Any]:
    for name in ("email", "country"):
        account[name] = call.params.get(name, account[name])
    for name in ("business_profile", "tos_acceptance"):
        account[name] = account[name] | (call.params.get(name) or {})
    if company := call.params.get("company"):
        numbers = {f"_{name}": company.pop(name) for name in ("registration_number", "vat_id") if name in company}
        account["company"] = account.get("company", {}) | company | numbers
    if individual := call.params.get("individual"):
        _change_individual(call, account, individual)
    for kind, given in (call.params.get("documents") or {}).items():
        if kind not in COMPANY_DOCUMENTS:
            raise invalid(f"Received unknown parameter: documents[{kind}]", param=f"documents[{kind}]", code="parameter_unknown")
        for file_id in given.get("files", []):
            _hand_in(call, account, f"documents.{kind}.files", file_id)
    account["metadata"] |= call.metadata
    review(call.store, account)
    return account


def _change_individual(call: Call, account: dict[str, Any], given: dict[str, Any]) -> None:
    front = (given.get("verification", {}).get("document") or {}).get("front")
    known = account.get("individual") or call.store.new("person", "person", {"account": account["id"]})
    account["individual"] = known | {name: value for name, value in _typed(given).items() if name != "verification"}
    if front:
        _hand_in(call, account, "individual.verification.document", front)


def _change_person(call: Call, account: dict[str, Any], person: dict[str, Any]) -> dict[str, Any]:
    given = _typed(call.params)
    person |= {name: given[name] for name in ("first_name", "last_name", "email", "dob", "relationship") if name in given}
    front = ((call.params.get("verification") or {}).get("document") or {}).get("front")
    if front:
        _hand_in(call, account, f"{person['id']}.verification.document", front)
        person["verification"] = {"document": {"front": front}, "status": "pending"}
    call.store.save(person)
    review(call.store, account)
    return person


def _typed(given: dict[str, Any]) -> dict[str, Any]:
    """A person's numbers and yes-or-nos, which come as text in a form."""
    dob = {name: int(value) for name, value in given.get("dob", {}).items()}
    relationship = {name: value == "true" for name, value in given.get("relationship", {}).items()}
    return given | ({"dob": dob} if dob else {}) | ({"relationship": relationship} if relationship else {})


def _hand_in(call: Call, account: dict[str, Any], name: str, file_id: str) -> None:
    filename = call.store.get("file", file_id, param="file")["filename"]
    verdict_at = call.store.now + timedelta(seconds=call.config.kyc_delay_seconds)
    document = {"file": file_id, "filename": filename, "state": _CHECKING, "verdict_at": int(verdict_at.timestamp())}
    account["_documents"] = account["_documents"] | {name: document}


def _wanted(account: dict[str, Any]) -> list[str]:
    if account["business_type"] == "individual":
        return ["individual.verification.document", f"documents.{COMPANY_DOCUMENTS[1]}.files"]
    person = account["_person"] or "representative"
    return [f"{person}.verification.document", *(f"documents.{kind}.files" for kind in COMPANY_DOCUMENTS)]


def _error(name: str, document: Mapping[str, Any]) -> dict[str, str]:
    code, reason = magic.refusal_of(document["filename"]) or ("verification_document_failed_other", "")
    return {"code": code, "reason": reason, "requirement": name}


ROUTES: tuple[Route, ...] = (
    ("POST", "/v1/accounts", create),
    ("GET", "/v1/accounts", index),
    ("GET", "/v1/accounts/<id>", show),
    ("POST", "/v1/accounts/<id>", change),
    ("POST", "/v1/accounts/<id>/persons", create_person),
    ("GET", "/v1/accounts/<id>/persons", list_persons),
    ("POST", "/v1/accounts/<id>/persons/<person>", change_person),
    ("POST", "/v1/accounts/<id>/external_accounts", add_bank),
    ("POST", "/v1/files", upload),
)
