"""The migrations make what the code expects, and take it away again."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from chassis import migrations
from contracting.adapters import orm


def test_the_tables_are_those_the_code_maps(empty_database):
    url = empty_database()
    migrations.migrate("contracting", url)
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))

    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), orm.metadata)

    about_columns = [each for each in differences if isinstance(each, list) or each[0].endswith(("_table", "_column"))]
    assert about_columns == []
    engine.dispose()


def test_the_way_back_leaves_nothing_and_the_way_forth_works_again(empty_database):
    url = empty_database()
    migrations.migrate("contracting", url)

    migrations.roll_back("contracting", url)

    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    migrations.migrate("contracting", url)
    assert migrations.is_current("contracting", url)
    engine.dispose()
