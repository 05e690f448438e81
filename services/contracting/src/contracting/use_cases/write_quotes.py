"""An expert drafts a quote, edits it, takes it back (M16, A68, M20)."""

from contracting.domain import quote_content
from contracting.domain.access import expert_of
from contracting.domain.quote import Quote
from contracting.use_cases.ports import Ports
from contracting.use_cases.show_quotes import show, visible
from contracts.contracting.v1.errors import InvalidQuote, OfferClosed, UnknownOffer, UnknownRecipient
from contracts.contracting.v1.events import QuoteAmended, QuoteWithdrawn
from contracts.contracting.v1.rpc import DraftQuote, EditQuote, QuoteView, WithdrawQuote
from contracts.wire import Actor


def draft_quote(call: DraftQuote, ports: Ports) -> QuoteView:
    """In answer to an offer, or to a company he is in contact with (A71).

    Raises InvalidQuote, ScheduleFixed, UnknownOffer, OfferClosed (one quote an offer), UnknownRecipient.
    """
    uow, expert_id = ports.uow, expert_of(call.actor)
    content = quote_content.checked(call.content, ports.policy)
    if (call.offer_id is None) == (call.company_id is None):
        raise InvalidQuote("a quote answers an offer or goes to a company: give one of the two", field="offer_id")
    if call.offer_id is not None:
        offer = uow.offers.locked(call.offer_id)
        if offer is None or offer.expert_id != expert_id:
            raise UnknownOffer(offer_id=call.offer_id, field="offer_id")
        offer.must_be_open()
        if uow.quotes.has_answer_to(offer.id):
            raise OfferClosed("there is a quote for this offer already: edit it", offer_id=offer.id)
        company_id, sheet_id = offer.company_id, offer.sheet_id
    else:
        company_id, sheet_id = call.company_id or "", None
        if not uow.directory.have_met(company_id, expert_id):
            raise UnknownRecipient("you are not in contact with such a company", field="company_id")
    quote = Quote.drafted(expert_id, company_id, content, uow.now, sheet_id=sheet_id, offer_id=call.offer_id)
    uow.quotes.add(quote)
    return show(quote, call.actor, ports)


def edit_quote(call: EditQuote, ports: Ports) -> QuoteView:
    """The company is told when a quote it has is taken back to the desk. Raises UnknownQuote, InvalidQuote, QuoteNotOpen."""
    expert_of(call.actor)
    content = quote_content.checked(call.content, ports.policy)
    quote = own(call.quote_id, call.actor, ports)
    if quote.edit(content):
        ports.uow.emit(QuoteAmended(**about(quote)), about=quote.id)
    return show(quote, call.actor, ports)


def withdraw_quote(call: WithdrawQuote, ports: Ports) -> QuoteView:
    """Raises UnknownQuote, QuoteNotOpen."""
    expert_of(call.actor)
    quote = own(call.quote_id, call.actor, ports)
    quote.withdraw()
    ports.uow.emit(QuoteWithdrawn(**about(quote)), about=quote.id)
    return show(quote, call.actor, ports)


def own(quote_id: str, actor: Actor, ports: Ports) -> Quote:
    """The quote, locked. Raises UnknownQuote."""
    return visible(ports.uow.quotes.locked(quote_id), quote_id, actor)


def about(quote: Quote) -> dict[str, str]:
    """What every event of a quote says; the title is the one its company knows."""
    title = quote.sent.terms.content.title if quote.sent else quote.content.title
    return {"quote_id": quote.id, "company_id": quote.company_id, "expert_id": quote.expert_id, "title": title}
