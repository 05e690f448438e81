"""Documents on a real database: each once, with its number and its file, or parked by name."""

import base64
import hashlib
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from contracts.billing.v1 import rpc
from contracts.billing.v1.errors import UnknownDocument
from contracts.contracting.v1.rpc import TaxTerms
from contracts.identity.v1.events import AccountErased
from contracts.wire import VISITOR, Actor, Role
from kernel.errors import Forbidden, Invalid, NotYet

EXPERT = Actor(role=Role.EXPERT, account_id="acc_expert", expert_id="exp_1")
COMPANY = Actor(role=Role.COMPANY, account_id="acc_company", company_id="com_1")
SUPPORT = Actor(role=Role.OPERATOR, account_id="acc_support")


def shown(documents) -> list[tuple[str, str, int]]:
    return [(one.kind, one.number, one.ttc.amount) for one in documents]


def test_a_whole_mission_leaves_its_documents(billing, stories):
    billing.sign_mandate()
    story = stories.akigora()

    billing.tell(story.contract, *story.whole_life())

    assert shown(billing.documents()) == [
        ("purchase_order", "BC-2026-000001", 662_400),
        ("deposit_invoice", "PX-0001-2026-00001", 198_720),
        ("statement", "R-2026-000001", 99_360),
        ("commission_invoice", "C-2026-000001", 99_360),
        ("deposit_invoice", "PX-0001-2026-00002", 198_720),
        ("statement", "R-2026-000002", 198_720),
        ("invoice", "PX-0001-2026-00003", 264_960),
        ("statement", "R-2026-000003", 264_960),
    ]
    final = billing.documents()[6]
    assert (final.type_code, final.ht.amount, final.vat.amount, final.paid.amount, final.due.amount) == (
        "380",
        220_800,
        44_160,
        0,
        264_960,
    )
    assert final.settled_on.isoformat() == "2026-11-05"
    told = billing.told("document_issued")
    assert [(one["kind"], one["final"], one["instalment"]) for one in told] == [
        ("purchase_order", False, None),
        ("deposit_invoice", False, 1),
        ("commission_invoice", False, None),
        ("deposit_invoice", False, 2),
        ("invoice", True, None),
    ]
    assert {one["accounting_email"] for one in told if one["kind"] != "commission_invoice"} == {"compta@atelier.example"}


def test_whatever_comes_twice_or_late_each_document_is_issued_once(billing, stories):
    billing.sign_mandate()
    story = stories.akigora()
    facts = [*story.whole_life()] * 2
    random.Random(7).shuffle(facts)

    with pytest.raises(NotYet):
        billing.tell(facts[0])
    billing.tell(story.contract, story.contract, *facts)

    kinds = sorted(one.kind for one in billing.documents())
    assert kinds == ["commission_invoice", *["deposit_invoice"] * 2, "invoice", "purchase_order", *["statement"] * 3]
    expert_numbers = sorted(one.number for one in billing.documents() if one.number.startswith("PX"))
    assert expert_numbers == ["PX-0001-2026-00001", "PX-0001-2026-00002", "PX-0001-2026-00003"]
    final = next(one for one in billing.documents() if one.kind == "invoice")
    assert final.ttc.amount == 264_960


def test_the_same_event_again_changes_nothing(billing, stories):
    billing.sign_mandate()
    story = stories.akigora()
    billing.tell(story.contract)

    billing.tell(story.funded(1), id="evt_1")
    billing.tell(story.funded(1), id="evt_1")

    assert [one.number for one in billing.documents()] == ["BC-2026-000001", "PX-0001-2026-00001"]


def test_without_a_mandate_the_invoice_is_parked_and_issued_once_it_is_signed(billing, stories):
    story = stories.akigora()
    billing.tell(story.contract, *story.whole_life())

    parked = [one for one in billing.documents() if one.state == "parked"]
    assert [(one.kind, one.number, one.reason) for one in parked] == [("deposit_invoice", "", "no_mandate_in_force")] * 2
    assert [one["reason"] for one in billing.told("document_parked")] == ["no_mandate_in_force"] * 2
    assert [one.kind for one in billing.documents(COMPANY)] == ["purchase_order"]
    with pytest.raises(UnknownDocument):
        billing.ask(rpc.DownloadDocument, document_id=parked[0].document_id)

    billing.sign_mandate()
    billing.retry()

    numbers = [one.number for one in billing.documents(COMPANY)]
    assert numbers == ["BC-2026-000001", "PX-0001-2026-00001", "PX-0001-2026-00002", "PX-0001-2026-00003"]
    assert all(one.state == "issued" for one in billing.documents())


