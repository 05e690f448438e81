"""A whole payments service without a bus: its edge on a real database, and the sandbox provider reached through the real adapter."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from requests.adapters import BaseAdapter
from requests.models import PreparedRequest, Response
from requests.structures import CaseInsensitiveDict
from sqlalchemy import Engine, NullPool, create_engine, select, text

from chassis import codec
from chassis.edge import Edge
from chassis.settings import Settings
from chassis.tables import OUTBOX
from contracts.contracting.v1.events import MissionCancelled, QuoteAccepted, ReleaseAuthorised
from contracts.contracting.v1.rpc import CommissionTerms, FundTrigger, InstalmentPlan, QuoteLine, ReleaseTrigger, TaxTerms
from contracts.identity.v1.events import AccountErased, LegalEntityConfirmed
from contracts.payments.v1 import rpc
from contracts.shapes import Address, Evidence, FileContent, Party, PartyKind
from contracts.wire import SERVICE, Actor, Call, Envelope, Event, Right, Role, wire_name
from kernel.clock import ManualClock
from kernel.ids import new_id
from kernel.money import Money, total
from payments import bootstrap
from payments.adapters.stripe import StripeProvider
from payments.use_cases import (
    cancel_payin,
    open_escrow,
    operations,
    pay_instalment,
    payees,
    payouts,
    provider_events,
    read_escrow,
    receive_transfer,
    refund_instalment,
    release_instalment,
    unallocated,
)
from psp_sandbox import config as sandbox_config
from psp_sandbox import store as sandbox_store
from psp_sandbox.app import Sandbox, create_app

T = TypeVar("T")
Told = TypeVar("Told", bound=Event)
HANDLERS: dict[type, Callable[[Any, Any], Any]] = {
    rpc.PreviewCommission: open_escrow.preview_commission,
    rpc.GetEscrow: read_escrow.get_escrow,
    rpc.GetLedger: read_escrow.get_ledger,
    rpc.PayInstalment: pay_instalment.pay_instalment,
    rpc.GetPayin: pay_instalment.get_payin,
    rpc.ListPayins: pay_instalment.list_payins,
    rpc.CancelPayin: cancel_payin.cancel_payin,
    rpc.ListUnallocated: unallocated.list_unallocated,
    rpc.ListPayouts: payouts.list_payouts,
    rpc.SubmitPayeeDocument: payees.submit_document,
    rpc.GetPayee: payees.get_payee,
    rpc.ReceiveWebhook: provider_events.receive_webhook,
    rpc.SimulateTransfer: receive_transfer.simulate_transfer,
    rpc.ListOperations: operations.list_operations,
    rpc.ReplayOperation: operations.replay_operation,
    QuoteAccepted: open_escrow.open_escrow,
    ReleaseAuthorised: release_instalment.authorise_release,
    MissionCancelled: refund_instalment.cancel_mission,
    LegalEntityConfirmed: payees.confirm_payee,
    AccountErased: payees.forget_person,
}
PAYER = Actor(role=Role.COMPANY, account_id="acc_payer", company_id="com_1", rights=(Right.PAY,))
EXPERT = Actor(role=Role.EXPERT, account_id="acc_expert", expert_id="exp_1")
FINANCE = Actor(role=Role.OPERATOR, account_id="acc_team", rights=(Right.FINANCE,))
ADDRESS = Address(line1="1 rue de la Paix", postcode="75002", city="Paris", country="FR")
GOOD_IBAN, FAILING_IBAN = "FR1420041010050500013M02606", "DE62370400440532013001"


class WsgiAdapter(BaseAdapter):
    """`requests` to a WSGI application in this very process; `lose` makes the next answers get lost after the effect."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app, self.seen, self.lose = app, [], 0

    def send(self, request: PreparedRequest, **_: object) -> Response:
        parts = urlsplit(request.url)
        body = request.body.encode() if isinstance(request.body, str) else request.body
        self.seen.append((request.method, parts.path))
        with self.app.test_client() as client:
            headers = list(request.headers.items())
            answer = client.open(parts.path, method=request.method, query_string=parts.query, data=body, headers=headers)
        if self.lose and request.method == "POST":
            self.lose -= 1
            raise requests.ConnectionError("the answer was lost")
        response = Response()
        response.status_code, response._content, response.request = answer.status_code, answer.data, request
        response.headers, response.url = CaseInsensitiveDict(answer.headers.items()), request.url
        return response

    def close(self) -> None: ...


