"""The payee at the provider: documents pending, refused with a reason, handed in again, validated (M40, M56-M58)."""

import dataclasses
from datetime import timedelta

import pytest

from contracts.identity.v1.events import AccountErased
from contracts.payments.v1.errors import DocumentNotAccepted, UnknownPayee
from contracts.payments.v1.events import PayeeDocumentChecked, PayeeStatusChanged
from contracts.payments.v1.rpc import GetPayee, ListOperations, PayeeState, ReplayOperation, SubmitPayeeDocument
from contracts.shapes import FileContent
from contracts.wire import SERVICE, Actor, Right, Role
from kernel.errors import Forbidden
from payments.use_cases.provider import Bug, Unknown

FINANCE = Actor(role=Role.OPERATOR, account_id="acc_team", rights=(Right.FINANCE,))
OTHER_IBAN = "DE89370400440532013000"


def states(world):
    return [(told.state, told.due) for told in world.told(PayeeStatusChanged)]


def test_the_provider_asks_for_what_the_legal_form_needs(world):
    world.confirm_expert(legal_form="micro-entrepreneur")
    world.work()

    assert states(world) == [(PayeeState.INCOMPLETE, ("identity_proof", "registration_proof"))]
    assert world.ask(GetPayee(actor=SERVICE, expert_id="exp_1")).due == ("identity_proof", "registration_proof")


def test_a_refused_document_is_told_with_its_reason_and_can_be_handed_in_again(world):
    world.confirm_expert()
    world.work()
    for kind in ("articles", "registration_proof"):
        world.submit(kind)
    world.submit("identity_proof", "passport-blurry.pdf", document_id="doc_blurry")
    world.work()
    assert states(world)[-1] == (PayeeState.PENDING, ())

    world.clock.advance(timedelta(hours=25))
    world.work()

    refused = [told for told in world.told(PayeeDocumentChecked) if told.state == "refused"]
    assert [(told.document_id, told.reason) for told in refused] == [("doc_blurry", "The document is too blurry to be read.")]
    assert states(world)[-1] == (PayeeState.INCOMPLETE, ("identity_proof",))

    world.submit("identity_proof", "passport.pdf", document_id="doc_sharp")
    world.clock.advance(timedelta(hours=25))
    world.work()

    assert world.told(PayeeDocumentChecked)[-1].document_id == "doc_sharp"
    assert states(world)[-1] == (PayeeState.VERIFIED, ())


def test_a_document_that_comes_before_the_account_waits_for_it_and_is_not_kept(world):
    early = world.submit("identity_proof")
    world.confirm_expert()
    world.work()
    world.work()

    assert early.id == ""
    assert world.sql("SELECT file_ref IS NOT NULL FROM payee_document") == [(True,)]
    assert world.sql("SELECT input ->> 'content' FROM operation WHERE kind = 'submit_document'") == [("",)]


def test_the_same_details_again_ask_nothing_of_the_provider(world):
    world.confirm_expert()
    world.work()
    asked = len(world.sql("SELECT * FROM operation"))

    world.confirm_expert()

    assert len(world.sql("SELECT * FROM operation")) == asked


@pytest.mark.parametrize(("kind", "filename", "field"), [("selfie", "a.pdf", "kind")])
def test_a_document_nobody_asked_for_is_refused(world, kind, filename, field):
    with pytest.raises(DocumentNotAccepted) as refused:
        world.submit(kind, filename)

    assert refused.value.details["field"] == field


def test_an_erased_persons_details_go_and_the_providers_reference_stays(world):
    world.confirm_expert()
    world.work()

    world.tell(AccountErased(account_id="acc_expert", expert_id="exp_1"))

    assert world.sql("SELECT details IS NULL OR details = 'null', account_ref IS NOT NULL FROM payee") == [(True, True)]


