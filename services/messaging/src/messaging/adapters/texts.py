"""The catalogues: `texts/<locale>.toml`, one table a kind, jinja2 in each text. French where a language is missing.

A text that uses a fact that is not there fails the test of the catalogues, not the mail: undefined names raise.
"""

import tomllib
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from kernel.money import Money
from messaging.use_cases.ports import Text

LOCALES = ("fr", "en")


class Catalogues:
    """Writes a text in the language of its reader. `operator` and `public_url` can be used in every text."""

    def __init__(self, operator: str, public_url: str) -> None:
        self._shared = {"operator": operator, "public_url": public_url.rstrip("/")}
        self._environments = {locale: _environment(locale) for locale in LOCALES}
        self._texts = {locale: _read(locale) for locale in LOCALES}

    def kinds(self, locale: str) -> set[str]:
        """Every kind this catalogue can write."""
        return set(self._texts[locale]) - {"signature"}

    def write(self, kind: str, channel: str, locale: str, facts: dict[str, Any]) -> Text:
        """Raises KeyError for a kind or channel the catalogue has not."""
        locale = locale if locale in LOCALES else "fr"
        entry = self._texts[locale][kind]
        if channel == "sms":
            return Text(subject="", body=self._render(locale, entry["sms"], facts))
        signature = self._texts[locale]["signature"]["text"]
        greeting = self._texts[locale]["signature"]["greeting"]
        body = "\n\n".join((greeting.strip(), entry["text"].strip(), signature.strip()))
        return Text(subject=self._render(locale, entry["subject"], facts), body=self._render(locale, body, facts))

    def _render(self, locale: str, source: str, facts: dict[str, Any]) -> str:
        return self._environments[locale].from_string(source).render(self._shared | facts).strip()


def _environment(locale: str) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)
    environment.filters["money"] = lambda amount: _money(amount, locale)
    environment.filters["day"] = lambda day: format_date(_date(day), format="long", locale=locale)
    return environment


def _money(amount: Money, locale: str) -> str:
    """Amounts carry a narrow no-break space in French; mail programs show a plain no-break space more reliably."""
    units = Decimal(amount.amount).scaleb(-2)
    return format_currency(units, amount.currency, locale=locale).replace("\u202f", "\u00a0")


def _date(day: date | datetime) -> date:
    return day.date() if isinstance(day, datetime) else day


def _read(locale: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(files("messaging").joinpath("texts", f"{locale}.toml").read_text("utf-8"))
