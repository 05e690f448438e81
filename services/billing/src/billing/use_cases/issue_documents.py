"""Documents come out of what is heard of a mission: each exactly once, whatever is heard twice, late or in another order.

One transaction: the fact, the number, the document, its PDF and the event that tells of it. The PDF is made inside it, which
takes some ten milliseconds and no network; so there is never a number without its document, nor two documents for one fact. What
stands in the way (no mandate, no answer of the VAT register, amounts that differ) parks the document by name; it is tried again.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from billing.domain.desk import AmountsDiffer, Desk
from billing.domain.invoices import credit_note, deposit_invoice, final_invoice
from billing.domain.mission import Fact, Issued, Mission, due
from billing.domain.numbers import legal_day
from billing.domain.paper import IN_THE_EXPERTS_NAME, Document, Due, Kind, Paper, State
from billing.domain.parties import commission_on, service_case
from billing.domain.platform_papers import commission_credit_note, commission_invoice, purchase_order, statement
from billing.domain.tax import Action, TaxCase, decide
from billing.use_cases.consult import Answers, consult, verdict
from billing.use_cases.ports import Ports
from contracts.billing.v1.events import DocumentIssued, DocumentParked
from contracts.contracting.v1.events import QuoteAccepted
from kernel.errors import NotYet
from kernel.ids import new_id

RETRY_FIRST, RETRY_AT_MOST = timedelta(minutes=1), timedelta(hours=1)
PLATFORM_SERIES = {
    Kind.PURCHASE_ORDER: "BC",
    Kind.COMMISSION_INVOICE: "C",
    Kind.COMMISSION_CREDIT_NOTE: "C",
    Kind.STATEMENT: "R",
}


def open_mission(event: QuoteAccepted, ports: Ports) -> None:
    """The contract, and when VAT falls due under the policy of this day, are frozen; the purchase order is issued (M39)."""
    if ports.uow.missions.get(event.mission_id):
        return
    mission = Mission(terms=event, vat_event=ports.policy.vat_event, contest_days=ports.policy.contest_days)
    ports.uow.missions.add(mission)
    _issue_due(mission, {}, ports)


def hear(event: Fact, ports: Ports) -> None:
    """A fact of a mission, and the documents it makes due. Raises NotYet before the mission's contract is known."""
    mission = ports.uow.missions.get(event.mission_id)
    if mission is None:
        raise NotYet(f"the contract of {event.mission_id} is not known yet")
    answers = _consult_for(mission.hear(event), ports)
    mission = ports.uow.missions.lock(event.mission_id).hear(event)
    ports.uow.missions.keep(mission)
    _issue_due(mission, answers, ports)


def retry_parked(ports: Ports) -> bool:
    """Tries the parked documents of one mission whose time has come. False when there is none."""
    uow = ports.uow
    mission_id = uow.documents.claim_retry(uow.now, uow.now + RETRY_AT_MOST)
    if mission_id is None:
        return False
    uow.commit_and_go_on()
    mission = uow.missions.get(mission_id)
    if mission is None:
        raise LookupError(mission_id)
    answers = _consult_for(mission, ports)
    _issue_due(uow.missions.lock(mission_id), answers, ports)
    return True


def _issue_due(mission: Mission, answers: Answers, ports: Ports) -> None:
    """Issues or parks all that is due. A document issued may make the next one due: deposits before the final invoice."""
    tried: set[Due] = set()
    while True:
        known = ports.uow.documents.of_mission(mission.terms.mission_id)
        waiting = [wanted for wanted in due(mission, known) if wanted not in tried]
        if not waiting:
            return
        _bring_out(waiting[0], mission, known, answers, ports)
        tried.add(waiting[0])


def _bring_out(wanted: Due, mission: Mission, known: Issued, answers: Answers, ports: Ports) -> None:
    obstacle = _obstacle(wanted, mission, answers, ports)
    try:
        paper = _write(wanted, mission, known, ports.desk)
    except AmountsDiffer as difference:
        paper, obstacle = difference.paper, "amounts_differ"
    before = known.get(wanted)
    document = before or Document(
        document_id=new_id("doc", ports.uow.now),
        paper=paper,
        state=State.PARKED,
        expert_id=mission.terms.expert_id,
        company_id=mission.terms.company_id,
        created_at=ports.uow.now,
    )
    document = replace(document, paper=paper)
    if obstacle:
        _park(document, obstacle, ports)
    else:
        _issue(document, mission, ports)


def _write(wanted: Due, mission: Mission, known: Issued, desk: Desk) -> Paper:
    number = wanted.instalment
    of = {
        Kind.CREDIT_NOTE: mission.invoiced_by(number),
        Kind.COMMISSION_CREDIT_NOTE: Due(kind=Kind.COMMISSION_INVOICE, instalment=number),
    }.get(wanted.kind, wanted)
    write: dict[Kind, Callable[[], Paper]] = {
        Kind.PURCHASE_ORDER: lambda: purchase_order(mission, desk),
        Kind.DEPOSIT_INVOICE: lambda: deposit_invoice(mission, number, desk),
        Kind.INVOICE: lambda: final_invoice(mission, _deposits(mission, known), desk),
        Kind.CREDIT_NOTE: lambda: credit_note(mission, number, known[of], desk),
        Kind.COMMISSION_INVOICE: lambda: commission_invoice(mission, number, desk),
        Kind.COMMISSION_CREDIT_NOTE: lambda: commission_credit_note(mission, number, known[of], desk),
        Kind.STATEMENT: lambda: statement(mission, number, desk),
    }
    return write[wanted.kind]()


