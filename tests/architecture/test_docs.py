"""What the pages say is what the code does."""

import re
from pathlib import Path

from contracts.topology import SERVICES
from testkit import events_page

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_events_is_the_topology():
    assert events_page.PAGE.read_text() == events_page.page(), "run `make schemas`"


def test_every_decision_is_listed():
    decisions = sorted(path.name for path in (ROOT / "docs/adr").glob("0*.md"))

    listed = re.findall(r"\]\((0\d{3}-[a-z0-9-]+\.md)\)", (ROOT / "docs/adr/README.md").read_text())

    assert sorted(listed) == decisions


def test_every_service_and_library_has_a_page():
    folders = (
        [ROOT / "services" / service for service in SERVICES]
        + sorted((ROOT / "libs").iterdir())
        + [ROOT / "gateway", ROOT / "embedded"]
    )

    assert [folder.name for folder in folders if not (folder / "README.md").is_file()] == []


def test_every_setting_of_the_policies_is_the_same_for_both_operators():
    import tomllib

    akigora, mission_internationale = (
        tomllib.loads((ROOT / "policies" / f"{name}.toml").read_text()) for name in ("akigora", "mission-internationale")
    )

    assert {table: set(keys) for table, keys in akigora.items()} == {
        table: set(keys) for table, keys in mission_internationale.items()
    }


def test_every_contradiction_of_the_sources_is_settled_in_both_policies():
    for name in ("akigora", "mission-internationale"):
        text = (ROOT / "policies" / f"{name}.toml").read_text()

        named = {int(number) for line in text.splitlines() if line.startswith("#") for number in re.findall(r"\bP(\d+)\b", line)}

        assert named >= set(range(1, 29)), sorted(set(range(1, 29)) - named)
