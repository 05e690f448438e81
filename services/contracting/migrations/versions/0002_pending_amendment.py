"""An amendment waits for the other side's answer before it takes effect (M19, M20)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("missions", sa.Column("pending_amendment", JSONB))


def downgrade() -> None:
    op.drop_column("missions", "pending_amendment")
