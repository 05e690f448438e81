"""KYC: documents go on to the payment provider, its answers come back through payments (M40, M56-M58, M80)."""

import base64
import binascii

from contracts.identity.v1 import events, rpc
from contracts.identity.v1.errors import KycNotOpen, UnknownExpert
from contracts.identity.v1.rpc import KycState
from contracts.payments.v1.events import PayeeDocumentChecked, PayeeStatusChanged
from contracts.shapes import FileContent
from contracts.wire import Right
from identity.domain import fields
from identity.domain.kyc import KycCase, checked_kind
from identity.use_cases.authorise import expert_of, known_expert
from identity.use_cases.ports import Ports
from identity.use_cases.show import show_kyc
from kernel.errors import Invalid, NotYet
from kernel.ids import key_for

LARGEST_BYTES = 8_000_000
CONTENT_TYPES = ("application/pdf", "image/jpeg", "image/png")


def submit_kyc_document(call: rpc.SubmitKycDocument, ports: Ports) -> rpc.KycView:
    """Hands the file on and remembers that it is under way; the file itself is not kept.

    The document's id is made from the command's key: a repeated call cannot hand the same file on twice.
    Raises KycNotOpen until the legal entity is confirmed and its payee account open; Invalid; what payments refuses; Unavailable.
    """
    uow, expert_id = ports.uow, expert_of(call.actor)
    kind, file = checked_kind(call.kind), _checked_file(call.file)
    entity = uow.legal_entities.get(expert_id)
    if entity is None or not entity.is_confirmed:
        raise KycNotOpen()
    document_id = f"kyd_{key_for('kyc', expert_id, call.idempotency_key)}"
    with uow.released():
        ports.payee_documents.submit(expert_id=expert_id, document_id=document_id, kind=kind, file=file)
    case, entity = uow.kyc_cases.get(expert_id, lock=True), uow.legal_entities.get(expert_id)
    if case is None or entity is None:
        raise UnknownExpert()
    if case.submitted(document_id, kind, uow.now):
        _tell(case, ports, document_kind=kind)
    return show_kyc(case, entity)


def get_kyc(call: rpc.GetKyc, ports: Ports) -> rpc.KycView:
    """One's own; any for support and services. Raises UnknownExpert, NotAllowed, Unauthenticated."""
    expert_id = known_expert(call.actor, call.expert_id, Right.SUPPORT)
    case, entity = ports.uow.kyc_cases.get(expert_id), ports.uow.legal_entities.get(expert_id)
    if case is None or entity is None:
        raise UnknownExpert()
    return show_kyc(case, entity)


def note_document_checked(event: PayeeDocumentChecked, ports: Ports) -> None:
    """The provider's answer on one document. A refusal is told with its reason, so that the expert brings it again (M56)."""
    case = _case(event.expert_id, ports)
    if case.checked(event.document_id, event.kind, event.state == "validated", event.reason, ports.uow.occurred_at):
        _tell(case, ports, reason=event.reason, document_kind=event.kind)


def note_payee_status(event: PayeeStatusChanged, ports: Ports) -> None:
    """The provider's word on the whole account."""
    case = _case(event.expert_id, ports)
    if case.heard(event.state, ports.uow.occurred_at):
        _tell(case, ports, reason=", ".join(event.due) if case.state in (KycState.REFUSED, KycState.RESTRICTED) else "")


def _case(expert_id: str, ports: Ports) -> KycCase:
    case = ports.uow.kyc_cases.get(expert_id, lock=True)
    if case is None:
        raise NotYet(f"no expert {expert_id}")
    return case


def _tell(case: KycCase, ports: Ports, reason: str = "", document_kind: str = "") -> None:
    changed = events.KycStatusChanged(expert_id=case.expert_id, state=case.state, reason=reason, document_kind=document_kind)
    ports.uow.emit(changed, about=case.expert_id)


def _checked_file(file: FileContent) -> FileContent:
    """A PDF, JPEG or PNG of at most 8 MB. Raises Invalid with its `field`."""
    if file.content_type not in CONTENT_TYPES:
        raise Invalid(f"content_type must be one of {', '.join(CONTENT_TYPES)}", field="file.content_type")
    if len(file.content) > LARGEST_BYTES * 4 // 3 + 4:
        raise Invalid(f"A document has at most {LARGEST_BYTES // 1_000_000} MB", field="file.content")
    try:
        content = base64.b64decode(file.content, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("content must be base64", field="file.content") from None
    if not content:
        raise Invalid("The file is empty", field="file.content")
    return FileContent(filename=fields.text(file.filename, "file.filename"), content_type=file.content_type, content=file.content)
