"""The migrations: up, down, up again, and equal to what the code says."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from chassis import migrations
from chassis.settings import driven_by_psycopg2
from messaging.adapters import orm


def test_up_down_and_up_again(empty_database):
    url = empty_database()

    migrations.migrate("messaging", url)
    migrations.roll_back("messaging", url)
    engine = create_engine(driven_by_psycopg2(url))
    left = set(inspect(engine).get_table_names())
    engine.dispose()
    migrations.migrate("messaging", url)

    assert left == {"alembic_version"}
    assert migrations.is_current("messaging", url)


def test_the_tables_are_those_of_the_code(database):
    engine = create_engine(driven_by_psycopg2(database("messaging")))

    with engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), orm.metadata)
    engine.dispose()

    assert difference == []
