"""The packaged tables and texts: VAT rates and rules, mandates, mentions, labels. Read once, at the start of the process."""

import csv
import tomllib
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from billing.domain.mandate import MandateTexts
from billing.domain.paper import Note
from billing.domain.tax_tables import Mention, Rate, TaxTables
from billing.domain.wording import Wording


def read_toml(name: str) -> dict[str, Any]:
    """A packaged TOML file."""
    return tomllib.loads(files("billing").joinpath("data", name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def tax_tables() -> TaxTables:
    """The VAT tables of this release."""
    rules = read_toml("vat_rules.toml")
    france, services = rules["france"], rules["services"]
    rates = csv.DictReader(files("billing").joinpath("data", "vat_rates.csv").read_text(encoding="utf-8").splitlines())
    return TaxTables(
        eu=frozenset(rules["eu"]),
        as_metropole=frozenset(france["as_metropole"]),
        taxed_zones=frozenset(france["taxed_zones"]),
        untaxed_zones=frozenset(france["untaxed_zones"]),
        zone_of_country=france["zone_of_country"],
        zone_of_postcode=tuple((row["prefix"], row["zone"]) for row in france["zone_of_postcode"]),
        third_zones={country: frozenset(zones) for country, zones in rules["third_zones"].items()},
        vat_prefixes=rules["vat_prefixes"],
        advisory_services=frozenset(services["advisory"]),
        exempt_training_services=frozenset(services["exempt_training"]),
        special_services=frozenset(services["special"]),
        rates=tuple(_rate(row) for row in rates),
        mentions=tuple(Mention(**row) for row in rules["mention"]),
    )


def _rate(row: dict[str, str]) -> Rate:
    return Rate(
        country=row["country"],
        zone=row["zone"],
        rate_bp=int(row["rate_bp"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
    )


def wording() -> Wording:
    """The mentions documents are made of."""
    return Wording({name: Note(**mention) for name, mention in read_toml("mentions.toml").items()})


def mandate_texts() -> MandateTexts:
    """Every version of the mandate: French, then the courtesy translation."""
    read = read_toml("mandates.toml")
    versions = {name: f"{text['fr'].strip()}\n\n\n{text['en'].strip()}\n" for name, text in read["versions"].items()}
    return MandateTexts(current=read["current"], versions=versions)
