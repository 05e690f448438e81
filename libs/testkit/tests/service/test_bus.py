"""The service bus, with a service of its own: it keeps count of cancelled missions and asks contracting about each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import MetaData, create_engine

from chassis.app import App, answers, handles
from chassis.neighbours import NeighbourFailed, Neighbours
from chassis.settings import Settings, driven_by_psycopg2
from chassis.tables import METADATA, add_chassis_tables
from chassis.uow import UnitOfWork, Wiring
from contracts import topology
from contracts.contracting.v1.events import MissionCancelled
from contracts.contracting.v1.rpc import GetMission, ListMissions
from contracts.payments.v1.events import PayoutPaid
from contracts.payments.v1.rpc import GetEscrow, GetPayee
from contracts.wire import SERVICE
from kernel.errors import NotFound
from kernel.money import Money
from testkit.bus import ServiceBus


@dataclass(frozen=True)
class Ports:
    uow: UnitOfWork
    neighbours: Neighbours


def build(settings: Settings) -> Wiring[Ports]:
    return Wiring(metadata=add_chassis_tables(MetaData()), ports=Ports)


def pay_out(event: MissionCancelled, ports: Ports) -> None:
    paid = PayoutPaid(
        payout_id="po_1", expert_id=event.expert_id, mission_id=event.mission_id, instalment=1, amount=Money(120_00)
    )
    ports.uow.emit(paid, about=event.mission_id)


def ask_contracting(call: GetEscrow, ports: Ports) -> Any:
    return ports.neighbours.ask(GetMission(actor=SERVICE, mission_id=call.mission_id))


class SmallPayments:
    name = "payments"
    app = App(build)

    @answers(GetEscrow)
    def get_escrow(self, call: GetEscrow) -> Any:
        return self.app.run(ask_contracting, call)

    @handles(MissionCancelled)
    def pay_out(self, event: MissionCancelled) -> None:
        self.app.run(pay_out, event)


CANCELLED = MissionCancelled(mission_id="mis_1", company_id="com_1", expert_id="exp_1", title="Audit", reason="no budget")


@pytest.fixture
def payments(bus: ServiceBus, empty_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> ServiceBus:
    url = empty_database()
    engine = create_engine(driven_by_psycopg2(url))
    METADATA.create_all(engine)
    engine.dispose()
    monkeypatch.setitem(topology.SUBSCRIPTIONS, "payments", (MissionCancelled,))
    bus.start(SmallPayments, DATABASE_URL=url)
    return bus


def test_what_the_service_tells_is_seen(payments: ServiceBus) -> None:
    payments.tell(CANCELLED)

    assert payments.wait_for(PayoutPaid).amount == Money(120_00)
    assert payments.envelopes(PayoutPaid)[0].correlation_id == "cor_test"


def test_an_event_told_twice_under_one_id_is_applied_once_also_across_a_restart(payments: ServiceBus) -> None:
    payments.tell(CANCELLED, id="evt_1")
    payments.wait_for(PayoutPaid)

    payments.restart()
    payments.tell(CANCELLED, id="evt_1")
    payments.tell(CANCELLED, id="evt_2")

    payments.until(lambda: len(payments.told(PayoutPaid)) >= 2)
    assert len(payments.told(PayoutPaid)) == 2


def test_a_neighbour_refuses_as_the_test_says(payments: ServiceBus) -> None:
    def refuse(call: GetMission) -> Any:
        raise NotFound("no such mission", mission_id=call.mission_id)

    payments.answer(GetMission, refuse)

    with pytest.raises(NotFound) as refused:
        payments.ask(GetEscrow(actor=SERVICE, mission_id="mis_9"))

    assert refused.value.details["mission_id"] == "mis_9"


def test_a_neighbour_of_which_nothing_was_said_fails_the_call(payments: ServiceBus) -> None:
    payments.answer(ListMissions, lambda call: None)

    with pytest.raises(NeighbourFailed):
        payments.ask(GetEscrow(actor=SERVICE, mission_id="mis_1"))


def test_a_call_that_the_service_does_not_answer_is_not_found(payments: ServiceBus) -> None:
    with pytest.raises(NotFound, match="does not answer"):
        payments.ask(GetPayee(actor=SERVICE, expert_id="exp_1"))


def test_waiting_for_what_is_not_told_says_what_was(payments: ServiceBus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("testkit.bus.PATIENCE_SECONDS", 0.2)

    with pytest.raises(AssertionError, match=r"PayoutPaid was not told within 0\.2 s"):
        payments.wait_for(PayoutPaid)
