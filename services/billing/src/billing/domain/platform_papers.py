"""The platform's own papers: the purchase order both sides print, its commission invoices, and the expert's statements."""

from contracts.contracting.v1.rpc import TaxTerms
from kernel.money import Money

from billing.domain.desk import Desk, flat_line, quoted_line, sum_of
from billing.domain.invoices import AmountsDiffer, share_of
from billing.domain.mission import Mission
from billing.domain.paper import Document, Kind, Paper, ScheduledPayment, Vat

NOTHING = Money(0)


def purchase_order(mission: Mission, desk: Desk) -> Paper:
    """The bon de commande after acceptance (M39): the lines, the schedule of payments, the evidence of the signature (M23)."""
    terms = mission.terms
    lines = tuple(quoted_line(line) for line in terms.lines)
    vat = Vat(
        rate_bp=terms.tax.rate_bp,
        category=terms.tax.category,
        base=terms.ht,
        amount=terms.vat,  # the sum of the instalments' VAT, which is what the client will pay
        vatex=terms.tax.vatex,
        mention=terms.tax.mention,
        mention_en=desk.tables.translation(terms.tax.mention),
    )
    if sum_of(lines) != terms.ht:
        raise AmountsDiffer(f"{sum_of(lines)}, agreed {terms.ht}")
    acceptance = {"quote": terms.quote_id, "version": terms.version, "day": terms.accepted_at.date(), "name": terms.evidence.name}
    notes = (
        desk.words.note("acceptance", buyer=terms.buyer.name, sha256=terms.evidence.document_sha256, **acceptance),
        desk.words.note("payment_through_platform", platform=desk.platform.name, reference=terms.reference),
        desk.words.note("nature"),
    )
    return Paper(
        kind=Kind.PURCHASE_ORDER,
        type_code="220",
        process="",
        mission_id=terms.mission_id,
        reference=terms.reference,
        title=terms.title,
        instalment=0,
        seller=terms.seller,
        buyer=terms.buyer,
        lines=lines,
        vat=vat,
        ht=terms.ht,
        ttc=terms.ttc,
        paid=NOTHING,
        due=terms.ttc,
        notes=notes,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        order_number=terms.buyer.purchase_order_number,
        schedule=tuple(
            ScheduledPayment(number=plan.number, when=plan.fund.value, ht=plan.ht, vat=plan.vat, ttc=plan.ttc)
            for plan in terms.instalments
        ),
        locale=terms.buyer.locale,
    )


def commission_invoice(mission: Mission, key: int, desk: Desk) -> Paper:
    """380/S2 of the platform to the expert, settled by withholding (BT-81 = 97): paid = what is withheld so far.

    `key` 0 is the whole mission's commission, invoiced once (A67); else one instalment's (M48).
    """
    told = mission.commission(key)
    tax = TaxTerms(rate_bp=told.vat_rate_bp, category=told.vat_category, mention=told.vat_mention)
    vat = desk.vat(told.commission_ht, tax)
    if (vat.amount, vat.base + vat.amount) != (told.commission_vat, told.commission_ttc):
        raise AmountsDiffer(f"{vat.base + vat.amount}, withheld by {told.commission_ttc}")
    paid = min(told.withheld, told.commission_ttc, key=lambda money: money.amount)
    description = desk.words.line("line_commission", reference=mission.terms.reference, title=mission.terms.title)
    notes = [desk.words.note("nature"), desk.words.note("withheld", paid=paid)]
    if due := told.commission_ttc - paid:
        notes.append(desk.words.note("withheld_rest", due=due))
    notes += desk.payment_notes(mission.terms.seller)
    line = flat_line(description, told.commission_ht)
    return _to_the_expert(mission, desk, Kind.COMMISSION_INVOICE, "380", "S2", key, lines=(line,), vat=vat, paid=paid, notes=tuple(notes))


def commission_credit_note(mission: Mission, key: int, invoice: Document, desk: Desk) -> Paper:
    """381: the commission goes back with the money: all of it for an undone mission, in proportion for one instalment."""
    of, reference = invoice.paper, invoice.as_reference()
    refunded = mission.facts.instalment(key).refunded if key else None
    plan = mission.plan(key).ttc if key else of.ttc
    part = refunded.amount if refunded else plan
    ht, vat_back = share_of(of.ht, part, plan), share_of(of.vat.amount, part, plan)
    vat = Vat(
        rate_bp=of.vat.rate_bp, category=of.vat.category, base=-ht, amount=-vat_back,
        vatex=of.vat.vatex, mention=of.vat.mention, mention_en=of.vat.mention_en,
    )  # fmt: skip
    line = flat_line(desk.words.line("line_commission_credit", invoice=reference.number, reference=mission.terms.reference), ht, -1)
    reason = (refunded.reason.strip().rstrip(".") if refunded else "") or "mission annulée et remboursée"
    notes = (
        desk.words.note("nature"),
        desk.words.note("credits", number=reference.number, day=reference.issued_on, reason=reason),
    )
    kind = Kind.COMMISSION_CREDIT_NOTE
    return _to_the_expert(
        mission, desk, kind, "381", "S2", key, lines=(line,), vat=vat, paid=NOTHING, notes=notes, corrects=(reference,)
    )


def statement(mission: Mission, number: int, desk: Desk) -> Paper:
    """What was released of an instalment, what was withheld, what the expert receives: not an invoice, no VAT of its own."""
    released = mission.facts.instalment(number).released
    if released is None:
        raise ValueError(f"instalment {number} is not released")
    words = desk.words
    lines = [flat_line(words.line("line_released", number=number, client=mission.terms.buyer.name, title=mission.terms.title), released.amount)]
    if released.withheld:
        lines.append(flat_line(words.line("line_withheld"), released.withheld, -1))
    if sum_of(lines) != released.expert_receives:
        raise AmountsDiffer(f"{sum_of(lines)}, told {released.expert_receives}")
    vat = Vat(rate_bp=0, category="", base=released.expert_receives, amount=NOTHING)
    day = mission.facts.instalment(number).released_on or mission.terms.starts_on
    notes = (words.note("statement_payout", day=day, reference=mission.terms.reference),)
    return _to_the_expert(mission, desk, Kind.STATEMENT, "", "", number, lines=tuple(lines), vat=vat, paid=NOTHING, notes=notes)


def _to_the_expert(mission: Mission, desk: Desk, kind: Kind, type_code: str, process: str, instalment: int, **more: object) -> Paper:
    terms, vat, paid = mission.terms, more["vat"], more["paid"]
    ...
