"""A PostgreSQL for tests, wherever one can be had, and databases that cost 50 ms each.

Order: `DATABASE_URL`, a local server on the standard port that lets `postgres` in, a container where Docker answers, the wheel.
A service's migrations run once a run, into a template; each test gets a copy of it.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

from chassis import migrations
from testkit import runs

LOCAL = "postgresql://postgres@127.0.0.1:5432/postgres"
FOUND = "TESTKIT_DATABASE_URL"
_numbers = count(1)


@dataclass
class Postgres:
    """A server: `url` of its maintenance database; `stop` ends it if it was started for this run."""

    url: str
    origin: str
    version: str
    stop: Callable[[], None] = field(default=lambda: None)

    def __str__(self) -> str:
        return f"PostgreSQL {self.version}"

    def url_of(self, database: str) -> str:
        parts = urlsplit(self.url)
        return parts._replace(path=f"/{database}").geturl()

    def create(self, purpose: str, template: str = "template1") -> str:
        """A new database of this run; gives its name."""
        name = f"{runs.this_run()}{purpose}_{os.getpid()}_{next(_numbers)}"[:63]
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, name: str) -> None:
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def migrated(self, service: str) -> str:
        """A new database of this run with that service's tables."""
        return self.create(service, self._template(service))

    def names(self) -> list[str]:
        return [row[0] for row in self._run(sql.SQL("SELECT datname FROM pg_database WHERE datname LIKE 'tk\\_%%'"))]

    def clean(self, *, this_run_too: bool) -> None:
        """Drops what dead runs left, and what this run made."""
        for name in self.names():
            if runs.is_dead(name) or (this_run_too and name.startswith(runs.this_run())):
                self.drop(name)

    def _template(self, service: str) -> str:
        """Made once a run, by whichever process asks first."""
        name = f"{runs.this_run()}{service}_template"
        with Path(tempfile.gettempdir(), f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if name not in self.names():
                making = self.create(f"{service}_making")
                migrations.migrate(service, self.url_of(making))
                self._run(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name)))
        return name

    def _run(self, statement: sql.Composable) -> list[tuple[str]]:
        connection = psycopg2.connect(self.url)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


def find() -> Postgres:
    """The server of this run; started when it must be. Raises RuntimeError where none can be had."""
    if told := os.environ.get(FOUND):
        return _at(told, "this run's")
    if told := os.environ.get("DATABASE_URL"):
        return _at(told, "DATABASE_URL")
    try:
        return _at(LOCAL, "127.0.0.1:5432")
    except psycopg2.OperationalError:
        server = _in_docker() or _from_the_wheel()
        os.environ[FOUND] = server.url
        return server


def _at(url: str, origin: str, stop: Callable[[], None] = lambda: None) -> Postgres:
    url = "postgresql://" + url.partition("://")[2]
    connection = psycopg2.connect(url, connect_timeout=3)
    try:
        major, minor = divmod(connection.server_version, 10_000)
    finally:
        connection.close()
    return Postgres(url, origin, f"{major}.{minor}", stop)


def _in_docker() -> Postgres | None:
    from testkit.docker import answers

    if not answers():
        return None
    from testcontainers.postgres import PostgresContainer

    container = PostgresContainer("postgres:15", driver=None).start()
    return _at(container.get_connection_url(), "a container", container.stop)


def _from_the_wheel() -> Postgres:
    """A throwaway server, kept by `embedded.postgres` until this process ends, however it ends."""
    folder = runs.folder("wheel")
    command = [sys.executable, "-m", "embedded.postgres", f"{folder}/postgres", "--throwaway"]
    keeper = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
    word, _, rest = keeper.stdout.readline().strip().partition(" ")
    if word != "ready":
        raise RuntimeError(f"the embedded PostgreSQL did not start: {rest}")

    def stop() -> None:
        keeper.stdin.close()
        keeper.wait()
        shutil.rmtree(folder)

    return _at(f"postgresql://postgres@/postgres?host={rest}", "the embedded wheel", stop)
