"""Contracting on a real PostgreSQL, its neighbours answered by hand: what a whole command or event does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text

from chassis import codec
from chassis.edge import Edge
from chassis.settings import Settings
from chassis.tables import OUTBOX
from contracting import bootstrap
from contracting.adapters import orm
from contracts.billing.v1 import rpc as billing
from contracts.billing.v1.events import DocumentIssued
from contracts.contracting.v1 import rpc
from contracts.contracting.v1.rpc import MissionState
from contracts.identity.v1 import rpc as identity
from contracts.identity.v1.events import AccountRegistered
from contracts.messaging.v1.events import ConversationOpened
from contracts.payments.v1 import rpc as payments
from contracts.payments.v1.events import InstalmentFunded, InstalmentReleased
from contracts.shapes import Address, Party, PartyKind
from contracts.wire import Actor, Envelope, Right, Role, wire_name
from kernel.clock import ManualClock
from kernel.ids import new_id
from kernel.money import Money
from testkit.postgres import Postgres

SIGNS = (Right.ACCEPT_QUOTES, Right.PAY)


def party(id: str) -> Party:
    address = Address(line1="3 quai de la Loire", postcode="44000", city="Nantes", country="FR", zone="MET")
    return Party(id=id, kind=PartyKind.BUSINESS, name=f"Party {id[-4:]}", address=address, siren="404833048")


@dataclass
class Neighbours:
    """Identity, billing and payments as they answer by default; a test replaces what it wants otherwise."""

    answers: dict[type[Any], Callable[[Any], Any]] = field(default_factory=dict)
    asked: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers |= {
            identity.GetStanding: lambda call: self.standing(call.expert_id),
            identity.GetParty: lambda call: party(call.party_id),
            billing.GetMandate: lambda call: self.mandate(call.expert_id, "in_force"),
            billing.PreviewTax: lambda call: self.tax(),
            payments.PreviewCommission: self.commission,
        }

    def ask(self, call: Any, *, service: str | None, deadline_seconds: float) -> Any:
        self.asked.append(call)
        answer = self.answers[type(call)](call)
        return codec.from_wire(codec.answer_of(type(call)), codec.to_wire(answer))

    @staticmethod
    def standing(expert_id: str, *missing: str) -> identity.ExpertStanding:
        return identity.ExpertStanding(
            expert_id=expert_id,
            may_quote=not missing,
            missing=missing,
            admission=identity.AdmissionState.ADMITTED,
            kyc=identity.KycState.PENDING,
            party=None if missing else party(expert_id),
        )

    @staticmethod
    def mandate(expert_id: str, state: str) -> billing.MandateView:
        return billing.MandateView(expert_id=expert_id, state=state, version="2026-01", text="")

    @staticmethod
    def tax(action: str = "issue", rate_bp: int = 2000) -> billing.TaxPreview:
        return billing.TaxPreview(
            action=action,
            rate_bp=rate_bp,
            category="S",
            vatex="",
            mention="",
            source_rule="M35",
            agrees_with_source=True,
            commission_rate_bp=2000,
            commission_category="S",
            reason="" if action == "issue" else "the client's VAT id could not be checked",
        )

    @staticmethod
    def commission(call: payments.PreviewCommission) -> payments.CommissionPreview:
        """15 % HT of the mission, taken on the first instalments that can bear it (A67)."""
        ht = sum((part.ht for part in call.instalments), Money(0)).at_rate(1500)
        left, parts = ht + ht.at_rate(call.vat_rate_bp), []
        terms = rpc.CommissionTerms(
            rate_bp=1500,
            base="mission_ht",
            timing="first_instalment",
            vat_rate_bp=call.vat_rate_bp,
            vat_category=call.vat_category,
            vat_mention="",
            ht=ht,
            vat=ht.at_rate(call.vat_rate_bp),
            ttc=left,
        )
        for part in call.instalments:
            held = min(left, part.ttc)
            left -= held
            parts.append(payments.InstalmentCommission(number=part.number, withheld=held, expert_receives=part.ttc - held))
        receives = sum((part.expert_receives for part in parts), Money(0))
        return payments.CommissionPreview(terms=terms, instalments=tuple(parts), expert_receives=receives)


class Market:
    """Contracting's edge on a database of its own, and the people who use it."""

    def __init__(self, url: str, policy: str, clock: ManualClock) -> None:
        from contracting.service import ContractingService

        self.service, self.clock, self.keys, self.neighbours = ContractingService, clock, count(1), Neighbours()
        self.engine = create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))
        settings = Settings("contracting", {"POLICY": policy, "DATABASE_URL": url}, clock=clock)
        self.edge: Edge[Any] = Edge(bootstrap.build(settings), settings, self.neighbours, engine=self.engine)

    def ask(self, shape: type[Any], actor: Actor, **fields: Any) -> Any:
        """Through the service's own method, as the bus would."""
        if "idempotency_key" in shape.__dataclass_fields__:
            fields.setdefault("idempotency_key", f"key-{next(self.keys)}")
        return self._run(wire_name(shape), shape(actor=actor, **fields))

    def tell(self, event: Any, *, id: str | None = None, at: datetime | None = None) -> None:
        """`at`: when it occurred; now, if it is not said."""
        now = at or self.clock.now()
        envelope = Envelope(
            id=id or new_id("evt", now), type=wire_name(type(event)), version=1, occurred_at=now, correlation_id="cor", data={}
        )
        method = next(name for name, each in vars(self.service).items() if handled(each) is type(event))
        self._run(method, event, envelope)

    def let_time_pass(self, **by: int) -> None:
        self.clock.advance(timedelta(**by))
        self._run("let_time_pass")

    def told(self, shape: type[Any]) -> list[Any]:
        """Every event of this kind so far, oldest first."""
        query = select(OUTBOX.c.envelope).where(OUTBOX.c.type == wire_name(shape)).order_by(OUTBOX.c.id)
        with self.engine.connect() as connection:
            return [codec.from_wire(shape, envelope["data"]) for envelope in connection.scalars(query)]

    def sql(self, query: str) -> list[Any]:
        with self.engine.begin() as connection:
            result = connection.execute(text(query))
            return list(result) if result.returns_rows else []

    # People -----------------------------------------------------------------------------------------------------------

    def expert(self, first_name: str = "Hélène", last_name: str = "Marchand") -> Actor:
        account_id, expert_id = new_id("acc", self.clock.now()), new_id("exp", self.clock.now())
        self.tell(registered(account_id, Role.EXPERT, first_name, last_name, expert_id=expert_id))
        return Actor(role=Role.EXPERT, account_id=account_id, expert_id=expert_id)

    def company(self, name: str = "Atelier Mécanique SAS", rights: tuple[Right, ...] = SIGNS) -> Actor:
        account_id, company_id = new_id("acc", self.clock.now()), new_id("com", self.clock.now())
        self.tell(registered(account_id, Role.COMPANY, "Camille", "Roche", company_id=company_id, company_name=name))
        return Actor(role=Role.COMPANY, account_id=account_id, company_id=company_id, rights=rights)

    def introduce(self, company: Actor, expert: Actor) -> None:
        assert company.company_id
        assert expert.expert_id
        self.tell(
            ConversationOpened(
                conversation_id=new_id("con", self.clock.now()),
                company_id=company.company_id,
                expert_id=expert.expert_id,
                opened_by=Role.COMPANY,
            )
        )

    # The way to a quote, an agreement, a finished mission ---------------------------------------------------------------

    def offers(self, company: Actor, *experts: Actor) -> dict[str, rpc.OfferView]:
        sheet = self.ask(rpc.CreateSheet, company, title="Fewer rejects", objectives="From 6 % to 2 %.")
        page = self.ask(rpc.SendOffers, company, sheet_id=sheet.sheet_id, expert_ids=tuple(each.expert_id for each in experts))
        return {offer.expert_id: offer for offer in page.items}

    def quote(self, expert: Actor, content: rpc.QuoteContent, **to: str) -> rpc.QuoteView:
        """Drafted and sent."""
        draft = self.ask(rpc.DraftQuote, expert, content=content, **to)
        return self.ask(rpc.SendQuote, expert, quote_id=draft.quote_id)

    def _run(self, method: str, *arguments: Any) -> Any:
        service = self.service()
        service.app = Direct(self.edge, arguments[1] if len(arguments) > 1 else None)
        return getattr(service, method)(*arguments[:1])


