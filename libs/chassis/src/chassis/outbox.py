"""The relay: publishes what the outbox holds, in order, each event at least once. A consumer's inbox makes that once.

One relay at a time works on a database (an advisory lock). An event is marked sent after the broker confirmed it, so a process
killed in between sends it again; when publishing fails, nothing overtakes the event that failed. What an event said is emptied once it
is sent: it may hold a secret, or a person's data. Every hour the relay also forgets what was done long ago.
"""

import threading
from datetime import timedelta

import structlog
from sqlalchemy import Connection, Engine, delete, func, select, text, update

from chassis import codec
from chassis.bus import NoRoute, Publisher, Topology, declare, publish_event
from chassis.settings import BadSetting, Settings
from chassis.tables import IDEMPOTENCY, INBOX, OUTBOX
from contracts.wire import Envelope

_LOCK, _BATCH, _FORGETTING = 704_151_202, 100, timedelta(hours=1)
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
_log = structlog.get_logger(__name__)


class Relay:
    """Of one service. `wake` is called after each commit that told something; without it the outbox is read every second.

    Raises BadSetting.
    """

    def __init__(self, engine: Engine, settings: Settings, publisher: Publisher, topology: Topology) -> None:
        self._engine, self._settings, self._publisher, self._topology = engine, settings, publisher, topology
        self._work, self._stop = threading.Event(), threading.Event()
        self._clock, self._keep = settings.machine_clock, timedelta(days=settings.integer("KEEP_DONE_DAYS", 30))
        if self._keep < timedelta(days=1):
            raise BadSetting("KEEP_DONE_DAYS", "is less than a day")

    def wake(self) -> None:
        self._work.set()

    def stop(self) -> None:
        self._stop.set()
        self._work.set()

    def run(self) -> None:
        """Blocks until stopped. Any failure, of the broker or of the database, pauses it for 1 s .. 60 s."""
        pause, forget_next = FIRST_PAUSE_SECONDS, self._clock.now()
        while not self._stop.is_set():
            self._work.clear()
            try:
                if self._clock.now() >= forget_next:
                    forget_next += _FORGETTING
                    self.forget()
                waited_for = self.drain()
            except Exception as error:
                _log.warning("events not published, again later", reason=repr(error), pause_seconds=pause)
                self._stop.wait(pause)
                pause = min(LONGEST_PAUSE_SECONDS, pause * 2)
            else:
                pause = FIRST_PAUSE_SECONDS
                self._work.wait(1.0 if waited_for else 0.05)

    def drain(self) -> bool:
        """Publishes all there is; False when another relay is at it. Raises what publishing raises, keeping what was sent."""
        unsent = select(OUTBOX.c.id, OUTBOX.c.envelope).where(OUTBOX.c.sent_at.is_(None)).order_by(OUTBOX.c.id).limit(_BATCH)
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.execute(unsent.limit(1)).first():
                return True
            if not connection.scalar(text(f"SELECT pg_try_advisory_lock({_LOCK})")):
                return False
            try:
                while batch := connection.execute(unsent).all():
                    self._publish_batch(connection, [(number, codec.from_wire(Envelope, envelope)) for number, envelope in batch])
            finally:
                connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK})"))
        return True

    def _publish_batch(self, connection: Connection, batch: list[tuple[int, Envelope]]) -> None:
        sent: list[int] = []
        try:
            for number, envelope in batch:
                self._publish(envelope)
                sent.append(number)
        finally:
            connection.execute(update(OUTBOX).where(OUTBOX.c.id.in_(sent)).values(sent_at=self._clock.now(), envelope={}))

    def forget(self) -> None:
        """Deletes what was sent, applied or answered KEEP_DONE_DAYS ago: an old key or event would then be taken for a new one."""
        with self._engine.begin() as connection:
            for table, done in ((OUTBOX, "sent_at"), (INBOX, "applied_at"), (IDEMPOTENCY, "answered_at")):
                connection.execute(delete(table).where(table.c[done] < self._clock.now() - self._keep))

    def pending(self) -> int:
        """How many events wait to be published."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).where(OUTBOX.c.sent_at.is_(None))) or 0

    def _publish(self, envelope: Envelope) -> None:
        try:
            publish_event(self._publisher, self._topology, self._settings.service, envelope)
        except NoRoute:  # a broker that lost its queues
            declare(self._settings.amqp_uri, self._topology)
            publish_event(self._publisher, self._topology, self._settings.service, envelope)
