"""A service as operators meet it: its four commands, its probes, its signals."""

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from chassis import migrations

FILES = {
    "src/tally/__init__.py": "",
    "src/tally/__main__.py": 'from chassis.cli import main\n\nmain("tally.service:TallyService")\n',
    "src/tally/service.py": """
        from chassis.app import App, every
        from chassis.tables import METADATA
        from chassis.uow import Wiring
        from sqlalchemy import text

        def build(settings):
            settings.integer("TALLY_STEP", 1)
            return Wiring(metadata=METADATA, ports=lambda uow, neighbours: uow)

        def count(uow):
            uow.session.execute(text("UPDATE tally SET count = count + 1"))

        class TallyService:
            name = "tally"
            app = App(build)

            @every(seconds=0.1)
            def count(self):
                self.app.background(count)
    """,
    "migrations/env.py": 'from chassis import migrations\n\nmigrations.run_environment("tally")\n',
    "migrations/versions/0001_first.py": """
        from alembic import op
        from chassis import migrations

        revision, down_revision = "0001", None

        def upgrade():
            migrations.create_chassis_tables(op)
            op.execute("CREATE TABLE tally (count int NOT NULL)")
            op.execute("INSERT INTO tally VALUES (0)")

        def downgrade():
            op.execute("DROP TABLE tally")
            migrations.drop_chassis_tables(op)
    """,
}


class Tally:
    """A service in a folder of its own, run as `python -m tally <command>`."""

    def __init__(self, folder: Path, database_url: str, amqp_uri: str) -> None:
        for name, content in FILES.items():
            path = folder / "services" / "tally" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(content))
        self.source = str(folder / "services" / "tally" / "src")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.url, self.started = database_url, []
        self.env = {**os.environ, "PYTHONPATH": self.source, "PYTHONWARNINGS": "error", "HTTP_HEALTH_ADDRESS": self.address}
        self.env |= {"DATABASE_URL": database_url, "AMQP_URI": amqp_uri}

    def run(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tally", *arguments]
        return subprocess.run(command, env=self.env | env, check=False, capture_output=True, text=True, timeout=20)

    def start(self, command: str) -> subprocess.Popen[str]:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        self.started.append(subprocess.Popen([sys.executable, "-m", "tally", command], env=self.env, **pipes))
        return self.started[-1]

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://{self.address}{path}", timeout=2) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def count(self) -> int:
        engine = create_engine(self.url.replace("postgresql:", "postgresql+psycopg2:"))
        with engine.connect() as connection:
            counted = connection.scalar(text("SELECT count FROM tally"))
        engine.dispose()
        return counted


def until(condition: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


@pytest.fixture
def tally(tmp_path: Path, empty_database: Callable[[], str]) -> Iterator[Tally]:
    made = Tally(tmp_path, empty_database(), "embedded://localhost/")
    yield made
    for process in made.started:
        process.kill()
        process.communicate()


def test_a_service_is_checked_migrated_served_and_stopped(tally: Tally) -> None:
    assert tally.run("check").returncode == 1
    assert tally.run("migrate").returncode == 0
    assert tally.run("migrate").returncode == 0
    assert tally.run("check").stdout == "tally: ok\n"

    serving = tally.start("serve")
    until(lambda: tally.get("/readyz") == (200, "ok\n"))
    until(lambda: tally.count() > 1)
    metrics = tally.get("/metrics")[1]
    serving.send_signal(signal.SIGTERM)
    out, _ = serving.communicate(timeout=10)

    assert serving.returncode == 0, out
    assert 'handler_seconds_count{handler="count",outcome="ok",service="tally"}' in metrics
    assert 'outbox_pending{service="tally"} 0.0' in metrics
    assert 'inbox_open{service="tally",state="parked"} 0.0' in metrics
    lines = [json.loads(line) for line in out.splitlines()]
    assert [(line["event"], line["level"], line["services"]) for line in lines] == [("ready", "info", ["tally"])]


def test_a_service_whose_database_is_away_lives_but_is_not_ready(tally: Tally) -> None:
    tally.env["DATABASE_URL"] = "postgresql://postgres@127.0.0.1:1/none"

    tally.start("serve")

    until(lambda: tally.get("/healthz") == (200, "ok\n"))
    until(lambda: tally.get("/readyz") == (503, "failing: tally database\n"))
    assert tally.get("/elsewhere")[0] == 404


def test_a_bad_setting_stops_the_start_with_its_name(tally: Tally) -> None:
    tally.run("migrate")

    for name, value in (
        ("TALLY_STEP", "two"),
        ("HTTP_HEALTH_ADDRESS", "nowhere"),
        ("DATABASE_URL", "x"),
    ):
        done = tally.run("serve", **{name: value})

        assert done.returncode == 78
        assert done.stderr.startswith(f"{name}: ")
    assert tally.run("dance").returncode == 1


def test_the_relay_alone_ends_with_its_signal(tally: Tally) -> None:
    tally.run("migrate")
    relaying = tally.start("relay")
    until(lambda: tally.get("/healthz") == (200, "ok\n"))

    relaying.send_signal(signal.SIGTERM)

    assert relaying.wait(10) == 0


def test_migrations_go_up_and_down_from_python(tally: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tally.source)
    engine = create_engine(tally.url.replace("postgresql:", "postgresql+psycopg2:"))

    migrations.migrate("tally", tally.url)
    up = set(inspect(engine).get_table_names())
    assert migrations.is_current("tally", tally.url)
    migrations.roll_back("tally", tally.url)

    assert up == {"alembic_version", "audit", "idempotency", "inbox", "outbox", "tally"}
    assert inspect(engine).get_table_names() == ["alembic_version"]
    assert not migrations.is_current("tally", tally.url)
    engine.dispose()
