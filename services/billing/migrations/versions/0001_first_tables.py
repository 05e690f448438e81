"""First tables: mandates, missions, number series, documents and their files, and the chassis' own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from chassis import migrations

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
TABLES = ("vies_check", "document_file", "document", "number_series", "mission", "mandate", "mandant")
SEQUENCES = ("mandant_code", "document_place")

IMMUTABLE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'issued documents and signed mandates are never changed';
END $$;
CREATE TRIGGER issued_document_stays BEFORE UPDATE OR DELETE ON document
    FOR EACH ROW WHEN (OLD.state = 'issued') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER issued_file_stays BEFORE UPDATE OR DELETE ON document_file
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER signed_mandate_stays BEFORE UPDATE ON mandate FOR EACH ROW
    WHEN (OLD.revoked_at IS NOT NULL OR NEW.text <> OLD.text OR NEW.signed_at <> OLD.signed_at OR NEW.expert_id <> OLD.expert_id)
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mandate_is_kept BEFORE DELETE ON mandate FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    migrations.create_chassis_tables(op)
    for name in SEQUENCES:
        op.execute(f"CREATE SEQUENCE {name}")
    _create_mandates()
    _create_missions()
    _create_documents()
    op.execute(IMMUTABLE)


def _create_mandates() -> None:
    op.create_table("mandant", sa.Column("expert_id", sa.String, primary_key=True), sa.Column("party", JSONB, nullable=False))
    op.create_table(
        "mandate",
        sa.Column("mandate_id", sa.String, primary_key=True),
        sa.Column("expert_id", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("text_sha256", sa.String, nullable=False),
        sa.Column("signed_at", TIME, nullable=False),
        sa.Column("account_id", sa.String, nullable=False),
        sa.Column("ip", sa.String, nullable=False),
        sa.Column("user_agent", sa.String, nullable=False),
        sa.Column("revoked_at", TIME),
        sa.Column("revoke_reason", sa.String, nullable=False),
    )
    op.create_index("mandate_of_expert", "mandate", ["expert_id", "signed_at"])
    op.create_index("one_mandate_in_force", "mandate", ["expert_id"], unique=True, postgresql_where=sa.text("revoked_at IS NULL"))


def _create_missions() -> None:
    op.create_table(
        "mission",
        sa.Column("mission_id", sa.String, primary_key=True),
        sa.Column("expert_id", sa.String, nullable=False),
        sa.Column("company_id", sa.String, nullable=False),
        sa.Column("terms", JSONB, nullable=False),
        sa.Column("vat_event", sa.String, nullable=False),
        sa.Column("contest_days", sa.Integer, nullable=False),
        sa.Column("facts", JSONB, nullable=False),
    )
    op.create_table(
        "number_series",
        sa.Column("owner", sa.String, primary_key=True),
        sa.Column("prefix", sa.String, nullable=False, unique=True),
        sa.Column("digits", sa.Integer, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("last_issued_at", TIME),
    )
    op.create_table(
        "vies_check",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("mission_id", sa.String, nullable=False, index=True),
        sa.Column("vat_id", sa.String, nullable=False),
        sa.Column("checked_at", TIME, nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("consultation", sa.String, nullable=False),
        sa.Column("raw", sa.String, nullable=False),
    )


def _create_documents() -> None:
    op.create_table(
        "document",
        sa.Column("document_id", sa.String, primary_key=True),
        sa.Column("place", sa.BigInteger, nullable=False, unique=True),
        sa.Column("mission_id", sa.String, sa.ForeignKey("mission.mission_id"), nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("instalment", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("expert_id", sa.String, nullable=False),
        sa.Column("company_id", sa.String, nullable=False),
        sa.Column("seller_id", sa.String, nullable=False),
        sa.Column("buyer_id", sa.String, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("number", sa.String, unique=True),
        sa.Column("issued_at", TIME),
        sa.Column("issued_on", sa.Date),
        sa.Column("contest_until", sa.Date),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("retry_at", TIME),
        sa.Column("paper", JSONB, nullable=False),
        sa.UniqueConstraint("mission_id", "kind", "instalment", name="each_document_once"),
        sa.CheckConstraint("(state = 'issued') = (number IS NOT NULL AND issued_at IS NOT NULL)", name="issued_has_a_number"),
    )
    op.create_index("document_of_seller", "document", ["seller_id", "place"])
    op.create_index("document_of_buyer", "document", ["buyer_id", "place"])
    op.create_index("document_to_retry", "document", ["retry_at"], postgresql_where=sa.text("state = 'parked'"))
    op.create_table(
        "document_file",
        sa.Column("document_id", sa.String, sa.ForeignKey("document.document_id"), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_change()")
    for name in SEQUENCES:
        op.execute(f"DROP SEQUENCE {name}")
    migrations.drop_chassis_tables(op)
