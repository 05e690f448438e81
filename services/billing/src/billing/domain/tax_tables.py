"""What the VAT decision looks up: places, rates and wording, each in force between two days.

The tables are data (`data/vat_rates.csv`, `data/vat_rules.toml`): an adviser changes them without a release, and a document
is decided by what was in force on its day.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar


class Area(StrEnum):
    """Whose rules a place is under: France's (with Monaco and the overseas departments), a member state's, a third country's."""

    FRANCE = "france"
    UNION = "union"
    THIRD = "third"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a party is for VAT. `country` as in ISO 3166-1; `zone` is set in France only (MET, GP, MQ, RE, GF, YT)."""

    country: str
    zone: str
    area: Area


class _Dated(Protocol):
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


Row = TypeVar("Row", bound=_Dated)


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A standard rate in basis points."""

    country: str
    zone: str
    rate_bp: int
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class Mention:
    """An exemption's wording; `en` is a courtesy translation, empty when the text is English or needs none."""

    key: str
    fr: str
    en: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class TaxTables:
    """All of it. Codes are upper case; a code that is in no table is a third country."""

    eu: frozenset[str]
    as_metropole: frozenset[str]
    taxed_zones: frozenset[str]
    untaxed_zones: frozenset[str]
    zone_of_country: dict[str, str]
    zone_of_postcode: tuple[tuple[str, str], ...]
    third_zones: dict[str, frozenset[str]]
    vat_prefixes: dict[str, str]
    advisory_services: frozenset[str]
    exempt_training_services: frozenset[str]
    special_services: frozenset[str]
    rates: tuple[Rate, ...] = field(repr=False)
    mentions: tuple[Mention, ...] = field(repr=False)

    def place(self, country: str, zone: str = "", postcode: str = "") -> Place:
        """The place of an address. In France an address without a zone is placed by its postcode."""
        country, zone = country.strip().upper(), zone.strip().upper()
        if country in self.zone_of_country:
            country, zone = "FR", self.zone_of_country[country]
        if country in self.as_metropole:
            return Place(country=country, zone="MET", area=Area.FRANCE)
        if country == "FR":
            zone = zone or self._zone_of(postcode)
            if zone in self.taxed_zones | self.untaxed_zones:
                return Place(country="FR", zone=zone, area=Area.FRANCE)
            return Place(country=zone, zone="", area=Area.THIRD)  # the collectivities have country codes of their own
        if country in self.eu and zone not in self.third_zones.get(country, ()):
            return Place(country=country, zone="", area=Area.UNION)
        return Place(country=country, zone=zone if country in self.eu else "", area=Area.THIRD)

    def _zone_of(self, postcode: str) -> str:
        digits = postcode.replace(" ", "")
        return next((zone for prefix, zone in self.zone_of_postcode if digits.startswith(prefix)), "MET")

    def rate_bp(self, place: Place, on: date) -> int | None:
        """The standard rate of a place on a day, in basis points; None where VAT does not apply or the table does not know."""
        country = "FR" if place.area is Area.FRANCE else place.country
        found = _in_force((rate for rate in self.rates if (rate.country, rate.zone) == (country, place.zone)), on)
        return found.rate_bp if found else None

    def mention(self, key: str, on: date) -> str:
        """The wording in force on a day; empty when there is none."""
        found = _in_force((mention for mention in self.mentions if mention.key == key), on)
        return found.fr if found else ""

    def translation(self, wording: str) -> str:
        """The courtesy translation of a wording; empty when there is none."""
        return next((mention.en for mention in self.mentions if mention.fr == wording), "")

    def vat_prefix(self, country: str) -> str:
        """How VAT ids of a country begin: its code, but EL for Greece."""
        return self.vat_prefixes.get(country, country)


def _in_force(rows: Iterable[Row], on: date) -> Row | None:
    return next((row for row in rows if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)), None)