class Interposed:
    """The provider, some of whose methods are a test's."""

    def __init__(self, provider: StripeProvider, methods: dict[str, Callable[..., Any]]) -> None:
        self._provider, self._methods = provider, methods

    def __getattr__(self, name: str) -> Any:
        return self._methods.get(name) or getattr(self._provider, name)


class World:
    """What a test says and sees. `clock` is the trade's and the sandbox's, `machine` paces retries."""

    def __init__(self, database_url: str, sandbox_engine: Engine, clock: ManualClock, policy: str) -> None:
        self.clock, self.machine = clock, ManualClock(datetime.now().astimezone())
        self.sandbox = Sandbox(sandbox_engine, clock, sandbox_config.read(Settings("psp_sandbox", {})))
        self.wire = WsgiAdapter(create_app(self.sandbox))
        self.provider = self.provider_on(self.wire)
        env = {"DATABASE_URL": database_url, "POLICY": policy, "PAYMENTS_POLL_SECONDS": "1", "MAX_WORKERS": "4"}
        self.settings = Settings("payments", env, clock, self.machine)
        self.edge = Edge(bootstrap.build(self.settings, self.provider), self.settings)
        self._keys = count(1)

    def provider_on(self, wire: BaseAdapter) -> StripeProvider:
        session = requests.Session()
        session.mount("http://sandbox.test", wire)
        secrets = ("whsec_sandbox", "whsec_old")
        return StripeProvider("sk_test_sandbox", "http://sandbox.test", secrets, self.machine, "http://market.test", session)

    def interpose(self, **methods: Callable[..., Any]) -> None:
        """From now on these methods of the provider are the test's; none: the provider answers for itself again."""
        self.edge = Edge(
            bootstrap.build(self.settings, Interposed(self.provider, methods)), self.settings, engine=self.edge.engine
        )

    def ask(self, call: Call[T]) -> T:
        return self.edge.run(HANDLERS[type(call)], call)

    def tell(self, event: Event, occurred_at: datetime | None = None) -> None:
        envelope = None
        if occurred_at is not None:
            name = wire_name(type(event))
            envelope = Envelope(
                id=new_id("evt", self.machine.now()), type=name, version=1, occurred_at=occurred_at, correlation_id="c", data={}
            )
        self.edge.run(HANDLERS[type(event)], event, envelope=envelope)

    def drive(self) -> None:
        """What the workers do with the operations that are due now."""
        while self.edge.background(operations.drive_next):
            pass

    def work(self) -> None:
        """What the timers do, until nothing is left to do; retries are not waited for but made due."""
        for _ in range(12):
            self.machine.advance(timedelta(seconds=30))
            self.edge.background(provider_events.poll_provider)
            while self.edge.background(provider_events.apply_next_event):
                pass
            self.edge.background(payouts.send_due_payouts)
            self.edge.background(pay_instalment.cancel_abandoned)
            if not any(iter(lambda: self.edge.background(operations.drive_next), False)) and not self._open_events():
                return

    def told(self, shape: type[Told]) -> list[Told]:
        query = select(OUTBOX.c.envelope).where(OUTBOX.c.type == wire_name(shape)).order_by(OUTBOX.c.id)
        with self.edge.engine.connect() as connection:
            return [codec.from_wire(shape, envelope["data"]) for envelope in connection.scalars(query)]

    def sql(self, query: str) -> list[Any]:
        with self.edge.engine.begin() as connection:
            result = connection.execute(text(query))
            return list(result.all()) if result.returns_rows else []

    # the story's usual steps

    def accept_quote(self, mission_id: str = "mis_1", **more: Any) -> QuoteAccepted:
        event = quote_accepted(mission_id=mission_id, **more)
        self.tell(event)
        return event

    def confirm_expert(self, iban: str = GOOD_IBAN, legal_form: str = "SASU") -> None:
        self.tell(legal_entity(iban, legal_form))

    def submit(self, kind: str, filename: str = "proof.pdf", document_id: str = "") -> Any:
        file = FileContent(filename=filename, content_type="application/pdf", content=base64.b64encode(b"a file").decode())
        document_id = document_id or f"doc_{next(self._keys)}"
        call = rpc.SubmitPayeeDocument(
            actor=SERVICE, idempotency_key=f"key {document_id}", expert_id="exp_1", document_id=document_id, kind=kind, file=file
        )
        return self.ask(call)

    def verify_expert(self, iban: str = GOOD_IBAN) -> None:
        self.confirm_expert(iban)
        self.work()
        for kind in ("identity_proof", "articles", "registration_proof"):
            self.submit(kind)
        self.clock.advance(timedelta(hours=25))
        self.work()

    def pay(self, instalment: int = 1, means: str = "card", payment_method: str = "pm_card_visa", **more: Any) -> rpc.PayinView:
        more = {"actor": PAYER, "idempotency_key": f"key {next(self._keys)}", "mission_id": "mis_1", **more}
        payment_method = payment_method if means == "card" else ""
        return self.ask(rpc.PayInstalment(**more, instalment=instalment, means=means, payment_method=payment_method))

    def send_money(self, iban: str, reference: str, cents: int) -> None:
        amount, key = Money(cents), f"key {next(self._keys)}"
        self.ask(rpc.SimulateTransfer(actor=PAYER, idempotency_key=key, iban=iban, reference=reference, amount=amount))
        self.work()

    def authorise(self, instalment: int, mission_id: str = "mis_1") -> None:
        self.tell(ReleaseAuthorised(mission_id=mission_id, instalment=instalment))

    def cancel(self, mission_id: str = "mis_1") -> None:
        self.tell(
            MissionCancelled(mission_id=mission_id, company_id="com_1", expert_id="exp_1", title="Audit", reason="no budget")
        )

    def escrow(self, mission_id: str = "mis_1") -> rpc.EscrowView:
        return self.ask(rpc.GetEscrow(actor=SERVICE, mission_id=mission_id))

    def balances(self, mission_id: str = "mis_1") -> dict[str, int]:
        view = self.ask(rpc.GetLedger(actor=SERVICE, mission_id=mission_id))
        return {account: balance.amount for account, balance in view.balances.items() if balance}

    def payouts(self) -> list[rpc.PayoutView]:
        return list(self.ask(rpc.ListPayouts(actor=EXPERT)).items)

    def sandbox_balance(self, account: str = "") -> int:
        with sandbox_store.turn(self.sandbox.engine, self.clock, False) as store:
            return sum(one["net"] for one in store.all("balance_transaction", account))

    def at_the_provider(self, kind: str, owner: str | None = None) -> list[dict[str, Any]]:
        with sandbox_store.turn(self.sandbox.engine, self.clock, False) as store:
            return list(store.all(kind, owner))

    def change_account(self, **changes: Any) -> None:
        """The provider thinks otherwise of the expert's account, and its webhook is lost."""
        with sandbox_store.turn(self.sandbox.engine, self.clock, False) as store:
            [account] = store.all("account")
            store.save(account | changes)

    def _open_events(self) -> bool:
        return bool(self.sql("SELECT 1 FROM provider_event WHERE state = 'waiting' LIMIT 1"))


