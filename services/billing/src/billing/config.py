"""Billing's configuration: the environment, the policy's table [billing], and who the platform is."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from billing.adapters.data_files import read_toml
from billing.domain.paper import PLATFORM
from billing.use_cases.ports import Policy
from chassis import codec
from chassis.settings import BadSetting, Settings
from contracts.shapes import Party, PartyKind
from kernel.errors import Invalid

MANDATE_MOMENTS = ("registration", "first_quote")


@dataclass(frozen=True)
class Config:
    """`vies` is "rest" or the path of a file of recorded answers, empty for the packaged one."""

    policy: Policy
    platform: Party
    vies: str
    vies_url: str
    vies_timeout_seconds: int


def read(settings: Settings) -> Config:
    """Raises BadSetting with the name of what is wrong."""
    vies = settings.get("VIES", "recorded")
    if vies not in ("rest", "recorded") and not vies.startswith("recorded:"):
        raise BadSetting("VIES", "rest, recorded or recorded:<file>")
    return Config(
        policy=_policy(settings),
        platform=_platform(settings),
        vies="rest" if vies == "rest" else vies.partition(":")[2],
        vies_url=settings.get("VIES_URL", "https://ec.europa.eu/taxation_customs/vies/rest-api/check-vat-number"),
        vies_timeout_seconds=settings.integer("VIES_TIMEOUT_SECONDS", 4),
    )


def _policy(settings: Settings) -> Policy:
    known = {field.name for field in fields(Policy)}
    for name in settings.policy("billing"):
        if name not in known:
            raise BadSetting("POLICY", f"[billing] {name} is not a setting of billing")
    policy = settings.policy("billing", Policy)
    if policy.mandate_given_at not in MANDATE_MOMENTS:
        raise BadSetting("POLICY", f"[billing] mandate_given_at: {' or '.join(MANDATE_MOMENTS)}")
    if not 0 <= policy.contest_days <= 365:
        raise BadSetting("POLICY", "[billing] contest_days: 0 to 365")
    return policy


def _platform(settings: Settings) -> Party:
    """The platform as a party (M98): the sandbox's made-up company unless PLATFORM_FILE says who it is."""
    path = settings.get("PLATFORM_FILE", "")
    try:
        identity: dict[str, Any] = tomllib.loads(Path(path).read_text(encoding="utf-8")) if path else read_toml("platform.toml")
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadSetting("PLATFORM_FILE", str(error)) from None
    name = settings.policy("policy").get("operator_name", "")
    try:
        return codec.from_wire(Party, {"id": PLATFORM, "kind": PartyKind.BUSINESS.value, "name": name} | identity)
    except Invalid as error:
        raise BadSetting("PLATFORM_FILE", error.message) from None