def revoked(billing) -> None:
    billing.ask(rpc.RevokeMandate, reason="Je change de statut")


def erased(billing) -> None:
    billing.tell(AccountErased(account_id="acc_expert", expert_id="exp_1"))


@pytest.mark.parametrize("end", [revoked, erased])
def test_a_mission_accepted_under_the_mandate_gets_all_its_documents_though_it_ends(end, billing, stories, clock):
    """A32, A73: an ended mandate works for the future; what the parties agreed on before is carried through."""
    billing.sign_mandate()
    story = stories.akigora()
    billing.tell(story.contract)
    clock.advance(timedelta(hours=1))

    end(billing)
    billing.tell(*story.whole_life())

    assert shown(billing.documents()) == [
        ("purchase_order", "BC-2026-000001", 662_400),
        ("deposit_invoice", "PX-0001-2026-00001", 198_720),
        ("statement", "R-2026-000001", 99_360),
        ("commission_invoice", "C-2026-000001", 99_360),
        ("deposit_invoice", "PX-0001-2026-00002", 198_720),
        ("statement", "R-2026-000002", 198_720),
        ("invoice", "PX-0001-2026-00003", 264_960),
        ("statement", "R-2026-000003", 264_960),
    ]
    assert [one["kind"] for one in billing.told("document_issued") if one["final"]] == ["invoice"]
    assert billing.told("document_parked") == []


@pytest.mark.parametrize("end", [revoked, erased])
def test_a_mission_accepted_once_the_mandate_is_over_gets_no_invoice(end, billing, stories, clock):
    """A32, A73."""
    billing.sign_mandate()
    end(billing)
    story = stories.akigora()
    story = replace(story, contract=replace(story.contract, accepted_at=clock.now()))

    billing.tell(story.contract, story.funded(1))

    assert [(one.kind, one.state, one.number) for one in billing.documents()] == [
        ("purchase_order", "issued", "BC-2026-000001"),
        ("deposit_invoice", "parked", ""),
    ]
    assert [one["reason"] for one in billing.told("document_parked")] == ["no_mandate_in_force"]


def test_a_refund_is_credited_and_the_commission_of_an_undone_mission_too(billing, stories):
    billing.sign_mandate()
    story = stories.akigora()
    billing.tell(story.contract, story.funded(1), story.released(1), story.withheld(1))

    billing.tell(story.cancelled(), story.refunded(1))

    credit, commission_credit = billing.documents()[-2:]
    assert (credit.kind, credit.type_code, credit.number) == ("credit_note", "503", "PX-0001-2026-00002")
    assert (credit.ht.amount, credit.vat.amount, credit.ttc.amount) == (-165_600, -33_120, -198_720)
    assert credit.credits_number == "PX-0001-2026-00001"
    assert (commission_credit.type_code, commission_credit.number) == ("381", "C-2026-000002")
    assert (commission_credit.ht.amount, commission_credit.ttc.amount) == (-82_800, -99_360)


def test_amounts_that_differ_from_the_contract_are_parked_not_issued(billing, stories):
    billing.sign_mandate()
    story = stories.akigora()
    wrong = replace(story.plan(1), ttc=story.plan(2).ttc + story.plan(2).ht)
    billing.tell(replace(story.contract, instalments=(wrong, *story.contract.instalments[1:])))

    billing.tell(story.funded(1))

    parked = billing.documents()[-1]
    assert (parked.kind, parked.state, parked.reason) == ("deposit_invoice", "parked", "amounts_differ")
    assert billing.rows("SELECT last FROM number_series WHERE owner = 'exp_1'") == []


def test_the_file_is_the_one_that_was_hashed(billing, stories):
    billing.sign_mandate()
    story = stories.akigora()
    billing.tell(story.contract, story.funded(1))
    document = billing.documents()[-1]

    file = billing.ask(rpc.DownloadDocument, COMPANY, document_id=document.document_id)

    content = base64.b64decode(file.content)
    assert (file.filename, file.content_type) == ("PX-0001-2026-00001.pdf", "application/pdf")
    assert content.startswith(b"%PDF-")
    assert hashlib.sha256(content).hexdigest() == document.sha256


