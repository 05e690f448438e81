"""The tables are made and taken away by the migrations alone."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from catalog.adapters.tables import METADATA
from chassis import migrations
from chassis.settings import driven_by_psycopg2


def tables(url: str) -> set[str]:
    engine = create_engine(driven_by_psycopg2(url))
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_the_migrations_make_the_tables_the_code_knows_and_leave_nothing_on_the_way_back(empty_database):
    url = empty_database()

    migrations.migrate("catalog", url)
    assert tables(url) == {*METADATA.tables, "alembic_version"}

    migrations.roll_back("catalog", url)
    assert tables(url) == {"alembic_version"}


def test_the_code_and_the_database_agree_on_every_column(database):
    engine = create_engine(driven_by_psycopg2(database("catalog")))

    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    engine.dispose()

    assert differences == []
