"""The tables of catalog's database, as the migrations made them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import add_chassis_tables

METADATA = MetaData()

PROFILE = Table(
    "profile",
    METADATA,
    Column("expert_id", String, primary_key=True),
    Column("account_id", String, unique=True),
    Column("first_name", String, nullable=False),
    Column("last_name", String, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("has_photo", Boolean, nullable=False),
    Column("published", Boolean, nullable=False),
    Column("admitted", Boolean, nullable=False),
    Column("legal_entity_confirmed", Boolean, nullable=False),
    Column("suspended", Boolean, nullable=False),
    Column("shown", Boolean, nullable=False),
    Column("erased", Boolean, nullable=False),
    Column("score_sum", Integer, nullable=False),
    Column("reviews", Integer, nullable=False),
    Column("updated_at", DateTime(timezone=True)),
    Column("state", String(10), nullable=False),
    Column("named_at", DateTime(timezone=True)),
    Column("decided_at", DateTime(timezone=True)),
    Column("suspension_at", DateTime(timezone=True)),
    # for the search without an index: all words folded; `skills:sap`, `countries:france`; euro cents
    Column("search_text", Text, nullable=False),
    Column("tags", ARRAY(String), nullable=False),
    Column("day_rate_cents", Integer),
    # the transaction that last changed the row, set by a trigger
    Column("changed_in", BigInteger, nullable=False, index=True),
)

Index("profile_visible", PROFILE.c.expert_id, postgresql_where=PROFILE.c.state == "visible")

PHOTO = Table(
    "photo",
    METADATA,
    Column("expert_id", String, ForeignKey("profile.expert_id"), primary_key=True),
    Column("jpeg", LargeBinary, nullable=False),
)

ACCOUNT = Table("account", METADATA, Column("account_id", String, primary_key=True), Column("expert_id", String))

REVIEW = Table(
    "review",
    METADATA,
    Column("mission_id", String, primary_key=True),
    Column("expert_id", String, nullable=False, index=True),
    Column("counted_at", DateTime(timezone=True), nullable=False),
)

DAILY_COUNT = Table(
    "daily_count",
    METADATA,
    Column("expert_id", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("views", Integer, nullable=False),
    Column("impressions", Integer, nullable=False),
)

VISIT = Table(
    "visit",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("expert_id", String, primary_key=True),
    Column("visitor", String(32), primary_key=True),
)

add_chassis_tables(METADATA)
