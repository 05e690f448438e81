"""The migrations make the tables the code is mapped to, and take them away again."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine, inspect

from chassis import migrations
from chassis.settings import driven_by_psycopg2
from chassis.tables import add_chassis_tables
from identity.adapters import orm


def test_the_migrated_database_is_the_mapped_one(empty_database):
    url = empty_database()
    migrations.migrate("identity", url)
    mapped = MetaData()
    for table in orm.metadata.sorted_tables:
        table.to_metadata(mapped)
    engine = create_engine(driven_by_psycopg2(url))

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, add_chassis_tables(mapped))

    assert differences == []
    engine.dispose()


def test_the_way_back_leaves_nothing(empty_database):
    url = empty_database()
    migrations.migrate("identity", url)

    migrations.roll_back("identity", url)

    engine = create_engine(driven_by_psycopg2(url))
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()
    assert not migrations.is_current("identity", url)
