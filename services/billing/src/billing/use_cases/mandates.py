"""Signing, revoking and showing the mandate to invoice (A32, A61, A73, M102), and remembering who the mandant is in law."""

import hashlib

from billing.domain.mandate import Mandate
from billing.domain.wording import full_name
from billing.use_cases.ports import Ports
from contracts.billing.v1.errors import (
    MandateAlreadySigned,
    MandateVersionStale,
    NoMandateInForce,
    NotAnExpert,
    UnknownMandate,
)
from contracts.billing.v1.events import MandateRevoked, MandateSigned
from contracts.billing.v1.rpc import GetMandate, MandateView, RevokeMandate, SignMandate
from contracts.identity.v1.events import AccountErased, LegalEntityConfirmed
from contracts.wire import Actor, Right, Role
from kernel.ids import new_id

UNNAMED = "l'expert titulaire du compte / the expert holding the account"


def sign_mandate(call: SignMandate, ports: Ports) -> MandateView:
    """The expert signs the present version; documents that waited for a mandate are tried again.

    Raises NotAnExpert, MandateVersionStale (with the present version), MandateAlreadySigned.
    """
    expert_id = _expert(call.actor)
    uow, current = ports.uow, ports.texts.current
    if call.version != current:
        raise MandateVersionStale(current_version=current)
    before = uow.mandates.lock(expert_id)
    if before and before.in_force:
        if before.version == current:
            raise MandateAlreadySigned
        uow.mandates.end(before.revoked(uow.now, "replaced by a newer version"))
    text = _text_to_sign(expert_id, ports)
    mandate = Mandate(
        mandate_id=new_id("man", uow.now),
        expert_id=expert_id,
        version=current,
        text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        signed_at=uow.now,
        account_id=call.actor.account_id or "",
        ip=call.ip,
        user_agent=call.user_agent,
    )
    uow.mandates.add(mandate)
    uow.documents.hurry(expert_id, uow.now)
    uow.emit(MandateSigned(expert_id=expert_id, version=current, signed_at=uow.now), about=expert_id)
    return _view(mandate)


def revoke_mandate(call: RevokeMandate, ports: Ports) -> MandateView:
    """For the future: missions accepted before are invoiced to their end, and what was issued stays.

    Raises NotAnExpert, UnknownMandate, NoMandateInForce."""
    expert_id = _expert(call.actor)
    mandate = ports.uow.mandates.lock(expert_id)
    if mandate is None:
        raise UnknownMandate
    if not mandate.in_force:
        raise NoMandateInForce
    return _view(_end(mandate, call.reason, ports))


def get_mandate(call: GetMandate, ports: Ports) -> MandateView:
    """The mandate in force as it was signed, else the text to sign.

    The expert's own; any for services and operators with the right to support or of finance. Raises UnknownMandate.
    """
    expert_id = call.expert_id or call.actor.expert_id
    if not expert_id or not _reads(call.actor, expert_id):
        raise UnknownMandate
    mandate = ports.uow.mandates.latest(expert_id)
    if mandate and mandate.in_force:
        return _view(mandate)
    return MandateView(
        expert_id=expert_id,
        state="revoked" if mandate else "none",
        version=ports.texts.current,
        text=_text_to_sign(expert_id, ports),
        signed_at=mandate.signed_at if mandate else None,
        revoked_at=mandate.revoked_at if mandate else None,
    )


def remember_mandant(event: LegalEntityConfirmed, ports: Ports) -> None:
    """The mandate names him as he is registered last; an erased one is not named again."""
    ports.uow.mandates.remember(event.expert_id, event.party, ports.uow.occurred_at)


def end_with_the_account(event: AccountErased, ports: Ports) -> None:
    """An erased account gives no more mandate; missions accepted before are invoiced to their end.

    Invoices and mandates are kept ten years, as the law wants.
    """
    if not event.expert_id:
        return
    ports.uow.mandates.forget_mandant(event.expert_id)
    mandate = ports.uow.mandates.lock(event.expert_id)
    if mandate and mandate.in_force:
        _end(mandate, "account erased", ports)


def _end(mandate: Mandate, reason: str, ports: Ports) -> Mandate:
    ended = mandate.revoked(ports.uow.now, reason)
    ports.uow.mandates.end(ended)
    ports.uow.emit(MandateRevoked(expert_id=mandate.expert_id, reason=reason), about=mandate.expert_id)
    return ended


def _reads(actor: Actor, expert_id: str) -> bool:
    if actor.role is Role.OPERATOR:
        return bool({Right.SUPPORT, Right.FINANCE} & set(actor.rights))
    return actor.role is Role.SERVICE or (actor.role is Role.EXPERT and actor.expert_id == expert_id)


def _expert(actor: Actor) -> str:
    if actor.role is not Role.EXPERT or not actor.expert_id:
        raise NotAnExpert
    return actor.expert_id


def _text_to_sign(expert_id: str, ports: Ports) -> str:
    party = ports.uow.mandates.mandant(expert_id)
    named = UNNAMED
    if party:
        siren = f", SIREN {party.siren}" if party.siren else ""
        named = f"{full_name(party)}{siren}"
    return ports.texts.to_sign(platform=ports.desk.platform.name, contest_days=ports.policy.contest_days, expert=named)


def _view(mandate: Mandate) -> MandateView:
    return MandateView(
        expert_id=mandate.expert_id,
        state="in_force" if mandate.in_force else "revoked",
        version=mandate.version,
        text=mandate.text,
        signed_at=mandate.signed_at,
        revoked_at=mandate.revoked_at,
    )