@dataclass
class Direct:
    """Stands for the bus: hands a use case to the edge."""

    edge: Edge[Any]
    envelope: Envelope | None

    def run(self, use_case: Any, message: Any) -> Any:
        return self.edge.run(use_case, message, envelope=self.envelope)

    def background(self, step: Any) -> Any:
        return self.edge.background(step)


def handled(method: Any) -> type[Any] | None:
    """The event a method of the service handles."""
    for entrypoint in getattr(method, "nameko_entrypoints", ()):
        if type(entrypoint).__name__ == "_Handles":
            return entrypoint.shape
    return None


def registered(account_id: str, role: Role, first_name: str, last_name: str, **more: Any) -> AccountRegistered:
    return AccountRegistered(
        account_id=account_id,
        role=role,
        email="someone@conseil.example",
        first_name=first_name,
        last_name=last_name,
        phone="+33612345678",
        locale="fr",
        **more,
    )


@pytest.fixture(scope="session")
def databases(postgres_server: Postgres) -> Iterator[list[str]]:
    """Migrated databases that are free; emptying one is ten times as quick as making it."""
    free: list[str] = []
    yield free
    for url in free:
        postgres_server.drop(url.rpartition("/")[2])


@pytest.fixture
def market(postgres_server: Postgres, databases: list[str], clock: ManualClock) -> Iterator[Callable[..., Market]]:
    """`market("akigora")`: contracting under one policy, on an empty database of its own."""
    opened: list[tuple[str, Market]] = []

    def open_market(policy: str = "akigora") -> Market:
        url = databases.pop() if databases else postgres_server.url_of(postgres_server.migrated("contracting"))
        opened.append((url, Market(url, policy, clock)))
        return opened[-1][1]

    yield open_market
    for url, each in opened:
        each.sql(f"TRUNCATE {', '.join(orm.metadata.tables)} RESTART IDENTITY; ALTER SEQUENCE mission_numbers RESTART")
        each.engine.dispose()
        databases.append(url)


