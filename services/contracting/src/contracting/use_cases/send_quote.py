"""An expert sends a quote: the moment at which everything the company will sign is computed and frozen.

Four neighbours are asked, with no transaction open: identity (may he quote, who are the parties: A20), billing (the mandate:
P10, the VAT), payments (the commission: M15). If the quote was edited meanwhile, nothing is sent.
"""

from datetime import timedelta

from contracting.domain.access import expert_of
from contracting.domain.policy import ContractingPolicy
from contracting.domain.quote import Quote, SentVersion, Terms
from contracting.domain.quote_content import checked, weights_of
from contracting.domain.schedule import Schedule
from contracting.use_cases.ports import Neighbours, Ports
from contracting.use_cases.show_quotes import show, visible
from contracting.use_cases.write_quotes import own
from contracts.billing.v1.errors import UnknownMandate
from contracts.billing.v1.rpc import GetMandate, PreviewTax, TaxPreview
from contracts.contracting.v1.errors import (
    CannotQuoteYet,
    CompanyDetailsIncomplete,
    QuoteAlreadyAccepted,
    QuoteEditedMeanwhile,
    TaxUndecided,
)
from contracts.contracting.v1.events import QuoteSent
from contracts.contracting.v1.rpc import QuoteContent, QuoteView, SendQuote, TaxTerms
from contracts.identity.v1.errors import IncompleteDetails
from contracts.identity.v1.rpc import GetParty, GetStanding
from contracts.payments.v1.rpc import CommissionPreview, PreviewCommission
from contracts.shapes import Party
from contracts.wire import SERVICE


def send_quote(call: SendQuote, ports: Ports) -> QuoteView:
    """The version as it went out.

    Raises UnknownQuote, QuoteNotDraft, CannotQuoteYet, CompanyDetailsIncomplete, TaxUndecided, OfferClosed, QuoteAlreadyAccepted
    (another quote of the round), QuoteEditedMeanwhile; InvalidQuote when the policy changed since it was drafted.
    """
    uow = ports.uow
    expert_of(call.actor)
    draft = visible(uow.quotes.get(call.quote_id), call.quote_id, call.actor)
    draft.must_be_sendable()
    content, sheet_id, offer_id = checked(draft.content, ports.policy), draft.sheet_id, draft.offer_id
    with uow.released():
        seller = _seller(draft.expert_id, ports.neighbours)
        buyer = _buyer(draft.company_id, ports.neighbours)
        tax = _tax(seller, buyer, content, ports.neighbours)
        schedule = Schedule.divide(draft.ht, weights_of(content, ports.policy), tax.rate_bp)
        commission = _commission(draft.expert_id, draft.company_id, schedule, tax, ports.neighbours)
    _check_round(sheet_id, offer_id, ports)
    quote = own(call.quote_id, call.actor, ports)
    quote.must_be_sendable()
    if quote.content != content:
        raise QuoteEditedMeanwhile(quote_id=quote.id)
    quote.send(_version(quote, seller, buyer, tax, schedule, commission, ports))
    uow.emit(_told(quote, schedule), about=quote.id)
    return show(quote, call.actor, ports)


def _seller(expert_id: str, neighbours: Neighbours) -> Party:
    standing = neighbours.ask(GetStanding(actor=SERVICE, expert_id=expert_id))
    missing = [*standing.missing, *([] if _has_mandate(expert_id, neighbours) else ["mandate"])]
    if missing or not standing.may_quote or standing.party is None:
        raise CannotQuoteYet(missing=",".join(missing) or "legal_entity")
    return standing.party


def _has_mandate(expert_id: str, neighbours: Neighbours) -> bool:
    try:
        return neighbours.ask(GetMandate(actor=SERVICE, expert_id=expert_id)).state == "in_force"
    except UnknownMandate:
        return False


def _buyer(company_id: str, neighbours: Neighbours) -> Party:
    """VAT depends on who the client is: while his details are incomplete there is nothing honest to show."""
    try:
        return neighbours.ask(GetParty(actor=SERVICE, party_id=company_id))
    except IncompleteDetails as incomplete:
        missing = incomplete.details.get("missing")
        raise CompanyDetailsIncomplete("the company has yet to complete its details", missing=missing) from None


def _tax(seller: Party, buyer: Party, content: QuoteContent, neighbours: Neighbours) -> TaxPreview:
    asked = PreviewTax(actor=SERVICE, seller=seller, buyer=buyer, service_kind=content.service_kind, on=content.starts_on)
    preview = neighbours.ask(asked)
    if preview.action != "issue":
        raise TaxUndecided(action=preview.action, reason=preview.reason)
    return preview


def _commission(
    expert_id: str, company_id: str, schedule: Schedule, tax: TaxPreview, neighbours: Neighbours
) -> CommissionPreview:
    return neighbours.ask(
        PreviewCommission(
            actor=SERVICE,
            expert_id=expert_id,
            company_id=company_id,
            instalments=schedule.instalments,
            vat_rate_bp=tax.commission_rate_bp,
            vat_category=tax.commission_category,
            vat_mention=tax.commission_mention,
        )
    )


def _check_round(sheet_id: str | None, offer_id: str | None, ports: Ports) -> None:
    """Nobody was chosen yet, and the offer still waits for this answer."""
    if sheet_id is None or offer_id is None:
        return
    sheet, offer = ports.uow.sheets.locked(sheet_id), ports.uow.offers.locked(offer_id)
    if sheet is None or offer is None or sheet.awarded_quote_id is not None:
        raise QuoteAlreadyAccepted(sheet_id=sheet_id)
    offer.quoted()


def _version(
    quote: Quote,
    seller: Party,
    buyer: Party,
    tax: TaxPreview,
    schedule: Schedule,
    commission: CommissionPreview,
    ports: Ports,
) -> SentVersion:
    rules: ContractingPolicy = ports.policy
    terms = Terms(
        quote_id=quote.id,
        version=quote.next_version,
        seller=seller,
        buyer=buyer,
        content=quote.content,
        ht=quote.ht,
        vat=schedule.vat,
        ttc=schedule.ttc,
        tax=TaxTerms(
            rate_bp=tax.rate_bp, category=tax.category, vatex=tax.vatex, mention=tax.mention, source_rule=tax.source_rule
        ),
        commission=commission.terms,
        instalments=schedule.with_commission(rules.schedule, commission),
        expert_receives=commission.expert_receives,
        policy=ports.policy_name,
        sent_at=ports.uow.now,
        expires_at=ports.uow.now + timedelta(days=rules.quote_validity_days),
    )
    return SentVersion.of(terms, rules)


def _told(quote: Quote, schedule: Schedule) -> QuoteSent:
    return QuoteSent(
        quote_id=quote.id,
        version=len(quote.versions),
        company_id=quote.company_id,
        expert_id=quote.expert_id,
        title=quote.content.title,
        ttc=schedule.ttc,
    )
