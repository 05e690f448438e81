"""How often one address may try to log in or sign up.

Counted in this process's memory, a moving window an address (an IPv6 network of 64 bits counts as one): a first dam against
floods. Identity counts failed logins an account in its database, for all gateways together.
"""

import time
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from kernel.errors import TooMany


class TooManyRequests(TooMany):
    """Too many tries from this address; wait before the next."""


class Rates:
    """The limits of one gateway process, by name."""

    def __init__(self, limits: dict[str, RateLimitItem]) -> None:
        self._limits = limits
        self._counter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, name: str, ip: str) -> None:
        """Counts one try. Raises TooManyRequests with `retry_after_seconds`."""
        limit, address = self._limits[name], _network(ip)
        if not self._counter.hit(limit, name, address):
            opens_at = self._counter.get_window_stats(limit, name, address).reset_time
            raise TooManyRequests(retry_after_seconds=max(1, int(opens_at - time.time()) + 1))


def _network(ip: str) -> str:
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    return str(int(address) >> 64) if isinstance(address, IPv6Address) else ip
