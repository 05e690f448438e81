"""Tables of contracting, and how its nouns are mapped onto them; a mission's or a quote's frozen parts are JSON documents.

Amounts are bigint cents; this marketplace trades in euros (`quote_content`), so no currency is stored beside them.
"""

import json
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, ForeignKey, Integer, MetaData, Sequence, String, Table, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry, relationship
from sqlalchemy.types import TypeDecorator

from chassis import codec
from chassis.tables import add_chassis_tables
from contracting.domain.account import Account
from contracting.domain.instalment import Instalment
from contracting.domain.mission import Amendment, Mission
from contracting.domain.offer import Offer, OfferState
from contracting.domain.policy import ContractingPolicy, PolicyName
from contracting.domain.quote import Quote, SentVersion, Terms
from contracting.domain.report import Report
from contracting.domain.review import Review
from contracting.domain.sheet import Sheet
from contracts.contracting.v1.rpc import FundTrigger, MissionState, QuoteContent, QuoteState, ReleaseTrigger
from contracts.shapes import Evidence
from contracts.wire import Role
from kernel.money import Money

metadata = MetaData()
MISSION_NUMBERS = Sequence("mission_numbers", metadata=metadata)


class Cents(TypeDecorator[Money]):
    """Euros as bigint cents; a sum of them comes back as a decimal."""

    impl, cache_ok = BigInteger, True

    def process_bind_param(self, value: Money | None, dialect: Any) -> int | None:
        if value is not None and value.currency != "EUR":
            raise ValueError(f"amounts are stored in EUR, not {value.currency}")
        return None if value is None else value.amount

    def process_result_value(self, value: int | None, dialect: Any) -> Money | None:
        return None if value is None else Money(int(value))


class Word(TypeDecorator[StrEnum]):
    """A member of an enumeration by its value."""

    impl, cache_ok = String, True

    def __init__(self, members: type[StrEnum]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: StrEnum | None, dialect: Any) -> str | None:
        return None if value is None else self.members(value).value

    def process_result_value(self, value: str | None, dialect: Any) -> StrEnum | None:
        return None if value is None else self.members(value)


class Document(TypeDecorator[Any]):
    """A frozen value as JSON; a changed one is stored by replacing it."""

    impl, cache_ok = JSONB, True

    def __init__(self, shape: Any) -> None:
        super().__init__(none_as_null=True)
        self.shape = shape

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else codec.to_wire(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else codec.from_wire(self.shape, value)


class CanonicalTerms(TypeDecorator[Terms]):
    """The very text whose hash was signed (M23): kept as text, since JSONB would not keep it letter for letter."""

    impl, cache_ok = Text, True

    def process_bind_param(self, value: Terms | None, dialect: Any) -> str | None:
        return None if value is None else value.canonical()

    def process_result_value(self, value: str | None, dialect: Any) -> Terms | None:
        return None if value is None else codec.from_wire(Terms, json.loads(value))


def _id(name: str = "id", target: str | None = None, *, null: bool = False, key: bool = False) -> Column[str]:
    return Column(name, String, *([ForeignKey(target)] if target else []), primary_key=key, nullable=null and not key)


def _at(name: str, *, null: bool = True) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=null)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


sheets = Table(
    "sheets",
    metadata,
    _id(key=True),
    _id("company_id"),
    _text("title"),
    _text("objectives"),
    _text("terms"),
    Column("published", Boolean, nullable=False),
    _at("created_at", null=False),
    _id("awarded_quote_id", null=True),
)

offers = Table(
    "offers",
    metadata,
    _id(key=True),
    _id("sheet_id", "sheets.id"),
    _id("company_id"),
    _id("expert_id"),
    _text("title"),
    _text("objectives"),
    _text("terms"),
    _at("sent_at", null=False),
    Column("state", Word(OfferState), nullable=False),
    _text("decline_reason"),
)

