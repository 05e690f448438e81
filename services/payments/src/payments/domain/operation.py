"""Operations: one effect at the payment provider each, done exactly once whatever fails (payments.md, section 3).

due -> leased -> done | declined; leased -> due again after a retry; leased -> unknown after a silence, until looked up;
leased -> parked after too many errors of ours, until an operator replays it. A lease outlives the deadlines of all its requests; when it
ends without an outcome, another worker takes the operation over with the same idempotency key.

Once a call was silent, its effect is in doubt: a refusal proves nothing any more, and a look-up that finds nothing is believed only some
minutes after the last call. Until then no other key is used.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kernel.ids import key_for

DUE, LEASED, UNKNOWN, DONE, DECLINED, PARKED = "due", "leased", "unknown", "done", "declined", "parked"
STATES = (DUE, LEASED, UNKNOWN, DONE, DECLINED, PARKED)
OPEN = (DUE, LEASED, UNKNOWN)
SETTLING = timedelta(minutes=5)  # how long the effect of a call may take to show in a look-up
KEY_LIFE = timedelta(hours=23)  # the provider forgets idempotency keys after 24 hours
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 900.0
BUGS_UNTIL_PARKED = 5
ABANDONED_UNTIL_PARKED = 20


@dataclass(eq=False, kw_only=True)
class Operation:
    """`intent` names the effect and is unique: the same effect is never intended twice. `subject` is whom it is about.

    `generation` changes the idempotency key, only once it is known that nothing was done under the old one. `doubtful`: a call under
    this key was silent, its effect may be there. `ref` is what the provider made, once it has begun.
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
    called_at: datetime | None = None
    doubtful: bool = False
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

    @property
    def was_called(self) -> bool:
        """Whether the provider was asked under this key, so that its answer counts."""
        return self.first_called_at is not None

    def lease(self, now: datetime, seconds: float) -> None:
        """This worker has it until the lease ends. One that finds it still leased took it over from a dead worker."""
        if self.state == LEASED:
            self.bugs, self.doubtful = self.bugs + 1, self.doubtful or self.was_called
        self.state, self.attempts = LEASED, self.attempts + 1
        self.locked_until, self.next_attempt_at = now + timedelta(seconds=seconds), None

    def begin_call(self, now: datetime) -> None:
        """The provider is about to be asked: to do it, or what it did when the key may be forgotten."""
        self.must_look_up = self.must_look_up or self._key_is_old(now)
        if not self.must_look_up:
            self.first_called_at, self.called_at = self.first_called_at or now, now

    def postpone(self, now: datetime, reason: str, seconds: float) -> None:
        """Nothing was asked: something else must happen first. That is no failed attempt."""
        self.attempts -= 1
        self.state, self.error, self.locked_until = UNKNOWN if self.doubtful else DUE, reason, None
        self.next_attempt_at = now + timedelta(seconds=seconds)

    def again(self, now: datetime, error: str, after_seconds: float | None = None) -> None:
        """The provider did nothing: try later, exponentially with full jitter, not before it asks for."""
        self._wait(DUE, now, error, after_seconds)

    def leave_unknown(self, now: datetime, error: str, *, answered: bool) -> None:
        """Nobody knows whether it was done. `answered`: the provider repeats an error it has saved under this key."""
        self.doubtful, self.must_look_up = True, self.must_look_up or answered
        self._wait(UNKNOWN, now, error, None)

    def doubt(self, now: datetime, reason: str) -> None:
        """Refused, after a call that was silent: what was done is looked up at once."""
        self.must_look_up, self.state, self.error = True, UNKNOWN, reason
        self.locked_until, self.next_attempt_at = None, now

    def find_nothing(self, now: datetime) -> None:
        """A look-up shows nothing: believed once the last call is some minutes old, and then the next call is a new one."""
        settled_at = (self.called_at or now - SETTLING) + SETTLING
        if now < settled_at:
            self._wait(UNKNOWN, now, "nothing is found yet", (settled_at - now).total_seconds())
        else:
            self.renew_key()
            self._wait(DUE, now, "nothing was done: to be tried anew", None)

    def renew_key(self) -> None:
        """It is known that nothing was done: the next call is a new one."""
        self.generation, self.ref = self.generation + 1, ""
        self.doubtful, self.must_look_up, self.first_called_at = False, False, None

    def blame(self, now: datetime, reason: str) -> None:
        """The provider refuses what we sent as wrong: parked after too many."""
        self.bugs += 1
        if self.bugs >= BUGS_UNTIL_PARKED:
            self.park(reason)
        else:
            self._wait(DUE, now, reason, None)

    def give_up(self, reason: str) -> None:
        """Parked by a worker that found it abandoned; the last of the others may have called."""
        self.doubtful = self.doubtful or self.was_called
        self.park(reason)

    def park(self, reason: str) -> None:
        self.state, self.error, self.locked_until, self.next_attempt_at = PARKED, reason, None, None

    def end(self, state: str, now: datetime, *, ref: str = "", error: str = "") -> None:
        self.state, self.ref, self.error, self.ended_at = state, ref, error, now
        self.locked_until = self.next_attempt_at = None

    def replay(self, now: datetime) -> None:
        """An operator wants a parked one tried again. A refusal is saved under the old key; what is in doubt is looked up first."""
        if self.doubtful:
            self.must_look_up = True
        else:
            self.renew_key()
        self.state, self.bugs, self.next_attempt_at = DUE, 0, now

    def _wait(self, state: str, now: datetime, error: str, after_seconds: float | None) -> None:
        longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** min(self.attempts - 1, 20))
        seconds = max(random.uniform(0, longest), after_seconds or 0.0)  # noqa: S311
        self.state, self.error, self.locked_until = state, error, None
        self.next_attempt_at = now + timedelta(seconds=seconds)

    def _key_is_old(self, now: datetime) -> bool:
        return self.first_called_at is not None and now - self.first_called_at > KEY_LIFE
