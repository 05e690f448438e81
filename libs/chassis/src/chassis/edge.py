"""The edge of a service: one call or event, one use case, one transaction, committed here and nowhere else.

A command is done once per idempotency key, an event applied once per envelope id. The turn is taken with an advisory lock at
the beginning of each transaction, so that a second copy waits for the first and then finds it done; the record is written in
the same transaction as the work, so that both are kept or neither. Works without nameko: `Edge(wiring, settings).run(...)`.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from chassis import codec, logs
from chassis.neighbours import Asks, Neighbours, Nobody
from chassis.settings import Settings
from chassis.tables import AUDIT, IDEMPOTENCY, INBOX
from chassis.uow import Ports, UnitOfWork, Wiring, WorkSession
from contracts.wire import Actor, Call, Command, Envelope, Event, service_of, wire_name
from kernel.errors import Conflict
from kernel.ids import new_id

T = TypeVar("T")
ATTEMPTS = 4  # of a transaction that lost against another: the first, and three more
UNHASHED = {"actor", "idempotency_key", "password", "current_password", "new_password"}  # a quick hash would give passwords away
_log = structlog.get_logger(__name__)


class IdempotencyKeyReused(Conflict):
    """This idempotency key was used before with another input."""


class _AlreadyDone(BaseException):
    """Ends a use case whose work is already done. Not an Exception: no `except Exception` on the way may swallow it."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = answer


class _Turn:
    """Nothing to remember: a question, a background step."""

    told_at: datetime | None = None

    def take(self, connection: Connection) -> None: ...

    def record(self, uow: UnitOfWork, answer: Any) -> None: ...


class _CommandTurn(_Turn):
    def __init__(self, call: Command[Any]) -> None:
        self.call = call
        self.key = {"call": wire_name(type(call)), "caller": caller_of(call.actor), "key": call.idempotency_key}
        said = {name: value for name, value in codec.to_wire(call).items() if name not in UNHASHED}
        self.input_hash = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def take(self, connection: Connection) -> None:
        _lock(connection, *self.key.values())
        known = connection.execute(select(IDEMPOTENCY).filter_by(**self.key)).first()
        if known is not None and known.input_hash != self.input_hash:
            raise IdempotencyKeyReused(call=self.key["call"])
        if known is not None:
            raise _AlreadyDone(codec.from_wire(codec.answer_of(type(self.call)), known.answer))

    def record(self, uow: UnitOfWork, answer: Any) -> None:
        row = self.key | {"input_hash": self.input_hash, "answer": codec.to_wire(answer), "answered_at": uow.now}
        uow.session.execute(insert(IDEMPOTENCY), row)
        uow.session.execute(insert(AUDIT), _audit_row(self.call, uow))


class _EventTurn(_Turn):
    def __init__(self, source: str, envelope: Envelope) -> None:
        self.source, self.envelope, self.told_at = source, envelope, envelope.occurred_at

    def take(self, connection: Connection) -> None:
        _lock(connection, "inbox", self.envelope.id)
        if connection.execute(select(INBOX).filter_by(event_id=self.envelope.id, state="applied")).first():
            raise _AlreadyDone

    def record(self, uow: UnitOfWork, answer: Any) -> None:
        applied = {"state": "applied", "envelope": None, "error": "", "next_attempt_at": None, "applied_at": uow.now}
        heard = {"event_id": self.envelope.id, "source": self.source, "type": self.envelope.type, "attempts": 0}
        row = upsert(INBOX).values(heard | applied | {"received_at": uow.now})
        uow.session.execute(row.on_conflict_do_update(index_elements=["event_id"], set_=applied))


