"""The policy table [contracting], checked: a missing, unknown or senseless key stops the start with its name."""

from dataclasses import dataclass, fields

from chassis.settings import BadSetting, Settings
from contracting.domain.policy import ContractingPolicy, PolicyName, ScheduleStep


@dataclass(frozen=True)
class Config:
    policy: ContractingPolicy
    policy_name: PolicyName


def load(settings: Settings) -> Config:
    """Raises BadSetting."""
    table = settings.policy("contracting")
    _refuse_unknown("", table, ContractingPolicy)
    for step in table.get("schedule", ()):
        _refuse_unknown("schedule.", step, ScheduleStep)
    return Config(
        policy=settings.policy("contracting", ContractingPolicy),
        policy_name=settings.policy("policy", PolicyName),
    )


def _refuse_unknown(prefix: str, table: object, shape: type) -> None:
    known = {field.name for field in fields(shape)}
    for key in table if isinstance(table, dict) else ():
        if key not in known:
            raise BadSetting("POLICY", f"[contracting] {prefix}{key}: there is no such key")
