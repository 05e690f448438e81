"""When what is known of a person occurred, so that an older update changes nothing. What was sent is no longer kept."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("as_of", sa.DateTime(timezone=True)))
    op.execute("UPDATE outbox SET envelope = '{}' WHERE sent_at IS NOT NULL")


def downgrade() -> None:
    op.drop_column("contact", "as_of")
