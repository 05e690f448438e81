"""Quotes as their readers see them: the expert his desk, everybody else only what was sent (M22)."""

from dataclasses import replace

from contracting.domain.access import company_of, expert_of, must_see_all, sees, side_of
from contracting.domain.quote import Quote, SentVersion
from contracting.domain.window import Window
from contracting.use_cases.ports import Ports
from contracts.contracting.v1.errors import UnknownQuote
from contracts.contracting.v1.rpc import GetQuote, ListQuotes, QuoteState, QuoteView
from contracts.shapes import Page
from contracts.wire import Actor, Role


def get_quote(call: GetQuote, ports: Ports) -> QuoteView:
    """Raises UnknownQuote."""
    quote = visible(ports.uow.quotes.get(call.quote_id), call.quote_id, call.actor)
    return show(quote, call.actor, ports)


def list_quotes(call: ListQuotes, ports: Ports) -> Page[QuoteView]:
    """The caller's; all that were sent for the operator's support and mediators. Raises NotYourCall, MissingRight."""
    window, quotes = Window.of(call.cursor, call.limit, "quo"), ports.uow.quotes
    match call.actor.role:
        case Role.EXPERT:
            rows = quotes.of_expert(expert_of(call.actor), call.state, window)
        case Role.COMPANY:
            rows = quotes.of_company(company_of(call.actor), call.state, window)
        case _:
            must_see_all(call.actor)
            rows = quotes.all_sent(call.state, window)
    return window.page(rows, lambda quote: show(quote, call.actor, ports))


def visible(quote: Quote | None, quote_id: str, actor: Actor) -> Quote:
    """The quote, if this caller may know of it. Raises UnknownQuote."""
    if quote is None or not sees(actor, quote) or (quote.sent is None and side_of(actor, quote) is not Role.EXPERT):
        raise UnknownQuote(quote_id=quote_id)
    return quote


def show(quote: Quote, actor: Actor, ports: Ports) -> QuoteView:
    """On the expert's desk the version under work; for everybody else, and once sent, the last one that went out."""
    sent, names = quote.sent, ports.uow.directory
    on_desk = sent is None or (quote.state is QuoteState.AMENDED and side_of(actor, quote) is Role.EXPERT)
    view = QuoteView(
        quote_id=quote.id,
        version=quote.next_version,
        state=quote.state,
        company_id=quote.company_id,
        company_name=names.name_of(quote.company_id),
        expert_id=quote.expert_id,
        expert_name=names.name_of(quote.expert_id),
        content=quote.content,
        ht=quote.ht,
        offer_id=quote.offer_id,
        mission_id=quote.mission_id,
    )
    return view if on_desk or sent is None else _as_sent(view, sent)


def _as_sent(view: QuoteView, sent: SentVersion) -> QuoteView:
    terms = sent.terms
    return replace(
        view,
        version=sent.number,
        content=terms.content,
        ht=terms.ht,
        vat=terms.vat,
        ttc=terms.ttc,
        tax=terms.tax,
        commission=terms.commission,
        expert_receives=terms.expert_receives,
        instalments=terms.instalments,
        sent_at=terms.sent_at,
        expires_at=terms.expires_at,
        version_sha256=sent.sha256,
    )