class Agreed:
    """A mission of 5 520.00 HT, accepted."""

    def __init__(self, here, content):
        self.here, self.buyer, self.seller = here, here.company(), here.expert()
        here.introduce(self.buyer, self.seller)
        quote = here.quote(self.seller, content(), company_id=self.buyer.company_id)
        self.id = here.ask(rpc.AcceptQuote, self.buyer, quote_id=quote.quote_id, version=1).mission_id
        self.amounts = [part.ttc for part in quote.instalments]

    def do(self, call, actor, **more):
        return self.here.ask(call, actor, mission_id=self.id, **more)

    def view(self):
        return self.do(rpc.GetMission, self.buyer)

    def parties(self):
        return {"mission_id": self.id, "company_id": self.buyer.company_id, "expert_id": self.seller.expert_id}

    def fund(self, number, id=None):
        event = InstalmentFunded(
            **self.parties(),
            instalment=number,
            amount=self.amounts[number - 1],
            means="card",
            funded_at=self.here.clock.now(),
            last=number == len(self.amounts),
        )
        self.here.tell(event, id=id)

    def release(self, number):
        amount = self.amounts[number - 1]
        self.here.tell(
            InstalmentReleased(
                **self.parties(),
                instalment=number,
                amount=amount,
                withheld=Money(0),
                expert_receives=amount,
                released_at=self.here.clock.now(),
                last=number == len(self.amounts),
            )
        )

    def issue(self, kind, *, final=False):
        document = DocumentIssued(**self.parties(), document_id="doc_1", kind=kind, number="F-1", ttc=Money(1), final=final)
        self.here.tell(document)

    def close(self):
        for number in range(1, len(self.amounts) + 1):
            self.fund(number)
        if self.view().state is MissionState.ACTIVE:
            self.do(rpc.FileReport, self.seller, text="Done.")
        self.do(rpc.ValidateReport, self.buyer)
        if self.view().state is MissionState.REPORTED:
            self.do(rpc.ValidateReport, self.seller)
        for number in range(1, len(self.amounts) + 1):
            self.release(number)
        self.issue("commission_invoice")
        self.issue("invoice", final=True)


@pytest.fixture
def agreed(market: Callable[..., Market], content: Callable[..., rpc.QuoteContent]) -> Callable[..., Agreed]:
    """`agreed("akigora")`: an accepted mission in a market of its own."""
    return lambda policy="akigora": Agreed(market(policy), content)
