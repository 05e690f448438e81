"""Commission: what the platform withholds from each instalment, to the cent.

Rate, base, timing and VAT are frozen when a quote is accepted (P2-P4). Two timings:

- `first_instalment` (A7, A67): the whole commission, at the rate on the mission's HT, is withheld from the first
  instalment released; what does not fit is carried over to the next ones.
- `release` (M48): each released instalment bears its part. Parts are differences of cumulative rounded amounts, so that their
  sum is the rate on the whole.

Never a negative payout: no more is withheld than the instalment's TTC. Previews and releases use the same function.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.contracting.v1.rpc import CommissionTerms
from contracts.payments.v1.rpc import InstalmentAmounts
from kernel.money import Money, total

FIRST_INSTALMENT = "first_instalment"
RELEASE = "release"
BASES = ("mission_ht", "released_ht")
TIMINGS = (FIRST_INSTALMENT, RELEASE)
_NOTHING = Money(0)


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """Commission withheld, HT and its VAT."""

    ht: Money = _NOTHING
    vat: Money = _NOTHING

    @property
    def ttc(self) -> Money:
        return self.ht + self.vat

    def __add__(self, other: "Withheld") -> "Withheld":
        return Withheld(ht=self.ht + other.ht, vat=self.vat + other.vat)

    def __sub__(self, other: "Withheld") -> "Withheld":
        return Withheld(ht=self.ht - other.ht, vat=self.vat - other.vat)


def agree(
    instalments: Sequence[InstalmentAmounts],
    *,
    rate_bp: int,
    base: str,
    timing: str,
    vat_rate_bp: int,
    vat_category: str,
    vat_mention: str,
) -> CommissionTerms:
    """The terms of a quote: the rate on the mission's HT, VAT on top."""
    ht = total([instalment.ht for instalment in instalments]).at_rate(rate_bp)
    vat = ht.at_rate(vat_rate_bp)
    return CommissionTerms(
        rate_bp=rate_bp,
        base=base,
        timing=timing,
        vat_rate_bp=vat_rate_bp,
        vat_category=vat_category,
        vat_mention=vat_mention,
        ht=ht,
        vat=vat,
        ttc=ht + vat,
    )


def withhold(terms: CommissionTerms, *, ht: Money, ttc: Money, released_ht: Money, withheld: Withheld) -> Withheld:
    """What to withhold from an instalment of `ht` and `ttc`, after `withheld` from instalments of `released_ht` in all."""
    if terms.timing == FIRST_INSTALMENT:
        return _share_of(terms, min(terms.ttc, withheld.ttc + ttc)) - withheld
    due_ht = (released_ht + ht).at_rate(terms.rate_bp)
    due = Withheld(ht=due_ht, vat=due_ht.at_rate(terms.vat_rate_bp)) - withheld
    if due.ttc <= ttc:
        return due
    fitting_ht = min(due.ht, ttc)
    return Withheld(ht=fitting_ht, vat=ttc - fitting_ht)


def plan(terms: CommissionTerms, instalments: Sequence[InstalmentAmounts]) -> list[Withheld]:
    """What each instalment will bear when they are released in their order."""
    parts: list[Withheld] = []
    released_ht, withheld = _NOTHING, Withheld()
    for instalment in instalments:
        part = withhold(terms, ht=instalment.ht, ttc=instalment.ttc, released_ht=released_ht, withheld=withheld)
        parts.append(part)
        released_ht, withheld = released_ht + instalment.ht, withheld + part
    return parts


def _share_of(terms: CommissionTerms, ttc: Money) -> Withheld:
    """`ttc` of the whole commission, split between HT and VAT as the whole is."""
    if not terms.ttc:
        return Withheld()
    ht, vat = ttc.split([terms.ht.amount, terms.vat.amount])
    return Withheld(ht=ht, vat=vat)
