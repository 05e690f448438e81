"""The platform's own papers: the purchase order both sides print, its commission invoices, and the expert's statements."""

from dataclasses import replace

from billing.domain.desk import Desk, checked, flat_line, quoted_line, share_of, sum_of, taken_back
from billing.domain.mission import Mission
from billing.domain.numbers import legal_day
from billing.domain.paper import Document, Kind, Paper, ScheduledPayment, Vat
from contracts.contracting.v1.rpc import TaxTerms
from kernel.money import Money


def purchase_order(mission: Mission, desk: Desk) -> Paper:
    """The bon de commande after acceptance (M39): the lines, the schedule of payments, the evidence of the signature (M23).

    Its VAT is the sum of the instalments', which is what the client will pay; it may differ by a cent from VAT on the whole.
    """
    terms, words = mission.terms, desk.words
    lines = tuple(quoted_line(line) for line in terms.lines)
    acceptance = words.note(
        "acceptance",
        reference=terms.reference,
        version=terms.version,
        day=legal_day(terms.accepted_at),
        name=terms.evidence.name,
        buyer=terms.buyer.name,
        sha256=terms.evidence.document_sha256,
    )
    payment = words.note("payment_through_platform", platform=desk.platform.name, reference=terms.reference)
    vat = replace(desk.vat(sum_of(lines), terms.tax), amount=terms.vat)
    sheet = desk.to_the_client(mission, Kind.PURCHASE_ORDER, vat)
    order = replace(
        sheet,
        process="",
        lines=lines,
        notes=(acceptance, payment, words.note("nature")),
        schedule=tuple(
            ScheduledPayment(number=plan.number, when=plan.fund.value, ht=plan.ht, vat=plan.vat, ttc=plan.ttc)
            for plan in terms.instalments
        ),
    )
    return checked(order, terms.ttc)


def commission_invoice(mission: Mission, key: int, desk: Desk) -> Paper:
    """380/S2 of the platform to the expert, settled by withholding (BT-81 = 97): paid = what is withheld so far.

    `key` 0 is the whole mission's commission, invoiced once (A67); else one instalment's (M48).
    """
    told, words = mission.commission(key), desk.words
    terms = TaxTerms(rate_bp=told.vat_rate_bp, category=told.vat_category, mention=told.vat_mention)
    sheet = desk.to_the_expert(mission, Kind.COMMISSION_INVOICE, desk.vat(told.commission_ht, terms))
    paid = told.withheld if told.withheld <= sheet.ttc else sheet.ttc
    rest = sheet.ttc - paid
    invoice = replace(
        sheet,
        instalment=key,
        lines=(flat_line(words.line("line_commission", reference=sheet.reference, title=sheet.title), told.commission_ht),),
        paid=paid,
        due=rest,
        notes=(
            words.note("nature"),
            words.note("withheld", paid=paid),
            *([words.note("withheld_rest", due=rest)] if rest else []),
            *desk.payment_notes(sheet.buyer),
        ),
    )
    return checked(invoice, told.commission_ttc)


def commission_credit_note(mission: Mission, key: int, invoice: Document, desk: Desk) -> Paper:
    """381: the commission goes back with the money: all of it for an undone mission, in proportion for one instalment."""
    of, reference = invoice.paper, invoice.as_reference()
    refunded = mission.facts.instalment(key).refunded if key else None
    whole = mission.plan(key).ttc if key else of.ttc
    part = refunded.amount if refunded else whole
    vat = taken_back(of.vat, share_of(of.ht, part, whole), share_of(of.vat.amount, part, whole))
    sheet = desk.to_the_expert(mission, Kind.COMMISSION_CREDIT_NOTE, vat)
    reason = (refunded.reason.strip().rstrip(".") if refunded else "") or "mission annulée et remboursée"
    description = desk.words.line("line_commission_credit", invoice=reference.number, reference=sheet.reference)
    return replace(
        sheet,
        instalment=key,
        lines=(flat_line(description, -vat.base, -1),),
        corrects=(reference,),
        notes=(
            desk.words.note("nature"),
            desk.words.note("credits", number=reference.number, day=reference.issued_on, reason=reason),
        ),
    )


def statement(mission: Mission, number: int, desk: Desk) -> Paper:
    """What was released of an instalment, what was withheld, what the expert receives: not an invoice, no VAT of its own."""
    facts, words = mission.facts.instalment(number), desk.words
    if facts.released is None or facts.released_on is None:
        raise ValueError(f"instalment {number} is not released")
    released = facts.released
    paid_in = words.line("line_released", number=number, client=mission.terms.buyer.name, title=mission.terms.title)
    lines = [flat_line(paid_in, released.amount)]
    if released.withheld:
        lines.append(flat_line(words.line("line_withheld"), released.withheld, -1))
    sheet = desk.to_the_expert(mission, Kind.STATEMENT, Vat(rate_bp=0, category="", base=sum_of(lines), amount=Money(0)))
    note = words.note("statement_payout", day=facts.released_on, reference=sheet.reference)
    return checked(replace(sheet, process="", instalment=number, lines=tuple(lines), notes=(note,)), released.expert_receives)
