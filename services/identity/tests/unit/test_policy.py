"""The policy's table: both presets are read; a key that is missing, wrong or unknown stops the start with its name."""

from pathlib import Path

import pytest

from chassis.settings import BadSetting, Settings
from identity import config

ROOT = Path(__file__).parents[4]


def settings_of(policy: str, **env: str) -> Settings:
    return Settings("identity", {"POLICY": policy, **env})


def test_both_operators_are_read():
    akigora, other = config.read(settings_of("akigora")), config.read(settings_of("mission-internationale"))

    assert (akigora.policy.admission_min_age_years, akigora.policy.admission_votes_required) == (50, 2)
    assert (other.policy.individual_clients, other.policy.admission_reference_letters_required) == (True, 1)
    assert (akigora.terms_version, akigora.charter.version) == ("2026-11-01", "2026-01")


@pytest.mark.parametrize(
    ("line", "instead", "named"),
    [
        ("admission_votes_required = 2", "", "admission_votes_required"),
        ("admission_votes_required = 2", "admission_votes_required = 0", "admission_votes_required"),
        ("admission_votes_required = 2", 'admission_votes_required = "two"', "admission_votes_required"),
        ("admission_min_age_years = 50", "admission_min_age_years = -1", "admission_min_age_years"),
        ('admission = "committee"', 'admission = "lottery"', "admission"),
        ("individual_clients = false", "individual_clients = false\nindividual_client = true", "individual_client"),
        ('operator_name = "Akigora"', "", "operator_name"),
    ],
)
def test_a_bad_key_is_named(tmp_path, line, instead, named):
    text = (ROOT / "policies" / "akigora.toml").read_text()
    assert line in text
    bad = tmp_path / "bad.toml"
    bad.write_text(text.replace(line, instead))

    with pytest.raises(BadSetting) as refusal:
        config.read(settings_of(str(bad)))

    assert named in str(refusal.value)


@pytest.mark.parametrize("value", ["0", "-3", "many"])
def test_a_bad_limit_is_named(value):
    with pytest.raises(BadSetting) as refusal:
        config.read(settings_of("akigora", LOGIN_ATTEMPTS_PER_IP=value))

    assert refusal.value.name == "LOGIN_ATTEMPTS_PER_IP"
