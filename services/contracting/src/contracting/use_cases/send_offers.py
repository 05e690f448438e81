"""A company asks several experts for a quote; each may decline (M75, M61, A72)."""

from contracting.domain import text
from contracting.domain.access import company_of, expert_of
from contracting.domain.offer import Offer
from contracting.domain.window import Window
from contracting.use_cases.ports import Ports
from contracts.contracting.v1.errors import InvalidInput, NotYourCall, UnknownOffer, UnknownRecipient, UnknownSheet
from contracts.contracting.v1.events import OfferDeclined, OfferSent
from contracts.contracting.v1.rpc import DeclineOffer, ListOffers, OfferView, SendOffers
from contracts.shapes import Page
from contracts.wire import Role

MOST_EXPERTS = 20


def send_offers(call: SendOffers, ports: Ports) -> Page[OfferView]:
    """An expert who has this sheet's offer already is not told twice: the answer shows the offer he has.

    Raises UnknownSheet, InvalidInput, UnknownRecipient (`field` names the expert), RoundClosed.
    """
    uow, company_id = ports.uow, company_of(call.actor)
    if not 1 <= len(set(call.expert_ids)) == len(call.expert_ids) <= MOST_EXPERTS:
        raise InvalidInput(f"from 1 to {MOST_EXPERTS} different experts", field="expert_ids")
    sheet = uow.sheets.locked(call.sheet_id)
    if sheet is None or sheet.company_id != company_id:
        raise UnknownSheet(sheet_id=call.sheet_id)
    sheet.must_be_open()
    known = uow.directory.experts(call.expert_ids)
    for index, expert_id in enumerate(call.expert_ids):
        if expert_id not in known:
            raise UnknownRecipient("there is no such expert", field=f"expert_ids.{index}")
    offers = {offer.expert_id: offer for offer in uow.offers.of_sheet(sheet.id)}
    company_name = uow.directory.name_of(company_id)
    for expert_id in call.expert_ids:
        if expert_id not in offers:
            offer = offers[expert_id] = Offer.to(expert_id, sheet, uow.now)
            uow.offers.add(offer)
            uow.emit(_sent(offer, company_name), about=offer.id)
    return Page(items=tuple(_view(offers[expert_id]) for expert_id in call.expert_ids))


def list_offers(call: ListOffers, ports: Ports) -> Page[OfferView]:
    """Received by an expert, sent by a company."""
    window = Window.of(call.cursor, call.limit, "off")
    if call.actor.role is Role.EXPERT:
        return window.page(ports.uow.offers.of_expert(expert_of(call.actor), window), _view)
    if call.actor.role is Role.COMPANY:
        return window.page(ports.uow.offers.of_company(company_of(call.actor), window), _view)
    raise NotYourCall(needs=Role.EXPERT.value)


def decline_offer(call: DeclineOffer, ports: Ports) -> OfferView:
    """Raises UnknownOffer, OfferClosed, InvalidInput."""
    expert_id = expert_of(call.actor)
    reason = text.checked(call.reason, "reason", at_most=2_000, required=False)
    offer = ports.uow.offers.locked(call.offer_id)
    if offer is None or offer.expert_id != expert_id:
        raise UnknownOffer(offer_id=call.offer_id)
    offer.decline(reason)
    declined = OfferDeclined(
        offer_id=offer.id, company_id=offer.company_id, expert_id=expert_id, title=offer.title, reason=reason
    )
    ports.uow.emit(declined, about=offer.id)
    return _view(offer)


def _sent(offer: Offer, company_name: str) -> OfferSent:
    return OfferSent(
        offer_id=offer.id,
        company_id=offer.company_id,
        company_name=company_name,
        expert_id=offer.expert_id,
        title=offer.title,
    )


def _view(offer: Offer) -> OfferView:
    return OfferView(
        offer_id=offer.id,
        sheet_id=offer.sheet_id,
        company_id=offer.company_id,
        expert_id=offer.expert_id,
        title=offer.title,
        objectives=offer.objectives,
        terms=offer.terms,
        state=offer.state.value,
        sent_at=offer.sent_at,
        decline_reason=offer.decline_reason,
    )
