"""The service in its container on a real bus, the sandbox in its own over HTTP; nothing else of the marketplace is there."""

import base64
import socket
from datetime import timedelta

import pytest

from chassis import settings
from chassis.host import Host
from contracts.contracting.v1.events import MissionCancelled, ReleaseAuthorised
from contracts.payments.v1 import rpc
from contracts.payments.v1.errors import AlreadyFunded, ForgedWebhook, MeansNotAccepted, UnknownEscrow
from contracts.payments.v1.events import (
    CommissionWithheld,
    InstalmentFunded,
    InstalmentRefunded,
    InstalmentReleased,
    PayeeDocumentChecked,
    PayeeStatusChanged,
    PayoutPaid,
    PayoutSent,
)
from contracts.shapes import FileContent
from contracts.wire import SERVICE, VISITOR, Actor, Right, Role
from kernel.money import Money
from psp_sandbox.service import SandboxService

PAYER = Actor(role=Role.COMPANY, account_id="acc_payer", company_id="com_1", rights=(Right.PAY,))


@pytest.fixture
def sandbox_address(empty_database, clock):
    """Made before the bus, so that it outlives the service that speaks to it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    settings.use("psp_sandbox", {"DATABASE_URL": empty_database(), "HTTP_ADDRESS": address}, clock=clock)
    sandbox = Host([[SandboxService]])
    sandbox.start()
    yield address
    sandbox.stop()


@pytest.fixture
def payments(database, sandbox_address, bus):
    env = {"STRIPE_API_BASE": f"http://{sandbox_address}", "PAYMENTS_POLL_SECONDS": "1"}
    bus.start("payments.service:PaymentsService", DATABASE_URL=database("payments"), **env)
    return bus


def pay(bus, key="pay", **more):
    more = {"mission_id": "mis_1", "instalment": 1, "means": "card", "payment_method": "pm_card_visa", **more}
    return bus.ask(rpc.PayInstalment(actor=PAYER, idempotency_key=key, **more))


def escrow_of(bus):
    try:
        return bus.ask(rpc.GetEscrow(actor=SERVICE, mission_id="mis_1"))
    except UnknownEscrow:
        return None


def verify(bus, clock, entity):
    bus.tell(entity)
    bus.wait_for(PayeeStatusChanged)
    for kind in ("identity_proof", "articles", "registration_proof"):
        content = base64.b64encode(b"a file").decode()
        file = FileContent(filename=f"{kind}.pdf", content_type="application/pdf", content=content)
        call = rpc.SubmitPayeeDocument(
            actor=SERVICE, idempotency_key=kind, expert_id="exp_1", document_id=f"doc_{kind}", kind=kind, file=file
        )
        assert bus.ask(call).id.startswith("file_")
    clock.advance(timedelta(hours=25))
    bus.wait_for(PayeeStatusChanged, lambda told: told.state is rpc.PayeeState.VERIFIED)


def test_a_mission_is_paid_released_and_paid_out_over_the_bus(payments, clock, a_quote, an_entity):
    bus = payments
    verify(bus, clock, an_entity)
    bus.tell(a_quote)
    bus.until(lambda: escrow_of(bus))

    paid = pay(bus)
    bus.tell(ReleaseAuthorised(mission_id="mis_1", instalment=1))

    assert paid.state is rpc.PayinState.SUCCEEDED
    assert bus.wait_for(InstalmentFunded).amount == Money(198_720)
    assert bus.wait_for(InstalmentReleased).expert_receives == Money(99_360)
    assert bus.wait_for(CommissionWithheld).commission_ttc == Money(99_360)
    bus.until(lambda: "psp:connected:exp_1" in bus.ask(rpc.GetLedger(actor=SERVICE, mission_id="mis_1")).balances)
    clock.advance(timedelta(days=4))
    wait_long(bus, PayoutSent)
    clock.advance(timedelta(days=2))
    assert wait_long(bus, PayoutPaid).amount == Money(99_360)
    assert len(bus.told(PayeeDocumentChecked)) == 3


def test_paying_twice_and_wrongly_is_refused_by_name(payments, a_quote):
    bus = payments
    bus.tell(a_quote)
    bus.until(lambda: escrow_of(bus))

    first = pay(bus, key="same")
    again = pay(bus, key="same")
    with pytest.raises(AlreadyFunded):
        pay(bus, key="other")
    with pytest.raises(MeansNotAccepted):
        pay(bus, key="cheque", means="cheque")
    with pytest.raises(ForgedWebhook):
        bus.ask(rpc.ReceiveWebhook(actor=VISITOR, idempotency_key="w", body="{}", signature="t=1,v1=00"))

    assert first == again
    assert len(bus.told(InstalmentFunded)) == 1


def test_a_transfer_that_only_the_poll_tells_of_is_held_and_goes_back_when_cancelled(payments, a_quote):
    bus = payments
    bus.tell(a_quote)
    bus.until(lambda: escrow_of(bus))

    asked = pay(bus, means="transfer", payment_method="").transfer
    bus.ask(
        rpc.SimulateTransfer(actor=PAYER, idempotency_key="t", iban=asked.iban, reference=asked.reference, amount=asked.amount)
    )

    assert wait_long(bus, InstalmentFunded).means == "transfer"
    bus.tell(MissionCancelled(mission_id="mis_1", company_id="com_1", expert_id="exp_1", title="Audit", reason="no budget"))
    assert wait_long(bus, InstalmentRefunded).amount == Money(198_720)


def test_events_that_come_twice_or_too_early_are_applied_once(payments, a_quote):
    bus = payments
    bus.tell(ReleaseAuthorised(mission_id="mis_1", instalment=1), id="evt_early")
    for _ in range(2):
        bus.tell(a_quote, id="evt_quote")
    bus.until(lambda: escrow_of(bus))

    pay(bus)

    assert wait_long(bus, InstalmentReleased).withheld == Money(99_360)
    assert len(bus.told(InstalmentReleased)) == 1


def wait_long(bus, event):
    """Timers and polls need some seconds."""
    try:
        return bus.wait_for(event)
    except AssertionError:
        return bus.wait_for(event)
