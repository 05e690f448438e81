"""Tables of billing. Contracts, facts and papers are kept as the JSON they were told or frozen as; the rest is columns to look up by.

What is issued cannot be changed: triggers of the database refuse it (migration 0001), whoever asks.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Sequence,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import add_chassis_tables

metadata = add_chassis_tables(MetaData())
TIME = DateTime(timezone=True)

MANDANT_CODE = Sequence("mandant_code", metadata=metadata)
DOCUMENT_PLACE = Sequence("document_place", metadata=metadata)

MANDANT = Table(
    "mandant",
    metadata,
    Column("expert_id", String, primary_key=True),
    Column("party", JSONB),  # NULL: erased, never to be named again
    Column("as_of", TIME),
)
MANDATE = Table(
    "mandate",
    metadata,
    Column("mandate_id", String, primary_key=True),
    Column("expert_id", String, nullable=False),
    Column("version", String, nullable=False),
    Column("text", String, nullable=False),
    Column("text_sha256", String, nullable=False),
    Column("signed_at", TIME, nullable=False),
    Column("account_id", String, nullable=False),
    Column("ip", String, nullable=False),
    Column("user_agent", String, nullable=False),
    Column("revoked_at", TIME),
    Column("revoke_reason", String, nullable=False),
)
Index("mandate_of_expert", MANDATE.c.expert_id, MANDATE.c.signed_at)
Index("one_mandate_in_force", MANDATE.c.expert_id, unique=True, postgresql_where=text("revoked_at IS NULL"))

MISSION = Table(
    "mission",
    metadata,
    Column("mission_id", String, primary_key=True),
    Column("expert_id", String, nullable=False),
    Column("company_id", String, nullable=False),
    Column("terms", JSONB, nullable=False),
    Column("vat_event", String, nullable=False),
    Column("contest_days", Integer, nullable=False),
    Column("facts", JSONB, nullable=False),
)
NUMBER_SERIES = Table(
    "number_series",
    metadata,
    Column("owner", String, primary_key=True),
    Column("prefix", String, nullable=False, unique=True),
    Column("digits", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("last_issued_at", TIME),
)
DOCUMENT = Table(
    "document",
    metadata,
    Column("document_id", String, primary_key=True),
    Column("place", BigInteger, nullable=False, unique=True),  # in the order of issue
    Column("mission_id", ForeignKey("mission.mission_id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("instalment", Integer, nullable=False),  # 0 for a document of the whole mission
    Column("state", String, nullable=False),
    Column("expert_id", String, nullable=False),
    Column("company_id", String, nullable=False),
    Column("seller_id", String, nullable=False),
    Column("buyer_id", String, nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("number", String, unique=True),
    Column("issued_at", TIME),
    Column("issued_on", Date),
    Column("contest_until", Date),
    Column("sha256", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retry_at", TIME),
    Column("paper", JSONB, nullable=False),
    UniqueConstraint("mission_id", "kind", "instalment", name="each_document_once"),
    CheckConstraint("(state = 'issued') = (number IS NOT NULL AND issued_at IS NOT NULL)", name="issued_has_a_number"),
)
Index("document_of_seller", DOCUMENT.c.seller_id, DOCUMENT.c.place)
Index("document_of_buyer", DOCUMENT.c.buyer_id, DOCUMENT.c.place)
Index("document_to_retry", DOCUMENT.c.retry_at, postgresql_where=text("state = 'parked'"))

DOCUMENT_FILE = Table(
    "document_file",
    metadata,
    Column("document_id", ForeignKey("document.document_id"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
VIES_CHECK = Table(
    "vies_check",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("mission_id", String, nullable=False, index=True),
    Column("vat_id", String, nullable=False),
    Column("checked_at", TIME, nullable=False),
    Column("verdict", String, nullable=False),
    Column("consultation", String, nullable=False),
    Column("raw", String, nullable=False),
)
