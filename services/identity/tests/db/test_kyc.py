"""KYC: documents go on to payments, and the provider's answers come back in any order."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from contracts.identity.v1 import events, rpc
from contracts.identity.v1.errors import KycNotOpen, NotAllowed, UnknownExpert
from contracts.identity.v1.rpc import KycState
from contracts.payments.v1.errors import DocumentNotAccepted, UnknownPayee
from contracts.payments.v1.events import PayeeDocumentChecked, PayeeStatusChanged
from contracts.payments.v1.rpc import PayeeState
from contracts.shapes import FileContent
from contracts.wire import SERVICE, Actor, Envelope, Event, Right
from identity.use_cases import verify_identity
from kernel.errors import Invalid, NotYet

PASSPORT = FileContent(filename="passport.png", content_type="image/png", content=base64.b64encode(b"a passport").decode())


@pytest.fixture
def expert(identity) -> Actor:
    actor = identity.expert()
    identity.declare(actor)
    return actor


def upload(identity, actor: Actor, kind: str = "identity_proof", file: FileContent = PASSPORT, key: str = "") -> rpc.KycView:
    call = rpc.SubmitKycDocument(actor=actor, idempotency_key=key or identity.key(), kind=kind, file=file)
    return identity.ask(verify_identity.submit_kyc_document, call)


def kyc(identity, actor: Actor) -> rpc.KycView:
    return identity.ask(verify_identity.get_kyc, rpc.GetKyc(actor=actor))


def checked(identity, actor: Actor, document_id: str, state: str, reason: str = "", kind: str = "identity_proof") -> None:
    event = PayeeDocumentChecked(expert_id=actor.expert_id, document_id=document_id, kind=kind, state=state, reason=reason)
    identity.edge.run(verify_identity.note_document_checked, event)


def payee(identity, actor: Actor, state: PayeeState, *due: str) -> None:
    identity.edge.run(verify_identity.note_payee_status, PayeeStatusChanged(expert_id=actor.expert_id, state=state, due=due))


def told(identity) -> list[tuple[str, str, str]]:
    return [(fact.state.value, fact.reason, fact.document_kind) for fact in identity.told(events.KycStatusChanged)]


def test_documents_are_handed_on_refused_with_a_reason_brought_again_and_validated(identity, expert):
    assert kyc(identity, expert).asked == ("identity_proof", "articles", "registration_proof")

    first = upload(identity, expert).documents[0]
    checked(identity, expert, first.document_id, "refused", "Le document est flou.")
    refused = kyc(identity, expert)
    second = upload(identity, expert).documents[1]
    checked(identity, expert, second.document_id, "validated")
    payee(identity, expert, PayeeState.VERIFIED)

    assert (refused.state, refused.documents[0].reason) == (KycState.REFUSED, "Le document est flou.")
    assert (refused.asked, kyc(identity, expert).asked) == (("identity_proof", "articles", "registration_proof"), ())
    assert told(identity) == [
        ("pending", "", "identity_proof"),
        ("refused", "Le document est flou.", "identity_proof"),
        ("pending", "", "identity_proof"),
        ("validated", "", ""),
    ]


def test_the_file_goes_to_payments_and_is_kept_nowhere(identity, expert):
    upload(identity, expert)

    (sent,) = identity.payments.documents
    assert (sent.expert_id, sent.kind, sent.file) == (expert.expert_id, "identity_proof", PASSPORT)
    with identity.edge.engine.connect() as connection:
        for table in ("kyc_document", "idempotency", "audit", "outbox"):
            assert PASSPORT.content not in str(connection.execute(text(f"SELECT * FROM {table}")).all())


def test_a_repeated_upload_is_one_document_even_when_the_first_answer_was_lost(identity, expert):
    once, twice = upload(identity, expert, key="k1"), upload(identity, expert, key="k1")
    with identity.edge.engine.begin() as connection:
        connection.execute(text("DELETE FROM idempotency WHERE key = 'k1'"))
    again = upload(identity, expert, key="k1")

    assert once == twice == again
    assert len({sent.document_id for sent in identity.payments.documents}) == 1


def test_nothing_is_submitted_before_the_legal_entity_is_confirmed(identity):
    expert = identity.expert()

    with pytest.raises(KycNotOpen):
        upload(identity, expert)

    assert identity.payments.documents == []
    assert kyc(identity, expert).asked == ("identity_proof",)


@pytest.mark.parametrize(
    ("refusal", "error"), [(UnknownPayee(), KycNotOpen), (DocumentNotAccepted(field="kind"), DocumentNotAccepted)]
)
def test_what_payments_refuses_changes_nothing(identity, expert, refusal, error):
    identity.payments.refusal = refusal

    with pytest.raises(error):
        upload(identity, expert)

    assert (kyc(identity, expert).state, kyc(identity, expert).documents) == (KycState.NOT_STARTED, ())


WRONG_FILES = [
    ({"content_type": "text/html"}, "file.content_type"),
    ({"content": "not base64!"}, "file.content"),
    ({"content": "é"}, "file.content"),
    ({"content": ""}, "file.content"),
    ({"content": "A" * 11_000_000}, "file.content"),
    ({"filename": "pass\x00port.png"}, "file.filename"),
]


def test_a_wrong_file_is_named(identity, expert):
    for change, field in WRONG_FILES:
        with pytest.raises(Invalid) as refusal:
            upload(identity, expert, file=replace(PASSPORT, **change))
        assert refusal.value.details["field"] == field

    assert identity.payments.documents == []


def test_an_unknown_kind_is_named(identity, expert):
    with pytest.raises(Invalid) as refusal:
        upload(identity, expert, kind="selfie")

    assert refusal.value.details["field"] == "kind"


def test_an_answer_that_overtakes_our_own_note_is_not_lost(identity, expert):
    first = upload(identity, expert, key="k1").documents[0]
    with identity.edge.engine.begin() as connection:  # as if the answer had come before the note was written
        connection.execute(text("DELETE FROM kyc_document"))
        connection.execute(text("DELETE FROM idempotency WHERE key = 'k1'"))

    checked(identity, expert, first.document_id, "refused", "Illisible.")
    after = upload(identity, expert, key="k1")

    assert [(document.state, document.reason) for document in after.documents] == [("refused", "Illisible.")]
    assert after.state is KycState.REFUSED


def test_a_sole_trader_brings_no_articles(identity):
    expert = identity.expert()
    identity.declare(expert, legal_form="EI", legal_name="Jeanne Martin", account_holder="Jeanne Martin")

    assert kyc(identity, expert).asked == ("identity_proof", "registration_proof")


def test_a_restricted_account_is_told_with_what_is_due(identity, expert):
    upload(identity, expert)
    payee(identity, expert, PayeeState.VERIFIED)
    payee(identity, expert, PayeeState.RESTRICTED, "identity_proof", "articles")

    assert told(identity)[-1] == ("restricted", "identity_proof, articles", "")


def test_news_of_an_unknown_expert_waits(identity):
    stranger = Actor(expert_id="exp_" + "0" * 26)

    with pytest.raises(NotYet):
        payee(identity, stranger, PayeeState.VERIFIED)
    with pytest.raises(NotYet):
        checked(identity, stranger, "kyd_1", "validated")


def test_kyc_is_seen_by_its_expert_support_and_services_only(identity, expert):
    support, finance = (
        identity.operator("s@akigora.example", Right.SUPPORT),
        identity.operator("f@akigora.example", Right.FINANCE),
    )

    def look(actor):
        return identity.ask(verify_identity.get_kyc, rpc.GetKyc(actor=actor, expert_id=expert.expert_id)).expert_id

    assert [look(actor) for actor in (expert, support, SERVICE)] == [expert.expert_id] * 3
    with pytest.raises(NotAllowed):
        look(finance)
    with pytest.raises(UnknownExpert):
        look(identity.company())


def hear(identity, use_case, event: Event, at: datetime) -> None:
    envelope = Envelope(id=f"evt_{at}", type="", version=1, occurred_at=at, correlation_id="", data={})
    identity.edge.run(use_case, event, envelope=envelope)


def test_the_providers_last_word_stands_though_it_was_heard_first(identity, expert):
    upload(identity, expert)
    now, expert_id = identity.clock.now(), expert.expert_id

    restricted = PayeeStatusChanged(expert_id=expert_id, state=PayeeState.RESTRICTED, due=("articles",))
    hear(identity, verify_identity.note_payee_status, restricted, now + timedelta(hours=2))
    verified = PayeeStatusChanged(expert_id=expert_id, state=PayeeState.VERIFIED)
    hear(identity, verify_identity.note_payee_status, verified, now + timedelta(hours=1))

    assert kyc(identity, expert).state is KycState.RESTRICTED


def test_an_answer_heard_late_is_no_answer_to_what_was_brought_after_it(identity, expert):
    first = upload(identity, expert).documents[0].document_id
    with identity.edge.engine.begin() as connection:  # as if the note of the first one had been lost
        connection.execute(text("DELETE FROM kyc_document"))
    answered_at = identity.clock.now() + timedelta(hours=1)
    identity.clock.advance(timedelta(hours=2))
    upload(identity, expert)

    identity.clock.advance(timedelta(hours=1))
    refused = PayeeDocumentChecked(
        expert_id=expert.expert_id, document_id=first, kind="identity_proof", state="refused", reason="Flou."
    )
    hear(identity, verify_identity.note_document_checked, refused, answered_at)

    assert kyc(identity, expert).state is KycState.PENDING
