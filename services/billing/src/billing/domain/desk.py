"""The desk papers are written at: who the platform is, the words and the tax tables. The same for every document of a process."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.contracting.v1.rpc import QuoteLine, TaxTerms
from contracts.shapes import Party, PartyKind
from kernel.money import Money, line_amount, total

from billing.domain.paper import Line, Note, Vat
from billing.domain.tax_tables import TaxTables
from billing.domain.wording import Wording, full_name


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


def sum_of(lines: Sequence[Line]) -> Money:
    return total([line.amount for line in lines])
