"""The gateway's settings, from the environment; a bad one stops the start with its name.

| setting | default | meaning |
|---|---|---|
| PUBLIC_URL | http://127.0.0.1:8000 | scheme, host and port as browsers see them; cookies are Secure when it is https |
| SANDBOX | 0 | 1 opens /sandbox/... (moves the clock, simulates bank transfers); needs CLOCK_FILE |
| TRUSTED_PROXIES | 0 | how many reverse proxies in front add X-Forwarded-For and -Proto |
| LOGIN_RATE | 30/minute | logins, token requests and password mails an address (6000/minute in a sandbox) |
| SIGN_UP_RATE | 30/hour | new accounts an address (6000/hour in a sandbox) |
| VISITOR_SECRET | random | the key visits are told apart with; set it when several gateways share the work |
"""

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from limits import RateLimitItem, parse

from chassis.clock import FileClock
from chassis.settings import BadSetting, Settings
from kernel.clock import Clock


@dataclass(frozen=True)
class GatewayConfig:
    """`public_url` has no trailing slash."""

    public_url: str
    sandbox: bool
    trusted_proxies: int
    login_rate: RateLimitItem
    sign_up_rate: RateLimitItem
    visitor_secret: bytes
    clock: Clock

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https:")


def config_of(settings: Settings) -> GatewayConfig:
    """Raises BadSetting."""
    sandbox = {"0": False, "1": True}.get(settings.get("SANDBOX", "0"))
    if sandbox is None:
        raise BadSetting("SANDBOX", "is neither 0 nor 1")
    if sandbox and not isinstance(settings.clock, FileClock):
        raise BadSetting("CLOCK_FILE", "is not set; a sandbox moves its clock through it")
    proxies = settings.integer("TRUSTED_PROXIES", 0)
    if proxies < 0:
        raise BadSetting("TRUSTED_PROXIES", "is negative")
    return GatewayConfig(
        public_url=_origin(settings.get("PUBLIC_URL", "http://127.0.0.1:8000")),
        sandbox=sandbox,
        trusted_proxies=proxies,
        login_rate=_rate(settings, "LOGIN_RATE", "6000/minute" if sandbox else "30/minute"),
        sign_up_rate=_rate(settings, "SIGN_UP_RATE", "6000/hour" if sandbox else "30/hour"),
        visitor_secret=settings.get("VISITOR_SECRET", secrets.token_hex(32)).encode(),
        clock=settings.clock,
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise BadSetting("PUBLIC_URL", f"is not an http(s) address without a path: {url!r}")
    return f"{parts.scheme}://{parts.netloc}"


def _rate(settings: Settings, name: str, default: str) -> RateLimitItem:
    try:
        return parse(settings.get(name, default))
    except ValueError:
        raise BadSetting(name, "is not a rate such as 30/minute") from None
