"""The commands of the process, each in a process of its own."""

import os
import subprocess
import sys


def identity(database_url: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "identity", *arguments]
    environment = {**os.environ, "DATABASE_URL": database_url, **env}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=60)


def test_an_operator_is_made_once_from_the_command_line(database):
    url = database("identity")
    asked = ("create-operator", "Ops@akigora.example", "--right", "committee", "--right", "support")

    made = identity(url, *asked, OPERATOR_PASSWORD="a long walk to the sea")
    again = identity(url, *asked, OPERATOR_PASSWORD="a long walk to the sea")
    weak = identity(url, "create-operator", "eve@akigora.example", OPERATOR_PASSWORD="short")

    assert made.stdout.split()[1:] == ["ops@akigora.example", "committee", "support"]
    assert made.stdout.startswith("acc_")
    assert [(done.returncode, done.stdout) for done in (again, weak)] == [
        (1, "create-operator: An account with this address exists.\n"),
        (1, "create-operator: A password has 12 characters or more\n"),
    ]


def test_check_says_whether_the_service_could_start(database, empty_database):
    ready, unmigrated = identity(database("identity"), "check"), identity(empty_database(), "check")
    no_policy = identity(database("identity"), "check", POLICY="nowhere")

    assert (ready.returncode, ready.stdout) == (0, "identity: ok\n")
    assert unmigrated.returncode == 1
    assert "the database lacks migrations" in unmigrated.stdout + unmigrated.stderr
    assert no_policy.returncode == 78
    assert "POLICY: no such preset" in no_policy.stdout + no_policy.stderr
