"""The real service on a real bus: sign-up to login, KYC through payments, and events that come twice."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import create_engine, text

from chassis.edge import IdempotencyKeyReused
from contracts.billing.v1.events import MandateSigned
from contracts.identity.v1 import events, rpc
from contracts.identity.v1.errors import KycNotOpen, SessionOver, TooManyAttempts, WeakPassword, WrongCredentials
from contracts.identity.v1.rpc import KycState
from contracts.payments.v1.errors import UnknownPayee
from contracts.payments.v1.events import PayeeDocumentChecked, PayeeStatusChanged
from contracts.payments.v1.rpc import PayeeState, SubmitPayeeDocument
from contracts.shapes import Address, Done, FileContent, VatStatus
from contracts.wire import SERVICE, VISITOR, Actor

EMAIL, PASSWORD = "jeanne.martin@conseil.example", "a long walk to the sea"
PASSPORT = FileContent(filename="passport.png", content_type="image/png", content=base64.b64encode(b"a passport").decode())


@pytest.fixture
def service(bus, database):
    bus.database_url = database("identity")
    bus.start("identity.service:IdentityService", DATABASE_URL=bus.database_url)
    return bus


def registration(key: str = "join", **more) -> rpc.RegisterExpert:
    known = {
        "email": EMAIL,
        "password": PASSWORD,
        "first_name": "Jeanne",
        "last_name": "Martin",
        "phone": "+33612345678",
        "birth_date": date(1968, 4, 12),
        "years_of_experience": 28,
        "accept_terms": True,
    }
    return rpc.RegisterExpert(actor=VISITOR, idempotency_key=key, **known | more)


def log_in(bus, password: str = PASSWORD) -> rpc.SessionView:
    return bus.ask(rpc.LogIn(actor=VISITOR, email=EMAIL, password=password, ip="192.0.2.1"))


def joined(bus) -> Actor:
    bus.ask(registration())
    return bus.ask(rpc.Authenticate(actor=VISITOR, secret=log_in(bus).secret))


def with_entity(bus) -> Actor:
    expert = joined(bus)
    bus.ask(
        rpc.SetLegalEntity(
            actor=expert,
            idempotency_key="entity",
            legal_form="SASU",
            legal_name="Martin Conseil",
            address=Address(line1="3 quai de la Loire", postcode="44000", city="Nantes", country="FR"),
            vat_status=VatStatus.REGISTERED,
            iban="FR7630006000011234567890189",
            account_holder="Martin Conseil",
            siren="404833048",
            vat_id="FR83404833048",
        )
    )
    return expert


def upload(bus, expert: Actor, key: str) -> rpc.KycView:
    return bus.ask(rpc.SubmitKycDocument(actor=expert, idempotency_key=key, kind="identity_proof", file=PASSPORT))


def test_an_expert_signs_up_logs_in_and_logs_out(service):
    account = service.ask(registration())
    session = log_in(service)
    actor = service.ask(rpc.Authenticate(actor=VISITOR, secret=session.secret))
    service.ask(rpc.LogOut(actor=actor, idempotency_key="out", secret=session.secret))

    assert (actor.account_id, actor.expert_id) == (account.account_id, account.expert_id)
    with pytest.raises(SessionOver):
        service.ask(rpc.Authenticate(actor=VISITOR, secret=session.secret))
    assert service.wait_for(events.AccountRegistered).email == EMAIL
    assert service.wait_for(events.EmailConfirmationRequested).account_id == account.account_id


def test_a_registration_sent_twice_is_one_account_and_the_key_is_not_for_another(service):
    first, again = service.ask(registration()), service.ask(registration())

    assert first == again
    with pytest.raises(IdempotencyKeyReused):
        service.ask(registration(first_name="Eve"))


def test_no_trace_of_a_password_is_in_what_the_edge_remembers(service):
    service.ask(registration("k1"))
    with pytest.raises(WeakPassword):
        service.ask(registration("k2", email="luc@conseil.example", password="short"))
    engine = create_engine(service.database_url.replace("postgresql://", "postgresql+psycopg2://"))

    with engine.connect() as connection:
        (kept,) = connection.execute(text("SELECT call, input_hash FROM idempotency")).all()

    engine.dispose()
    other_password = service.ask(registration("k1", password="quite another password"))
    assert kept.call == "register_expert"
    assert other_password.email == EMAIL  # the same key: the same answer, and nothing was done
    with pytest.raises(WrongCredentials):
        log_in(service, "quite another password")


def test_logins_at_once_do_not_hold_one_another_up_and_the_limit_holds(service):
    service.ask(registration())

    def guess(number: int) -> str:
        try:
            log_in(service, f"wrong password {number}")
        except (WrongCredentials, TooManyAttempts) as refusal:
            return refusal.code()
        return "in"

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(guess, range(12)))

    assert (answers.count("wrong_credentials"), answers.count("too_many_attempts")) == (10, 2)
    service.clock.advance(timedelta(minutes=15))
    assert log_in(service).account.email == EMAIL


def test_kyc_goes_through_payments_and_its_answers_are_applied_once(service):
    received: list[SubmitPayeeDocument] = []
    service.answer(SubmitPayeeDocument, lambda call: received.append(call) or Done(id="file_1"))
    expert = with_entity(service)

    document_id = upload(service, expert, "d1").documents[0].document_id
    refused = PayeeDocumentChecked(
        expert_id=expert.expert_id, document_id=document_id, kind="identity_proof", state="refused", reason="Flou."
    )
    service.tell(refused, id="evt_1")
    service.tell(refused, id="evt_1")
    service.wait_for(events.KycStatusChanged, lambda told: told.state is KycState.REFUSED)
    upload(service, expert, "d2")
    service.tell(PayeeStatusChanged(expert_id=expert.expert_id, state=PayeeState.VERIFIED), id="evt_2")
    service.wait_for(events.KycStatusChanged, lambda told: told.state is KycState.VALIDATED)

    assert [(call.expert_id, call.kind, call.file) for call in received] == [(expert.expert_id, "identity_proof", PASSPORT)] * 2
    assert [told.state.value for told in service.told(events.KycStatusChanged)] == ["pending", "refused", "pending", "validated"]


def test_a_payee_account_that_is_still_being_opened_is_told_as_such(service):
    def unknown(call):
        raise UnknownPayee()

    service.answer(SubmitPayeeDocument, unknown)
    expert = with_entity(service)

    with pytest.raises(KycNotOpen):
        upload(service, expert, "d1")


def test_the_mandate_signed_at_billing_counts_for_admission(service):
    expert = joined(service)

    service.tell(MandateSigned(expert_id=expert.expert_id, version="1", signed_at=service.clock.now()))

    def mandate_is_known() -> bool:
        return "mandate" not in service.ask(rpc.GetAdmission(actor=expert)).missing

    service.until(mandate_is_known, "the mandate was not noted")


def test_a_restart_keeps_sessions_and_the_confirmed_entity(service):
    expert = with_entity(service)
    secret = log_in(service).secret
    before = service.ask(rpc.Authenticate(actor=VISITOR, secret=secret))

    service.restart()

    assert service.ask(rpc.Authenticate(actor=VISITOR, secret=secret)) == before
    assert service.ask(rpc.GetParty(actor=SERVICE, party_id=expert.expert_id)).siren == "404833048"
