"""What an expert signs: the charter here (A40, A44), the invoicing mandate at billing, of which a copy is kept (A61, M102)."""

import hashlib

from contracts.billing.v1.events import MandateRevoked, MandateSigned
from contracts.identity.v1 import events, rpc
from contracts.identity.v1.errors import CharterVersionUnknown, UnknownExpert
from contracts.shapes import Done
from identity.domain import fields
from identity.domain.expert import Consent
from identity.use_cases.authorise import account_of, expert_of
from identity.use_cases.open_session import printable
from identity.use_cases.ports import Ports
from kernel.errors import NotYet
from kernel.ids import new_id


def get_charter(call: rpc.GetCharter, ports: Ports) -> rpc.CharterView:
    """The present version, for anybody to read before joining. Raises Invalid."""
    charter = ports.rules.charter
    return rpc.CharterView(version=charter.version, text=charter.text(fields.accepted_locale(call.locale)))


def sign_charter(call: rpc.SignCharter, ports: Ports) -> Done:
    """In its present version; signing it again changes nothing. Raises CharterVersionUnknown, NotAllowed, Unauthenticated."""
    uow, charter, account_id = ports.uow, ports.rules.charter, account_of(call.actor)
    expert, account = uow.experts.get(expert_of(call.actor), lock=True), uow.accounts.get(account_id)
    if expert is None or account is None:
        raise UnknownExpert()
    if call.version != charter.version:
        raise CharterVersionUnknown(field="version", present=charter.version)
    if expert.charter_version == charter.version:
        return Done(id=expert.id)
    expert.charter_version = charter.version
    consent = Consent(
        id=new_id("con", uow.now),
        account_id=account_id,
        kind="charter",
        version=charter.version,
        at=uow.now,
        text_sha256=hashlib.sha256(charter.text(account.locale).encode()).hexdigest(),
        ip=printable(call.ip, 64),
        user_agent=printable(call.user_agent, 300),
    )
    uow.consents.add(consent)
    uow.emit(events.CharterSigned(expert_id=expert.id, version=charter.version), about=expert.id)
    return Done(id=expert.id)


def note_mandate_signed(event: MandateSigned, ports: Ports) -> None:
    """What the policy may ask for admission (P10)."""
    _note_mandate(event.expert_id, ports, in_force=True)


def note_mandate_revoked(event: MandateRevoked, ports: Ports) -> None:
    _note_mandate(event.expert_id, ports, in_force=False)


def _note_mandate(expert_id: str, ports: Ports, *, in_force: bool) -> None:
    expert = ports.uow.experts.get(expert_id, lock=True)
    if expert is None:
        raise NotYet(f"no expert {expert_id}")
    expert.note_mandate(in_force, ports.uow.occurred_at)
