"""Identity's configuration: the environment and the policy's table [identity]. A bad setting stops the start with its name."""

from dataclasses import fields
from datetime import timedelta

from chassis.settings import BadSetting, Settings
from identity.adapters.texts import charter
from identity.domain.attempts import Limit
from identity.domain.policy import IdentityPolicy
from identity.use_cases.ports import Rules


def read(settings: Settings) -> Rules:
    """What the operator chose. Raises BadSetting."""
    shared = settings.policy("policy")
    for key in ("operator_name", "version"):
        if not isinstance(shared.get(key), str):
            raise BadSetting("POLICY", f"[policy] {key} is missing")
    window = timedelta(seconds=_positive(settings, "LOGIN_WINDOW_SECONDS", 900))
    return Rules(
        policy=policy(settings),
        charter=charter(shared["operator_name"]),
        terms_version=shared["version"],
        logins_per_account=Limit(_positive(settings, "LOGIN_ATTEMPTS_PER_ACCOUNT", 10), window),
        logins_per_ip=Limit(_positive(settings, "LOGIN_ATTEMPTS_PER_IP", 100), window),
        mails_per_address=Limit(_positive(settings, "MAILS_PER_ADDRESS_AND_HOUR", 5), timedelta(hours=1)),
    )


def policy(settings: Settings) -> IdentityPolicy:
    """The table [identity]; a missing, wrong or unknown key is named. Raises BadSetting."""
    unknown = set(settings.policy("identity")) - {field.name for field in fields(IdentityPolicy)}
    if unknown:
        raise BadSetting("POLICY", f"[identity] {min(unknown)} is not a setting")
    read_policy = settings.policy("identity", IdentityPolicy)
    for key, fault in read_policy.faults().items():
        raise BadSetting("POLICY", f"[identity] {key} {fault}")
    return read_policy


def _positive(settings: Settings, name: str, default: int) -> int:
    value = settings.integer(name, default)
    if value < 1:
        raise BadSetting(name, "must be at least 1")
    return value