@pytest.mark.parametrize("statement", [
    "UPDATE document SET number = 'PX-0001-2026-00009' WHERE state = 'issued'",
    "DELETE FROM document_file",
    "UPDATE document_file SET content = ''",
    "UPDATE mandate SET text = 'other'",
    "DELETE FROM mandate",
])  # fmt: skip
def test_the_database_refuses_to_change_what_was_issued_or_signed(billing, stories, statement):
    billing.sign_mandate()
    billing.tell(stories.akigora().contract)

    with pytest.raises(DBAPIError, match="never changed"):
        billing.rows(statement)


def test_documents_are_shown_to_their_parties_only(billing, stories):
    billing.sign_mandate()
    story = stories.akigora()
    billing.tell(story.contract, *story.whole_life())
    by_kind = {one.kind: one.document_id for one in billing.documents()}
    other_expert = Actor(role=Role.EXPERT, account_id="acc_2", expert_id="exp_2")
    other_company = Actor(role=Role.COMPANY, account_id="acc_3", company_id="com_2")

    def may_see(actor, kind) -> bool:
        try:
            return billing.ask(rpc.GetDocument, actor, document_id=by_kind[kind]).kind == kind
        except UnknownDocument:
            return False

    assert all(may_see(EXPERT, kind) for kind in by_kind)
    assert {kind for kind in by_kind if may_see(COMPANY, kind)} == {"purchase_order", "deposit_invoice", "invoice"}
    assert not any(may_see(actor, kind) for kind in by_kind for actor in (other_expert, other_company, SUPPORT, VISITOR))
    assert len(billing.documents(EXPERT, None)) == 8
    assert len(billing.documents(COMPANY, None)) == 4
    assert billing.documents(other_company) == []
    for actor in (SUPPORT, VISITOR):
        with pytest.raises(Forbidden):
            billing.documents(actor)


def test_a_list_comes_in_pages(billing, stories):
    billing.sign_mandate()
    story = stories.akigora()
    billing.tell(story.contract, *story.whole_life())

    first = billing.ask(rpc.ListDocuments, mission_id="mis_1", limit=5)
    second = billing.ask(rpc.ListDocuments, mission_id="mis_1", limit=5, cursor=first.next_cursor)
    newest = billing.ask(rpc.ListDocuments, limit=1)

    assert (len(first.items), len(second.items), second.next_cursor) == (5, 3, None)
    assert [*first.items, *second.items] == billing.documents()
    assert newest.items[0] == billing.documents()[-1]
    for said, field in (({"limit": 0}, "limit"), ({"cursor": "x"}, "cursor")):
        with pytest.raises(Invalid) as refused:
            billing.ask(rpc.ListDocuments, **said)
        assert refused.value.details["field"] == field


def reverse_charge(stories, client):
    return stories.akigora(tax=TaxTerms(rate_bp=0, category="AE", vatex="VATEX-EU-AE", mention="Autoliquidation"), client=client)


def test_a_reverse_charge_is_checked_again_on_the_day_of_issue(billing, stories, german_client):
    billing.sign_mandate()
    story = reverse_charge(stories, german_client)

    billing.tell(story.contract, story.funded(1))

    assert billing.documents()[-1].state == "issued"
    assert billing.rows("SELECT vat_id, verdict, raw FROM vies_check") == [("DE136695976", "valid", "recorded: valid")]


@pytest.mark.parametrize(("answers", "reason"), [("", "vies_unavailable"), ('DE136695976 = "invalid"', "buyer_vat_id_invalid")])
def test_without_a_yes_of_the_register_the_invoice_waits(start_billing, stories, german_client, tmp_path, answers, reason):
    recorded = tmp_path / "vies.toml"
    recorded.write_text(f"[answers]\n{answers}\n")
    billing = start_billing(VIES=f"recorded:{recorded}")
    billing.sign_mandate()
    story = reverse_charge(stories, german_client)

    billing.tell(story.contract, story.funded(1))

    parked = billing.documents()[-1]
    assert (parked.kind, parked.state, parked.reason) == ("deposit_invoice", "parked", reason)
