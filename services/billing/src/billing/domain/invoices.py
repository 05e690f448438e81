"""Invoices of the expert to the client, written in his name: deposits, the final one, and what takes them back.

By the accepted contract to the cent: an invoice whose total is not the plan's is refused with AmountsDiffer. Totals are VAT per
document; a final invoice after deposits is full lines less one negative line for each deposit (option 1 of the worked example A9).
"""

from collections.abc import Sequence
from datetime import date

from kernel.money import Money

from billing.domain.desk import Desk, flat_line, quoted_line, sum_of
from billing.domain.mission import Mission
from billing.domain.paper import Document, Kind, Line, Note, Paper, Reference, Vat
from billing.domain.wording import day, full_name, percent

NOTHING = Money(0)


class AmountsDiffer(Exception):
    """The document's total is not what the contract says."""


def deposit_invoice(mission: Mission, number: int, desk: Desk) -> Paper:
    """386/S2: a payment on account, paid before it is invoiced: paid = TTC, due = 0."""
    terms, plan = mission.terms, mission.plan(number)
    share = percent(_share_bp(plan.ht, terms.ht))
    description = desk.words.line("line_deposit", number=number, of=len(terms.instalments), share=share, title=terms.title)
    lines = (flat_line(description, plan.ht),)
    vat = desk.vat(plan.ht, terms.tax)
    paid_on = mission.paid_on(number)
    notes = [*_own_notes(mission, desk), *_paid_notes(paid_on, desk), *desk.payment_notes(terms.buyer)]
    paper = _paper(mission, Kind.DEPOSIT_INVOICE, "386", "S2", number, lines, vat, vat.base + vat.amount, notes, paid_on)
    return _as_agreed(paper, plan.ttc)


def final_invoice(mission: Mission, deposits: Sequence[Document], desk: Desk) -> Paper:
    """380/S4 less the deposits: due = the last instalment's TTC, which has come in through the platform already; its day is
    `settled_on`. Without deposits 380/S2 for the whole, already paid: paid = TTC, due = 0."""
    terms = mission.terms
    lines = [quoted_line(line) for line in terms.lines]
    references = tuple(document.as_reference() for document in deposits)
    lines += [_deduction(document, reference, desk) for document, reference in zip(deposits, references, strict=True)]
    vat = desk.vat(sum_of(lines), terms.tax)
    settled_on = mission.facts.instalment(mission.last).funded_on
    notes = _own_notes(mission, desk)
    if deposits:
        numbers = ", ".join(f"{one.number} ({day(one.issued_on)})" for one in references)
        notes.append(desk.words.note("deposits_deducted", numbers=numbers))
    if mission.facts.validated_on:
        notes.append(desk.words.note("completed", day=mission.facts.validated_on))
    notes += [*_paid_notes(settled_on, desk), *desk.payment_notes(terms.buyer)]
    paid = NOTHING if deposits else vat.base + vat.amount
    process = "S4" if deposits else "S2"
    paper = _paper(mission, Kind.INVOICE, "380", process, 0, tuple(lines), vat, paid, notes, settled_on, references)
    return _as_agreed(paper, mission.plan(mission.last).ttc)


def credit_note(mission: Mission, number: int, invoice: Document, desk: Desk) -> Paper:
    """Takes back what was refunded of an instalment: 503 on a deposit invoice, 381 on a final one; amounts are negative."""
    refunded = mission.facts.instalment(number).refunded
    if refunded is None:
        raise ValueError(f"instalment {number} is not refunded")
    of, reference = invoice.paper, invoice.as_reference()
    ht = share_of(of.ht, refunded.amount, of.ttc)
    vat = _taken_back(of.vat, ht, refunded.amount)
    line = flat_line(desk.words.line("line_credit", invoice=reference.number, title=mission.terms.title), ht, -1)
    reason = refunded.reason.strip().rstrip(".") or "remboursement"
    notes = [
        *desk.mandate_notes(of.seller, "credit_by_mandate"),
        desk.words.note("credits", number=reference.number, day=reference.issued_on, reason=reason),
    ]
    type_code = "503" if of.kind is Kind.DEPOSIT_INVOICE else "381"
    return _paper(mission, Kind.CREDIT_NOTE, type_code, "S2", number, (line,), vat, NOTHING, notes, None, (reference,))


def share_of(whole: Money, part_ttc: Money, whole_ttc: Money) -> Money:
    """The part of an amount without VAT that goes with a part of the amount with VAT, rounded half up; never more than all."""
    if whole_ttc <= part_ttc:
        return whole
    return whole.split([part_ttc.amount, whole_ttc.amount - part_ttc.amount])[0]


def _taken_back(vat: Vat, ht: Money, ttc: Money) -> Vat:
    back = vat.amount if ht == vat.base else ttc - ht
    return Vat(
        rate_bp=vat.rate_bp,
        category=vat.category,
        base=-ht,
        amount=-back,
        vatex=vat.vatex,
        mention=vat.mention,
        mention_en=vat.mention_en,
    )


def _deduction(deposit: Document, reference: Reference, desk: Desk) -> Line:
    words = {"number": deposit.paper.instalment, "invoice": reference.number, "day": reference.issued_on}
    return flat_line(desk.words.line("line_deduction", **words), deposit.paper.ht, -1)


def _own_notes(mission: Mission, desk: Desk) -> list[Note]:
    terms = mission.terms
    values = {"platform": desk.platform.name, "expert": full_name(terms.seller), "ht": terms.commission.ht}
    commission = desk.words.note("commission", rate=percent(terms.commission.rate_bp), **values)
    return [*desk.mandate_notes(terms.seller), commission]


def _paid_notes(paid_on: date | None, desk: Desk) -> list[Note]:
    return [desk.words.note("paid_through_platform", day=paid_on, platform=desk.platform.name)] if paid_on else []


def _paper(
    mission: Mission,
    kind: Kind,
    type_code: str,
    process: str,
    instalment: int,
    lines: tuple[Line, ...],
    vat: Vat,
    paid: Money,
    notes: list[Note],
    settled_on: date | None,
    corrects: tuple[Reference, ...] = (),
) -> Paper:
    terms, ttc = mission.terms, vat.base + vat.amount
    return Paper(
        kind=kind,
        type_code=type_code,
        process=process,
        mission_id=terms.mission_id,
        reference=terms.reference,
        title=terms.title,
        instalment=instalment,
        seller=terms.seller,
        buyer=terms.buyer,
        lines=lines,
        vat=vat,
        ht=vat.base,
        ttc=ttc,
        paid=paid,
        due=ttc - paid,
        notes=tuple(notes),
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        settled_on=settled_on,
        due_on=settled_on,
        order_number=terms.buyer.purchase_order_number,
        corrects=corrects,
        locale=terms.buyer.locale,
    )


def _share_bp(part: Money, whole: Money) -> int:
    """The nearest whole percent, in basis points: schedules are made of those."""
    return round(part.amount * 100 / whole.amount) * 100 if whole else 0


def _as_agreed(paper: Paper, ttc: Money) -> Paper:
    if paper.ttc != ttc:
        raise AmountsDiffer(f"{paper.ttc}, agreed {ttc}")
    return paper
