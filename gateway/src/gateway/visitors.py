"""Telling visits apart without following anybody: no cookie, nothing kept that leads back to a person.

A visitor is known for one day by a keyed hash of address and browser (or of the account when logged in); the key changes every
day, so that two days of the same visitor cannot be joined. Crawlers that say what they are do not count as readers.
"""

import hashlib
import hmac
import re

from gateway.config import GatewayConfig

_BOTS = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|facebookexternalhit|whatsapp/|lighthouse|headless|monitor|pingdom|archiver",
    re.IGNORECASE,
)


def visitor_key(config: GatewayConfig, traits: str) -> str:
    """32 hexadecimal characters: the same for the same traits on the same day (UTC)."""
    day = config.clock.now().date().isoformat().encode()
    day_key = hmac.digest(config.visitor_secret, day, "sha256")
    return hmac.new(day_key, traits.encode(), hashlib.sha256).hexdigest()[:32]


def is_bot(user_agent: str) -> bool:
    """Whether the user agent says that it is a crawler, a link preview or a monitor. A program that says nothing is a reader."""
    return bool(_BOTS.search(user_agent))
