"""What the other services ask: may this expert quote, and who is this party on a document (A20, A60)."""

from contracts.identity.v1 import rpc
from contracts.identity.v1.errors import IncompleteDetails, NotAllowed, UnknownCompany, UnknownExpert
from contracts.identity.v1.rpc import AdmissionState
from contracts.shapes import Party
from contracts.wire import Right, Role
from identity.use_cases.authorise import known_expert
from identity.use_cases.ports import Ports
from kernel.ids import is_id


def get_standing(call: rpc.GetStanding, ports: Ports) -> rpc.ExpertStanding:
    """For services, support and the expert himself. Raises UnknownExpert, NotAllowed, Unauthenticated."""
    uow, expert_id = ports.uow, known_expert(call.actor, call.expert_id, Right.SUPPORT)
    expert, entity = uow.experts.get(expert_id), uow.legal_entities.get(expert_id)
    case, kyc = uow.admissions.get(expert_id), uow.kyc_cases.get(expert_id)
    account = uow.accounts.get(expert.account_id) if expert else None
    if entity is None or case is None or kyc is None or account is None:
        raise UnknownExpert()
    lacks = {
        "admission": case.state not in (AdmissionState.ADMITTED, AdmissionState.SUSPENDED),
        "legal_entity": not entity.is_confirmed,
        "bank_details": entity.details is None,
        "suspended": case.state is AdmissionState.SUSPENDED,
    }
    missing = tuple(code for code, is_lacking in lacks.items() if is_lacking)
    return rpc.ExpertStanding(
        expert_id=expert_id,
        may_quote=not missing,
        missing=missing,
        admission=case.state,
        kyc=kyc.state,
        party=entity.party(email=account.email, locale=account.locale) if entity.is_confirmed else None,
        iban_country=entity.details.iban[:2] if entity.details else "",
    )


def get_party(call: rpc.GetParty, ports: Ports) -> Party:
    """For services only. Raises NotAllowed, UnknownExpert, UnknownCompany, IncompleteDetails (`missing`)."""
    if call.actor.role is not Role.SERVICE:
        raise NotAllowed("This is for services")
    if is_id(call.party_id, "com"):
        company = ports.uow.companies.get(call.party_id)
        if company is None:
            raise UnknownCompany()
        if company.missing:
            raise IncompleteDetails(missing=",".join(company.missing))
        return company.party()
    entity = ports.uow.legal_entities.get(call.party_id) if is_id(call.party_id, "exp") else None
    expert = ports.uow.experts.get(call.party_id) if entity else None
    account = ports.uow.accounts.get(expert.account_id) if expert else None
    if entity is None or account is None:
        raise UnknownExpert()
    return entity.party(email=account.email, locale=account.locale)
