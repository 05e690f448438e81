"""First tables: contacts, conversations, messages, notifications, and the chassis' own."""

import sqlalchemy as sa
from alembic import op

from chassis import migrations

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    migrations.create_chassis_tables(op)
    op.create_table(
        "contact",
        sa.Column("account_id", sa.String, primary_key=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("email", sa.String, nullable=False),
        sa.Column("phone", sa.String, nullable=False),
        sa.Column("first_name", sa.String, nullable=False),
        sa.Column("last_name", sa.String, nullable=False),
        sa.Column("locale", sa.String, nullable=False),
        sa.Column("expert_id", sa.String, index=True),
        sa.Column("company_id", sa.String, index=True),
        sa.Column("company_name", sa.String, nullable=False),
    )
    op.create_table(
        "known_client",
        sa.Column("expert_id", sa.String, primary_key=True),
        sa.Column("company_id", sa.String, primary_key=True),
    )
    op.create_table(
        "conversation",
        sa.Column("conversation_id", sa.String, primary_key=True),
        sa.Column("company_id", sa.String, nullable=False, index=True),
        sa.Column("expert_id", sa.String, nullable=False, index=True),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("opened_by", sa.String(20), nullable=False),
        sa.Column("last_message_id", sa.String, nullable=False),
        sa.Column("last_message_at", TIME, nullable=False),
        sa.Column("unread_by_company", sa.Integer, nullable=False),
        sa.Column("unread_by_expert", sa.Integer, nullable=False),
        sa.UniqueConstraint("company_id", "expert_id", name="one_conversation_a_pair"),
    )
    op.create_table(
        "message",
        sa.Column("message_id", sa.String, primary_key=True),
        sa.Column("conversation_id", sa.String, sa.ForeignKey("conversation.conversation_id"), nullable=False),
        sa.Column("author_account_id", sa.String, nullable=False),
        sa.Column("author_role", sa.String(20), nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("sent_at", TIME, nullable=False),
    )
    op.create_index("message_of_conversation", "message", ["conversation_id", "message_id"])
    _create_notification()


def _create_notification() -> None:
    op.create_table(
        "notification",
        sa.Column("notification_id", sa.String, primary_key=True),
        sa.Column("account_id", sa.String, nullable=False, index=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("next_attempt_at", TIME, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("sent_at", TIME),
        sa.Column("error", sa.String, nullable=False),
    )
    op.create_index("notification_due", "notification", ["next_attempt_at"], postgresql_where=sa.text("state = 'queued'"))


def downgrade() -> None:
    for table in ("notification", "message", "conversation", "known_client", "contact"):
        op.drop_table(table)
    migrations.drop_chassis_tables(op)