@pytest.fixture(scope="session")
def sandbox_database(postgres_server: Any) -> Any:
    """One for the whole run, emptied before each test."""
    name = postgres_server.create("psp_sandbox")
    engine = create_engine(postgres_server.url_of(name).replace("postgresql://", "postgresql+psycopg2://"), poolclass=NullPool)
    sandbox_store.prepare(engine)
    yield engine
    postgres_server.drop(name)


@pytest.fixture
def sandbox_engine(sandbox_database: Engine) -> Engine:
    with sandbox_database.begin() as connection:
        connection.execute(text("TRUNCATE object, saved_answer, delivery"))
    return sandbox_database


@pytest.fixture
def world(database: Any, sandbox_engine: Engine, clock: ManualClock) -> Any:
    made = World(database("payments"), sandbox_engine, clock, "akigora")
    yield made
    made.edge.engine.dispose()


@pytest.fixture
def mission_internationale(database: Any, sandbox_engine: Engine, clock: ManualClock) -> Any:
    made = World(database("payments"), sandbox_engine, clock, "mission-internationale")
    yield made
    made.edge.engine.dispose()


@pytest.fixture
def signed() -> Callable[..., str]:
    """`signed(body, at, secret)`: the header under which Stripe would send this body."""

    def sign(body: str, at: datetime, secret: str = "whsec_sandbox") -> str:
        moment = int(at.timestamp())
        return f"t={moment},v1=" + hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()

    return sign


