"""What is in doubt, what is out of date, and money that pays for nothing.

Operations remember a silent call; payees when their details were confirmed, that they were erased, and how often their state was
learnt; payees and payouts when they were last checked; money that arrived what of it is unallocated.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

UP = """
ALTER TABLE operation ADD called_at TIMESTAMP WITH TIME ZONE, ADD doubtful BOOLEAN NOT NULL DEFAULT false;
UPDATE operation SET doubtful = true, called_at = first_called_at WHERE state IN ('leased', 'unknown');
ALTER TABLE operation ALTER doubtful DROP DEFAULT;

ALTER TABLE payee ADD details_as_of TIMESTAMP WITH TIME ZONE, ADD erased_at TIMESTAMP WITH TIME ZONE,
    ADD new_bank BOOLEAN NOT NULL DEFAULT false, ADD learned INTEGER NOT NULL DEFAULT 0, ADD checked_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE payee ALTER new_bank DROP DEFAULT, ALTER learned DROP DEFAULT;

ALTER TABLE payout ADD checked_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE transfer_in ADD unallocated BIGINT NOT NULL DEFAULT 0, ADD mission_id VARCHAR, ADD payment_ref VARCHAR;
UPDATE transfer_in SET unallocated = amount WHERE payin_id IS NULL;
UPDATE transfer_in SET mission_id = payin.mission_id FROM payin WHERE payin.id = transfer_in.payin_id;
ALTER TABLE transfer_in ALTER unallocated DROP DEFAULT;
CREATE INDEX ix_transfer_in_payin_id ON transfer_in (payin_id);
CREATE INDEX transfer_in_unallocated ON transfer_in (received_at, ref) WHERE unallocated > 0;
"""

DOWN = """
DROP INDEX transfer_in_unallocated;
DROP INDEX ix_transfer_in_payin_id;
ALTER TABLE transfer_in DROP unallocated, DROP mission_id, DROP payment_ref;
ALTER TABLE payout DROP checked_at;
ALTER TABLE payee DROP details_as_of, DROP erased_at, DROP new_bank, DROP learned, DROP checked_at;
ALTER TABLE operation DROP called_at, DROP doubtful;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(UP)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(DOWN)
