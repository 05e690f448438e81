"""The four tables the chassis keeps in every service's database, so that they share the service's transactions.

outbox: events told, until the relay has published them. inbox: events heard, `applied | waiting | parked`. idempotency: the
answers of commands already done. audit: who did what, when and why; rows are only ever added. The relay prunes the others.
"""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Integer, MetaData, String, Table
from sqlalchemy.dialects.postgresql import JSONB

METADATA = MetaData()


def _at(name: str, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("type", String, nullable=False),
    Column("about", String, nullable=False),  # the aggregate: its events are published in the order of their ids
    Column("envelope", JSONB, nullable=False),  # empty once sent
    _at("told_at"),
    _at("sent_at", nullable=True),
)
Index("outbox_unsent", OUTBOX.c.id, postgresql_where=OUTBOX.c.sent_at.is_(None))
Index("outbox_sent_at", OUTBOX.c.sent_at)

INBOX = Table(
    "inbox",
    METADATA,
    Column("event_id", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("type", String, nullable=False),
    Column("state", String, nullable=False),
    Column("envelope", JSONB),  # kept until applied
    Column("attempts", Integer, nullable=False),
    Column("error", String, nullable=False, server_default=""),
    _at("received_at"),
    _at("next_attempt_at", nullable=True),
    _at("applied_at", nullable=True),
)
Index("inbox_open", INBOX.c.state, INBOX.c.next_attempt_at, postgresql_where=INBOX.c.state != "applied")

IDEMPOTENCY = Table(
    "idempotency",
    METADATA,
    Column("call", String, primary_key=True),
    Column("caller", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("input_hash", String, nullable=False),
    Column("answer", JSONB, nullable=True),
    _at("answered_at"),
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True),
    _at("at"),
    Column("account_id", String),
    Column("role", String, nullable=False),
    Column("call", String, nullable=False),
    Column("subjects", JSONB, nullable=False),
    Column("reason", String, nullable=False, server_default=""),
    Column("correlation_id", String, nullable=False),
)
Index("audit_subjects", AUDIT.c.subjects, postgresql_using="gin")


def add_chassis_tables(metadata: MetaData) -> MetaData:
    """Makes the chassis tables part of a service's own metadata (for migrations' comparison and `create_all`)."""
    for table in METADATA.sorted_tables:
        if table.name not in metadata.tables:
            table.to_metadata(metadata)
    return metadata
