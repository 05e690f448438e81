"""Views and impressions, counted by expert and day in PostgreSQL; who the visitors were is kept for two days only."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalog.adapters.tables import DAILY_COUNT, VISIT
from catalog.use_cases.ports import Counts


class StoredStatistics:
    def __init__(self, session: Session) -> None:
        self._session = session

    def count_view(self, expert_id: str, day: date, visitor: str) -> bool:
        first = insert(VISIT).values(day=day, expert_id=expert_id, visitor=visitor).on_conflict_do_nothing()
        if self._session.execute(first.returning(VISIT.c.visitor)).first() is None:
            return False
        self._add([expert_id], day, views=1, impressions=0)
        return True

    def count_impressions(self, expert_ids: Sequence[str], day: date) -> None:
        self._add(expert_ids, day, views=0, impressions=1)

    def counts(self, expert_id: str, since: date | None = None) -> Counts:
        total = select(func.coalesce(func.sum(DAILY_COUNT.c.views), 0), func.coalesce(func.sum(DAILY_COUNT.c.impressions), 0))
        total = total.where(DAILY_COUNT.c.expert_id == expert_id)
        views, impressions = self._session.execute(total.where(DAILY_COUNT.c.day >= since) if since else total).one()
        return Counts(views=int(views), impressions=int(impressions))

    def forget_visitors(self, before: date) -> None:
        self._session.execute(delete(VISIT).where(VISIT.c.day < before))

    def _add(self, expert_ids: Sequence[str], day: date, *, views: int, impressions: int) -> None:
        """One statement; in the order of the ids, so that two searches at once never wait for each other in a circle."""
        if not expert_ids:
            return
        rows = [{"expert_id": expert, "day": day, "views": views, "impressions": impressions} for expert in sorted(expert_ids)]
        new = insert(DAILY_COUNT).values(rows)
        more = {name: DAILY_COUNT.c[name] + new.excluded[name] for name in ("views", "impressions")}
        self._session.execute(new.on_conflict_do_update(index_elements=["expert_id", "day"], set_=more))
