"""A company accepts one quote or declines it; the others of its round are refused (M23, M82, M91). Time ends the rest.

Acceptance is one transaction under the lock of the round's sheet: whoever comes second finds his quote refused. The evidence (who,
when, from where, the hash of the exact text) and the policy are frozen, and the mission begins.
"""

from contracting.domain import text
from contracting.domain.access import company_of, signatory_of
from contracting.domain.mission import Mission
from contracting.domain.quote import Quote, SentVersion
from contracting.domain.reference import reference
from contracting.domain.sheet import Sheet
from contracting.use_cases.ports import Ports
from contracting.use_cases.show_quotes import show, visible
from contracting.use_cases.write_quotes import about, own
from contracts.contracting.v1.errors import NotYourCall
from contracts.contracting.v1.events import QuoteAccepted, QuoteDeclined, QuoteExpired, QuoteRefused
from contracts.contracting.v1.rpc import AcceptQuote, DeclineQuote, QuoteView
from contracts.shapes import Evidence
from kernel.errors import Unavailable
from kernel.ids import new_id


def accept_quote(call: AcceptQuote, ports: Ports) -> QuoteView:
    """Raises UnknownQuote, MissingRight, QuoteAlreadyAccepted, QuoteExpiredAlready, QuoteNotOpen, StaleVersion."""
    uow = ports.uow
    company_of(call.actor)
    seen = visible(uow.quotes.get(call.quote_id), call.quote_id, call.actor)
    signatory_of(call.actor)
    sheet = uow.sheets.locked(seen.sheet_id) if seen.sheet_id else None
    quote = own(call.quote_id, call.actor, ports)
    mission_id = new_id("mis", uow.now)
    signed = quote.accept(call.version, mission_id, uow.now)
    evidence = _evidence(call, signed, ports)
    number = reference(uow.missions.next_number(), uow.now)
    mission = Mission.agreed(mission_id, number, quote, signed, evidence, uow.now)
    uow.missions.add(mission)
    uow.emit(_accepted(mission, signed), about=mission.id)
    for event in mission.ask_for_first_funds():
        uow.emit(event, about=mission.id)
    if sheet is not None:
        _award(sheet, quote, ports)
    return show(quote, call.actor, ports)


def decline_quote(call: DeclineQuote, ports: Ports) -> QuoteView:
    """Raises UnknownQuote, MissingRight, QuoteNotOpen, InvalidInput."""
    company_of(call.actor)
    reason = text.checked(call.reason, "reason", at_most=2_000, required=False)
    quote = own(call.quote_id, call.actor, ports)
    signatory_of(call.actor)
    quote.decline()
    ports.uow.emit(QuoteDeclined(**about(quote), reason=reason), about=quote.id)
    return show(quote, call.actor, ports)


def expire_one_quote(ports: Ports) -> bool:
    """One sent quote whose validity is over; False when there is none."""
    quote = ports.uow.quotes.expired(ports.uow.now)
    if quote is None:
        return False
    quote.expire()
    ports.uow.emit(QuoteExpired(**about(quote)), about=quote.id)
    return True


def _award(sheet: Sheet, winner: Quote, ports: Ports) -> None:
    """Closes the round: nobody else may answer, and those who did are told (M91)."""
    sheet.awarded_quote_id = winner.id
    for offer in ports.uow.offers.of_sheet(sheet.id):
        offer.close()
    for quote in ports.uow.quotes.of_round(sheet.id):
        if quote is not winner and quote.refuse():
            ports.uow.emit(QuoteRefused(**about(quote)), about=quote.id)


def _evidence(call: AcceptQuote, signed: SentVersion, ports: Ports) -> Evidence:
    """A signature needs a name: an account this service has not heard of yet cannot sign at this moment."""
    if call.actor.account_id is None:
        raise NotYourCall(needs="account")
    member = ports.uow.directory.get(call.actor.account_id)
    if member is None:
        raise Unavailable("The member who accepts is not known here yet; try again in a moment.")
    return Evidence(
        account_id=member.id,
        name=member.name,
        at=ports.uow.now.isoformat(),
        ip=text.recorded(call.ip, 64),
        user_agent=text.recorded(call.user_agent, 400),
        document_sha256=signed.sha256,
    )


def _accepted(mission: Mission, signed: SentVersion) -> QuoteAccepted:
    terms = signed.terms
    return QuoteAccepted(
        mission_id=mission.id,
        reference=mission.reference,
        quote_id=mission.quote_id,
        version=signed.number,
        company_id=mission.company_id,
        expert_id=mission.expert_id,
        title=mission.title,
        seller=terms.seller,
        buyer=terms.buyer,
        lines=terms.content.lines,
        ht=terms.ht,
        vat=terms.vat,
        ttc=terms.ttc,
        tax=terms.tax,
        commission=terms.commission,
        instalments=terms.instalments,
        starts_on=mission.starts_on,
        ends_on=mission.ends_on,
        service_kind=terms.content.service_kind,
        evidence=mission.evidence,
        policy=terms.policy.name,
        policy_version=terms.policy.version,
        accepted_at=mission.accepted_at,
    )
