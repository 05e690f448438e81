"""The expert's status, company and bank details: declared, confirmed, changed (A20, M13, M60)."""

from contracts.identity.v1 import events, rpc
from contracts.identity.v1.errors import UnknownExpert
from contracts.wire import Right
from identity.domain import fields
from identity.domain.account import Account
from identity.domain.expert import Expert
from identity.domain.legal_entity import LegalDetails, LegalEntity, checked_details
from identity.use_cases.authorise import expert_id_of, expert_of, known_expert, require_operator
from identity.use_cases.ports import Ports
from identity.use_cases.show import show_legal_entity


def set_legal_entity(call: rpc.SetLegalEntity, ports: Ports) -> rpc.LegalEntityView:
    """Confirmed at once when every identifier checks out, else to review.

    Raises Invalid, InvalidIdentifier, PrivateAccount (A57).
    """
    expert, account, entity = expert_by_id(expert_of(call.actor), ports)
    declared = LegalDetails(
        legal_form=call.legal_form,
        legal_name=call.legal_name,
        address=call.address,
        vat_status=call.vat_status,
        iban=call.iban,
        account_holder=call.account_holder,
        bic=call.bic,
        siren=call.siren,
        vat_id=call.vat_id,
        share_capital_cents=call.share_capital_cents,
        registry=call.registry,
        legal_mentions=call.legal_mentions,
    )
    if entity.declare(checked_details(declared, account.full_name), ports.uow.now):
        _tell_confirmed(entity, expert, account, ports)
    return show_legal_entity(entity)


def get_legal_entity(call: rpc.GetLegalEntity, ports: Ports) -> rpc.LegalEntityView:
    """One's own; any for support and services. Raises UnknownExpert, NotAllowed, Unauthenticated."""
    entity = ports.uow.legal_entities.get(known_expert(call.actor, call.expert_id, Right.SUPPORT))
    if entity is None:
        raise UnknownExpert()
    return show_legal_entity(entity)


def confirm_legal_entity(call: rpc.ConfirmLegalEntity, ports: Ports) -> rpc.LegalEntityView:
    """After a review by support, with a reason that is audited. Raises NotAllowed, UnknownExpert, IncompleteDetails, Invalid."""
    require_operator(call.actor, Right.SUPPORT)
    fields.text(call.reason, "reason", longest=1000, lines=True)
    expert, account, entity = expert_by_id(expert_id_of(call.expert_id), ports)
    if entity.confirm(ports.uow.now):
        _tell_confirmed(entity, expert, account, ports)
    return show_legal_entity(entity)


def expert_by_id(expert_id: str, ports: Ports) -> tuple[Expert, Account, LegalEntity]:
    """The expert, his account, and his entity to be changed. Raises UnknownExpert."""
    expert = ports.uow.experts.get(expert_id)
    account = ports.uow.accounts.get(expert.account_id) if expert else None
    entity = ports.uow.legal_entities.get(expert_id, lock=True)
    if expert is None or account is None or entity is None or account.erased_at is not None:
        raise UnknownExpert()
    return expert, account, entity


def _tell_confirmed(entity: LegalEntity, expert: Expert, account: Account, ports: Ports) -> None:
    if entity.details is None:
        return
    confirmed = events.LegalEntityConfirmed(
        expert_id=entity.expert_id,
        party=entity.party(email=account.email, locale=account.locale),
        iban=entity.details.iban,
        bic=entity.details.bic,
        account_holder=entity.details.account_holder,
        email=account.email,
        first_name=account.first_name,
        last_name=account.last_name,
        birth_date=expert.birth_date.isoformat() if expert.birth_date else "",
    )
    ports.uow.emit(confirmed, about=entity.expert_id)
