"""The shapes calls and events are made of: frozen, keyword-only dataclasses of plain values.

A `Call[Answer_co]` subclass named `ReleaseInstalment` in `contracts.payments.v1.rpc` is the RPC
`payments.release_instalment`: its fields go out as keyword arguments, an `Answer` comes back. An `Event` subclass
`InstalmentReleased` in `contracts.payments.v1.events` is `instalment_released` on the exchange `payments.events`.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

Answer_co = TypeVar("Answer_co", covariant=True)


class Role(StrEnum):
    """Who calls. A service checks the role and the ownership of the object on every call."""

    VISITOR = "visitor"
    EXPERT = "expert"
    COMPANY = "company"
    OPERATOR = "operator"
    SERVICE = "service"


class Right(StrEnum):
    """What an account may do beyond reading its own: company members and the operator's team."""

    ACCEPT_QUOTES = "accept_quotes"
    PAY = "pay"
    MANAGE_MEMBERS = "manage_members"
    COMMITTEE = "committee"
    SUPPORT = "support"
    FINANCE = "finance"
    MEDIATOR = "mediator"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """On whose behalf a call is made; the gateway fills it from the session, never from the client's input.

    `session_id` is the session or token the call came by, where there is one."""

    role: Role = Role.VISITOR
    account_id: str | None = None
    expert_id: str | None = None
    company_id: str | None = None
    rights: tuple[Right, ...] = ()
    session_id: str | None = None


VISITOR = Actor()
SERVICE = Actor(role=Role.SERVICE)


@dataclass(frozen=True, kw_only=True)
class Call(Generic[Answer_co]):
    """A question: nobody is told, nothing is promised. At most something is counted."""

    actor: Actor


@dataclass(frozen=True, kw_only=True)
class Command(Call[Answer_co]):
    """A call that changes something. The same key with the same input gives the same answer; with another input, an error."""

    idempotency_key: str


@dataclass(frozen=True, kw_only=True)
class Event:
    """A past fact, told by the service that owns it."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What carries an event: `id` makes it recognisable when it comes twice."""

    id: str
    type: str
    version: int
    occurred_at: datetime
    correlation_id: str
    data: dict[str, Any]


def wire_name(shape: type) -> str:
    """The snake_case name of a call or an event on the wire."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", shape.__name__).lower()


def service_of(shape: type) -> str:
    """The service a call or an event belongs to: the second part of its module, `contracts.<service>.v1...`."""
    return shape.__module__.split(".")[1]
