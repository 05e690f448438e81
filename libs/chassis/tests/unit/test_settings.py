"""Configuration: where a setting comes from, and what a bad one says."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from chassis import settings
from chassis.clock import FileClock
from chassis.settings import BadSetting, Settings
from kernel.clock import SystemClock


def test_a_services_own_setting_wins_over_the_shared_one() -> None:
    own = Settings("shop", {"DATABASE_URL": "postgresql://shared/db", "SHOP_DATABASE_URL": "postgresql://own/db"})
    other = Settings("desk", {"DATABASE_URL": "postgresql://shared/db"})

    assert own.database_url == "postgresql+psycopg2://own/db"
    assert other.database_url == "postgresql+psycopg2://shared/db"


def test_what_was_registered_in_the_process_wins_over_the_environment(monkeypatch) -> None:
    monkeypatch.setenv("MAX_WORKERS", "7")
    settings.use("shop", {"MAX_WORKERS": "3"})

    assert settings.for_service("shop").max_workers == 3
    assert settings.for_service("desk").max_workers == 7
    settings.forget()
    assert settings.for_service("shop").max_workers == 7


@pytest.mark.parametrize(
    ("env", "ask", "name"),
    [
        ({}, lambda own: own.database_url, "DATABASE_URL"),
        ({"DATABASE_URL": "mysql://x/y"}, lambda own: own.database_url, "DATABASE_URL"),
        ({"MAX_WORKERS": "many"}, lambda own: own.max_workers, "MAX_WORKERS"),
        ({"POLICY": "no-such-preset"}, lambda own: own.policy("shop"), "POLICY"),
        ({"POLICY": "/nowhere.toml"}, lambda own: own.policy("shop"), "POLICY"),
    ],
)
def test_a_bad_setting_says_its_name(env, ask, name) -> None:
    with pytest.raises(BadSetting) as bad:
        ask(Settings("shop", env))

    assert bad.value.name == name
    assert str(bad.value).startswith(name)


@dataclass(frozen=True, kw_only=True)
class ShopPolicy:
    rate_bp: int
    reminder_days: tuple[int, ...] = ()


def test_a_policy_table_is_read_as_a_dataclass_or_its_key_is_named(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text("[shop]\nrate_bp = 1500\nreminder_days = [1, 3]\n")
    bad.write_text('[shop]\nrate_bp = "15 %"\n')

    assert Settings("shop", {"POLICY": str(good)}).policy("shop", ShopPolicy) == ShopPolicy(rate_bp=1500, reminder_days=(1, 3))
    assert Settings("shop", {"POLICY": str(good)}).policy("shop")["rate_bp"] == 1500
    with pytest.raises(BadSetting, match=r"POLICY: bad.toml \[shop\] rate_bp"):
        Settings("shop", {"POLICY": str(bad)}).policy("shop", ShopPolicy)
    with pytest.raises(BadSetting, match=r"no table \[desk\]"):
        Settings("shop", {"POLICY": str(good)}).policy("desk")


def test_a_preset_is_found_from_anywhere(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert Settings("x", {"POLICY": "akigora"}).policy("policy")["name"] == "akigora"


def test_all_processes_that_share_a_clock_file_move_together(tmp_path: Path) -> None:
    one, other = FileClock(tmp_path / "clock"), FileClock(tmp_path / "clock")
    assert abs(one.now() - SystemClock().now()) < timedelta(seconds=2)

    one.advance(timedelta(days=2))
    other.advance(timedelta(hours=1))

    ahead = one.now() - SystemClock().now()
    assert timedelta(days=2, minutes=59) < ahead < timedelta(days=2, minutes=61)
    with pytest.raises(ValueError, match="time cannot run backwards"):
        one.advance(timedelta(seconds=-1))