def test_older_details_that_come_late_change_nothing(world, an_entity):
    now = world.clock.now()
    world.tell(an_entity, now)
    world.tell(dataclasses.replace(an_entity, iban=OTHER_IBAN), now + timedelta(seconds=2))

    world.tell(dataclasses.replace(an_entity, account_holder="Before"), now + timedelta(seconds=1))
    world.work()

    assert world.sql("SELECT details ->> 'iban', details ->> 'account_holder' FROM payee") == [(OTHER_IBAN, "Martin Conseil")]
    assert world.at_the_provider("account")[0]["_bank"]["_iban"] == OTHER_IBAN


@pytest.mark.parametrize("known", [True, False])
def test_details_that_come_after_the_erasure_are_not_kept(world, an_entity, known):
    now = world.clock.now()
    if known:
        world.tell(an_entity, now)
        world.work()
    world.tell(AccountErased(account_id="acc_expert", expert_id="exp_1"), now + timedelta(seconds=2))

    world.tell(dataclasses.replace(an_entity, iban=OTHER_IBAN), now + timedelta(seconds=1))
    world.work()

    assert world.sql("SELECT details IS NULL OR details = 'null' FROM payee") == [(True,)]
    assert OTHER_IBAN not in str(world.sql("SELECT input FROM operation"))
    assert "Martin" not in str(world.sql("SELECT input FROM operation"))


def test_details_changed_while_the_account_is_being_opened_open_no_second_one(world, an_entity):
    opening, lost = world.provider.open_account, []

    def lost_once(details, *args, **kwargs):
        opened = opening(details, *args, **kwargs)
        lost.append(opened)
        return Unknown("the connection broke") if len(lost) == 1 else opened

    world.interpose(open_account=lost_once)
    world.tell(an_entity)
    world.drive()
    world.tell(dataclasses.replace(an_entity, iban=OTHER_IBAN))
    world.work()
    world.work()

    [account] = world.at_the_provider("account")
    assert account["_bank"]["_iban"] == OTHER_IBAN
    assert world.sql("SELECT state FROM operation") == [("done",), ("done",)]


def test_a_document_that_the_provider_does_not_take_is_not_kept_and_can_be_handed_in_again(world):
    world.confirm_expert()
    world.work()
    world.interpose(submit_document=lambda *_, **__: Bug("no such purpose"))
    world.submit("identity_proof", document_id="doc_1")
    for _ in range(6):
        world.machine.advance(timedelta(minutes=20))
        world.drive()
    world.interpose()

    [parked] = world.ask(ListOperations(actor=FINANCE, state="parked")).items
    assert world.sql("SELECT input ->> 'content' FROM operation WHERE kind = 'submit_document'") == [("",)]
    assert [(told.document_id, told.state) for told in world.told(PayeeDocumentChecked)] == [("doc_1", "refused")]
    world.ask(ReplayOperation(actor=FINANCE, idempotency_key="r", operation_id=parked.operation_id, reason="again"))
    world.work()
    assert world.sql("SELECT state FROM operation WHERE kind = 'submit_document'") == [("declined",)]


def test_a_document_that_waits_is_not_kept_after_an_erasure(world):
    world.submit("identity_proof")

    world.tell(AccountErased(account_id="acc_expert", expert_id="exp_1"))
    world.work()

    assert world.sql("SELECT input ->> 'content', state FROM operation") == [("", "declined")]


def test_another_expert_sees_no_payee(world):
    world.confirm_expert()

    with pytest.raises(UnknownPayee):
        world.ask(GetPayee(actor=Actor(role=Role.EXPERT, expert_id="exp_2"), expert_id="exp_1"))


def test_only_services_hand_in_documents(world):
    file = FileContent(filename="a.pdf", content_type="application/pdf", content="YQ==")
    expert = Actor(role=Role.EXPERT, expert_id="exp_1")
    call = SubmitPayeeDocument(actor=expert, idempotency_key="k", expert_id="exp_1", document_id="d", kind="articles", file=file)

    with pytest.raises(Forbidden):
        world.ask(call)
