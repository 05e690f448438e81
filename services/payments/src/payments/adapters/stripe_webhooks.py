"""Stripe's webhook signature: HMAC-SHA256 of the raw body with the time it was signed, 300 seconds of tolerance, two secrets
while one replaces the other."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from contracts.payments.v1.errors import ForgedWebhook, StaleWebhook
from payments.use_cases.provider import ProviderEvent

TOLERANCE_SECONDS = 300


def parse(body: str, signature: str, secrets: Sequence[str], now: datetime) -> ProviderEvent:
    """The event, of which only ids are read. Raises ForgedWebhook, StaleWebhook."""
    signed_at, digests = _parts(signature)
    expected = [hmac.new(secret.encode(), f"{signed_at}.{body}".encode(), hashlib.sha256).hexdigest() for secret in secrets]
    if not any(hmac.compare_digest(one.encode(), other.encode()) for one in expected for other in digests):
        raise ForgedWebhook
    if abs(now.timestamp() - signed_at) > TOLERANCE_SECONDS:
        raise StaleWebhook
    try:
        return event_of(json.loads(body))
    except (ValueError, KeyError, TypeError):
        raise ForgedWebhook("the signed body is not an event") from None


def event_of(data: Mapping[str, Any]) -> ProviderEvent:
    """`parent_id` is the customer an object belongs to."""
    about = data["data"]["object"]
    return ProviderEvent(
        id=data["id"],
        type=data["type"],
        object_id=about.get("id") or "",
        parent_id=about.get("customer") or "",
        account_ref=data.get("account") or "",
    )


def _parts(signature: str) -> tuple[int, list[str]]:
    pairs = [part.strip().partition("=") for part in signature.split(",")]
    times = [value for name, _, value in pairs if name == "t" and value.isascii() and value.isdigit()]
    if not times:
        raise ForgedWebhook
    return int(times[0]), [value for name, _, value in pairs if name == "v1"]
