"""How often something may be tried within a window of time: logins by address and by machine, mails by address.

A fixed window that begins with the first attempt. At worst twice the limit passes within one window's length, which is nothing
against the millions of guesses a password must withstand.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.identity.v1.errors import TooManyAttempts


@dataclass(frozen=True)
class Limit:
    """At most `attempts` within `window`."""

    attempts: int
    window: timedelta


@dataclass(eq=False, kw_only=True)
class AttemptWindow:
    """The attempts counted under one key since `started_at`; open until `ends_at`."""

    key: str
    started_at: datetime
    ends_at: datetime
    count: int = 0

    def count_one(self, limit: Limit, now: datetime) -> None:
        """Counts an attempt before it is made, so that guesses sent at once cannot slip through together.

        Raises TooManyAttempts with `retry_after_seconds` when the limit is reached; that attempt is not counted.
        """
        if now >= self.ends_at:
            self.started_at, self.count = now, 0
        self.ends_at = self.started_at + limit.window
        if self.count >= limit.attempts:
            raise TooManyAttempts(retry_after_seconds=math.ceil((self.ends_at - now).total_seconds()))
        self.count += 1

    def forgive_one(self) -> None:
        """Takes back the attempt that turned out well."""
        self.count = max(0, self.count - 1)

    def forgive_all(self) -> None:
        """The owner has proved himself: what others tried in his name is forgotten."""
        self.count = 0
