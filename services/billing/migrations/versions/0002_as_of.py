"""When a mandant's particulars were told, and that he was erased. What was sent is no longer kept."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mandant", sa.Column("as_of", sa.DateTime(timezone=True)))
    op.alter_column("mandant", "party", nullable=True)
    op.execute("UPDATE outbox SET envelope = '{}' WHERE sent_at IS NOT NULL")


def downgrade() -> None:
    op.execute("DELETE FROM mandant WHERE party IS NULL")
    op.alter_column("mandant", "party", nullable=False)
    op.drop_column("mandant", "as_of")
