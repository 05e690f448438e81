"""Errors a caller can act on: each has a stable code, a sentence, and plain details.

They cross process boundaries, so they carry nothing but strings, numbers and booleans: the bus
rebuilds an error from `args`. The category (the base class) says what the caller can do about it; the
gateway maps categories to HTTP. A service's own errors derive from these in `contracts.<service>.v1.errors`.
"""

import re
from collections.abc import Mapping

Plain = str | int | bool | None


class Problem(Exception):
    """A rule said no. `message` is one English sentence for people; `details` are plain ids and values.

    A detail named `field` names the input at fault, as a dotted path ("legal_entity.iban").
    """

    def __init__(self, message: str = "", details: Mapping[str, Plain] | None = None, **more: Plain) -> None:
        self.message = message or (self.__doc__ or "").strip().split("\n")[0]
        self.details: dict[str, Plain] = {**(details or {}), **more}
        super().__init__(self.message, self.details)

    @classmethod
    def code(cls) -> str:
        """The stable name of this error on every wire: the class name in snake_case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __str__(self) -> str:
        return self.message


class Invalid(Problem):
    """The input is wrong and will stay wrong until the caller changes it."""


class Unauthenticated(Problem):
    """Nobody is logged in, or the session is over."""


class Forbidden(Problem):
    """This actor may not do this, now or later."""


class NotFound(Problem):
    """There is no such thing, or none that this actor may know of."""


class Conflict(Problem):
    """The call was understood, but the present state of the object does not allow it."""


class TooMany(Problem):
    """Asked too often; `retry_after_seconds` says when to ask again."""


class Unavailable(Problem):
    """Something this call needs does not answer; the same call may succeed later."""


class NotYet(Exception):
    """An event came before its cause is known here: keep it and try again later."""
