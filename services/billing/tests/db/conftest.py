"""Billing's use cases on a real database, without a bus."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from billing import bootstrap
from billing.use_cases import issue_documents, mandates, preview_tax, show_documents
from chassis.edge import Edge
from chassis.settings import Settings
from contracts.billing.v1 import rpc
from contracts.contracting.v1.events import QuoteAccepted
from contracts.identity.v1 import events as identity
from contracts.wire import Actor, Call, Envelope, Event, Right, Role
from kernel.clock import ManualClock
from kernel.ids import new_id

USE_CASES: dict[type[Any], Callable[..., Any]] = {
    rpc.PreviewTax: preview_tax.preview_tax,
    rpc.SignMandate: mandates.sign_mandate,
    rpc.RevokeMandate: mandates.revoke_mandate,
    rpc.GetMandate: mandates.get_mandate,
    rpc.ListDocuments: show_documents.list_documents,
    rpc.GetDocument: show_documents.get_document,
    rpc.DownloadDocument: show_documents.download_document,
    identity.LegalEntityConfirmed: mandates.remember_mandant,
    identity.AccountErased: mandates.end_with_the_account,
    QuoteAccepted: issue_documents.open_mission,
}
EXPERT = Actor(role=Role.EXPERT, account_id="acc_expert", expert_id="exp_1")
COMPANY = Actor(role=Role.COMPANY, account_id="acc_company", company_id="com_1")
FINANCE = Actor(role=Role.OPERATOR, account_id="acc_operator", rights=(Right.FINANCE,))


class Billing:
    """One process of the service on `url`."""

    def __init__(self, url: str, clock: ManualClock, **env: str) -> None:
        settings = Settings("billing", {"DATABASE_URL": url, "POLICY": "akigora", **env}, clock=clock, machine_clock=clock)
        self.clock = clock
        self.edge = Edge(bootstrap.build(settings), settings)
        self._keys = 0

    def ask(self, call: type[Call[Any]], actor: Actor = EXPERT, **said: Any) -> Any:
        self._keys += 1
        key = {"idempotency_key": f"key {self._keys}"} if "idempotency_key" in call.__dataclass_fields__ else {}
        return self.edge.run(USE_CASES[call], call(actor=actor, **key, **said))

    def tell(self, *events: Event, id: str | None = None, at: datetime | None = None) -> None:
        """`at`: when they occurred; now, if it is not said."""
        at = at or self.clock.now()
        for event in events:
            use_case = USE_CASES.get(type(event), issue_documents.hear)
            envelope = Envelope(id=id or new_id("evt", at), type="", version=1, occurred_at=at, correlation_id="", data={})
            self.edge.run(use_case, event, envelope=envelope)

    def sign_mandate(self, actor: Actor = EXPERT) -> Any:
        return self.ask(rpc.SignMandate, actor, version="2026-11", ip="192.0.2.7", user_agent="Firefox")

    def retry(self) -> int:
        tried = 0
        while self.edge.background(issue_documents.retry_parked):
            tried += 1
        return tried

    def documents(self, actor: Actor = FINANCE, mission_id: str | None = "mis_1") -> list[Any]:
        return list(self.ask(rpc.ListDocuments, actor, mission_id=mission_id, limit=100).items)

    def told(self, type_: str) -> list[dict[str, Any]]:
        return [row.envelope["data"] for row in self.rows(f"SELECT envelope FROM outbox WHERE type = '{type_}' ORDER BY id")]

    def rows(self, statement: str) -> list[Any]:
        with self.edge.engine.begin() as connection:
            done = connection.execute(text(statement))
            return list(done) if done.returns_rows else []


@pytest.fixture
def start_billing(database: Callable[[str], str], clock: ManualClock) -> Iterator[Callable[..., Billing]]:
    started: list[Billing] = []

    def start(**env: str) -> Billing:
        started.append(Billing(database("billing"), clock, **env))
        return started[-1]

    yield start
    for one in started:
        one.edge.engine.dispose()


@pytest.fixture
def billing(start_billing: Callable[..., Billing]) -> Billing:
    return start_billing()
