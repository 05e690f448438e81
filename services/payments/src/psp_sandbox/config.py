"""The sandbox's settings, from the environment."""

from dataclasses import dataclass

from chassis.settings import Settings


@dataclass(frozen=True)
class Config:
    """Delays are seconds of the sandbox's clock. Without `webhook_url` events are only listed, not delivered."""

    address: str
    public_url: str
    api_key: str
    webhook_url: str
    webhook_secret: str
    kyc_delay_seconds: int
    payout_delay_seconds: int
    payout_failure_delay_seconds: int


def read(settings: Settings) -> Config:
    """Raises BadSetting."""
    address = settings.get("HTTP_ADDRESS", "127.0.0.1:8420")
    return Config(
        address=address,
        public_url=settings.get("SANDBOX_PUBLIC_URL", f"http://{address}"),
        api_key=settings.get("STRIPE_API_KEY", "sk_test_sandbox"),
        webhook_url=settings.get("SANDBOX_WEBHOOK_URL", ""),
        webhook_secret=settings.get("STRIPE_WEBHOOK_SECRET", "whsec_sandbox"),
        kyc_delay_seconds=settings.integer("SANDBOX_KYC_DELAY_SECONDS", 86_400),
        payout_delay_seconds=settings.integer("SANDBOX_PAYOUT_DELAY_SECONDS", 86_400),
        payout_failure_delay_seconds=settings.integer("SANDBOX_PAYOUT_FAILURE_DELAY_SECONDS", 172_800),
    )
