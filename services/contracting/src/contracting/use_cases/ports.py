"""What contracting's use cases need from outside: their unit of work with its repositories, the neighbours, the policy.

`locked` and `..._due` read rows for update: a second transaction waits for the first and then sees what it left.
Rows are always locked in this order: sheet, offers, quotes; missions.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from contracting.domain.account import Account
from contracting.domain.mission import Mission
from contracting.domain.offer import Offer
from contracting.domain.policy import ContractingPolicy, PolicyName
from contracting.domain.quote import Quote
from contracting.domain.review import Review
from contracting.domain.sheet import Sheet
from contracting.domain.window import Window
from contracts.contracting.v1.rpc import DashboardView, MissionState, QuoteState
from contracts.wire import Call, Event

Answer = TypeVar("Answer")


class Sheets(Protocol):
    def add(self, sheet: Sheet) -> None: ...
    def locked(self, sheet_id: str) -> Sheet | None: ...
    def of_company(self, company_id: str, window: Window) -> list[Sheet]: ...
    def published(self, window: Window) -> list[Sheet]: ...


class Offers(Protocol):
    def add(self, offer: Offer) -> None: ...
    def locked(self, offer_id: str) -> Offer | None: ...
    def of_sheet(self, sheet_id: str) -> list[Offer]:
        """Locked."""
        ...

    def of_expert(self, expert_id: str, window: Window) -> list[Offer]: ...
    def of_company(self, company_id: str, window: Window) -> list[Offer]: ...


class Quotes(Protocol):
    def add(self, quote: Quote) -> None: ...
    def get(self, quote_id: str) -> Quote | None: ...
    def locked(self, quote_id: str) -> Quote | None: ...
    def of_round(self, sheet_id: str) -> list[Quote]:
        """Locked."""
        ...

    def has_answer_to(self, offer_id: str) -> bool:
        """Whether a quote was drafted for this offer."""
        ...

    def expired(self, now: datetime) -> Quote | None:
        """One sent quote whose validity is over, locked; those that others hold are left out."""
        ...

    def of_expert(self, expert_id: str, state: QuoteState | None, window: Window) -> list[Quote]: ...
    def of_company(self, company_id: str, state: QuoteState | None, window: Window) -> list[Quote]:
        """Those that were sent to it."""
        ...

    def all_sent(self, state: QuoteState | None, window: Window) -> list[Quote]: ...


class Missions(Protocol):
    def add(self, mission: Mission) -> None: ...
    def get(self, mission_id: str) -> Mission | None: ...
    def locked(self, mission_id: str) -> Mission | None: ...
    def next_number(self) -> int:
        """Never given twice; there may be gaps."""
        ...

    def reminder_due(self, now: datetime) -> Mission | None: ...
    def silent(self, now: datetime) -> Mission | None: ...
    def reviews_due(self, now: datetime) -> Mission | None: ...
    def of_expert(self, expert_id: str, state: MissionState | None, window: Window) -> list[Mission]: ...
    def of_company(self, company_id: str, state: MissionState | None, window: Window) -> list[Mission]: ...
    def all(self, state: MissionState | None, window: Window) -> list[Mission]: ...


class Reviews(Protocol):
    def add(self, review: Review) -> None: ...
    def of_mission(self, mission_id: str) -> list[Review]: ...
    def published_of(self, expert_id: str, window: Window) -> list[Review]:
        """What companies said of an expert."""
        ...


class Directory(Protocol):
    """Copies of identity's and messaging's facts: accounts, and who is in contact with whom."""

    def add(self, account: Account) -> None: ...
    def get(self, account_id: str) -> Account | None: ...
    def locked(self, account_id: str) -> Account | None: ...
    def colleagues(self, company_id: str) -> list[Account]: ...
    def experts(self, expert_ids: tuple[str, ...]) -> set[str]:
        """Those of these that exist and are not erased."""
        ...

    def name_of(self, party_id: str) -> str:
        """An expert's or a company's; empty when unknown."""
        ...

    def introduce(self, company_id: str, expert_id: str) -> None:
        """They are in contact from now on; once is enough."""
        ...

    def have_met(self, company_id: str, expert_id: str) -> bool: ...


class Figures(Protocol):
    """Sums for dashboards; `since`: from when money counts."""

    def of_expert(self, expert_id: str, since: datetime) -> DashboardView: ...
    def of_company(self, company_id: str, since: datetime) -> DashboardView: ...


class UnitOfWork(Protocol):
    """One transaction of contracting."""

    sheets: Sheets
    offers: Offers
    quotes: Quotes
    missions: Missions
    reviews: Reviews
    directory: Directory
    figures: Figures

    @property
    def now(self) -> datetime: ...
    @property
    def occurred_at(self) -> datetime:
        """When the event that is being applied occurred, else now."""
        ...

    def emit(self, event: Event, *, about: str) -> None: ...
    def released(self) -> AbstractContextManager[None]: ...


class Neighbours(Protocol):
    """Identity, billing and payments; never asked while a transaction is open."""

    def ask(self, call: Call[Answer]) -> Answer: ...


@dataclass(frozen=True)
class Ports:
    uow: UnitOfWork
    neighbours: Neighbours
    policy: ContractingPolicy
    policy_name: PolicyName
