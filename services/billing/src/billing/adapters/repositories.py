"""Billing's repositories on PostgreSQL, and its unit of work around the chassis's.

Locks are always taken in one order: a mission, then number series, the mandant's first; so issuing never waits in a circle.
"""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Row, Select, and_, func, insert, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from billing.adapters.orm import (
    DOCUMENT,
    DOCUMENT_FILE,
    DOCUMENT_PLACE,
    MANDANT,
    MANDANT_CODE,
    MANDATE,
    MISSION,
    NUMBER_SERIES,
    VIES_CHECK,
)
from billing.domain.mandate import Mandate
from billing.domain.mission import Facts, Issued, Mission, VatEvent
from billing.domain.numbers import Drawn, Series, legal_day
from billing.domain.paper import Document, Paper, State
from billing.use_cases.ports import Query, ViesAnswer
from chassis import codec, uow
from contracts.contracting.v1.events import QuoteAccepted
from contracts.shapes import Party
from contracts.wire import Event


class SqlMissions:
    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, mission_id: str) -> Mission | None:
        row = self._session.execute(select(MISSION).where(MISSION.c.mission_id == mission_id)).first()
        return _mission(row) if row else None

    def lock(self, mission_id: str) -> Mission:
        return _mission(self._session.execute(select(MISSION).where(MISSION.c.mission_id == mission_id).with_for_update()).one())

    def add(self, mission: Mission) -> None:
        terms = mission.terms
        row: dict[str, Any] = {"mission_id": terms.mission_id, "expert_id": terms.expert_id, "company_id": terms.company_id}
        row |= {"vat_event": mission.vat_event.value, "contest_days": mission.contest_days}
        self._session.execute(insert(MISSION), row | {"terms": codec.to_wire(terms), "facts": codec.to_wire(mission.facts)})

    def keep(self, mission: Mission) -> None:
        kept = update(MISSION).where(MISSION.c.mission_id == mission.terms.mission_id)
        self._session.execute(kept.values(facts=codec.to_wire(mission.facts)))


class SqlDocuments:
    def __init__(self, session: Session) -> None:
        self._session = session

    def of_mission(self, mission_id: str) -> Issued:
        rows = self._session.execute(select(DOCUMENT).where(DOCUMENT.c.mission_id == mission_id).order_by(DOCUMENT.c.place))
        documents = [_document(row) for row in rows]
        return {document.due: document for document in documents}

    def get(self, document_id: str) -> Document | None:
        row = self._session.execute(select(DOCUMENT).where(DOCUMENT.c.document_id == document_id)).first()
        return _document(row) if row else None

    def list(self, query: Query) -> list[tuple[int, Document]]:
        chosen: Select[Any] = select(DOCUMENT)
        if query.expert_id:
            chosen = chosen.where(or_(DOCUMENT.c.seller_id == query.expert_id, DOCUMENT.c.buyer_id == query.expert_id))
        if query.company_id:
            chosen = chosen.where(DOCUMENT.c.buyer_id == query.company_id, DOCUMENT.c.state == State.ISSUED.value)
        if query.mission_id:
            chosen = chosen.where(DOCUMENT.c.mission_id == query.mission_id).order_by(DOCUMENT.c.place)
        else:
            chosen = chosen.order_by(DOCUMENT.c.place.desc())
        if query.after is not None:
            chosen = chosen.where(DOCUMENT.c.place > query.after if query.mission_id else DOCUMENT.c.place < query.after)
        return [(row.place, _document(row)) for row in self._session.execute(chosen.limit(query.limit))]

    def file(self, document_id: str) -> bytes:
        found = select(DOCUMENT_FILE.c.content).where(DOCUMENT_FILE.c.document_id == document_id)
        return bytes(self._session.execute(found).scalar_one())

    def issue(self, document: Document, pdf: bytes) -> None:
        self._write(document, None)
        self._session.execute(insert(DOCUMENT_FILE), {"document_id": document.document_id, "content": pdf})

    def park(self, document: Document, retry_at: datetime) -> None:
        self._write(document, retry_at)

    def hurry(self, expert_id: str, at: datetime) -> None:
        waiting = (DOCUMENT.c.expert_id == expert_id) & (DOCUMENT.c.state == State.PARKED.value)
        self._session.execute(update(DOCUMENT).where(waiting).values(retry_at=at))

    def claim_retry(self, at: datetime, again_at: datetime) -> str | None:
        parked = DOCUMENT.c.state == State.PARKED.value
        ready = select(DOCUMENT.c.mission_id).where(parked, DOCUMENT.c.retry_at <= at).order_by(DOCUMENT.c.retry_at).limit(1)
        mission_id = self._session.scalar(ready.with_for_update(skip_locked=True))
        if mission_id is not None:
            self._session.execute(update(DOCUMENT).where(parked, DOCUMENT.c.mission_id == mission_id).values(retry_at=again_at))
        return mission_id

    def _write(self, document: Document, retry_at: datetime | None) -> None:
        row = {name: getattr(document, name) for name in _DOCUMENT_COLUMNS}
        row |= {
            "place": func.nextval(DOCUMENT_PLACE.name),
            "mission_id": document.paper.mission_id,
            "kind": document.paper.kind.value,
            "instalment": document.paper.instalment,
            "state": document.state.value,
            "number": document.number or None,
            "retry_at": retry_at,
            "paper": codec.to_wire(document.paper),
        }
        self._session.execute(upsert(DOCUMENT).values(row).on_conflict_do_update(index_elements=["document_id"], set_=row))


