"""Sums for dashboards (M22, M64), each one query."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracting.adapters import orm
from contracting.domain.offer import OfferState
from contracts.contracting.v1.rpc import DashboardView, MissionState, QuoteState
from kernel.money import Money


class PostgresFigures:
    def __init__(self, session: Session) -> None:
        self._session = session

    def of_expert(self, expert_id: str, since: datetime) -> DashboardView:
        return self._of("expert_id", expert_id, since)

    def of_company(self, company_id: str, since: datetime) -> DashboardView:
        return self._of("company_id", company_id, since)

    def _of(self, column: str, party_id: str, since: datetime) -> DashboardView:
        offers, quotes, missions = (self._by_state(table, column, party_id) for table in (orm.offers, orm.quotes, orm.missions))
        return DashboardView(
            offers_open=offers.get(OfferState.OPEN, 0),
            quotes_under_study=quotes.get(QuoteState.SENT, 0),
            quotes_accepted=quotes.get(QuoteState.ACCEPTED, 0),
            missions_active=missions.get(MissionState.ACTIVE, 0),
            missions_to_validate=missions.get(MissionState.REPORTED, 0),
            missions_closed=missions.get(MissionState.CLOSED, 0),
            revenue_12_months=self._funded(column, party_id, since),
            pipeline=self._under_study(column, party_id),
        )

    def _by_state(self, table: Any, column: str, party_id: str) -> dict[Any, int]:
        query = select(table.c.state, func.count()).where(table.c[column] == party_id).group_by(table.c.state)
        return dict(tuple(row) for row in self._session.execute(query))

    def _funded(self, column: str, party_id: str, since: datetime) -> Money:
        """HT of what was funded and not given back."""
        parts = orm.instalments.c
        counted = (orm.missions.c[column] == party_id, parts.funded_at > since, parts.refunded_at.is_(None))
        return self._sum(select(func.sum(parts.ht)).join_from(orm.instalments, orm.missions).where(*counted))

    def _under_study(self, column: str, party_id: str) -> Money:
        sent = (orm.quotes.c[column] == party_id, orm.quotes.c.state == QuoteState.SENT)
        return self._sum(select(func.sum(orm.quotes.c.ht)).where(*sent))

    def _sum(self, query: Any) -> Money:
        return self._session.scalar(query) or Money(0)