def _deposits(mission: Mission, known: Issued) -> list[Document]:
    return [known[Due(kind=Kind.DEPOSIT_INVOICE, instalment=number)] for number in mission.deposits()]


def _obstacle(wanted: Due, mission: Mission, answers: Answers, ports: Ports) -> str:
    """Why the document may not be issued now; empty when it may. The VAT decision is taken again on the day of issue."""
    if wanted.kind in IN_THE_EXPERTS_NAME:
        mandate = ports.uow.mandates.latest(mission.terms.expert_id)
        if mandate is None or not mandate.covers(mission.terms.accepted_at):
            return "no_mandate_in_force"
    case = _tax_case(wanted, mission, answers, ports)
    if case is None:
        return ""
    decided, agreed = decide(case, ports.desk.tables), _agreed_tax(wanted, mission)
    if answer := answers.get(case.buyer_vat_id):
        ports.uow.record_vies(mission.terms.mission_id, case.buyer_vat_id, answer)
    if decided.action is not Action.ISSUE:
        return decided.reason
    return "" if (decided.rate_bp, decided.category) == agreed else "tax_decision_changed"


def _tax_case(wanted: Due, mission: Mission, answers: Answers, ports: Ports) -> TaxCase | None:
    """The question on which a document's VAT hangs; None for documents that follow another's."""
    terms, tables, on = mission.terms, ports.desk.tables, ports.today
    if wanted.kind in (Kind.DEPOSIT_INVOICE, Kind.INVOICE):
        vies = verdict(terms.buyer.vat_id, answers)
        return service_case(terms.seller, terms.buyer, terms.service_kind, on, vies, tables)
    if wanted.kind is Kind.COMMISSION_INVOICE:
        return commission_on(terms.seller, on, verdict(terms.seller.vat_id, answers), tables)
    return None


def _agreed_tax(wanted: Due, mission: Mission) -> tuple[int, str]:
    if wanted.kind is Kind.COMMISSION_INVOICE:
        told = mission.commission(wanted.instalment)
        return told.vat_rate_bp, told.vat_category
    return mission.terms.tax.rate_bp, mission.terms.tax.category


def _consult_for(mission: Mission, ports: Ports) -> Answers:
    known = ports.uow.documents.of_mission(mission.terms.mission_id)
    cases = [_tax_case(wanted, mission, {}, ports) for wanted in due(mission, known)]
    return consult([case for case in cases if case], ports)


def _park(document: Document, reason: str, ports: Ports) -> None:
    wait = min(RETRY_FIRST * 2 ** min(document.attempts, 10), RETRY_AT_MOST)
    parked = replace(document, reason=reason, attempts=document.attempts + 1)
    ports.uow.documents.park(parked, retry_at=ports.uow.now + wait)
    if document.reason != reason:
        told = DocumentParked(kind=document.paper.kind.value, mission_id=document.paper.mission_id, reason=reason)
        ports.uow.emit(told, about=document.paper.mission_id)


def _issue(document: Document, mission: Mission, ports: Ports) -> None:
    kind, uow = document.paper.kind, ports.uow
    prefix = PLATFORM_SERIES.get(kind, "")
    drawn = uow.series.draw(prefix or document.expert_id, prefix, 6 if prefix else 5, uow.now)
    issued_on = legal_day(drawn.issued_at)
    issued = replace(
        document,
        state=State.ISSUED,
        number=drawn.number,
        issued_at=drawn.issued_at,
        issued_on=issued_on,
        contest_until=issued_on + timedelta(days=mission.contest_days) if kind in IN_THE_EXPERTS_NAME else None,
        reason="",
    )
    pdf = ports.press.print(issued)
    uow.documents.issue(replace(issued, sha256=hashlib.sha256(pdf).hexdigest()), pdf)
    if kind is not Kind.STATEMENT:  # the expert hears of a payout from payments; the client never does
        uow.emit(told_of(issued), about=document.paper.mission_id)


def told_of(document: Document) -> DocumentIssued:
    paper = document.paper
    for_client = document.buyer_id == document.company_id
    return DocumentIssued(
        document_id=document.document_id,
        kind=paper.kind.value,
        number=document.number,
        mission_id=paper.mission_id,
        company_id=document.company_id,
        expert_id=document.expert_id,
        ttc=paper.ttc,
        instalment=paper.instalment or None,
        final=paper.kind is Kind.INVOICE,
        accounting_email=paper.buyer.accounting_email if for_client else "",
    )
