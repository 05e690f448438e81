"""What an effect at the provider must say of itself."""

from typing import Any, Protocol, TypeVar

from payments.domain.operation import Operation
from payments.use_cases.ports import Ports
from payments.use_cases.provider import REQUEST_SECONDS, Outcome, PaymentProvider

Request = TypeVar("Request")
Value = TypeVar("Value")


class Obsolete(Exception):
    """Nothing was sent for this operation, and nothing need be any more."""


class Effect(Protocol[Request, Value]):
    """`bug_declines`: somebody waits, so a call refused as wrong ends it. `waits`: pending is looked at again until it is final.

    `requests`: the most that one attempt asks of the provider; the lease outlives them all."""

    bug_declines: bool
    waits: bool
    requests: int

    def prepare(self, operation: Operation, ports: Ports) -> Request | None:
        """In a transaction: all that the call needs; None when something else must happen first.

        Raises Obsolete."""

    def call(self, request: Request, operation: Operation, provider: PaymentProvider) -> Outcome[Value]:
        """No transaction is open."""

    def look_up(self, request: Request, operation: Operation, provider: PaymentProvider) -> Outcome[Value | None]:
        """What the provider did for this operation; None when it did nothing."""

    def settle(self, operation: Operation, value: Value, ports: Ports) -> str:
        """In a transaction: the outcome into the books, and told. Answers the provider's reference."""

    def decline(self, operation: Operation, code: str, ports: Ports) -> bool:
        """In a transaction: it will not happen. Whether that settles it; False: a person must look."""

    def forget(self, operation: Operation, ports: Ports) -> None:
        """In a transaction: it has ended or is parked, and keeps nothing personal that is no longer needed."""


class Plain:
    """The usual: our errors and refusals park it, pending ends it, nothing of it is personal."""

    bug_declines = False
    waits = False
    requests = 1

    def decline(self, operation: Operation, code: str, ports: Ports) -> bool:
        return False

    def forget(self, operation: Operation, ports: Ports) -> None:
        return None


def lease_seconds(effect: Effect[Any, Any]) -> float:
    """Longer than all that one attempt may ask, each request at its deadline; a look-up in a long list may ask more."""
    return (effect.requests + 1) * REQUEST_SECONDS
