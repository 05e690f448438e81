"""The ledger in PostgreSQL: posting through one SQL function, reading a mission's journals.

The database itself keeps the rules (migration 0001): balanced, append-only, once for each key, no overdraft.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from contracts.payments.v1.rpc import LedgerLine
from kernel.money import Money
from payments.adapters.orm import ENTRY, JOURNAL
from payments.domain.ledger import Journal, is_debit_side


class SqlLedger:
    """`now` says when the journals posted through it happen."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session, self._now = session, now

    def post(self, journal: Journal) -> None:
        """Raises the database's error for an unbalanced journal, a key used with another body, or an overdraft."""
        body = [[entry.account, entry.amount.amount] for entry in journal.entries]
        said = json.dumps([journal.kind, journal.mission_id, body])
        self._session.flush()
        self._session.execute(
            text("SELECT post_journal(:at, :kind, :mission_id, :key, :body_hash, CAST(:entries AS jsonb))"),
            {
                "at": self._now(),
                "kind": journal.kind,
                "mission_id": journal.mission_id,
                "key": journal.key,
                "body_hash": hashlib.sha256(said.encode()).hexdigest(),
                "entries": json.dumps(body),
            },
        )

    def lines(self, mission_id: str) -> Sequence[LedgerLine]:
        columns = (JOURNAL.c.id, JOURNAL.c.at, JOURNAL.c.kind, ENTRY.c.account, ENTRY.c.amount)
        query = select(*columns).join(ENTRY, ENTRY.c.journal_id == JOURNAL.c.id).where(JOURNAL.c.mission_id == mission_id)
        nothing = Money(0)
        return [
            LedgerLine(
                journal_id=row.id,
                at=row.at,
                kind=row.kind,
                account=row.account,
                debit=max(row.amount, nothing),
                credit=max(-row.amount, nothing),
            )
            for row in self._session.execute(query.order_by(JOURNAL.c.id, ENTRY.c.id))
        ]

    def balances(self, mission_id: str) -> Mapping[str, Money]:
        query = select(ENTRY.c.account, func.sum(ENTRY.c.amount)).join(JOURNAL, ENTRY.c.journal_id == JOURNAL.c.id)
        sums = self._session.execute(
            query.where(JOURNAL.c.mission_id == mission_id).group_by(ENTRY.c.account).order_by(ENTRY.c.account)
        )
        return {account: amount if is_debit_side(account) else -amount for account, amount in sums}
