"""What the commands say when they cannot do their work."""

import socket
from pathlib import Path

import pytest

from embedded import demo


def test_a_taken_port_is_named_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        monkeypatch.setenv("FOLDER", str(tmp_path / "demo"))

        code = demo.main(["demo"])

    said = capsys.readouterr().err
    assert code == 1
    assert f"port {port} is taken" in said
    assert f"make demo PORT={port + 100}" in said
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize("port", ["http", "80", "65535", "8000.5"])
def test_a_port_that_is_none_is_refused(port: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PORT", port)

    assert demo.main(["demo"]) == 1
    assert f"PORT={port} is no port" in capsys.readouterr().err


def test_an_unknown_policy_is_refused_with_those_there_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POLICY", "akigorra")

    assert demo.main(["demo"]) == 1
    assert "POLICY=akigorra is unknown; there are: akigora, mission-internationale" in capsys.readouterr().err


def test_a_story_without_a_demo_says_how_to_start_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setenv("PORT", "1025")

    assert demo.main(["story"]) == 1
    assert "no demo answers at http://127.0.0.1:1025" in capsys.readouterr().err


def test_an_unknown_command_shows_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.main(["start"]) == 2
    assert "demo | serve | reset | story" in capsys.readouterr().err


def test_resetting_what_never_was_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLDER", str(tmp_path / "never"))

    assert demo.main(["reset"]) == 0
