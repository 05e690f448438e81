"""A unit of work: one database transaction, and what must happen with it or not at all.

The transaction begins with the first query and is committed by the edge (`edge.py`), never by a use case. Events are
written to the outbox in it. Nothing outside the database is asked while it is open: `released` ends it first.

Consumers order the facts about one object by `occurred_at`, since they may hear them in any order. So it is read at the commit:
a transaction that waited for a row speaks after the one that held it, whichever began first. Facts of one transaction are a
microsecond apart. (Ids would not do: within a millisecond they are random.)
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import structlog
from sqlalchemy import Connection, MetaData, event, insert, text
from sqlalchemy.orm import Session

from chassis import codec
from chassis.tables import OUTBOX
from contracts.wire import Envelope, Event, service_of, wire_name
from kernel.clock import Clock
from kernel.ids import new_id

if TYPE_CHECKING:
    from chassis.neighbours import Neighbours

Ports = TypeVar("Ports")
_log = structlog.get_logger(__name__)


class TransactionHeld(RuntimeError):
    """A transaction is, or would be, open across a call to something outside the database: an error of the programmer."""


@dataclass(frozen=True)
class Wiring(Generic[Ports]):
    """What `bootstrap.build` gives: the service's tables, and how the ports of one use case are made."""

    metadata: MetaData
    ports: "Callable[[UnitOfWork, Neighbours], Ports]"


class WorkSession(Session):
    """A session that tells its unit of work when a database transaction begins."""


@event.listens_for(WorkSession, "after_begin")
def _began(session: WorkSession, transaction: Any, connection: Connection) -> None:
    session.info["uow"].began(connection)


@dataclass
class UnitOfWork:
    """`on_begin` runs first in every transaction of it (the edge takes its turn there); `now` is fixed for one transaction.

    `told_at` is when the event that is being applied occurred, `in_transaction` whether a database transaction is open.
    """

    session: WorkSession
    clock: Clock
    service: str
    correlation_id: str
    on_begin: Callable[[Connection], None] = lambda connection: None
    told_at: datetime | None = None
    told: bool = False
    in_transaction: bool = False
    _emitted: list[tuple[Event, str]] = field(default_factory=list)
    _deferred: list[Callable[[], object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now: datetime = self.clock.now()
        self.session.info["uow"] = self

    @property
    def occurred_at(self) -> datetime:
        """When the event that is being applied occurred; now, for anything else. What is older than what is known is ignored."""
        return self.told_at or self.now

    def began(self, connection: Connection) -> None:
        """Called by its session when a database transaction begins."""
        self.in_transaction = True
        self.on_begin(connection)

    def emit(self, event: Event, *, about: str) -> None:
        """Tells a fact of this service once the transaction is committed; facts about one `about` (an id) keep their order."""
        if service_of(type(event)) != self.service:
            raise ValueError(f"{self.service} cannot tell {wire_name(type(event))}, a fact of {service_of(type(event))}")
        self._emitted.append((event, about))

    def defer(self, action: Callable[[], object]) -> None:
        """Runs `action` right after the commit, not at all if there is none; it can be lost with the process."""
        self._deferred.append(action)

    @contextmanager
    def released(self) -> Iterator[None]:
        """Ends the reading transaction so that something outside can be asked; afterwards everything read is read afresh.

        Raises TransactionHeld when something was changed or locked before, or is changed inside.
        """
        if self._has_changes():
            raise TransactionHeld("changes were made before asking: ask first, or commit_and_go_on()")
        self._end(self.session.commit)
        yield
        if self._emitted or self.session.dirty or self.session.deleted:
            raise TransactionHeld("changes were made while the transaction was released: make them after it")
        self.session.expire_all()

    def commit_and_go_on(self) -> None:
        """Commits what is done so far; the next query begins a new transaction. The rest may then fail without undoing this.

        What was read stays as read: read again (or use `released`, which does) what another process may have changed.
        """
        self.commit()
        self.now = self.clock.now()

    def commit(self) -> None:
        """For the edge alone: writes the outbox, commits, runs what was deferred."""
        if self._emitted:
            at = self.clock.now()
            rows = [self._row(*fact, at + timedelta(microseconds=place)) for place, fact in enumerate(self._emitted)]
            self.session.execute(insert(OUTBOX), rows)
            self.told = True
            self._emitted.clear()
        self._end(self.session.commit)
        deferred, self._deferred = self._deferred, []
        for action in deferred:
            try:
                action()
            except Exception:
                _log.exception("deferred action failed")

    def close(self) -> None:
        """Rolls back what is not committed and gives the connection back."""
        self._end(self.session.close)

    def _end(self, how: Callable[[], None]) -> None:
        how()
        self.in_transaction = False

    def _has_changes(self) -> bool:
        if self._emitted or self.session.new or self.session.dirty or self.session.deleted:
            return True
        # PostgreSQL gives a transaction a number when it first writes or locks a row
        return self.in_transaction and self.session.scalar(text("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")) is True

    def _row(self, event: Event, about: str, at: datetime) -> dict[str, Any]:
        name, version = wire_name(type(event)), re.search(r"\.v(\d+)\.", type(event).__module__)
        number, data = int(version[1]) if version else 1, codec.to_wire(event)
        envelope = Envelope(
            id=new_id("evt", at), type=name, version=number, occurred_at=at, correlation_id=self.correlation_id, data=data
        )
        return {"type": name, "about": about, "envelope": codec.to_wire(envelope), "told_at": at}
