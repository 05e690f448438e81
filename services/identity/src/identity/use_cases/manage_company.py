"""A company's details: what documents need before a quote is accepted (M72, M97)."""

from contracts.identity.v1 import events, rpc
from contracts.identity.v1.errors import UnknownCompany
from contracts.wire import Right
from identity.use_cases.authorise import company_of, known_company
from identity.use_cases.ports import Ports
from identity.use_cases.show import show_company


def set_company_details(call: rpc.SetCompanyDetails, ports: Ports) -> rpc.CompanyView:
    """By a member who may manage it. Told only when something changed. Raises Invalid, InvalidIdentifier, NotAllowed."""
    company = ports.uow.companies.get(company_of(call.actor, Right.MANAGE_MEMBERS), lock=True)
    if company is None:
        raise UnknownCompany()
    changed = company.describe(
        name=call.name,
        address=call.address,
        siren=call.siren,
        vat_id=call.vat_id,
        accounting_email=call.accounting_email,
        order_number=call.purchase_order_number,
    )
    if changed:
        ports.uow.emit(events.CompanyDetailsChanged(company_id=company.id, party=company.party()), about=company.id)
    return show_company(company)


def get_company(call: rpc.GetCompany, ports: Ports) -> rpc.CompanyView:
    """One's own; any for support and services. Raises UnknownCompany, NotAllowed, Unauthenticated."""
    company = ports.uow.companies.get(known_company(call.actor, call.company_id))
    if company is None:
        raise UnknownCompany()
    return show_company(company)
