"""Operations: one effect at the payment provider each, done exactly once whatever fails (payments.md, section 3).

due -> leased -> done | declined; leased -> due again after a retry; leased -> unknown after a silence, until looked up;
leased -> parked after too many errors of ours, until an operator replays it. A lease outlives almost any call; when it ends without an
outcome, another worker takes the operation over with the same idempotency key.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kernel.ids import key_for

DUE, LEASED, UNKNOWN, DONE, DECLINED, PARKED = "due", "leased", "unknown", "done", "declined", "parked"
STATES = (DUE, LEASED, UNKNOWN, DONE, DECLINED, PARKED)
OPEN = (DUE, LEASED, UNKNOWN)
LEASE = timedelta(seconds=30)
KEY_LIFE = timedelta(hours=23)  # the provider forgets idempotency keys after 24 hours
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 900.0
BUGS_UNTIL_PARKED = 5
ABANDONED_UNTIL_PARKED = 20


@dataclass(eq=False, kw_only=True)
class Operation:
    """`intent` names the effect and is unique: the same effect is never intended twice. `subject` is whom it is about.

    `generation` changes the idempotency key, only after a look-up has shown that the provider did nothing under the old one.
    """

    id: str
    kind: str
    intent: str
    subject: str
    input: dict[str, Any]
    input_hash: str
    created_at: datetime
    state: str = DUE
    attempts: int = 0
    bugs: int = 0
    generation: int = 1
    next_attempt_at: datetime | None = None
    locked_until: datetime | None = None
    first_called_at: datetime | None = None
    must_look_up: bool = False
    error: str = ""
    ref: str = ""
    ended_at: datetime | None = None

    @property
    def key(self) -> str:
        return key_for(self.intent, str(self.generation))

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_hopeless(self) -> bool:
        """Its workers die of it again and again, or its outcome cannot be booked: a person must look."""
        return self.state == LEASED and self.bugs >= ABANDONED_UNTIL_PARKED

    def lease(self, now: datetime) -> None:
        """This worker has it until the lease ends. One that finds it still leased took it over from a dead worker."""
        self.must_look_up = self.must_look_up or self._key_is_old(now)
        self.bugs += self.state == LEASED
        self.state, self.attempts = LEASED, self.attempts + 1
        self.locked_until, self.next_attempt_at = now + LEASE, None
        self.first_called_at = self.first_called_at or now

    def again(self, now: datetime, error: str, after_seconds: float | None = None) -> None:
        """The provider did nothing: try later, exponentially with full jitter, not before it asks for."""
        self._wait(DUE, now, error, after_seconds)

    def leave_unknown(self, now: datetime, error: str, *, answered: bool) -> None:
        """Nobody knows whether it was done. `answered`: the provider saved an error under this key, which it would repeat."""
        self.must_look_up = self.must_look_up or answered
        self._wait(UNKNOWN, now, error, None)

    def renew_key(self) -> None:
        """A look-up has shown that nothing was done: the next call is a new one."""
        self.generation, self.must_look_up, self.first_called_at = self.generation + 1, False, None

    def blame(self, now: datetime, reason: str) -> None:
        """The provider refuses what we sent as wrong: parked after too many."""
        self.bugs += 1
        if self.bugs >= BUGS_UNTIL_PARKED:
            self.park(reason)
        else:
            self._wait(DUE, now, reason, None)

    def park(self, reason: str) -> None:
        self.state, self.error, self.locked_until, self.next_attempt_at = PARKED, reason, None, None

    def end(self, state: str, now: datetime, *, ref: str = "", error: str = "") -> None:
        self.state, self.ref, self.error, self.ended_at = state, ref, error, now
        self.locked_until = self.next_attempt_at = None

    def replay(self, now: datetime) -> None:
        """An operator wants a parked one tried again. A refused call did nothing, and its answer is saved under the old key."""
        self.renew_key()
        self.state, self.bugs, self.next_attempt_at = DUE, 0, now

    def _wait(self, state: str, now: datetime, error: str, after_seconds: float | None) -> None:
        longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** min(self.attempts - 1, 20))
        seconds = max(random.uniform(0, longest), after_seconds or 0.0)  # noqa: S311
        self.state, self.error, self.locked_until = state, error, None
        self.next_attempt_at = now + timedelta(seconds=seconds)

    def _key_is_old(self, now: datetime) -> bool:
        return self.first_called_at is not None and now - self.first_called_at > KEY_LIFE
