"""What `make test` says at its end, and when it fails."""

import pytest

from testkit import suite
from testkit.suite import Group

RAN = [
    {"kind": "embedded", "servers": "embedded PostgreSQL 18, in-process bus"},
    {"kind": "real", "servers": "RabbitMQ 3.10.8, PostgreSQL 15.20"},
]


def test_the_last_line_names_both_stacks(capsys: pytest.CaptureFixture[str]) -> None:
    assert suite._close_stacks(RAN, "") == 0
    assert capsys.readouterr().out == (
        "stacks: embedded (embedded PostgreSQL 18, in-process bus) ran; real (RabbitMQ 3.10.8, PostgreSQL 15.20) ran\n"
    )


def test_a_stack_left_out_is_named_with_its_reason_and_fails_in_ci_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert suite._close_stacks(RAN[:1], "Docker does not answer") == 0
    assert "real did NOT run: Docker does not answer" in capsys.readouterr().out

    monkeypatch.setenv("CI", "true")
    assert suite._close_stacks(RAN[:1], "Docker does not answer") == 1


def test_the_embedded_stack_must_always_have_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)

    assert suite._close_stacks(RAN[1:], "") == 1


def test_a_failed_group_fails_the_suite_even_without_a_failed_test(capsys: pytest.CaptureFixture[str]) -> None:
    done = [Group("unit", [], counts={"passed": 12, "skipped": 1}), Group("lint", [], failed=True)]

    assert suite._close(done) == 1
    assert capsys.readouterr().out == "failed: lint\n12 passed, 1 failed, 1 skipped\n"


def test_a_group_counts_what_its_commands_say_and_shows_why_something_was_skipped() -> None:
    said = "..s\nSKIPPED [1] tests/test_a.py:3: no RabbitMQ: Docker does not answer\n2 passed, 1 skipped in 0.10s\n"
    group = Group("db", [("printf", said)])

    group.run()

    assert group.counts == {"passed": 2, "skipped": 1}
    assert "no RabbitMQ: Docker does not answer" in group.report()
    assert not group.failed


def test_a_command_that_fails_fails_its_group_and_shows_all_it_said() -> None:
    group = Group("lint", [("sh", "-c", "echo E501 Line too long; exit 1"), ("true",)])

    group.run()

    assert group.failed
    assert "E501 Line too long" in group.report()
    assert group.report().startswith("FAILED lint")
