"""Invoices of the expert to the client, written in his name: deposits, the final one, and what takes them back.

By the accepted contract to the cent: an invoice whose total is not the plan's is refused with AmountsDiffer. VAT is per
document; a final invoice after deposits is the full lines less one negative line for each deposit (option 1 of example A9).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from billing.domain.desk import Desk, checked, flat_line, quoted_line, share_of, sum_of, taken_back
from billing.domain.mission import Mission
from billing.domain.paper import Document, Kind, Line, Note, Paper, Reference
from billing.domain.wording import day, full_name, percent
from kernel.money import Money


def deposit_invoice(mission: Mission, number: int, desk: Desk) -> Paper:
    """386/S2: a payment on account, paid before it is invoiced: paid = TTC, due = 0."""
    terms, plan = mission.terms, mission.plan(number)
    share = percent(_share_bp(plan.ht, terms.ht))
    description = desk.words.line("line_deposit", number=number, of=len(terms.instalments), share=share, title=terms.title)
    sheet = desk.to_the_client(mission, Kind.DEPOSIT_INVOICE, desk.vat(plan.ht, terms.tax))
    paid_on = mission.paid_on(number)
    paper = replace(
        sheet,
        instalment=number,
        lines=(flat_line(description, plan.ht),),
        paid=sheet.ttc,
        due=Money(0),
        settled_on=paid_on,
        due_on=paid_on,
        notes=(*_own_notes(mission, desk), *_paid_notes(paid_on, desk), *desk.payment_notes(terms.buyer)),
    )
    return checked(paper, plan.ttc)


def final_invoice(mission: Mission, deposits: Sequence[Document], desk: Desk) -> Paper:
    """380/S4 less the deposits: due = the last instalment's TTC, which has come in through the platform already; its day is
    `settled_on`. Without deposits 380/S2 for the whole, already paid: paid = TTC, due = 0."""
    references = tuple(document.as_reference() for document in deposits)
    lines = [quoted_line(line) for line in mission.terms.lines]
    lines += [_deduction(document, reference, desk) for document, reference in zip(deposits, references, strict=True)]
    sheet = desk.to_the_client(mission, Kind.INVOICE, desk.vat(sum_of(lines), mission.terms.tax))
    settled_on = mission.facts.instalment(mission.last).funded_on
    notes = (
        *_own_notes(mission, desk),
        *_closing_notes(mission, references, desk),
        *_paid_notes(settled_on, desk),
        *desk.payment_notes(sheet.buyer),
    )
    paid = Money(0) if deposits else sheet.ttc
    paper = replace(
        sheet,
        process="S4" if deposits else "S2",
        lines=tuple(lines),
        paid=paid,
        due=sheet.ttc - paid,
        settled_on=settled_on,
        due_on=settled_on,
        corrects=references,
        notes=notes,
    )
    return checked(paper, mission.plan(mission.last).ttc)


def credit_note(mission: Mission, number: int, invoice: Document, desk: Desk) -> Paper:
    """Takes back what was refunded of an instalment: 503 on a deposit invoice, 381 on a final one; amounts are negative."""
    refunded = mission.facts.instalment(number).refunded
    if refunded is None:
        raise ValueError(f"instalment {number} is not refunded")
    of, reference = invoice.paper, invoice.as_reference()
    ht = share_of(of.ht, refunded.amount, of.ttc)
    vat = of.vat.amount if ht == of.ht else refunded.amount - ht
    sheet = desk.to_the_client(mission, Kind.CREDIT_NOTE, taken_back(of.vat, ht, vat))
    reason = refunded.reason.strip().rstrip(".") or "remboursement"
    return replace(
        sheet,
        type_code="503" if of.kind is Kind.DEPOSIT_INVOICE else sheet.type_code,
        instalment=number,
        lines=(flat_line(desk.words.line("line_credit", invoice=reference.number, title=of.title), ht, -1),),
        corrects=(reference,),
        notes=(
            *desk.mandate_notes(of.seller, "credit_by_mandate"),
            desk.words.note("credits", number=reference.number, day=reference.issued_on, reason=reason),
        ),
    )


def _deduction(deposit: Document, reference: Reference, desk: Desk) -> Line:
    number, invoice = deposit.paper.instalment, reference.number
    description = desk.words.line("line_deduction", number=number, invoice=invoice, day=reference.issued_on)
    return flat_line(description, deposit.paper.ht, -1)


def _own_notes(mission: Mission, desk: Desk) -> list[Note]:
    terms = mission.terms
    commission = desk.words.note(
        "commission",
        platform=desk.platform.name,
        expert=full_name(terms.seller),
        ht=terms.commission.ht,
        rate=percent(terms.commission.rate_bp),
    )
    return [*desk.mandate_notes(terms.seller), commission]


def _closing_notes(mission: Mission, deposits: Sequence[Reference], desk: Desk) -> list[Note]:
    notes = []
    if deposits:
        numbers = ", ".join(f"{one.number} ({day(one.issued_on)})" for one in deposits)
        notes.append(desk.words.note("deposits_deducted", numbers=numbers))
    if mission.facts.validated_on:
        notes.append(desk.words.note("completed", day=mission.facts.validated_on))
    return notes


def _paid_notes(paid_on: date | None, desk: Desk) -> list[Note]:
    return [desk.words.note("paid_through_platform", day=paid_on, platform=desk.platform.name)] if paid_on else []


def _share_bp(part: Money, whole: Money) -> int:
    """The nearest whole percent, in basis points: schedules are made of those."""
    return round(part.amount * 100 / whole.amount) * 100 if whole else 0
