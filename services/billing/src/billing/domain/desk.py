"""The desk papers are written at: who the platform is, the words and the tax tables. The same for every document of a process."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from billing.domain.mission import Mission
from billing.domain.paper import Kind, Line, Note, Paper, Vat
from billing.domain.tax_tables import TaxTables
from billing.domain.wording import Wording, full_name
from contracts.contracting.v1.rpc import QuoteLine, TaxTerms
from contracts.shapes import Party, PartyKind
from kernel.money import Money, line_amount, total

TYPE_CODES = {
    Kind.PURCHASE_ORDER: "220",
    Kind.DEPOSIT_INVOICE: "386",
    Kind.INVOICE: "380",
    Kind.CREDIT_NOTE: "381",
    Kind.COMMISSION_INVOICE: "380",
    Kind.COMMISSION_CREDIT_NOTE: "381",
    Kind.STATEMENT: "",
}


@dataclass(frozen=True)
class Desk:
    platform: Party
    words: Wording
    tables: TaxTables

    def vat(self, base: Money, terms: TaxTerms) -> Vat:
        """VAT on the sum of a paper's lines, rounded once (half up)."""
        return Vat(
            rate_bp=terms.rate_bp,
            category=terms.category,
            base=base,
            amount=base.at_rate(terms.rate_bp),
            vatex=terms.vatex,
            mention=terms.mention,
            mention_en=self.tables.translation(terms.mention),
        )

    def mandate_notes(self, seller: Party, mention: str = "by_mandate") -> list[Note]:
        """Who wrote the document, and for whom (A33)."""
        return [self.words.note(mention, platform=self.platform.name, expert=full_name(seller)), self.words.note("nature")]

    def payment_notes(self, buyer: Party) -> list[Note]:
        """Discount, penalties and recovery costs: due between businesses, each once."""
        if buyer.kind is PartyKind.INDIVIDUAL:
            return []
        return [self.words.note(name) for name in ("discount", "late_penalty", "recovery")]

    def to_the_client(self, mission: Mission, kind: Kind, vat: Vat) -> Paper:
        """A sheet from the expert to his client, in the contract's words; nothing paid yet."""
        terms = mission.terms
        sheet = self._sheet(mission, kind, vat, terms.seller, terms.buyer)
        order = terms.buyer.purchase_order_number
        return replace(sheet, starts_on=terms.starts_on, ends_on=terms.ends_on, order_number=order)

    def to_the_expert(self, mission: Mission, kind: Kind, vat: Vat) -> Paper:
        """A sheet from the platform to the expert; nothing paid yet."""
        return self._sheet(mission, kind, vat, self.platform, mission.terms.seller)

    def _sheet(self, mission: Mission, kind: Kind, vat: Vat, seller: Party, buyer: Party) -> Paper:
        ttc = vat.base + vat.amount
        return Paper(
            kind=kind,
            type_code=TYPE_CODES[kind],
            process="S2",
            mission_id=mission.terms.mission_id,
            reference=mission.terms.reference,
            title=mission.terms.title,
            instalment=0,
            seller=seller,
            buyer=buyer,
            lines=(),
            vat=vat,
            ht=vat.base,
            ttc=ttc,
            paid=Money(0),
            due=ttc,
            notes=(),
            locale=buyer.locale,
        )


def quoted_line(line: QuoteLine) -> Line:
    """A line of the accepted quote; its amount is rounded by itself (7.5 x 612.35 = 4 592.63)."""
    return Line(
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        amount=line_amount(Decimal(line.quantity), line.unit_price),
    )


def flat_line(description: str, price: Money, quantity: int = 1) -> Line:
    """A line without a unit: one at a price, or minus one."""
    return Line(
        description=description,
        quantity=str(quantity),
        unit="flat",
        unit_price=price,
        amount=price if quantity == 1 else -price,
    )


class AmountsDiffer(Exception):
    """The paper's total is not what the contract or the ledger says: `paper` as it would have been."""

    def __init__(self, paper: Paper, expected: Money) -> None:
        super().__init__(f"{paper.kind} of {paper.ttc}, expected {expected}")
        self.paper = paper


def checked(paper: Paper, expected_ttc: Money) -> Paper:
    """The paper, when its total is the expected one. Raises AmountsDiffer."""
    if paper.ttc != expected_ttc:
        raise AmountsDiffer(paper, expected_ttc)
    return paper


def share_of(whole: Money, part_ttc: Money, whole_ttc: Money) -> Money:
    """The part of an amount that goes with a part of a total, rounded by largest remainder; never more than all."""
    if whole_ttc <= part_ttc:
        return whole
    return whole.split([part_ttc.amount, whole_ttc.amount - part_ttc.amount])[0]


def taken_back(vat: Vat, base: Money, amount: Money) -> Vat:
    """The same rate and wording over what is given back: negative amounts."""
    return replace(vat, base=-base, amount=-amount)


def sum_of(lines: Sequence[Line]) -> Money:
    return total([line.amount for line in lines])
