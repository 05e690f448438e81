"""What a route is: a row that says method, path, contract call, who may call, and how the call's fields are filled.

A field of the call comes from the path when the path names it, else from the query (GET) or the JSON body; `actor`, the
idempotency key, `ip`, `user_agent`, `visitor_key` and `bot` come from the gateway. Two rows may share method and path when
their callers differ.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cached_property, partial
from typing import Any, get_type_hints

from pydantic import BaseModel, create_model

from contracts.shapes import FileContent
from contracts.topology import SERVICES
from contracts.wire import Actor, Call, Command, Right, Role, wire_name
from gateway.answers import JSON, Answering
from gateway.inputs import model_of, plain_kind
from kernel.clock import Clock

FACTS = ("ip", "user_agent", "visitor_key", "bot")
GIVEN = ("actor", "idempotency_key", *FACTS)


@dataclass(frozen=True)
class Who:
    """A kind of caller: a role, and the right it needs besides."""

    role: Role
    right: Right | None = None

    def __str__(self) -> str:
        return self.role.value + (f":{self.right.value}" if self.right else "")


VISITOR, EXPERT, COMPANY, OPERATOR = Who(Role.VISITOR), Who(Role.EXPERT), Who(Role.COMPANY), Who(Role.OPERATOR)
PARTIES = (EXPERT, COMPANY)
ACCOUNTS = (EXPERT, COMPANY, OPERATOR)
ANYBODY = (VISITOR, EXPERT, COMPANY, OPERATOR)


Service = StrEnum("Service", [(name.upper(), name) for name in SERVICES])  # type: ignore[misc]  # one list of services, not two


class Key(StrEnum):
    """What a route does with the header `Idempotency-Key`."""

    OPTIONAL = "optional"
    """Passed on when given, else a fresh one: a retry without it does it again."""
    REQUIRED = "required"
    """It costs something: 400 without."""


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    call: type[Call[Any]]
    by: tuple[Who, ...]
    status: int = 200
    key: Key = Key.OPTIONAL
    blind: bool = False
    """Does not look at credentials: logging in works with a session that is over."""
    rate: str = ""
    """The limit per address that counts it: "login" or "sign_up"."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What the client calls a field -> the call's field."""
    fills: Mapping[str, Any] = field(default_factory=dict)
    """Fields the gateway fills: a value, or a function of the exchange."""
    hides: tuple[str, ...] = ()
    """Optional fields that are not offered here."""
    answering: Answering = JSON
    name: str = ""
    here: Callable[[Any, Clock], Any] | None = None
    """Answers the call here, where no service owns it."""
    deadline_seconds: float = 0

    def __post_init__(self) -> None:
        unknown = {*self.fills, *self.hides, *self.names.values()} - {item.name for item in fields(self.call)}
        if unknown:
            raise ValueError(f"{self.method} {self.path}: {wire_name(self.call)} has no {sorted(unknown)}")

    @property
    def operation(self) -> str:
        return self.name or wire_name(self.call)

    @property
    def is_command(self) -> bool:
        return issubclass(self.call, Command)

    @property
    def deadline(self) -> float:
        """Seconds a service has to answer: commands may ask the payment provider."""
        return self.deadline_seconds or (15.0 if self.is_command else 5.0)

    def lets(self, actor: Actor) -> bool:
        """Whether this caller may use the route, as far as the gateway can tell; the owning service checks again."""
        return any(who.role is actor.role and (who.right is None or who.right in actor.rights) for who in self.by)

    @cached_property
    def path_names(self) -> tuple[str, ...]:
        return tuple(re.findall(r"{(\w+)}", self.path))

    @cached_property
    def said(self) -> dict[str, str]:
        """The fields the client gives outside the path: the client's name -> the field."""
        called = {name: said for said, name in self.names.items()}
        taken = {*GIVEN, *self.fills, *self.hides, *self.path_names}
        return {called.get(item.name, item.name): item.name for item in fields(self.call) if item.name not in taken}

    @cached_property
    def path_model(self) -> type[BaseModel]:
        own = {name: name for name in self.path_names if name != "service"}
        model = model_of(f"{self.operation}_path", self.call, own, all_required=True)
        return create_model(model.__name__, __base__=model, service=(Service, ...)) if "service" in self.path_names else model

    @cached_property
    def query_model(self) -> type[BaseModel]:
        return model_of(f"{self.operation}_query", self.call, self.said if self.method == "GET" else {})

    @cached_property
    def kinds(self) -> dict[str, tuple[type, bool]]:
        """How each parameter of path and query is read from text: its type, and whether it may be repeated."""
        hints = get_type_hints(self.call) | {"service": str}
        return {said: plain_kind(hints[name]) for said, name in {**self.said, **{name: name for name in self.path_names}}.items()}

    @cached_property
    def body_model(self) -> type[BaseModel] | None:
        """None for a GET, whose body nobody reads."""
        if self.method == "GET":
            return None
        return model_of("".join(part.title() for part in self.operation.split("_")), self.call, self.said)

    @cached_property
    def takes_file(self) -> bool:
        return any(item.type is FileContent for item in fields(self.call))


GET = partial(Route, "GET")
POST = partial(Route, "POST")
PUT = partial(Route, "PUT")
PATCH = partial(Route, "PATCH")
DELETE = partial(Route, "DELETE")
