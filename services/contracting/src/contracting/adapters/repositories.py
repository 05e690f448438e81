"""The repositories of contracting over one SQLAlchemy session. `get` reads; `locked` and friends read for update."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.uow import UnitOfWork
from contracting.adapters import orm
from contracting.adapters.figures import PostgresFigures
from contracting.domain.account import Account
from contracting.domain.mission import Mission
from contracting.domain.offer import Offer
from contracting.domain.quote import Quote
from contracting.domain.review import Review
from contracting.domain.sheet import Sheet
from contracting.domain.text import is_storable
from contracting.domain.window import Window
from contracting.use_cases import ports
from contracts.contracting.v1.rpc import MissionState, QuoteState
from contracts.wire import Event, Role
from kernel.ids import is_id

_SENT = exists().where(orm.quote_versions.c.quote_id == orm.quotes.c.id)
Noun = TypeVar("Noun", Sheet, Offer, Quote, Mission, Review)


class _Repository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, noun: Any) -> None:
        self._session.add(noun)

    def _one(self, noun: type[Noun], query: Select[Noun]) -> Noun | None:
        """Read afresh: what was loaded before a lock was waited for may be out of date."""
        return self._session.scalars(query.limit(1), execution_options={"populate_existing": True}).first()

    def _locked(self, noun: type[Noun], table: Any, id: str, prefix: str) -> Noun | None:
        # only the shape of an id is asked for: anything else would be refused by the driver, or find nothing
        return self._one(noun, select(noun).where(table.c.id == id).with_for_update()) if is_id(id, prefix) else None

    def _page(self, noun: type[Noun], table: Any, window: Window, *conditions: ColumnElement[bool]) -> list[Noun]:
        query = select(noun).where(*conditions).order_by(table.c.id.desc()).limit(window.limit + 1)
        if window.before is not None:
            query = query.where(table.c.id < window.before)
        return list(self._session.scalars(query))


class PostgresSheets(_Repository):
    def locked(self, sheet_id: str) -> Sheet | None:
        return self._locked(Sheet, orm.sheets, sheet_id, "she")

    def of_company(self, company_id: str, window: Window) -> list[Sheet]:
        return self._page(Sheet, orm.sheets, window, orm.sheets.c.company_id == company_id)

    def published(self, window: Window) -> list[Sheet]:
        return self._page(Sheet, orm.sheets, window, orm.sheets.c.published)


class PostgresOffers(_Repository):
    def locked(self, offer_id: str) -> Offer | None:
        return self._locked(Offer, orm.offers, offer_id, "off")

    def of_sheet(self, sheet_id: str) -> list[Offer]:
        query = select(Offer).where(orm.offers.c.sheet_id == sheet_id).order_by(orm.offers.c.id).with_for_update()
        return list(self._session.scalars(query, execution_options={"populate_existing": True}))

    def of_expert(self, expert_id: str, window: Window) -> list[Offer]:
        return self._page(Offer, orm.offers, window, orm.offers.c.expert_id == expert_id)

    def of_company(self, company_id: str, window: Window) -> list[Offer]:
        return self._page(Offer, orm.offers, window, orm.offers.c.company_id == company_id)


class PostgresQuotes(_Repository):
    def get(self, quote_id: str) -> Quote | None:
        return self._session.get(Quote, quote_id) if is_id(quote_id, "quo") else None

    def locked(self, quote_id: str) -> Quote | None:
        return self._locked(Quote, orm.quotes, quote_id, "quo")

    def of_round(self, sheet_id: str) -> list[Quote]:
        query = select(Quote).where(orm.quotes.c.sheet_id == sheet_id).order_by(orm.quotes.c.id).with_for_update()
        return list(self._session.scalars(query))

    def has_answer_to(self, offer_id: str) -> bool:
        return bool(self._session.scalar(select(exists().where(orm.quotes.c.offer_id == offer_id))))

    def expired(self, now: datetime) -> Quote | None:
        over = (orm.quotes.c.state == QuoteState.SENT, orm.quotes.c.expires_at <= now)
        query = select(Quote).where(*over).order_by(orm.quotes.c.expires_at)
        return self._one(Quote, query.with_for_update(skip_locked=True))

    def of_expert(self, expert_id: str, state: QuoteState | None, window: Window) -> list[Quote]:
        return self._listed(state, window, orm.quotes.c.expert_id == expert_id)

    def of_company(self, company_id: str, state: QuoteState | None, window: Window) -> list[Quote]:
        return self._listed(state, window, orm.quotes.c.company_id == company_id, _SENT)

    def all_sent(self, state: QuoteState | None, window: Window) -> list[Quote]:
        return self._listed(state, window, _SENT)

    def _listed(self, state: QuoteState | None, window: Window, *conditions: ColumnElement[bool]) -> list[Quote]:
        in_state = [orm.quotes.c.state == state] if state else []
        return self._page(Quote, orm.quotes, window, *conditions, *in_state)


class PostgresMissions(_Repository):
    def get(self, mission_id: str) -> Mission | None:
        return self._session.get(Mission, mission_id) if is_id(mission_id, "mis") else None

    def locked(self, mission_id: str) -> Mission | None:
        return self._locked(Mission, orm.missions, mission_id, "mis")

    def next_number(self) -> int:
        return self._session.scalars(select(orm.MISSION_NUMBERS.next_value())).one()

    def reminder_due(self, now: datetime) -> Mission | None:
        return self._due(orm.missions.c.next_reminder_at, now)

    def silent(self, now: datetime) -> Mission | None:
        return self._due(orm.missions.c.silence_ends_at, now)

    def reviews_due(self, now: datetime) -> Mission | None:
        return self._due(orm.missions.c.reviews_due_at, now)

    def of_expert(self, expert_id: str, state: MissionState | None, window: Window) -> list[Mission]:
        return self._listed(state, window, orm.missions.c.expert_id == expert_id)

    def of_company(self, company_id: str, state: MissionState | None, window: Window) -> list[Mission]:
        return self._listed(state, window, orm.missions.c.company_id == company_id)

    def all(self, state: MissionState | None, window: Window) -> list[Mission]:
        return self._listed(state, window)

    def _due(self, column: Any, now: datetime) -> Mission | None:
        query = select(Mission).where(column <= now).order_by(column)
        return self._one(Mission, query.with_for_update(skip_locked=True))

    def _listed(self, state: MissionState | None, window: Window, *conditions: ColumnElement[bool]) -> list[Mission]:
        in_state = [orm.missions.c.state == state] if state else []
        return self._page(Mission, orm.missions, window, *conditions, *in_state)


class PostgresReviews(_Repository):
    def of_mission(self, mission_id: str) -> list[Review]:
        query = select(Review).where(orm.reviews.c.mission_id == mission_id).order_by(orm.reviews.c.id)
        return list(self._session.scalars(query))

    def published_of(self, expert_id: str, window: Window) -> list[Review]:
        columns = orm.reviews.c
        by_companies = (columns.expert_id == expert_id, columns.author == Role.COMPANY, columns.published_at.is_not(None))
        return self._page(Review, orm.reviews, window, *by_companies) if is_storable(expert_id) else []


class PostgresDirectory(_Repository):
    def get(self, account_id: str) -> Account | None:
        return self._session.get(Account, account_id)

    def locked(self, account_id: str) -> Account | None:
        return self._session.get(Account, account_id, with_for_update=True)

    def colleagues(self, company_id: str) -> list[Account]:
        return list(self._session.scalars(select(Account).where(orm.accounts.c.company_id == company_id)))

    def experts(self, expert_ids: tuple[str, ...]) -> set[str]:
        askable = [expert_id for expert_id in expert_ids if is_storable(expert_id)]
        columns = orm.accounts.c
        query = select(columns.expert_id).where(columns.expert_id.in_(askable), ~columns.erased)
        return set(self._session.scalars(query))

    def name_of(self, party_id: str) -> str:
        columns = orm.accounts.c
        query = select(Account).where(or_(columns.expert_id == party_id, columns.company_id == party_id)).order_by(columns.id)
        account = self._session.scalars(query.limit(1)).first()
        if account is None:
            return ""
        return account.name if account.expert_id == party_id else account.company_name

    def introduce(self, company_id: str, expert_id: str) -> None:
        pair = insert(orm.contacts).values(company_id=company_id, expert_id=expert_id)
        self._session.execute(pair.on_conflict_do_nothing())

    def have_met(self, company_id: str, expert_id: str) -> bool:
        columns = orm.contacts.c
        pair = exists().where(columns.company_id == company_id, columns.expert_id == expert_id)
        return is_storable(company_id) and bool(self._session.scalar(select(pair)))


class ContractingUnitOfWork:
    """One transaction of contracting: its repositories, and the chassis's unit of work behind them."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self.sheets: ports.Sheets = PostgresSheets(uow.session)
        self.offers: ports.Offers = PostgresOffers(uow.session)
        self.quotes: ports.Quotes = PostgresQuotes(uow.session)
        self.missions: ports.Missions = PostgresMissions(uow.session)
        self.reviews: ports.Reviews = PostgresReviews(uow.session)
        self.directory: ports.Directory = PostgresDirectory(uow.session)
        self.figures: ports.Figures = PostgresFigures(uow.session)

    @property
    def now(self) -> datetime:
        return self._uow.now

    @property
    def occurred_at(self) -> datetime:
        return self._uow.occurred_at

    def emit(self, event: Event, *, about: str) -> None:
        self._uow.emit(event, about=about)

    def released(self) -> AbstractContextManager[None]:
        return self._uow.released()
