"""Payees: opened with the confirmed legal entity (A20), their documents handed to the provider (M40, M56-M58)."""

import base64
import binascii
from dataclasses import asdict

from contracts.identity.v1.events import AccountErased, LegalEntityConfirmed
from contracts.payments.v1.errors import DocumentNotAccepted, UnknownPayee
from contracts.payments.v1.rpc import GetPayee, PayeeView, SubmitPayeeDocument
from contracts.shapes import Done, PartyKind
from contracts.wire import Right, Role
from kernel.ids import new_id
from payments.domain.payee import CONTENT_TYPES, DOCUMENT_KINDS, PayeeDocument
from payments.use_cases.access import need_service
from payments.use_cases.intend import HEAD_START_SECONDS, intend
from payments.use_cases.operations import drive_apart
from payments.use_cases.ports import Ports
from payments.use_cases.provider import PayeeDetails

LARGEST_FILE_BYTES = 10 * 1024 * 1024
SOLE_TRADERS = ("ei", "eirl", "micro", "auto", "sole", "individual", "entreprise individuelle")


def confirm_payee(event: LegalEntityConfirmed, ports: Ports) -> None:
    """The payee's account is opened with these details, or brought up to date. A private individual is never paid out to (A57).

    Older details than those known change nothing, nor does anything after an erasure: events may come in any order."""
    if event.party.kind is PartyKind.INDIVIDUAL:
        return
    payee = ports.payees.ensure(event.expert_id)
    details = asdict(_details(event))
    if not payee.confirm(details, ports.uow.occurred_at):
        return
    payee.iban_country = event.iban[:2].upper()
    intent = new_id("acc", ports.machine_clock.now())
    intend(ports, "open_account", f"account:{event.expert_id}:{intent}", event.expert_id, details=details)


def submit_document(call: SubmitPayeeDocument, ports: Ports) -> Done:
    """From identity. `id` is the provider's document, empty while it does not answer: the operation goes on by itself.

    Raises DocumentNotAccepted."""
    need_service(call.actor)
    _check(call)
    if ports.payees.document(call.document_id) is None:
        ports.payees.ensure(call.expert_id)
        ports.payees.add_document(
            PayeeDocument(document_id=call.document_id, expert_id=call.expert_id, kind=call.kind, submitted_at=ports.uow.now)
        )
        given = {"document_id": call.document_id, "kind": call.kind, **asdict(call.file)}
        intend(
            ports,
            "submit_document",
            f"document:{call.document_id}",
            call.expert_id,
            head_start_seconds=HEAD_START_SECONDS,
            **given,
        )
        ports.uow.commit_and_go_on()
    operation = ports.operations.of_intent(f"document:{call.document_id}")
    if operation is not None:
        drive_apart(operation.id, ports)
    document = ports.payees.document(call.document_id)
    return Done(id=(document.file_ref if document else None) or "")


def get_payee(call: GetPayee, ports: Ports) -> PayeeView:
    """The expert's own; services and operators any. Raises UnknownPayee."""
    actor = call.actor
    allowed = actor.role is Role.SERVICE or (actor.role is Role.EXPERT and actor.expert_id == call.expert_id)
    allowed = allowed or (actor.role is Role.OPERATOR and bool({Right.FINANCE, Right.SUPPORT} & set(actor.rights)))
    payee = ports.payees.get(call.expert_id)
    if payee is None or not allowed:
        raise UnknownPayee(expert_id=call.expert_id)
    return PayeeView(expert_id=payee.expert_id, state=payee.state, due=payee.due)


def forget_person(event: AccountErased, ports: Ports) -> None:
    """Personal details go; what was paid, and the provider's reference, must stay for the books."""
    if not event.expert_id:
        return
    for operation in ports.operations.of_subject(event.expert_id, ["open_account", "submit_document"]):
        locked = ports.operations.lock(operation.id)
        if locked is not None:
            locked.input = {**locked.input, **dict.fromkeys(locked.input.keys() & {"details", "content"}, "")}
    ports.payees.ensure(event.expert_id).forget(ports.uow.now)


def _check(call: SubmitPayeeDocument) -> None:
    if call.kind not in DOCUMENT_KINDS:
        raise DocumentNotAccepted(f"a document is one of {', '.join(DOCUMENT_KINDS)}", field="kind")
    if call.file.content_type not in CONTENT_TYPES:
        raise DocumentNotAccepted(f"a file is one of {', '.join(CONTENT_TYPES)}", field="file.content_type")
    try:
        size = len(base64.b64decode(call.file.content, validate=True))
    except binascii.Error:
        raise DocumentNotAccepted("the content is not base64", field="file.content") from None
    if not 0 < size <= LARGEST_FILE_BYTES:
        raise DocumentNotAccepted("a file is not empty and at most 10 MB", field="file.content")


def _details(event: LegalEntityConfirmed) -> PayeeDetails:
    party = event.party
    return PayeeDetails(
        expert_id=event.expert_id,
        is_company=not party.legal_form.lower().startswith(SOLE_TRADERS),
        name=party.name,
        country=party.address.country,
        line1=party.address.line1,
        postcode=party.address.postcode,
        city=party.address.city,
        siren=party.siren,
        vat_id=party.vat_id,
        email=event.email,
        first_name=event.first_name,
        last_name=event.last_name,
        birth_date=event.birth_date,
        iban=event.iban,
        account_holder=event.account_holder,
    )
