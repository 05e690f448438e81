"""When what is known of mandates and payees occurred, so that older news changes nothing. What was sent is no longer kept."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
ERASED = """
UPDATE kyc_case SET erased = true
FROM expert JOIN account ON account.id = expert.account_id
WHERE expert.id = kyc_case.expert_id AND account.erased_at IS NOT NULL
"""


def upgrade() -> None:
    op.add_column("expert", sa.Column("mandate_at", TIME))
    op.add_column("kyc_case", sa.Column("payee_at", TIME))
    op.add_column("kyc_case", sa.Column("erased", sa.Boolean, nullable=False, server_default="false"))
    op.alter_column("kyc_case", "erased", server_default=None)
    op.execute(ERASED)
    op.execute("UPDATE outbox SET envelope = '{}' WHERE sent_at IS NOT NULL")


def downgrade() -> None:
    op.drop_column("expert", "mandate_at")
    op.drop_column("kyc_case", "payee_at")
    op.drop_column("kyc_case", "erased")
