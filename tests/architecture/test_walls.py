"""The walls of the house, on the whole repository."""

from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from testkit import walls

ROOT = Path(__file__).resolve().parents[2]
SOURCES = walls.sources(ROOT)
PACKAGES = sorted(
    project.parent
    for pattern in ("libs/*", "services/*", "gateway", "embedded")
    for project in ROOT.glob(f"{pattern}/pyproject.toml")
)


def test_imports_stay_within_the_walls(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)

    broken = lint_imports(config_filename="pyproject.toml", no_cache=True)

    assert not broken, capsys.readouterr().out


@pytest.mark.parametrize("rule", walls.RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule: walls.Rule) -> None:
    offences = [offence for source in SOURCES for offence in rule(source)]

    assert not offences, "\n" + "\n".join(offences)


@pytest.mark.parametrize(("folder", "most"), walls.LIBRARY_LINES.items())
def test_the_frame_stays_small(folder: str, most: int) -> None:
    lines = sum(walls.code_lines(source) for source in SOURCES if source.path.startswith(folder))

    assert lines <= most, f"{folder} has {lines} lines of code, more than {most}"


def test_the_product_never_needs_the_tests_library() -> None:
    needing = [
        package.name
        for package in PACKAGES
        if package.name != "testkit" and "entremise-testkit" in (package / "pyproject.toml").read_text()
    ]

    assert needing == []
