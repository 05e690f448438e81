"""What a document says in words: mentions filled in with names, amounts and days, in French with a courtesy translation.

The words are data (`data/mentions.toml`); amounts and days are written the French way, with no-break spaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from billing.domain.paper import Note
from contracts.shapes import Party
from kernel.money import Money

NARROW = "\u202f"
_SOLE_TRADERS = ("ei", "eirl", "entrepreneur individuel", "entreprise individuelle", "micro-entreprise", "micro-entrepreneur",
                 "auto-entrepreneur")  # fmt: skip


@dataclass(frozen=True)
class Wording:
    """Mentions by name: each a code and its French and English text."""

    mentions: Mapping[str, Note]

    def note(self, mention: str, /, **values: str | Money | date | int) -> Note:
        """The mention filled in. KeyError for a mention or a value that does not exist."""
        found = self.mentions[mention]
        said = {key: _said(value) for key, value in values.items()}
        return Note(code=found.code, fr=found.fr.format(**said), en=found.en.format(**said))

    def line(self, mention: str, /, **values: str | Money | date | int) -> str:
        """The French wording of a line."""
        return self.note(mention, **values).fr


def full_name(party: Party) -> str:
    """The name as documents show it: a sole trader's is followed by EI (R526-27 C. com.)."""
    sole_trader = party.legal_form.strip().lower() in _SOLE_TRADERS
    if sole_trader and not party.name.upper().endswith(" EI"):
        return f"{party.name} EI"
    return party.name


def amount(money: Money) -> str:
    """1 656,00 €"""
    sign, cents = ("−" if money.amount < 0 else ""), abs(money.amount)
    units = f"{cents // 100:,}".replace(",", NARROW)
    return f"{sign}{units},{cents % 100:02d}\u00a0{'€' if money.currency == 'EUR' else money.currency}"


def percent(basis_points: int) -> str:
    """2000 is 20, 850 is 8,5: without the sign."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole},{rest:02d}".rstrip("0") if rest else str(whole)


def day(value: date) -> str:
    """02/11/2026"""
    return value.strftime("%d/%m/%Y")


def _said(value: str | Money | date | int) -> str:
    if isinstance(value, Money):
        return amount(value)
    if isinstance(value, date):
        return day(value)
    return str(value)
