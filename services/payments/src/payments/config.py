"""The settings of payments: environment and policy table into frozen values; a bad one stops the start with its name."""

from dataclasses import dataclass, fields

from chassis.settings import BadSetting, Settings
from payments.domain.commission import BASES, TIMINGS
from payments.domain.payin import CARD, TRANSFER
from payments.use_cases.ports import Policy


@dataclass(frozen=True)
class Config:
    """`webhook_secrets`: the one in force, then the one it replaces. With provider "sandbox" the Stripe adapter speaks to our own."""

    provider: str
    api_key: str
    api_base: str
    webhook_secrets: tuple[str, ...]
    return_url: str
    poll_seconds: int

    @property
    def is_sandbox(self) -> bool:
        return self.provider == "sandbox"


def read(settings: Settings) -> Config:
    """Raises BadSetting."""
    provider = settings.get("PAYMENT_PROVIDER", "sandbox")
    if provider not in ("sandbox", "stripe"):
        raise BadSetting("PAYMENT_PROVIDER", f"is sandbox or stripe, not {provider!r}")
    sandbox = provider == "sandbox"
    api_key = settings.get("STRIPE_API_KEY", "sk_test_sandbox" if sandbox else None)
    if sandbox and api_key.startswith("sk_live"):
        raise BadSetting("STRIPE_API_KEY", "is a live key, and the provider is the sandbox")
    return Config(
        provider=provider,
        api_key=api_key,
        api_base=settings.get("STRIPE_API_BASE", "http://127.0.0.1:8420" if sandbox else ""),
        webhook_secrets=tuple(settings.get("STRIPE_WEBHOOK_SECRET", "whsec_sandbox" if sandbox else None).split(",")),
        return_url=settings.get("PUBLIC_URL", "http://127.0.0.1:8000"),
        poll_seconds=settings.integer("PAYMENTS_POLL_SECONDS", 10 if sandbox else 30),
    )


def read_policy(settings: Settings) -> Policy:
    """The table [payments] of the policy. Raises BadSetting naming the key."""
    unknown = set(settings.policy("payments")) - {field.name for field in fields(Policy)}
    if unknown:
        raise _bad(sorted(unknown)[0], "is not known")
    policy = settings.policy("payments", Policy)
    for name in ("commission_rate_bp", "brought_client_rate_bp"):
        if not 0 <= getattr(policy, name) <= 10_000:
            raise _bad(name, "is not between 0 and 10000 basis points")
    if policy.commission_base not in BASES:
        raise _bad("commission_base", f"is not one of {', '.join(BASES)}")
    if policy.commission_timing not in TIMINGS:
        raise _bad("commission_timing", f"is not one of {', '.join(TIMINGS)}")
    if not policy.means or not set(policy.means) <= {CARD, TRANSFER}:
        raise _bad("means", "is card, transfer or both (M45, M95, M96)")
    if "DEFAULT" not in policy.payout_business_days or min(policy.payout_business_days.values()) < 0:
        raise _bad("payout_business_days", "needs DEFAULT, and no negative number of days")
    return policy


def _bad(key: str, reason: str) -> BadSetting:
    return BadSetting("POLICY", f"[payments] {key} {reason}")
