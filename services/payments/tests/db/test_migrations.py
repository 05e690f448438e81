"""The migrations, up and down, and that they make what the code maps."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from chassis import migrations
from payments.adapters.orm import metadata


def test_the_migrations_go_up_and_down_and_make_what_the_code_maps(empty_database):
    url = empty_database()
    migrations.migrate("payments", url)
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))

    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    migrations.roll_back("payments", url)
    left = set(inspect(engine).get_table_names())
    engine.dispose()

    assert differences == []
    assert left == {"alembic_version"}