class Edge(Generic[Ports]):
    """Runs use cases of one service against its database. `on_told` is called after a commit that told events."""

    def __init__(
        self,
        wiring: Wiring[Ports],
        settings: Settings,
        neighbours: Asks | None = None,
        engine: Engine | None = None,
        on_told: Callable[[], object] = lambda: None,
    ) -> None:
        self.wiring, self.settings, self.service = wiring, settings, settings.service
        self.engine = engine or engine_of(settings)
        self._asks, self._on_told = neighbours or Nobody(), on_told

    def run(
        self,
        use_case: Callable[[Any, Any], T],
        message: Call[Any] | Event,
        *,
        envelope: Envelope | None = None,
        ports: Callable[[UnitOfWork, Neighbours], Any] | None = None,
    ) -> T:
        """The use case's answer, committed; the saved one for a command already done; None for an event already applied.

        An event without an envelope is taken for one that comes for the first time. `ports` replaces those of the wiring.
        Raises what the use case raises, with nothing changed; IdempotencyKeyReused.
        """
        turn, correlation_id = _Turn(), logs.correlation_id()
        if isinstance(message, Command):
            turn = _CommandTurn(message)
        elif isinstance(message, Event) and envelope is not None:
            turn, correlation_id = _EventTurn(service_of(type(message)), envelope), envelope.correlation_id
        return self._repeatedly(lambda made: use_case(message, made), ports or self.wiring.ports, turn, correlation_id)

    def background(self, use_case: Callable[[Ports], T]) -> T:
        """The same without a call: one step of work that nobody asked for."""
        return self._repeatedly(use_case, self.wiring.ports, _Turn(), logs.correlation_id())

    def _repeatedly(self, work: Callable[[Any], T], make_ports: Any, turn: _Turn, correlation_id: str) -> T:
        correlation_id = correlation_id or new_id("cor", self.settings.machine_clock.now())
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with logs.story(correlation_id, service=self.service):
                    return self._once(work, make_ports, turn, correlation_id)
            except _AlreadyDone as done:
                return done.answer  # type: ignore[no-any-return]
            except (DBAPIError, StaleDataError) as error:
                if attempt == ATTEMPTS or not _lost_against_another(error):
                    raise
                _log.info("transaction lost against another, again", attempt=attempt)
        raise AssertionError("the last attempt answers or raises")

    def _once(self, work: Callable[[Any], T], make_ports: Any, turn: _Turn, correlation_id: str) -> T:
        session = WorkSession(self.engine, expire_on_commit=False)
        uow = UnitOfWork(session, self.settings.clock, self.service, correlation_id, turn.take, turn.told_at)
        try:
            answer = work(make_ports(uow, Neighbours(self._asks, lambda: uow.in_transaction)))
            session.flush()
            turn.record(uow, answer)
            uow.commit()
            return answer
        finally:
            uow.close()
            if uow.told:
                self._on_told()


def _lost_against_another(error: DBAPIError | StaleDataError) -> bool:
    """A serialization failure, a deadlock, or a row whose version has moved on: the same may well succeed now."""
    return isinstance(error, StaleDataError) or getattr(error.orig, "pgcode", None) in ("40001", "40P01")


def caller_of(actor: Actor) -> str:
    """Within whose keys an idempotency key is unique: the account, else whatever else names the actor, else the role."""
    return next((who for name, who in vars(actor).items() if name.endswith("_id") and who), actor.role.value)


def engine_of(settings: Settings) -> Engine:
    """The one engine of a service in a process: every worker may hold a connection, the relay and the inbox one each."""
    size = settings.max_workers + 2
    return create_engine(settings.database_url, pool_size=size, max_overflow=2, pool_pre_ping=True, pool_use_lifo=True)


def _lock(connection: Connection, *names: str) -> None:
    number = int.from_bytes(hashlib.sha256("\x1f".join(names).encode()).digest()[:8], signed=True)
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def _audit_row(call: Command[Any], uow: UnitOfWork) -> dict[str, Any]:
    return {
        "at": uow.now,
        "account_id": call.actor.account_id,
        "role": call.actor.role.value,
        "call": f"{uow.service}.{wire_name(type(call))}",
        "subjects": {name: value for name, value in vars(call).items() if name.endswith("_id") and isinstance(value, str)},
        "reason": str(getattr(call, "reason", None) or ""),
        "correlation_id": uow.correlation_id,
    }