_DOCUMENT_COLUMNS = (
    "document_id", "expert_id", "company_id", "seller_id", "buyer_id", "created_at", "issued_at", "issued_on", "contest_until",
    "sha256", "reason", "attempts",
)  # fmt: skip


class SqlNumberSeries:
    def __init__(self, session: Session) -> None:
        self._session = session

    def draw(self, owner: str, prefix: str, digits: int, now: datetime) -> Drawn:
        if not self._session.scalar(select(NUMBER_SERIES.c.owner).where(NUMBER_SERIES.c.owner == owner)):
            self._begin(owner, prefix, digits, now)
        row = self._session.execute(select(NUMBER_SERIES).where(NUMBER_SERIES.c.owner == owner).with_for_update()).one()
        after, drawn = Series(**row._mapping).draw(now)
        drawn_to = {"year": after.year, "last": after.last, "last_issued_at": after.last_issued_at}
        self._session.execute(update(NUMBER_SERIES).where(NUMBER_SERIES.c.owner == owner).values(drawn_to))
        return drawn

    def _begin(self, owner: str, prefix: str, digits: int, now: datetime) -> None:
        """Two at once begin one series: the second finds the first's."""
        prefix = prefix or f"PX-{self._session.scalar(MANDANT_CODE):04d}"
        row = {"owner": owner, "prefix": prefix, "digits": digits, "year": legal_day(now).year, "last": 0}
        self._session.execute(upsert(NUMBER_SERIES).values(row).on_conflict_do_nothing(index_elements=["owner"]))


class SqlMandates:
    def __init__(self, session: Session) -> None:
        self._session = session

    def latest(self, expert_id: str) -> Mandate | None:
        found = select(MANDATE).where(MANDATE.c.expert_id == expert_id)
        row = self._session.execute(found.order_by(MANDATE.c.revoked_at.desc().nulls_first()).limit(1)).first()
        return Mandate(**row._mapping) if row else None

    def lock(self, expert_id: str) -> Mandate | None:
        self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"mandate {expert_id}", 0))))
        return self.latest(expert_id)

    def add(self, mandate: Mandate) -> None:
        self._session.execute(insert(MANDATE), vars(mandate))

    def end(self, mandate: Mandate) -> None:
        ended = {"revoked_at": mandate.revoked_at, "revoke_reason": mandate.revoke_reason}
        self._session.execute(update(MANDATE).where(MANDATE.c.mandate_id == mandate.mandate_id).values(ended))

    def remember(self, expert_id: str, party: Party, at: datetime) -> None:
        row = {"party": codec.to_wire(party), "as_of": at}
        kept = upsert(MANDANT).values({"expert_id": expert_id} | row)
        is_news = and_(MANDANT.c.party.is_not(None), or_(MANDANT.c.as_of.is_(None), MANDANT.c.as_of <= at))
        self._session.execute(kept.on_conflict_do_update(index_elements=["expert_id"], set_=row, where=is_news))

    def forget_mandant(self, expert_id: str) -> None:
        row = {"party": null(), "as_of": None}
        kept = upsert(MANDANT).values({"expert_id": expert_id} | row)
        self._session.execute(kept.on_conflict_do_update(index_elements=["expert_id"], set_=row))

    def mandant(self, expert_id: str) -> Party | None:
        party = self._session.scalar(select(MANDANT.c.party).where(MANDANT.c.expert_id == expert_id))
        return codec.from_wire(Party, party) if party else None


class BillingUnitOfWork:
    """Fits `ports.UnitOfWork`."""

    def __init__(self, chassis_uow: uow.UnitOfWork) -> None:
        self._uow = chassis_uow

    @property
    def now(self) -> datetime:
        return self._uow.now

    @property
    def occurred_at(self) -> datetime:
        return self._uow.occurred_at

    @cached_property
    def missions(self) -> SqlMissions:
        return SqlMissions(self._uow.session)

    @cached_property
    def documents(self) -> SqlDocuments:
        return SqlDocuments(self._uow.session)

    @cached_property
    def series(self) -> SqlNumberSeries:
        return SqlNumberSeries(self._uow.session)

    @cached_property
    def mandates(self) -> SqlMandates:
        return SqlMandates(self._uow.session)

    def emit(self, event: Event, *, about: str) -> None:
        self._uow.emit(event, about=about)

    def released(self) -> AbstractContextManager[None]:
        return self._uow.released()

    def commit_and_go_on(self) -> None:
        self._uow.commit_and_go_on()

    def record_vies(self, mission_id: str, vat_id: str, answer: ViesAnswer) -> None:
        said = {"verdict": answer.verdict.value, "consultation": answer.consultation, "raw": answer.raw}
        self._uow.session.execute(insert(VIES_CHECK), {"mission_id": mission_id, "vat_id": vat_id, "checked_at": self.now} | said)


def _mission(row: Row[Any]) -> Mission:
    return Mission(
        terms=codec.from_wire(QuoteAccepted, row.terms),
        vat_event=VatEvent(row.vat_event),
        contest_days=row.contest_days,
        facts=codec.from_wire(Facts, row.facts),
    )


def _document(row: Row[Any]) -> Document:
    known = {name: getattr(row, name) for name in _DOCUMENT_COLUMNS if name not in ("seller_id", "buyer_id")}
    paper, state = codec.from_wire(Paper, row.paper), State(row.state)
    return replace(Document(paper=paper, state=state, **known), number=row.number or "")
