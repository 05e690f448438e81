"""Asking another service and getting its typed answer, or a named problem, within a deadline: never a hang.

`Asks` is the way there (the bus in a process, a hand-written fake in a test); `Neighbours` is what a use case holds: it
refuses to ask while a database transaction is open.
"""

import importlib
import math
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from typing import Any, Protocol, TypeVar

from eventlet import Timeout
from eventlet.event import Event

from chassis import codec, logs
from chassis.bus import CALLS, CORRELATION, DEADLINE, BusAway, Consumer, NoRoute, Publisher, replies_to
from chassis.uow import TransactionHeld
from contracts.wire import Call, service_of, wire_name
from kernel.errors import Problem, Unavailable

Answer = TypeVar("Answer")
DEADLINE_SECONDS = 5.0
_KNOWN_TO_ALL = ("kernel.errors", "contracts.", "chassis.")
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


class NeighbourSilent(Unavailable):
    """A neighbour did not answer in time, or is not there."""


class NeighbourFailed(Unavailable):
    """A neighbour failed in a way it does not explain; its log says more, under the same correlation id."""


class Asks(Protocol):
    """Puts a call to a service and brings back its answer: the bus, or a fake in a test."""

    def ask(self, call: Call[Any], *, service: str | None, deadline_seconds: float) -> Any: ...


class Neighbours:
    """The other services, as one use case may ask them."""

    def __init__(self, way: Asks, in_transaction: Callable[[], bool] = lambda: False) -> None:
        self._way, self._in_transaction = way, in_transaction

    def ask(self, call: Call[Answer], *, service: str | None = None, deadline_seconds: float = DEADLINE_SECONDS) -> Answer:
        """The neighbour's answer. `service` names it for calls that every service answers (`contracts.operations`).

        Raises the neighbour's own Problem; NeighbourSilent; NeighbourFailed; TransactionHeld while a transaction is open.
        """
        if self._in_transaction():
            raise TransactionHeld(f"{type(call).__name__} was asked inside a transaction: ask within `uow.released()`")
        return self._way.ask(call, service=service, deadline_seconds=deadline_seconds)  # type: ignore[no-any-return]


class Nobody:
    """Where there is no bus: nobody answers."""

    def ask(self, call: Call[Any], *, service: str | None, deadline_seconds: float) -> Any:
        raise NeighbourSilent(f"nobody to ask {type(call).__name__}")


def work_until(deadline: float | None) -> None:
    """Says until when (seconds since 1970) somebody waits for the work that goes on here."""
    _deadline.set(deadline)


def problem_to_wire(error: Exception, service: str, call: str) -> dict[str, Any]:
    """What crosses the bus of an error: the nearest class the caller can know, its sentence and plain details.

    Of anything but a Problem, only that it happened.
    """
    if not isinstance(error, Problem):
        error = NeighbourFailed(f"{service} failed in {call}", service=service, call=call)
    known = next(shape for shape in type(error).__mro__ if shape.__module__.startswith(_KNOWN_TO_ALL))
    path = f"{known.__module__}.{known.__qualname__}"
    return {"exc_type": known.__name__, "exc_path": path, "exc_args": [error.message, error.details], "value": error.message}


def problem_from_wire(error: Mapping[str, Any]) -> Exception:
    """The Problem that `problem_to_wire` took apart; NeighbourFailed for anything else."""
    module, _, name = str(error.get("exc_path")).rpartition(".")
    if module.startswith(_KNOWN_TO_ALL):
        shape = getattr(importlib.import_module(module), name, None)
        if isinstance(shape, type) and issubclass(shape, Problem):
            with suppress(TypeError):  # a class whose arguments are not those of every Problem
                return shape(*error["exc_args"])
    return NeighbourFailed(f"{error.get('exc_type')}: {error.get('value')}")


class BusWay:
    """The way over the bus: one reply queue for the process, answers matched to waiting calls by their id."""

    def __init__(self, uri: str, publisher: Publisher, asker: str) -> None:
        self._publisher, self._waiting = publisher, dict[str, Event]()
        self._address = str(uuid.uuid4())
        self.replies = Consumer(uri, replies_to(asker, self._address), self._on_reply, prefetch=100)

    def ask(self, call: Call[Any], *, service: str | None, deadline_seconds: float) -> Any:
        """See `Neighbours.ask`. Nothing waits longer than the one who waits for it: the caller's own deadline counts too."""
        target = f"{service or service_of(type(call))}.{wire_name(type(call))}"
        left = min(deadline_seconds, (_deadline.get() or math.inf) - time.time())
        call_id, reply = str(uuid.uuid4()), Event()
        body, headers = {"args": [], "kwargs": {"call": codec.to_wire(call)}}, {CORRELATION: logs.correlation_id()}
        whom = {"reply_to": self._address, "correlation_id": call_id}
        self._waiting[call_id] = reply
        try:
            with Timeout(max(left, 0.001), NeighbourSilent(f"{target} did not answer in {left:.1f} s", call=target)):
                self.replies.ready.wait()
                self._publisher.publish(body, CALLS, target, headers | {DEADLINE: time.time() + left}, mandatory=True, **whom)
                answer = reply.wait()
        except (NoRoute, BusAway) as error:
            raise NeighbourSilent(f"{target} is not there: {type(error).__name__}", call=target) from error
        finally:
            del self._waiting[call_id]
        if answer.get("error"):
            raise problem_from_wire(answer["error"])
        return codec.from_wire(codec.answer_of(type(call)), answer["result"])

    def _on_reply(self, body: Any, message: Any) -> None:
        self.replies.ack(message)
        waiting = self._waiting.get(str(message.properties.get("correlation_id")))
        if waiting is not None and not waiting.ready():
            waiting.send(body)
