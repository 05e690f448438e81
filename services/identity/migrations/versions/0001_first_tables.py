"""First tables: accounts and the door, companies, experts and what is known of them, and the chassis' own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from chassis import migrations

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    migrations.create_chassis_tables(op)
    _create_accounts()
    _create_door()
    _create_experts()


def downgrade() -> None:
    for table in (
        "kyc_document",
        "kyc_case",
        "vote",
        "admission_case",
        "legal_entity",
        "expert",
        "consent",
        "attempt_window",
        "mail_token",
        "session",
        "account",
        "company",
    ):
        op.drop_table(table)
    migrations.drop_chassis_tables(op)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False)


def _word(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(20), nullable=False)


def _create_accounts() -> None:
    op.create_table(
        "company",
        sa.Column("id", sa.String, primary_key=True),
        _word("kind"),
        _text("name"),
        _text("locale"),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("address", JSONB),
        _text("siren"),
        _text("vat_id"),
        _text("accounting_email"),
        _text("purchase_order_number"),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.String, primary_key=True),
        _word("role"),
        _text("email"),
        _text("password_hash"),
        _text("first_name"),
        _text("last_name"),
        _text("phone"),
        _text("locale"),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expert_id", sa.String),
        sa.Column("company_id", sa.String, sa.ForeignKey("company.id"), index=True),
        sa.Column("rights", sa.ARRAY(sa.String), nullable=False),
        sa.Column("referral_code", sa.String),
        sa.Column("referred_by", sa.String, sa.ForeignKey("account.id"), index=True),
        sa.Column("email_confirmed_at", TIME),
        sa.Column("erased_at", TIME),
        sa.UniqueConstraint("email", name="one_account_an_email"),
        sa.UniqueConstraint("expert_id", name="one_account_an_expert"),
        sa.UniqueConstraint("referral_code", name="one_account_a_referral_code"),
    )


def _create_door() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("account_id", sa.String, sa.ForeignKey("account.id"), nullable=False, index=True),
        _text("secret_sha256"),
        _word("purpose"),
        _text("name"),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        _text("ip"),
        _text("user_agent"),
        sa.Column("last_used_at", TIME),
        sa.Column("revoked_at", TIME),
        sa.UniqueConstraint("secret_sha256", name="one_session_a_secret"),
    )
    op.create_table(
        "mail_token",
        sa.Column("secret_sha256", sa.String, primary_key=True),
        sa.Column("account_id", sa.String, sa.ForeignKey("account.id"), nullable=False, index=True),
        _word("purpose"),
        sa.Column("expires_at", TIME, nullable=False),
    )
    op.create_table(
        "attempt_window",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("account_id", sa.String, sa.ForeignKey("account.id"), nullable=False, index=True),
        _text("kind"),
        _text("version"),
        sa.Column("at", TIME, nullable=False),
        _text("text_sha256"),
        _text("ip"),
        _text("user_agent"),
    )


def _create_experts() -> None:
    op.create_table(
        "expert",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("account_id", sa.String, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("birth_date", sa.Date),
        sa.Column("years_of_experience", sa.Integer, nullable=False),
        _text("charter_version"),
        sa.Column("mandate_in_force", sa.Boolean, nullable=False),
    )
    op.create_table(
        "legal_entity",
        sa.Column("expert_id", sa.String, sa.ForeignKey("expert.id"), primary_key=True),
        _word("state"),
        sa.Column("details", JSONB),
        sa.Column("confirmed_at", TIME),
    )
    op.create_table(
        "admission_case",
        sa.Column("expert_id", sa.String, sa.ForeignKey("expert.id"), primary_key=True),
        _word("state"),
        _text("presentation"),
        sa.Column("reference_letters", sa.Integer, nullable=False),
        sa.Column("votes_required", sa.Integer, nullable=False),
        _text("reason"),
        sa.Column("submitted_at", TIME),
        sa.Column("decided_at", TIME),
    )
    op.create_index("admission_case_state", "admission_case", ["state", "expert_id"])
    op.create_table(
        "vote",
        sa.Column("expert_id", sa.String, sa.ForeignKey("admission_case.expert_id"), primary_key=True),
        sa.Column("account_id", sa.String, sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("in_favour", sa.Boolean, nullable=False),
        _text("reason"),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_table("kyc_case", sa.Column("expert_id", sa.String, sa.ForeignKey("expert.id"), primary_key=True), _word("state"))
    op.create_table(
        "kyc_document",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("expert_id", sa.String, sa.ForeignKey("kyc_case.expert_id"), nullable=False, index=True),
        _text("kind"),
        sa.Column("submitted_at", TIME, nullable=False),
        _text("state"),
        _text("reason"),
    )
