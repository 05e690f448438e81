"""Events that could not be applied: kept with their error, tried again, and set aside where an operator sees them.

waiting -> applied, or -> parked after 12 failures. Waiting for a cause that has yet to come (`NotYet`) is no failure and uses up
none of them: it ends after 3 days. Pauses double from 1 s to 15 min. Operators list and replay kept events, and read the audit
trail, in every service (`contracts.operations`).
"""

import json
import random
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, RowMapping, and_, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from chassis import codec
from chassis.settings import Settings
from chassis.tables import AUDIT, INBOX
from chassis.uow import UnitOfWork
from contracts.operations.v1.rpc import AuditEntry, ListAudit, ListParkedEvents, ParkedEvent, ReplayEvent
from contracts.shapes import Page
from contracts.wire import Call, Envelope, Right, Role
from kernel.errors import Conflict, Forbidden, Invalid, NotFound, NotYet

ATTEMPTS, PATIENCE = 12, timedelta(days=3)
_LONGEST_PAUSE_SECONDS, _LEASE = 900, timedelta(seconds=60)


class Inbox:
    """The kept events of one service. Times are the machine's: a sandbox that jumps ahead does not use up an event's patience."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine, self._clock = engine, settings.machine_clock

    def keep(self, source: str, envelope: Envelope, error: BaseException) -> str:
        """Records a failure to apply; gives the state it leaves the event in. Raises when the database is away."""
        now = self._clock.now()
        new = {"event_id": envelope.id, "source": source, "type": envelope.type, "state": "waiting", "attempts": 0}
        with self._engine.begin() as connection:
            row = insert(INBOX).values(new | {"envelope": codec.to_wire(envelope), "received_at": now})
            connection.execute(row.on_conflict_do_nothing())
            this = INBOX.c.event_id == envelope.id
            kept = connection.execute(select(INBOX).where(this).with_for_update()).mappings().one()
            if kept["state"] == "applied":
                return "applied"
            waits, waited = isinstance(error, NotYet), now - kept["received_at"]
            failures = kept["attempts"] + (not waits)
            given_up = waited > PATIENCE if waits else failures >= ATTEMPTS
            pause = max(1, waited.total_seconds()) if waits else 2 ** (failures - 1)  # as long again as it has waited: doubles
            pause = min(_LONGEST_PAUSE_SECONDS, pause) * random.uniform(0.75, 1)  # noqa: S311
            state, again = ("parked", None) if given_up else ("waiting", now + timedelta(seconds=pause))
            told = f"{type(error).__name__}: {error}"[:2000]
            kept_as = {"state": state, "attempts": failures, "error": told, "next_attempt_at": again}
            connection.execute(update(INBOX).where(this).values(kept_as))
            return state

    def take_due(self, limit: int = 20) -> list[tuple[str, Envelope]]:
        """(source, envelope) of events to try again now. They are lent for a minute, so that no other process takes them too."""
        now = self._clock.now()
        due = select(INBOX.c.event_id).where(INBOX.c.state == "waiting", INBOX.c.next_attempt_at <= now)
        due = due.order_by(INBOX.c.next_attempt_at).limit(limit).with_for_update(skip_locked=True)
        lend = update(INBOX).where(INBOX.c.event_id.in_(due)).values(next_attempt_at=now + _LEASE)
        with self._engine.begin() as connection:
            rows = connection.execute(lend.returning(INBOX.c.source, INBOX.c.envelope)).all()
        return [(source, codec.from_wire(Envelope, envelope)) for source, envelope in rows]

    def count(self, state: str) -> int:
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(INBOX).where(INBOX.c.state == state)) or 0


def list_parked_events(call: ListParkedEvents, uow: UnitOfWork) -> Page[ParkedEvent]:
    """Raises Forbidden, Invalid (`cursor`)."""
    _operators_only(call, cursors="evt_[0-9A-Z]{26}")
    rows = select(INBOX).where(INBOX.c.state != "applied", INBOX.c.event_id > (call.cursor or "")).order_by(INBOX.c.event_id)
    shown = [_parked(row) for row in uow.session.execute(rows.limit(call.limit + 1)).mappings()]
    return Page(items=tuple(shown[: call.limit]), next_cursor=shown[call.limit - 1].event_id if len(shown) > call.limit else None)


def replay_event(call: ReplayEvent, uow: UnitOfWork) -> ParkedEvent:
    """Tries it again at once, with all its attempts before it. Raises Forbidden, NotFound, Conflict (already applied)."""
    _operators_only(call)
    row = uow.session.execute(select(INBOX).where(INBOX.c.event_id == call.event_id).with_for_update()).mappings().first()
    if row is None:
        raise NotFound(event_id=call.event_id)
    if row["state"] == "applied":
        raise Conflict("This event is already applied.", event_id=call.event_id)
    again = {"state": "waiting", "attempts": 0, "next_attempt_at": row["received_at"]}
    uow.session.execute(update(INBOX).where(INBOX.c.event_id == call.event_id).values(again))
    return _parked(dict(row) | again)


def list_audit(call: ListAudit, uow: UnitOfWork) -> Page[AuditEntry]:
    """Raises Forbidden, Invalid (`cursor`)."""
    _operators_only(call, cursors="[0-9]{1,18}")
    wanted: list[Any] = [AUDIT.c.id < int(call.cursor)] if call.cursor else []
    if call.subject_id:
        wanted.append(text("subjects @? CAST(:path AS jsonpath)").bindparams(path=f"$.* ? (@ == {json.dumps(call.subject_id)})"))
    rows = uow.session.execute(select(AUDIT).where(and_(True, *wanted)).order_by(AUDIT.c.id.desc()).limit(call.limit + 1))
    shown = [AuditEntry(**row) for row in rows.mappings()]
    return Page(items=tuple(shown[: call.limit]), next_cursor=str(shown[call.limit - 1].id) if len(shown) > call.limit else None)


OPERATIONS: dict[type[Call[Any]], Callable[[Any, UnitOfWork], Any]] = {
    ListParkedEvents: list_parked_events,
    ReplayEvent: replay_event,
    ListAudit: list_audit,
}


def _operators_only(call: Any, cursors: str = "") -> None:
    if call.actor.role is not Role.OPERATOR or not {Right.SUPPORT, Right.FINANCE, Right.MEDIATOR} & {*call.actor.rights}:
        raise Forbidden
    if cursors and call.cursor is not None and not re.fullmatch(cursors, call.cursor):
        raise Invalid("This cursor is not one of this list.", field="cursor")


def _parked(row: RowMapping | dict[str, Any]) -> ParkedEvent:
    names = ("event_id", "type", "state", "attempts", "error", "received_at", "next_attempt_at")
    return ParkedEvent(**{name: row[name] for name in names})
