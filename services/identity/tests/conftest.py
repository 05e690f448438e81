"""Identity at its edge on the real PostgreSQL: people of each kind, what was told, and a payments that does as a test says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from chassis import codec, settings
from chassis.edge import Edge
from chassis.tables import OUTBOX
from contracts.billing.v1.events import MandateSigned
from contracts.identity.v1 import rpc
from contracts.payments.v1.rpc import SubmitPayeeDocument
from contracts.shapes import Address, Done, VatStatus
from contracts.wire import SERVICE, VISITOR, Actor, Call, Event, Right, wire_name
from identity import bootstrap
from identity.use_cases import admit_expert, declare_legal_entity, open_session, register, sign
from kernel.clock import ManualClock

PASSWORD = "a long walk to the sea"
NANTES = Address(line1="3 quai de la Loire", postcode="44000", city="Nantes", country="FR", zone="MET")


@dataclass
class Payments:
    """The neighbour: keeps the documents it was handed; raises `refusal` when there is one."""

    documents: list[SubmitPayeeDocument] = field(default_factory=list)
    refusal: Exception | None = None

    def ask(self, call: Call[Any], *, service: str | None, deadline_seconds: float) -> Any:
        assert isinstance(call, SubmitPayeeDocument)
        if self.refusal:
            raise self.refusal
        self.documents.append(codec.from_wire(SubmitPayeeDocument, codec.to_wire(call)))
        return Done(id="file_1")


class Identity:
    """`ask` runs a use case at the edge, `told` reads the outbox as a consumer would."""

    def __init__(self, edge: Edge[Any], payments: Payments, clock: ManualClock) -> None:
        self.edge, self.payments, self.clock = edge, payments, clock
        self._number = 0

    def key(self) -> str:
        self._number += 1
        return f"key-{self._number}"

    def ask(self, use_case: Callable[..., Any], call: Any) -> Any:
        return self.edge.run(use_case, call)

    def told(self, shape: type[Event]) -> list[Any]:
        with self.edge.engine.connect() as connection:
            envelopes = connection.scalars(select(OUTBOX.c.envelope).order_by(OUTBOX.c.id)).all()
        return [codec.from_wire(shape, envelope["data"]) for envelope in envelopes if envelope["type"] == wire_name(shape)]

    def expert_call(self, email: str = "jeanne.martin@conseil.example", **more: Any) -> rpc.RegisterExpert:
        call = rpc.RegisterExpert(
            actor=VISITOR,
            idempotency_key=self.key(),
            email=email,
            password=PASSWORD,
            first_name="Jeanne",
            last_name="Martin",
            phone="06 12 34 56 78",
            birth_date=date(1968, 4, 12),
            years_of_experience=28,
            accept_terms=True,
        )
        return replace(call, **more)

    def company_call(self, email: str = "camille@atelier.example", **more: Any) -> rpc.RegisterCompany:
        call = rpc.RegisterCompany(
            actor=VISITOR,
            idempotency_key=self.key(),
            email=email,
            password=PASSWORD,
            first_name="Camille",
            last_name="Roche",
            phone="+33612345678",
            company_name="Atelier Mécanique",
            accept_terms=True,
        )
        return replace(call, **more)

    def expert(self, email: str = "jeanne.martin@conseil.example", **more: Any) -> Actor:
        return actor_of(self.ask(register.register_expert, self.expert_call(email, **more)))

    def company(self, email: str = "camille@atelier.example", **more: Any) -> Actor:
        return actor_of(self.ask(register.register_company, self.company_call(email, **more)))

    def operator(self, email: str, *rights: Right) -> Actor:
        call = rpc.RegisterOperator(
            actor=SERVICE,
            idempotency_key=self.key(),
            email=email,
            password=PASSWORD,
            first_name="Max",
            last_name="Team",
            rights=rights,
        )
        return actor_of(self.ask(register.register_operator, call))

    def log_in(self, email: str, password: str = PASSWORD, **more: Any) -> rpc.SessionView:
        call = rpc.LogIn(actor=VISITOR, email=email, password=password, **more)
        return self.ask(open_session.log_in, call)

    def who(self, secret: str) -> Actor:
        return self.ask(open_session.authenticate, rpc.Authenticate(actor=VISITOR, secret=secret))

    def entity_call(self, actor: Actor, **more: Any) -> rpc.SetLegalEntity:
        call = rpc.SetLegalEntity(
            actor=actor,
            idempotency_key=self.key(),
            legal_form="SASU",
            legal_name="Martin Conseil SASU",
            address=NANTES,
            vat_status=VatStatus.REGISTERED,
            iban="FR76 3000 6000 0112 3456 7890 189",
            bic="AGRIFRPPXXX",
            account_holder="Martin Conseil",
            siren="404 833 048",
            vat_id="FR 83 404 833 048",
        )
        return replace(call, **more)

    def declare(self, actor: Actor, **more: Any) -> rpc.LegalEntityView:
        return self.ask(declare_legal_entity.set_legal_entity, self.entity_call(actor, **more))

    def sign_charter(self, actor: Actor, version: str = "2026-01") -> Done:
        return self.ask(
            sign.sign_charter, rpc.SignCharter(actor=actor, idempotency_key=self.key(), version=version, ip="192.0.2.7")
        )

    def sign_mandate(self, actor: Actor) -> None:
        event = MandateSigned(expert_id=actor.expert_id or "", version="1", signed_at=self.clock.now())
        self.edge.run(sign.note_mandate_signed, event)

    def submit(self, actor: Actor, letters: int = 0) -> rpc.AdmissionView:
        call = rpc.SubmitForAdmission(
            actor=actor, idempotency_key=self.key(), presentation="Trente ans d'usines.", reference_letters=letters
        )
        return self.ask(admit_expert.submit_for_admission, call)

    def vote(self, member: Actor, expert: Actor, in_favour: bool = True, reason: str = "Parcours solide.") -> rpc.AdmissionView:
        call = rpc.VoteOnAdmission(
            actor=member, idempotency_key=self.key(), expert_id=expert.expert_id or "", in_favour=in_favour, reason=reason
        )
        return self.ask(admit_expert.vote_on_admission, call)

    def admitted(self, email: str = "jeanne.martin@conseil.example") -> Actor:
        expert = self.expert(email)
        self.sign_charter(expert)
        self.sign_mandate(expert)
        self.submit(expert, letters=1)
        for _ in range(self.edge.settings.policy("identity")["admission_votes_required"]):
            self.vote(self.operator(f"{self.key()}@akigora.example", Right.COMMITTEE), expert)
        return expert


def actor_of(account: rpc.AccountView) -> Actor:
    """Who a session of this account would stand for."""
    return Actor(
        role=account.role,
        account_id=account.account_id,
        expert_id=account.expert_id,
        company_id=account.company_id,
        rights=account.rights,
    )


@pytest.fixture
def make_identity(database, clock) -> Iterator[Callable[..., Identity]]:
    engines = []

    def make(policy: str = "akigora", **env: str) -> Identity:
        told = settings.use("identity", {"DATABASE_URL": database("identity"), "POLICY": policy, **env}, clock=clock)
        payments = Payments()
        edge = Edge(bootstrap.build(told), told, payments)
        engines.append(edge.engine)
        return Identity(edge, payments, clock)

    yield make
    for engine in engines:
        engine.dispose()
    settings.forget()


@pytest.fixture
def identity(make_identity) -> Identity:
    """Under Akigora's policy."""
    return make_identity()
