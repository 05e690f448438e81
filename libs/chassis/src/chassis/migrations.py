"""A service's migrations, run from Python or by its `migrate` command.

Convention: the package `services/<s>/src/<s>/` has its alembic folder in `services/<s>/migrations/`, whose `env.py` is two lines:

    from chassis import migrations
    migrations.run_environment("<s>")

and whose first revision calls `migrations.create_chassis_tables(op)`. Only one migration of a database runs at a time.
"""

import importlib
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, NullPool, create_engine, text

from chassis import settings
from chassis.tables import METADATA

_LOCK = 704_151_201


def create_chassis_tables(op: Any) -> None:
    """For the first revision of a service: makes outbox, inbox, idempotency and audit."""
    METADATA.create_all(op.get_bind())


def drop_chassis_tables(op: Any) -> None:
    """For the way back."""
    METADATA.drop_all(op.get_bind())


def migrations_folder(service: str) -> Path:
    """`services/<s>/migrations`, found from where the package's source is."""
    source = importlib.import_module(service).__file__ or ""
    return Path(source).resolve().parents[2] / "migrations"


def migrate(service: str, database_url: str, revision: str = "head") -> None:
    """Brings a database up to a revision."""
    _with_connection(database_url, lambda connection: command.upgrade(_config(service, connection), revision))


def roll_back(service: str, database_url: str, revision: str = "base") -> None:
    """Takes a database back to a revision."""
    _with_connection(database_url, lambda connection: command.downgrade(_config(service, connection), revision))


def is_current(service: str, database_url: str) -> bool:
    """Whether a database has all of this code's migrations."""
    newest = set(ScriptDirectory.from_config(_config(service, None)).get_heads())
    reached: set[str] = set()
    _with_connection(database_url, lambda connection: reached.update(MigrationContext.configure(connection).get_current_heads()))
    return reached == newest


def run_environment(service: str, metadata: MetaData | None = None) -> None:
    """The whole of a service's alembic `env.py`. `metadata` is only needed to compare the code with a database."""
    from alembic import context

    connection = context.config.attributes.get("connection")
    if connection is not None:
        _run(context, connection, metadata)
    else:  # alembic's own command line
        _with_connection(settings.for_service(service).database_url, lambda connection: _run(context, connection, metadata))


def _run(context: Any, connection: Connection, metadata: MetaData | None) -> None:
    context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=False)
    with context.begin_transaction():
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        context.run_migrations()


def _config(service: str, connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder(service)).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _with_connection(database_url: str, work: Any) -> None:
    engine = create_engine(settings.driven_by_psycopg2(database_url), poolclass=NullPool)
    with engine.connect() as connection:
        work(connection)
        connection.commit()
    engine.dispose()
