"""A run's name says who owns it."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from testkit import runs


def test_a_living_run_is_not_dead() -> None:
    assert not runs.is_dead(runs.this_run() + "payments_1_1")


def test_a_run_whose_process_number_went_to_another_process_is_dead() -> None:
    host = runs.this_run().split("_")[1]

    assert runs.is_dead(f"tk_{host}_{os.getpid()}_1_payments_1_1")


def test_a_run_that_ended_is_dead() -> None:
    env = {name: value for name, value in os.environ.items() if name != runs.VARIABLE}
    program = "from testkit import runs; print(runs.this_run())"
    name = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, env=env).stdout.strip()

    assert runs.is_dead(name)


def test_what_is_not_a_run_of_this_host_is_never_dead() -> None:
    assert not runs.is_dead("payments")
    assert not runs.is_dead("tk_000000_1_1_payments_1_1")


def test_what_a_dead_run_left_in_the_temporary_folder_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    host = runs.this_run().split("_")[1]
    (tmp_path / f"tk_{host}_{os.getpid()}_1_embedded_x").mkdir()
    (tmp_path / "tk_of_somebody_else").mkdir()
    mine = runs.folder("embedded")

    runs.clean_folders(this_run_too=False)

    assert {left.name for left in tmp_path.iterdir()} == {"tk_of_somebody_else", mine.name}


def test_a_child_process_shares_the_run_but_does_not_own_it() -> None:
    program = "from testkit import runs; print(runs.this_run(), runs.owns_run())"
    env = {**os.environ, runs.VARIABLE: runs.this_run()}
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, env=env).stdout.split()

    assert said == [runs.this_run(), "False"]
