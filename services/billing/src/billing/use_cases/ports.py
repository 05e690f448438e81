"""What the use cases of billing need from outside."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from billing.domain.desk import Desk
from billing.domain.mandate import Mandate, MandateTexts
from billing.domain.mission import Issued, Mission, VatEvent
from billing.domain.numbers import Drawn, legal_day
from billing.domain.paper import Document
from billing.domain.tax import Vies
from contracts.shapes import Party
from contracts.wire import Event


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The operator's settings of billing (P10, P11). `contest_days` is how long an expert may object to a document."""

    mandate_given_at: str
    vat_event: VatEvent
    contest_days: int


class Missions(Protocol):
    def get(self, mission_id: str) -> Mission | None: ...

    def lock(self, mission_id: str) -> Mission:
        """The same, once nobody else is at it; until the end of the transaction."""
        ...

    def add(self, mission: Mission) -> None: ...

    def keep(self, mission: Mission) -> None:
        """Its facts; the contract never changes."""
        ...


class Documents(Protocol):
    def of_mission(self, mission_id: str) -> Issued:
        """Issued and parked ones."""
        ...

    def get(self, document_id: str) -> Document | None: ...

    def list(self, query: "Query") -> list[tuple[int, Document]]:
        """Each with its place in the order of issue."""
        ...

    def file(self, document_id: str) -> bytes:
        """The PDF of an issued document, as it was issued."""
        ...

    def issue(self, document: Document, pdf: bytes) -> None:
        """For good: neither the document nor its file can be changed afterwards."""
        ...

    def park(self, document: Document, retry_at: datetime) -> None: ...

    def hurry(self, expert_id: str, at: datetime) -> None:
        """The expert's parked documents are tried again at once."""
        ...

    def claim_retry(self, at: datetime, again_at: datetime) -> str | None:
        """A mission with a parked document whose time has come; nobody else gets it before `again_at`."""
        ...


@dataclass(frozen=True, kw_only=True)
class Query:
    """Whose documents: `expert_id` as a party to them, `company_id` as the buyer of issued ones; both None for everybody's.

    Newest first, of one mission oldest first; `after` is the place of the last document of the page before.
    """

    expert_id: str | None
    company_id: str | None
    mission_id: str | None
    after: int | None
    limit: int


class NumberSeries(Protocol):
    def draw(self, owner: str, prefix: str, digits: int, now: datetime) -> Drawn:
        """The next number of a series, which stays locked until the end of the transaction; a rollback gives it back.

        An empty prefix: the series of a mandant, which gets a code of its own (PX-0042) with its first number.
        """
        ...


class Mandates(Protocol):
    def latest(self, expert_id: str) -> Mandate | None: ...

    def lock(self, expert_id: str) -> Mandate | None:
        """The latest, once nobody else is signing or revoking."""
        ...

    def add(self, mandate: Mandate) -> None: ...

    def end(self, mandate: Mandate) -> None: ...

    def remember(self, expert_id: str, party: Party, at: datetime) -> None:
        """Who the mandant is in law, as told then; nothing changes when something newer is known, or he was erased."""
        ...

    def forget_mandant(self, expert_id: str) -> None:
        """For good: only that he was erased is remembered."""
        ...

    def mandant(self, expert_id: str) -> Party | None: ...


class UnitOfWork(Protocol):
    @property
    def now(self) -> datetime: ...
    @property
    def occurred_at(self) -> datetime:
        """When the event that is being applied occurred, else now."""
        ...

    @property
    def missions(self) -> Missions: ...
    @property
    def documents(self) -> Documents: ...
    @property
    def series(self) -> NumberSeries: ...
    @property
    def mandates(self) -> Mandates: ...

    def emit(self, event: Event, *, about: str) -> None: ...

    def released(self) -> AbstractContextManager[None]:
        """Nothing is held while something outside is asked."""
        ...

    def commit_and_go_on(self) -> None: ...

    def record_vies(self, mission_id: str, vat_id: str, answer: "ViesAnswer") -> None:
        """Kept as proof of the check."""
        ...


@dataclass(frozen=True, kw_only=True)
class ViesAnswer:
    """What the register said of a VAT id, and when: `consultation` and `raw` are the proof to keep."""

    verdict: Vies
    consultation: str = ""
    raw: str = ""


class VatRegister(Protocol):
    def ask(self, vat_id: str, country: str) -> ViesAnswer:
        """Valid, invalid or unavailable; an id not well formed for its country is invalid. Never raises, never guesses."""
        ...


class Press(Protocol):
    def print(self, document: Document) -> bytes:
        """The PDF of a document that has its number: the same document gives the same bytes."""
        ...


@dataclass(frozen=True, kw_only=True)
class Ports:
    uow: UnitOfWork
    register: VatRegister
    press: Press
    desk: Desk
    texts: MandateTexts
    policy: Policy

    @property
    def today(self) -> date:
        """The legal day documents are issued on."""
        return legal_day(self.uow.now)
