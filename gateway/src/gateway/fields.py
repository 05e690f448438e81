"""What a field of a request may hold, by its name: lengths, shapes and bounds, each with an example.

One table for all routes, so that `email` means the same everywhere; `Shape.field` is looked up before `field`. What is refused
here is refused with 422 before any service is asked, and the OpenAPI document shows the same limits. Text never holds control
characters (PostgreSQL refuses NUL). These are limits of form: whether a value makes sense is for the service that owns it to
say.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field

LIST_LIMIT = 100
ANY_LINE = r"^[^\x00-\x1f\x7f]*$"
ANY_PROSE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
VISIBLE = r"^[\x21-\x7e]*$"
ID = r"^[a-z]{2,5}_[0-9A-HJKMNP-TV-Z]{26}$"
EMAIL = r"^[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]{1,189}$"
_CONTROL = "Holds control characters"
_TOLD = {ANY_LINE: _CONTROL, ANY_PROSE: _CONTROL, ID: "Not an id", EMAIL: "Not an e-mail address"}
CENTS = 10**12
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
_ULID = "01JDC3Q8V5N0Y7K2M4R6T8W9XA"


@dataclass(frozen=True)
class Text:
    """A string: at most `most` characters, of a regular shape. A required one is not empty unless `may_be_empty`."""

    most: int
    example: str
    shape: str = ANY_LINE
    may_be_empty: bool = False

    def field(self, required: bool) -> Any:
        least = 1 if required and not self.may_be_empty else None
        return Field(min_length=least, max_length=self.most, pattern=self.shape)


@dataclass(frozen=True)
class Number:
    """A number between two bounds, both included."""

    least: int
    most: int
    example: float | int

    def field(self, required: bool) -> Any:
        return Field(ge=self.least, le=self.most)


def _line(most: int, example: str) -> Text:
    return Text(most, example)


def _prose(example: str, most: int = 10_000) -> Text:
    return Text(most, example, ANY_PROSE)


def _word(most: int, shape: str, example: str) -> Text:
    return Text(most, example, shape)


RULES: dict[str, Text | Number] = {
    # people and accounts
    "email": _word(254, EMAIL, "camille@entreprise.example"),
    "accounting_email": _word(254, rf"^$|{EMAIL}", "compta@entreprise.example"),
    "password": _line(256, "a long sentence nobody guesses"),
    "new_password": _line(256, "another long sentence, as good"),
    "current_password": _line(256, "a long sentence nobody guesses"),
    "first_name": _line(100, "Camille"),
    "last_name": _line(100, "Martin"),
    "phone": _line(32, "+33612345678"),
    "locale": _word(5, r"^[a-z]{2}(-[A-Z]{2})?$", "fr"),
    "referral_code": _word(40, VISIBLE, "MARTIN-7Q2K"),
    "token": _word(200, VISIBLE, "u3Yb0kQ4pXw9"),
    "secret": _word(200, VISIBLE, "shown-once-keep-it"),
    "years_of_experience": Number(0, 100, 31),
    "reference_letters": Number(0, 1000, 2),
    "purpose": _line(20, "token"),
    # companies, legal entities, addresses
    "name": _line(200, "Atelier du Rhône"),
    "company_name": _line(200, "Atelier du Rhône SAS"),
    "line1": _line(200, "12 rue de la République"),
    "line2": Text(200, ""),
    "postcode": _line(20, "69002"),
    "city": _line(100, "Lyon"),
    "Address.country": _word(2, r"^[A-Z]{2}$", "FR"),
    "zone": _word(3, r"^[A-Z]*$", "MET"),
    "siren": _line(20, "552100554"),
    "vat_id": _line(20, "FR96552100554"),
    "iban": _line(42, "FR7630006000011234567890189"),
    "bic": _line(11, "AGRIFRPP"),
    "account_holder": _line(200, "Camille Martin"),
    "legal_form": _line(60, "SASU"),
    "legal_name": _line(200, "Martin Conseil"),
    "registry": _line(200, "RCS Lyon"),
    "legal_mentions": _prose("Membre d'une association agréée", 2_000),
    "purchase_order_number": _line(60, "BC-2026-118"),
    "SignCharter.version": _word(40, VISIBLE, "2026-11"),
    "SignMandate.version": _word(40, VISIBLE, "2026-11"),
    "presentation": _prose("Thirty years in industrial maintenance."),
    "reason": _prose("Discussed with both parties.", 2_000),
    "kind": _word(60, r"^[a-z0-9_.-]*$", "identity_proof"),
    # files: `content` is base64, 14 million characters of it are 10 MB
    "filename": _word(255, r"^[^\x00-\x1f\x7f/\\]*$", "passport.pdf"),
    "content_type": _word(100, r"^[a-z]+/[a-z0-9.+-]+$", "application/pdf"),
    "FileContent.content": _word(14_000_000, r"^[A-Za-z0-9+/]*={0,2}$", "JVBERi0xLjcK"),
    # profiles and search
    "title": _line(200, "Industrial maintenance director"),
    "summary": _prose("Thirty years of plants that do not stop."),
    "soft_skills": _line(100, "pedagogy"),
    "sectors": _line(100, "chemistry"),
    "countries": _line(60, "FR"),
    "languages": _line(60, "fr"),
    "skills": _line(100, "predictive maintenance"),
    "organisation": _line(200, "Usines du Sud"),
    "Experience.description": _prose("Led a team of forty.", 5_000),
    "start_year": Number(1900, 2199, 1998),
    "end_year": Number(1900, 2199, 2014),
    "years": Number(0, 100, 12),
    "query": _line(500, "predictive maintenance Lyon"),
    "min_rating": Number(0, 5, 4.0),
    # conversations
    "text": _prose("Good morning, are you free in March?"),
    "FileReport.text": _prose("The line runs; the team is trained.", 50_000),
    # sheets, offers, quotes, missions
    "objectives": _prose("Halve the unplanned stops within a year."),
    "terms": _prose("Two days a week, on site."),
    "deliverables": _prose("An audit, a plan, three workshops."),
    "means": _prose("Access to the maintenance records."),
    "PayInstalment.means": _line(40, "card"),
    "roadmap": _prose("Audit in March, workshops in April."),
    "strengths": _prose("The same done in four plants."),
    "message": _prose("The first half is done."),
    "QuoteLine.description": _prose("Consulting days", 1_000),
    "quantity": _word(12, r"^[0-9]{1,6}(\.[0-9]{1,4})?$", "7.5"),
    "unit": _word(4, r"^(day|hour|flat)$", "day"),
    "service_kind": _line(40, "consulting"),
    "weights": Number(0, 10_000, 30),
    "AcceptQuote.version": Number(1, 1_000_000, 1),
    "instalment": Number(1, 1_000, 1),
    "scope": _prose("One more workshop, in Grenoble."),
    "scores": Number(0, 100, 5),
    "comment": Text(5_000, "Clear, calm, effective.", ANY_PROSE, may_be_empty=True),
    # money
    "Money.amount": Number(-CENTS, CENTS, 120_000),
    "currency": _word(3, r"^[A-Z]{3}$", "EUR"),
    "payment_method": _word(200, VISIBLE, "pm_card_visa"),
    "reference": _line(60, "EN-2026-00042"),
    "state": _word(40, r"^[a-z_]*$", "parked"),
    # lists and the sandbox
    "cursor": _word(500, r"^[\x21-\x7e]+$", "MjAyNi0xMS0wMg"),
    "limit": Number(1, 100, 20),
    "advance_seconds": Number(1, 366 * 86_400, 86_400),
}


def rule(shape: str, name: str, of: type) -> Text | Number:
    """The rule of the field `name` in the contract `shape`, whose plain type is str, int or float."""
    known = RULES.get(f"{shape}.{name}") or RULES.get(name)
    if known is not None and isinstance(known, Text) == (of is str):
        return known
    if of is not str:
        return Number(0, CENTS, 120_000 if name.endswith("_cents") else 2_000 if name.endswith("_bp") else 3)
    if name.endswith(("_id", "_ids")):
        return Text(40, example_id(name), ID)
    return _prose("/api/v1/experts/..." if name.endswith("_url") else name.replace("_", " "))


def told_of(shape: str) -> str:
    """What a text that has not this shape lacks, for people."""
    return _TOLD.get(shape, f"Not of the form {shape}")


def example_id(name: str) -> str:
    """An id that looks right for a field such as `mission_id`."""
    return f"{name[:3]}_{_ULID}"
