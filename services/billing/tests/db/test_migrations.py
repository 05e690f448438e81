"""The migrations: up, down, up again, and equal to what the code says."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from billing.adapters import orm
from chassis import migrations
from chassis.settings import driven_by_psycopg2


def test_up_down_and_up_again(empty_database):
    url = empty_database()

    migrations.migrate("billing", url)
    migrations.roll_back("billing", url)
    engine = create_engine(driven_by_psycopg2(url))
    left = set(inspect(engine).get_table_names())
    engine.dispose()
    migrations.migrate("billing", url)

    assert left == {"alembic_version"}
    assert migrations.is_current("billing", url)


def test_the_tables_are_those_of_the_code(database):
    engine = create_engine(driven_by_psycopg2(database("billing")))

    with engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), orm.metadata)
    engine.dispose()

    assert difference == []


def test_what_was_sent_is_emptied_and_an_erased_mandant_does_not_bar_the_way_back(empty_database):
    url = empty_database()
    migrations.migrate("billing", url, "0001")
    engine = create_engine(driven_by_psycopg2(url))
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO outbox (type, about, envelope, told_at, sent_at) VALUES"
                " ('a', 'x', '{\"secret\": 1}', now(), now()), ('b', 'x', '{\"secret\": 2}', now(), NULL)"
            )
        )

    migrations.migrate("billing", url)
    with engine.begin() as connection:
        kept = connection.execute(text("SELECT type, envelope FROM outbox ORDER BY id")).all()
        connection.execute(text("INSERT INTO mandant VALUES ('exp_1', NULL), ('exp_2', '{}')"))
    migrations.roll_back("billing", url, "0001")
    with engine.connect() as connection:
        mandants = connection.execute(text("SELECT * FROM mandant")).all()
    engine.dispose()

    assert kept == [("a", {}), ("b", {"secret": 2})]
    assert mandants == [("exp_2", {})]
