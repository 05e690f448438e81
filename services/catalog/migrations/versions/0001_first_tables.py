"""First tables: profiles with photos and accounts, reviews counted, views and impressions, and the chassis' own.

`profile.changed_in` is the transaction that last changed a row, kept by a trigger: the index follows it (keep_index.py).
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis import migrations

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    migrations.create_chassis_tables(op)
    op.create_table(
        "profile",
        sa.Column("expert_id", sa.String, primary_key=True),
        sa.Column("account_id", sa.String, unique=True),
        sa.Column("first_name", sa.String, nullable=False),
        sa.Column("last_name", sa.String, nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("has_photo", sa.Boolean, nullable=False),
        sa.Column("published", sa.Boolean, nullable=False),
        sa.Column("admitted", sa.Boolean, nullable=False),
        sa.Column("legal_entity_confirmed", sa.Boolean, nullable=False),
        sa.Column("suspended", sa.Boolean, nullable=False),
        sa.Column("shown", sa.Boolean, nullable=False),
        sa.Column("erased", sa.Boolean, nullable=False),
        sa.Column("score_sum", sa.Integer, nullable=False),
        sa.Column("reviews", sa.Integer, nullable=False),
        sa.Column("updated_at", TIME),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("tags", ARRAY(sa.String), nullable=False),
        sa.Column("day_rate_cents", sa.Integer),
        sa.Column("changed_in", sa.BigInteger, nullable=False, index=True),
    )
    op.create_index("profile_visible", "profile", ["expert_id"], postgresql_where=sa.text("state = 'visible'"))
    op.execute("""
        CREATE FUNCTION profile_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.changed_in := pg_current_xact_id()::text::bigint;
            RETURN NEW;
        END $$
    """)
    op.execute(
        "CREATE TRIGGER profile_changed BEFORE INSERT OR UPDATE ON profile FOR EACH ROW EXECUTE FUNCTION profile_changed()"
    )
    op.create_table(
        "photo",
        sa.Column("expert_id", sa.String, sa.ForeignKey("profile.expert_id"), primary_key=True),
        sa.Column("jpeg", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "account",
        sa.Column("account_id", sa.String, primary_key=True),
        sa.Column("expert_id", sa.String),
    )
    op.create_table(
        "review",
        sa.Column("mission_id", sa.String, primary_key=True),
        sa.Column("expert_id", sa.String, nullable=False, index=True),
        sa.Column("counted_at", TIME, nullable=False),
    )
    op.create_table(
        "daily_count",
        sa.Column("expert_id", sa.String, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("views", sa.Integer, nullable=False),
        sa.Column("impressions", sa.Integer, nullable=False),
        postgresql_with={"fillfactor": 70},
    )
    op.create_table(
        "visit",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("expert_id", sa.String, primary_key=True),
        sa.Column("visitor", sa.String(32), primary_key=True),
    )


def downgrade() -> None:
    for table in ("visit", "daily_count", "review", "account", "photo", "profile"):
        op.drop_table(table)
    op.execute("DROP FUNCTION profile_changed()")
    migrations.drop_chassis_tables(op)
