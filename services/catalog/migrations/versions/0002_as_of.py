"""When what is known of an expert occurred, so that older news changes nothing. What was sent is no longer kept."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = ("named_at", "decided_at", "suspension_at")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("profile", sa.Column(name, sa.DateTime(timezone=True)))
    op.execute("UPDATE outbox SET envelope = '{}' WHERE sent_at IS NOT NULL")


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("profile", name)
