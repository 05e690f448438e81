"""What an effect at the provider must say of itself."""

from typing import Protocol, TypeVar

from payments.domain.operation import Operation
from payments.use_cases.ports import Ports
from payments.use_cases.provider import Outcome, PaymentProvider

Request = TypeVar("Request")
Value = TypeVar("Value")


class Obsolete(Exception):
    """Nothing was sent for this operation, and nothing need be any more."""


class Effect(Protocol[Request, Value]):
    """`bug_declines`: somebody waits, so a call refused as wrong ends it. `waits`: pending is looked at again until it is final."""

    bug_declines: bool
    waits: bool

    def prepare(self, operation: Operation, ports: Ports) -> Request | None:
        """In a transaction: all that the call needs; None when something else must happen first.

        Raises Obsolete."""

    def call(self, request: Request, operation: Operation, provider: PaymentProvider) -> Outcome[Value]:
        """No transaction is open."""

    def look_up(self, request: Request, operation: Operation, provider: PaymentProvider) -> Outcome[Value | None]:
        """What the provider did for this operation; None when it did nothing."""

    def settle(self, operation: Operation, value: Value, ports: Ports) -> str:
        """In a transaction: the outcome into the books, and told. Answers the provider's reference."""

    def decline(self, operation: Operation, code: str, ports: Ports) -> None:
        """In a transaction: it will not happen."""


class Plain:
    """The usual: our errors park it, pending ends it, nothing declines it."""

    bug_declines = False
    waits = False

    def decline(self, operation: Operation, code: str, ports: Ports) -> None:
        return None
