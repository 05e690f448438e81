"""The Union's register of VAT ids (VIES): asked over REST in production, read from a file of recorded answers in a demo and in tests.

An id whose prefix, form or check digits are wrong is invalid without asking. Anything but a clear yes or no is "unavailable":
whatever hangs on it is held and asked again, never let through.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from stdnum.eu import vat
from stdnum.exceptions import ValidationError

from billing.domain.tax import Vies
from billing.domain.tax_tables import TaxTables
from billing.use_cases.ports import ViesAnswer

RAW_AT_MOST = 2000


@dataclass(frozen=True)
class RecordedVies:
    """Answers by id; an id that is not recorded is unavailable, as nobody was asked."""

    answers: Mapping[str, str]
    tables: TaxTables

    def ask(self, vat_id: str, country: str) -> ViesAnswer:
        number = well_formed(vat_id, country, self.tables)
        if number is None:
            return ViesAnswer(verdict=Vies.INVALID, raw="not well formed")
        recorded = self.answers.get(number, Vies.UNAVAILABLE.value)
        return ViesAnswer(verdict=Vies(recorded), raw=f"recorded: {recorded}")


@dataclass(frozen=True)
class RestVies:
    """The Commission's REST service. `requester` is the platform's own VAT id: with it the answer is a proof with a number."""

    url: str
    timeout_seconds: int
    requester: str
    tables: TaxTables

    def ask(self, vat_id: str, country: str) -> ViesAnswer:
        number = well_formed(vat_id, country, self.tables)
        if number is None:
            return ViesAnswer(verdict=Vies.INVALID, raw="not well formed")
        question = {"countryCode": number[:2], "vatNumber": number[2:]}
        if self.requester:
            question |= {"requesterMemberStateCode": self.requester[:2], "requesterNumber": self.requester[2:]}
        try:
            answer = requests.post(self.url, json=question, timeout=(self.timeout_seconds, self.timeout_seconds))
            return _read(answer.text, answer.json() if answer.ok else {})
        except (requests.RequestException, json.JSONDecodeError) as error:
            return ViesAnswer(verdict=Vies.UNAVAILABLE, raw=str(error)[:RAW_AT_MOST])


def _read(raw: str, said: Any) -> ViesAnswer:
    raw = raw[:RAW_AT_MOST]
    valid = said.get("valid") if isinstance(said, dict) else None
    if not isinstance(valid, bool):
        return ViesAnswer(verdict=Vies.UNAVAILABLE, raw=raw)
    consultation = str(said.get("requestIdentifier") or "")
    return ViesAnswer(verdict=Vies.VALID if valid else Vies.INVALID, consultation=consultation, raw=raw)


def well_formed(vat_id: str, country: str, tables: TaxTables) -> str | None:
    """The id without spaces and dots, with its prefix; None when it is not one of this country."""
    try:
        number = str(vat.validate(vat_id))
    except ValidationError:
        return None
    return number if number.startswith(tables.vat_prefix(country)) else None


def read_answers(path: Path) -> Mapping[str, str]:
    """The file's table [answers]: id = "valid", "invalid" or "unavailable". Raises ValueError, OSError."""
    answers = tomllib.loads(path.read_text(encoding="utf-8")).get("answers", {})
    for verdict in answers.values():
        Vies(verdict)
    return dict(answers)
