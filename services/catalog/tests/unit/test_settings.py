"""A bad setting stops the start with its name."""

from pathlib import Path

import pytest

from catalog.config import index_directory, policy_of
from chassis.settings import BadSetting, Settings

GOOD = {
    "visible_without_legal_entity": "true",
    "visibility_switched_by": '"expert"',
    "paid_boost": "false",
    "proof_of_trust": '"letters"',
    "max_reference_letters": "3",
    "photo_required": "false",
}


def settings(folder: Path, **changes: str | None) -> Settings:
    lines = [f"{key} = {value}" for key, value in {**GOOD, **changes}.items() if value is not None]
    file = folder / "policy.toml"
    file.write_text("\n".join(["[catalog]", *lines]))
    return Settings("catalog", {"POLICY": str(file)})


@pytest.mark.parametrize("preset", ["akigora", "mission-internationale"])
def test_both_presets_are_good(preset):
    policy_of(Settings("catalog", {"POLICY": preset}))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"photo_required": None}, "photo_required"),
        ({"photo_required": '"yes"'}, "photo_required"),
        ({"visibility_switched_by": '"company"'}, "visibility_switched_by"),
        ({"max_reference_letters": "4"}, "max_reference_letters"),
        ({"photos_required": "true"}, "photos_required"),
    ],
)
def test_a_bad_policy_is_refused_by_the_name_of_its_key(tmp_path, changes, named):
    with pytest.raises(BadSetting, match=named):
        policy_of(settings(tmp_path, **changes))


def test_the_index_has_a_directory_where_one_is_named():
    assert index_directory(Settings("catalog", {})) is None
    assert index_directory(Settings("catalog", {"INDEX_DIRECTORY": "/srv/index"})) == Path("/srv/index")