@pytest.fixture
def a_quote() -> QuoteAccepted:
    return quote_accepted()


@pytest.fixture
def an_entity() -> LegalEntityConfirmed:
    return legal_entity(GOOD_IBAN, "SASU")


def quote_accepted(
    mission_id: str = "mis_1",
    ht_cents: int = 552_000,
    weights: tuple[int, ...] = (30, 30, 40),
    rate_bp: int = 1500,
    timing: str = "first_instalment",
    company_id: str = "com_1",
) -> QuoteAccepted:
    """A quote of the worked examples: VAT at 20 %, for the mission and for the commission."""
    ht = Money(ht_cents)
    parts = ht.split(weights)
    zero = Money(0)
    instalments = tuple(
        InstalmentPlan(
            number=number,
            ht=part,
            vat=part.at_rate(2000),
            ttc=part + part.at_rate(2000),
            fund=FundTrigger.ACCEPTANCE,
            release=ReleaseTrigger.FUNDING,
            commission=zero,
            expert_receives=zero,
        )
        for number, part in enumerate(parts, 1)
    )
    commission = ht.at_rate(rate_bp)
    party = Party(
        id=company_id, kind=PartyKind.BUSINESS, name="ACME SAS", address=ADDRESS, accounting_email="accounts@acme.example"
    )
    return QuoteAccepted(
        mission_id=mission_id,
        reference="M-2026-0042",
        quote_id="quo_1",
        version=1,
        company_id=company_id,
        expert_id="exp_1",
        title="Audit",
        seller=party,
        buyer=party,
        lines=(QuoteLine(description="Days", quantity="1", unit="flat", unit_price=ht),),
        ht=ht,
        vat=total([one.vat for one in instalments]),
        ttc=total([one.ttc for one in instalments]),
        tax=TaxTerms(rate_bp=2000, category="S"),
        commission=CommissionTerms(
            rate_bp=rate_bp,
            base="mission_ht" if timing == "first_instalment" else "released_ht",
            timing=timing,
            vat_rate_bp=2000,
            vat_category="S",
            vat_mention="",
            ht=commission,
            vat=commission.at_rate(2000),
            ttc=commission + commission.at_rate(2000),
        ),
        instalments=instalments,
        starts_on=date(2026, 11, 3),
        ends_on=date(2026, 11, 30),
        service_kind="consulting",
        evidence=Evidence(
            account_id="acc_payer", name="Ada", at="2026-11-02T09:00:00Z", ip="", user_agent="", document_sha256=""
        ),
        policy="akigora",
        policy_version="2026-11-01",
        accepted_at=datetime.fromisoformat("2026-11-02T09:00:00+00:00"),
    )


def legal_entity(iban: str, legal_form: str) -> LegalEntityConfirmed:
    party = Party(
        id="exp_1", kind=PartyKind.BUSINESS, name="Martin Conseil", address=ADDRESS, legal_form=legal_form, siren="732829320"
    )
    return LegalEntityConfirmed(
        expert_id="exp_1",
        party=party,
        iban=iban,
        bic="",
        account_holder="Martin Conseil",
        email="martin@conseil.example",
        first_name="Jeanne",
        last_name="Martin",
        birth_date="1966-04-12",
    )


def event_body(type: str, about: dict[str, Any], id: str = "evt_1") -> str:
    return json.dumps({"id": id, "object": "event", "type": type, "data": {"object": about}})
