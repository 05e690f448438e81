"""The real service in a real container on a real bus: it previews tax, hears of a mission, and tells of its documents."""

import base64
from datetime import date

import pytest

from contracts.billing.v1 import rpc
from contracts.billing.v1.errors import ServicesOnly, UnknownDocument
from contracts.billing.v1.events import DocumentIssued, DocumentParked, MandateSigned
from contracts.wire import SERVICE, Actor, Right, Role

EXPERT = Actor(role=Role.EXPERT, account_id="acc_expert", expert_id="exp_1")
COMPANY = Actor(role=Role.COMPANY, account_id="acc_company", company_id="com_1")
FINANCE = Actor(role=Role.OPERATOR, account_id="acc_operator", rights=(Right.FINANCE,))


@pytest.fixture
def start(database, bus):
    bus.start("billing.service:BillingService", DATABASE_URL=database("billing"))
    return bus


def sign(bus) -> None:
    mandate = bus.ask(rpc.GetMandate(actor=EXPERT))
    bus.ask(rpc.SignMandate(actor=EXPERT, version=mandate.version, idempotency_key="sign"))


def test_tax_is_previewed_for_services_only(start, stories):
    contract = stories.akigora().contract
    asked = {"seller": contract.seller, "buyer": contract.buyer, "service_kind": "consulting", "on": date(2026, 11, 2)}

    preview = start.ask(rpc.PreviewTax(actor=SERVICE, **asked))

    assert (preview.action, preview.rate_bp, preview.category) == ("issue", 2000, "S")
    assert (preview.source_rule, preview.agrees_with_source) == ("domestic taxes", True)
    assert (preview.commission_rate_bp, preview.commission_category) == (2000, "S")
    with pytest.raises(ServicesOnly):
        start.ask(rpc.PreviewTax(actor=COMPANY, **asked))


def test_a_german_client_is_reverse_charge_as_the_register_says_yes(start, stories, german_client):
    contract = stories.akigora().contract

    preview = start.ask(
        rpc.PreviewTax(
            actor=SERVICE, seller=contract.seller, buyer=german_client, service_kind="consulting", on=date(2026, 11, 2)
        )
    )

    assert (preview.action, preview.rate_bp, preview.category, preview.vatex) == ("issue", 0, "AE", "VATEX-EU-AE")
    assert preview.mention.startswith("Autoliquidation – TVA due par le preneur")


def test_a_mission_told_from_end_to_end_out_of_order_and_twice(start, stories):
    sign(start)
    story = stories.akigora()
    facts = story.whole_life()

    start.tell(facts[0], id="evt_early")  # before the contract is known: it waits
    start.tell(story.contract)
    start.wait_for(DocumentIssued, lambda told: told.instalment == 1)
    for number, fact in enumerate(facts[1:]):
        start.tell(fact, id=f"evt_{number}")
        start.tell(fact, id=f"evt_{number}")

    start.wait_for(DocumentIssued, lambda told: told.instalment == 2)
    final = start.wait_for(DocumentIssued, lambda told: told.final)

    assert (final.kind, final.ttc.amount, final.company_id) == ("invoice", 264_960, "com_1")
    assert start.wait_for(MandateSigned).expert_id == "exp_1"
    documents = start.ask(rpc.ListDocuments(actor=FINANCE, mission_id="mis_1")).items
    numbers = [one.number for one in documents if one.kind in ("deposit_invoice", "invoice")]
    assert numbers == ["PX-0001-2026-00001", "PX-0001-2026-00002", "PX-0001-2026-00003"]
    assert [told.number for told in start.told(DocumentIssued) if told.number.startswith("PX")] == numbers
    file = start.ask(rpc.DownloadDocument(actor=COMPANY, document_id=final.document_id))
    assert base64.b64decode(file.content).startswith(b"%PDF-")
    commission = next(one for one in documents if one.kind == "commission_invoice")
    with pytest.raises(UnknownDocument):
        start.ask(rpc.DownloadDocument(actor=COMPANY, document_id=commission.document_id))


def test_a_parked_invoice_comes_out_by_itself_once_the_mandate_is_signed(start, stories):
    story = stories.akigora()
    start.tell(story.contract)
    start.tell(story.funded(1))
    parked = start.wait_for(DocumentParked)

    sign(start)

    issued = start.wait_for(DocumentIssued, lambda told: told.kind == "deposit_invoice")
    assert (parked.kind, parked.reason) == ("deposit_invoice", "no_mandate_in_force")
    assert (issued.number, issued.instalment) == ("PX-0001-2026-00001", 1)