quotes = Table(
    "quotes",
    metadata,
    _id(key=True),
    _id("expert_id"),
    _id("company_id"),
    Column("content", Document(QuoteContent), nullable=False),
    Column("ht", Cents, nullable=False),
    _at("created_at", null=False),
    _id("sheet_id", "sheets.id", null=True),
    _id("offer_id", "offers.id", null=True),
    Column("state", Word(QuoteState), nullable=False),
    _at("expires_at"),
    _id("mission_id", null=True),
)

quote_versions = Table(
    "quote_versions",
    metadata,
    _id("quote_id", "quotes.id", key=True),
    Column("number", Integer, primary_key=True),
    Column("terms", CanonicalTerms, nullable=False),
    _text("sha256"),
    Column("rules", Document(ContractingPolicy), nullable=False),
)

missions = Table(
    "missions",
    metadata,
    _id(key=True),
    Column("reference", String, nullable=False, unique=True),
    _id("quote_id", "quotes.id"),
    Column("quote_version", Integer, nullable=False),
    _id("company_id"),
    _id("expert_id"),
    _text("title"),
    Column("ht", Cents, nullable=False),
    Column("ttc", Cents, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("policy", Document(PolicyName), nullable=False),
    Column("rules", Document(ContractingPolicy), nullable=False),
    Column("evidence", Document(Evidence), nullable=False),
    Column("commission_due", Boolean, nullable=False),
    _at("accepted_at", null=False),
    Column("state", Word(MissionState), nullable=False),
    _at("started_at"),
    _at("validated_at"),
    _at("closed_at"),
    _at("cancelled_at"),
    _text("cancel_reason"),
    Column("report", Document(Report)),
    _at("next_reminder_at"),
    _at("silence_ends_at"),
    _at("final_invoice_at"),
    _at("commission_invoice_at"),
    _at("reviews_due_at"),
    Column("amendments", Document(tuple[Amendment, ...]), nullable=False),
    Column("pending_amendment", Document(Amendment)),
)

instalments = Table(
    "instalments",
    metadata,
    _id("mission_id", "missions.id", key=True),
    Column("number", Integer, primary_key=True),
    Column("ht", Cents, nullable=False),
    Column("ttc", Cents, nullable=False),
    Column("fund", Word(FundTrigger), nullable=False),
    Column("release", Word(ReleaseTrigger), nullable=False),
    _at("due_at"),
    _at("funded_at"),
    _at("requested_at"),
    _at("authorised_at"),
    _at("released_at"),
    _at("refunded_at"),
)

reviews = Table(
    "reviews",
    metadata,
    _id(key=True),
    _id("mission_id", "missions.id"),
    Column("author", Word(Role), nullable=False),
    _id("company_id"),
    _id("expert_id"),
    Column("scores", JSONB, nullable=False),
    _text("comment"),
    _at("written_at", null=False),
    _at("published_at"),
)

accounts = Table(
    "accounts",
    metadata,
    _id(key=True),
    Column("role", Word(Role), nullable=False),
    _text("first_name"),
    _text("last_name"),
    _id("expert_id", null=True),
    _id("company_id", null=True),
    _text("company_name"),
    Column("erased", Boolean, nullable=False),
    _at("as_of"),
)

contacts = Table("contacts", metadata, _id("company_id", key=True), _id("expert_id", key=True))

add_chassis_tables(metadata)

_mapped = registry(metadata=metadata)
for _noun, _table in ((Sheet, sheets), (Offer, offers), (Instalment, instalments), (Review, reviews), (Account, accounts)):
    _mapped.map_imperatively(_noun, _table)
_mapped.map_imperatively(SentVersion, quote_versions)
_mapped.map_imperatively(
    Quote, quotes, properties={"versions": relationship(SentVersion, order_by=quote_versions.c.number, lazy="selectin")}
)
_mapped.map_imperatively(
    Mission, missions, properties={"instalments": relationship(Instalment, order_by=instalments.c.number, lazy="selectin")}
)
