"""An expert: the supplier behind an account, what he has signed, and how long he has been at it."""

from dataclasses import dataclass
from datetime import date, datetime

from identity.domain import fields


@dataclass(eq=False, kw_only=True)
class Expert:
    """`mandate_in_force` is a copy of what billing tells (A61, M102); `birth_date` is gone once the account is erased.

    `mandate_at` is when what is known of the mandate occurred: what is heard later and is older changes nothing.
    """

    id: str
    account_id: str
    birth_date: date | None
    years_of_experience: int
    charter_version: str = ""
    mandate_in_force: bool = False
    mandate_at: datetime | None = None

    def age_years(self, now: datetime) -> int:
        return fields.age_years(self.birth_date, now.date()) if self.birth_date else 0

    def note_mandate(self, in_force: bool, at: datetime) -> None:
        if self.mandate_at is None or at >= self.mandate_at:
            self.mandate_in_force, self.mandate_at = in_force, at

    def erase(self) -> None:
        self.birth_date = None
        self.years_of_experience = 0
        self.mandate_in_force = False


@dataclass(eq=False, kw_only=True)
class Consent:
    """What a person agreed to, in which version, when and from where; `text_sha256` is of the text that was shown (A44, M81)."""

    id: str
    account_id: str
    kind: str
    version: str
    at: datetime
    text_sha256: str = ""
    ip: str = ""
    user_agent: str = ""


@dataclass(frozen=True, kw_only=True)
class Charter:
    """The experts' charter in its present version, by language (A40)."""

    version: str
    texts: dict[str, str]

    def text(self, locale: str) -> str:
        return self.texts.get(locale, self.texts["en"])
