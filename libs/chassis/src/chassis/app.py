"""What a service's class is made of: `App`, and the decorators that make its methods calls, event handlers and timers."""

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from eventlet import Timeout
from nameko.extensions import DependencyProvider, Entrypoint, register_entrypoint
from nameko.timer import Timer

from chassis import health, logs, metrics
from chassis.edge import Edge
from chassis.inbox import OPERATIONS, Inbox
from chassis.neighbours import Neighbours, work_until
from chassis.outbox import Relay
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.uow import Wiring
from contracts.wire import Call, Envelope, Event, service_of, wire_name
from kernel.errors import NotYet, Problem
from kernel.ids import new_id

T = TypeVar("T")
Method = TypeVar("Method", bound=Callable[..., Any])
OUTCOMES = ((Problem, "refused"), (NotYet, "not_yet"))
_log = structlog.get_logger(__name__)


def answers(call: type[Call[Any]]) -> Callable[[Method], Method]:
    """The method answers this call, under the name the contract gives it."""
    return _registering(_Answers(call))


def handles(event: type[Event]) -> Callable[[Method], Method]:
    """The method is told this event; once applied, never again."""
    return _registering(_Handles(event))


def every(*, seconds: float) -> Callable[[Method], Method]:
    """The method runs again and again with this pause, one run at a time in a process."""
    return _registering(_Every(seconds))


def _registering(entrypoint: Entrypoint) -> Callable[[Method], Method]:
    def register(method: Method) -> Method:
        register_entrypoint(method, entrypoint)
        return method

    return register


class _Served(Entrypoint):  # type: ignore[misc]
    runtime = Runtime()

    def __init__(self, shape: type[Any]) -> None:
        super().__init__()
        self.shape = shape

    def stop(self) -> None:
        self.runtime.stop_taking()


class _Answers(_Served):
    def setup(self) -> None:
        self.runtime.answers[wire_name(self.shape)] = self


class _Handles(_Served):
    def setup(self) -> None:
        self.runtime.handlers[service_of(self.shape), wire_name(self.shape)] = self


class _Every(Timer):  # type: ignore[misc]
    """nameko's timer without its catching up: a run that took long is followed by a full pause."""

    def _run(self) -> None:
        while True:
            with Timeout(self.interval, exception=False):
                self.should_stop.wait()
                return
            self.handle_timer_tick()
            self.worker_complete.wait()
            self.worker_complete.reset()


class _Observed(DependencyProvider):  # type: ignore[misc]
    """Around each worker: its correlation id and deadline before, its log line and metric after."""

    runtime = Runtime()

    def setup(self) -> None:
        self.runtime.prepare()

    def worker_setup(self, context: Any) -> None:
        story = context.context_data.get("correlation_id") or new_id("cor", self.runtime.settings.machine_clock.now())
        actor = getattr(context.args[0], "actor", None) if context.args else None
        facts = {"service": self.runtime.service, "handler": context.entrypoint.method_name}
        logs.begin_story(story, **facts, **({"account_id": actor.account_id} if actor else {}))
        work_until(context.context_data.get("deadline"))
        context.began_at = time.perf_counter()

    def worker_result(self, context: Any, result: Any = None, exc_info: Any = None) -> None:
        error = exc_info and exc_info[1]
        outcome = "ok" if error is None else next((word for kind, word in OUTCOMES if isinstance(error, kind)), "failed")
        seconds = time.perf_counter() - context.began_at
        metrics.HANDLER_SECONDS.labels(self.runtime.service, context.entrypoint.method_name, outcome).observe(seconds)
        if outcome == "failed":
            _log.error("handler failed", ms=round(seconds * 1000, 1), exc_info=exc_info)
        elif not isinstance(context.entrypoint, _Every):
            _log.info("handled", outcome=error.code() if isinstance(error, Problem) else outcome, ms=round(seconds * 1000, 1))


class NeighboursProvider(_Observed):
    """For a service without a database: its attribute is a `Neighbours`."""

    def get_dependency(self, context: Any) -> Neighbours:
        return Neighbours(self.runtime.way)


class Work:
    """What `self.app` is within one run of a service's method."""

    def __init__(self, edge: Edge[Any], envelope: Envelope | None) -> None:
        self._edge, self._envelope, self._applied = edge, envelope, False

    def run(self, use_case: Callable[[Any, Any], T], message: Call[Any] | Event) -> T:
        """The use case's answer, committed; see `Edge.run`. One event is one use case: a second run for it raises."""
        if self._applied:
            raise RuntimeError("an event is applied by one use case, in one transaction")
        self._applied = self._envelope is not None
        return self._edge.run(use_case, message, envelope=self._envelope)

    def background(self, use_case: Callable[[Any], T]) -> T:
        """One step of work that nobody asked for, committed."""
        return self._edge.background(use_case)

    def operate(self, use_case: Callable[[Any, Any], T], call: Call[Any]) -> T:
        """The chassis's own calls, which need nothing but the unit of work."""
        return self._edge.run(use_case, call, ports=lambda uow, neighbours: uow)


class App(_Observed):
    """The service's edge as a nameko dependency; it also answers the operators' calls and runs the relay and the inbox."""

    edge: Any = None

    def __init__(self, build: Callable[[Settings], Wiring[Any]]) -> None:
        self.build = build

    def __set_name__(self, owner: type, name: str) -> None:
        for call, use_case in OPERATIONS.items():
            setattr(owner, wire_name(call), answers(call)(_operation(name, use_case)))

    def wire(self) -> None:
        """Reads the settings and makes everything of them; raises BadSetting. The host calls it before it starts anything."""
        runtime = self.runtime
        runtime.prepare()
        self.edge = Edge(self.build(runtime.settings), runtime.settings, runtime.way, on_told=lambda: self.relay.wake())  # noqa: PLW0108
        self.relay = Relay(self.edge.engine, runtime.settings, runtime.publisher, runtime.topology)
        self.inbox = runtime.inbox = Inbox(self.edge.engine, runtime.settings)

    def setup(self) -> None:
        if self.edge is None:
            self.wire()

    def start(self) -> None:
        self._relaying = self.container.spawn_managed_thread(self.relay.run)
        health.add(f"{self.runtime.service} database", partial(health.database_answers, self.edge.engine))
        metrics.watch(self.runtime.service, self.relay, self.inbox)

    def stop(self) -> None:
        self.relay.stop()
        self._relaying.wait()
        self.edge.engine.dispose()

    def get_dependency(self, context: Any) -> Work:
        return Work(self.edge, context.context_data.get("envelope"))

    if TYPE_CHECKING:  # nameko puts what get_dependency gives in the attribute's place

        def __get__(self, service: object, owner: type) -> Work: ...


def _operation(app: str, use_case: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def operation(service: Any, call: Any) -> Any:
        return getattr(service, app).operate(use_case, call)

    return operation
