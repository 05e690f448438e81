"""Number series: unique, chronological and gapless, one for each mandant and one for each kind of the platform's own papers.

A number is drawn in the transaction that issues the document, from a locked row: a rollback gives it back, a crash never leaves a
hole. The day of issue never runs behind the number before it, whichever process drew that one.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

_LEGAL_TIME = ZoneInfo("Europe/Paris")


def legal_day(at: datetime) -> date:
    """The day of an instant, for documents: in French time."""
    return at.astimezone(_LEGAL_TIME).date()


@dataclass(frozen=True, kw_only=True)
class Series:
    """`prefix` such as PX-0042; `last` is the latest number of `year`, 0 at first. Counting starts again each year."""

    owner: str
    prefix: str
    digits: int
    year: int
    last: int
    last_issued_at: datetime | None = None

    def draw(self, now: datetime) -> tuple["Series", "Drawn"]:
        """The series after the next number, and that number, such as PX-0042-2026-00017."""
        issued_at = max(now, self.last_issued_at) if self.last_issued_at else now
        year = legal_day(issued_at).year
        number = self.last + 1 if year == self.year else 1
        after = replace(self, year=year, last=number, last_issued_at=issued_at)
        return after, Drawn(number=f"{self.prefix}-{year}-{number:0{self.digits}d}", issued_at=issued_at)


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A number and the instant it was drawn at."""

    number: str
    issued_at: datetime
