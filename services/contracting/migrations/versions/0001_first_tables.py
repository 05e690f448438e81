"""First tables: sheets, offers, quotes and their versions, missions and their instalments, reviews, the directory.

What must never happen is refused here too, whatever the code does: two accepted quotes in one round, two missions of one
quote, two offers of one sheet to one expert, a change to a version that was sent.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from chassis import migrations

revision = "0001"
down_revision = None

TABLES = ("contacts", "accounts", "reviews", "instalments", "missions", "quote_versions", "quotes", "offers", "sheets")


def _id(name: str = "id", target: str | None = None, *, null: bool = False, key: bool = False) -> sa.Column:
    return sa.Column(name, sa.String, *([sa.ForeignKey(target)] if target else []), primary_key=key, nullable=null and not key)


def _at(name: str, *, null: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False)


def _word(name: str) -> sa.Column:
    return sa.Column(name, sa.String, nullable=False)


def _json(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, JSONB, nullable=null)


def _cents(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger, nullable=False)


def upgrade() -> None:
    migrations.create_chassis_tables(op)
    op.execute("CREATE SEQUENCE mission_numbers")
    _create_rounds()
    _create_quotes()
    _create_missions()
    _create_instalments()
    _create_reviews()
    _create_directory()
    for table in ("sheets", "offers", "quotes", "missions"):
        op.create_index(f"{table}_of_company", table, ["company_id", "id"])
    for table in ("offers", "quotes", "missions", "reviews"):
        op.create_index(f"{table}_of_expert", table, ["expert_id", "id"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_change()")
    op.execute("DROP SEQUENCE mission_numbers")
    migrations.drop_chassis_tables(op)


def _create_rounds() -> None:
    op.create_table(
        "sheets",
        _id(key=True),
        _id("company_id"),
        _text("title"),
        _text("objectives"),
        _text("terms"),
        sa.Column("published", sa.Boolean, nullable=False),
        _at("created_at", null=False),
        _id("awarded_quote_id", null=True),
    )
    op.create_index("sheets_published", "sheets", ["id"], postgresql_where=sa.text("published"))
    op.create_table(
        "offers",
        _id(key=True),
        _id("sheet_id", "sheets.id"),
        _id("company_id"),
        _id("expert_id"),
        _text("title"),
        _text("objectives"),
        _text("terms"),
        _at("sent_at", null=False),
        _word("state"),
        _text("decline_reason"),
        sa.UniqueConstraint("sheet_id", "expert_id", name="one_offer_an_expert"),
    )


def _create_quotes() -> None:
    op.create_table(
        "quotes",
        _id(key=True),
        _id("expert_id"),
        _id("company_id"),
        _json("content"),
        _cents("ht"),
        _at("created_at", null=False),
        _id("sheet_id", "sheets.id", null=True),
        _id("offer_id", "offers.id", null=True),
        _word("state"),
        _at("expires_at"),
        _id("mission_id", null=True),
        sa.UniqueConstraint("offer_id", name="one_quote_an_offer"),
    )
    accepted, sent = sa.text("state = 'accepted'"), sa.text("state = 'sent'")
    op.create_index("one_accepted_quote_a_round", "quotes", ["sheet_id"], unique=True, postgresql_where=accepted)
    op.create_index("quotes_of_round", "quotes", ["sheet_id"])
    op.create_index("quotes_to_expire", "quotes", ["expires_at"], postgresql_where=sent)
    op.create_table(
        "quote_versions",
        _id("quote_id", "quotes.id", key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        _text("terms"),
        _text("sha256"),
        _json("rules"),
    )
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'a version that was sent is never changed'; END $$
        """
    )
    op.execute(
        "CREATE TRIGGER quote_versions_are_final BEFORE UPDATE OR DELETE ON quote_versions "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def _create_missions() -> None:
    op.create_table(
        "missions",
        _id(key=True),
        sa.Column("reference", sa.String, nullable=False, unique=True),
        sa.Column("quote_id", sa.String, sa.ForeignKey("quotes.id"), nullable=False, unique=True),
        sa.Column("quote_version", sa.Integer, nullable=False),
        _id("company_id"),
        _id("expert_id"),
        _text("title"),
        _cents("ht"),
        _cents("ttc"),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        _json("policy"),
        _json("rules"),
        _json("evidence"),
        sa.Column("commission_due", sa.Boolean, nullable=False),
        _at("accepted_at", null=False),
        _word("state"),
        _at("started_at"),
        _at("validated_at"),
        _at("closed_at"),
        _at("cancelled_at"),
        _text("cancel_reason"),
        _json("report", null=True),
        _at("next_reminder_at"),
        _at("silence_ends_at"),
        _at("final_invoice_at"),
        _at("commission_invoice_at"),
        _at("reviews_due_at"),
        _json("amendments"),
    )
    for column in ("next_reminder_at", "silence_ends_at", "reviews_due_at"):
        op.create_index(f"missions_{column}", "missions", [column], postgresql_where=sa.text(f"{column} IS NOT NULL"))


def _create_instalments() -> None:
    op.create_table(
        "instalments",
        _id("mission_id", "missions.id", key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        _cents("ht"),
        _cents("ttc"),
        _word("fund"),
        _word("release"),
        _at("due_at"),
        _at("funded_at"),
        _at("requested_at"),
        _at("authorised_at"),
        _at("released_at"),
        _at("refunded_at"),
    )


def _create_reviews() -> None:
    op.create_table(
        "reviews",
        _id(key=True),
        _id("mission_id", "missions.id"),
        _word("author"),
        _id("company_id"),
        _id("expert_id"),
        _json("scores"),
        _text("comment"),
        _at("written_at", null=False),
        _at("published_at"),
        sa.UniqueConstraint("mission_id", "author", name="one_review_a_side"),
    )


def _create_directory() -> None:
    op.create_table(
        "accounts",
        _id(key=True),
        _word("role"),
        _text("first_name"),
        _text("last_name"),
        sa.Column("expert_id", sa.String, index=True),
        sa.Column("company_id", sa.String, index=True),
        _text("company_name"),
        sa.Column("erased", sa.Boolean, nullable=False),
    )
    op.create_table("contacts", _id("company_id", key=True), _id("expert_id", key=True))
