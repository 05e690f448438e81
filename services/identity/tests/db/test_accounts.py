"""One's own data: seen, corrected, erased."""

import pytest
from sqlalchemy import text

from contracts.identity.v1 import events, rpc
from contracts.identity.v1.errors import (
    EmailTaken,
    IncompleteDetails,
    NotAllowed,
    SessionOver,
    UnknownAccount,
    UnknownExpert,
    WrongCredentials,
)
from contracts.shapes import Address, PartyKind
from contracts.wire import SERVICE, VISITOR, Actor, Right
from identity.use_cases import (
    admit_expert,
    declare_legal_entity,
    erase_account,
    manage_account,
    manage_company,
    register,
    tell_standing,
    verify_identity,
)
from kernel.errors import Invalid, Unauthenticated

EMAIL, PASSWORD = "jeanne.martin@conseil.example", "a long walk to the sea"


def get(identity, actor: Actor, account_id: str | None = None) -> rpc.AccountView:
    return identity.ask(manage_account.get_account, rpc.GetAccount(actor=actor, account_id=account_id))


def update(identity, actor: Actor, **more) -> rpc.AccountView:
    return identity.ask(manage_account.update_account, rpc.UpdateAccount(actor=actor, idempotency_key=identity.key(), **more))


def erase(identity, actor: Actor, **more) -> None:
    identity.ask(erase_account.erase_account, rpc.EraseAccount(actor=actor, idempotency_key=identity.key(), **more))


def whole_database(identity) -> str:
    with identity.edge.engine.connect() as connection:
        names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'outbox'"))
        return "\n".join(str(connection.execute(text(f"SELECT * FROM {name}")).all()) for name in names)


def test_an_account_is_seen_by_its_owner_and_by_support(identity):
    expert, company = identity.expert(), identity.company()
    support, clerk = identity.operator("s@akigora.example", Right.SUPPORT), identity.operator("c@akigora.example", Right.FINANCE)

    assert get(identity, expert).email == get(identity, support, expert.account_id).email == EMAIL
    with pytest.raises(UnknownAccount):
        get(identity, company, expert.account_id)
    with pytest.raises(NotAllowed):
        get(identity, clerk, expert.account_id)
    with pytest.raises(Unauthenticated):
        get(identity, VISITOR)
    for unknown in ("acc_" + "0" * 26, "\x00"):
        with pytest.raises(UnknownAccount):
            get(identity, support, unknown)


def test_a_correction_is_told_only_when_something_changed(identity):
    expert = identity.expert()

    update(identity, expert, last_name="Martin", phone="+33612345678")
    view = update(identity, expert, last_name="Martin-Roche", phone="06 98 76 54 32", locale="en")

    assert (view.first_name, view.last_name, view.phone, view.locale) == ("Jeanne", "Martin-Roche", "+33698765432", "en")
    assert [(told.last_name, told.phone, told.locale) for told in identity.told(events.AccountUpdated)] == [
        ("Martin-Roche", "+33698765432", "en")
    ]


def test_a_wrong_correction_changes_nothing(identity):
    expert = identity.expert()
    before = get(identity, expert)

    for field, value in (("first_name", ""), ("phone", "x"), ("locale", "xx"), ("last_name", "a\x00")):
        with pytest.raises(Invalid) as refusal:
            update(identity, expert, **{field: value})
        assert refusal.value.details["field"] == field

    assert get(identity, expert) == before


def test_an_erased_expert_is_forgotten_everywhere_and_the_address_is_free_again(identity):
    expert = identity.admitted()
    identity.declare(expert)
    session = identity.log_in(EMAIL, ip="192.0.2.1", user_agent="Firefox")

    erase(identity, expert, password=PASSWORD)

    for trace in (
        EMAIL,
        "Jeanne",
        "Martin",
        "+33612345678",
        "1968",
        "FR7630006000011234567890189",
        "192.0.2.1",
        "192.0.2.7",
        "Firefox",
        "usines",
    ):
        assert trace not in whole_database(identity)
    assert identity.told(events.AccountErased) == [events.AccountErased(account_id=expert.account_id, expert_id=expert.expert_id)]
    with pytest.raises(SessionOver):
        identity.who(session.secret)
    with pytest.raises(WrongCredentials):
        identity.log_in(EMAIL)
    assert identity.expert(EMAIL).account_id != expert.account_id


def test_the_pseudonym_stays_so_that_what_points_at_it_still_reads(identity):
    expert, support = identity.admitted(), identity.operator("s@akigora.example", Right.SUPPORT)
    erase(identity, expert, password=PASSWORD)

    view = get(identity, support, expert.account_id)
    admission = identity.ask(admit_expert.get_admission, rpc.GetAdmission(actor=support, expert_id=expert.expert_id))

    assert (view.email, view.first_name, view.last_name) == (
        f"erased+{expert.account_id.lower()}@erased.invalid",
        "Erased",
        "",
    )
    assert (admission.state.value, admission.votes_for, admission.reasons) == ("admitted", 2, ())
    standing = identity.ask(tell_standing.get_standing, rpc.GetStanding(actor=SERVICE, expert_id=expert.expert_id))
    assert not standing.may_quote
    with pytest.raises(UnknownExpert):
        identity.declare(expert)


def test_erasing_needs_the_password_or_support_with_a_reason(identity):
    expert, support = identity.expert(), identity.operator("s@akigora.example", Right.SUPPORT)

    with pytest.raises(WrongCredentials) as wrong:
        erase(identity, expert, password="not her password")
    assert wrong.value.details == {"field": "password"}
    with pytest.raises(Invalid) as refusal:
        erase(identity, support, account_id=expert.account_id)
    with pytest.raises(UnknownAccount):
        erase(identity, identity.company(), account_id=expert.account_id, password=PASSWORD)
    erase(identity, support, account_id=expert.account_id, reason="Demande par courrier.")
    erase(identity, support, account_id=expert.account_id, reason="Demande par courrier.")

    assert refusal.value.details["field"] == "reason"
    assert len(identity.told(events.AccountErased)) == 1


def test_a_company_outlives_its_members_until_the_last(identity):
    owner = identity.company()
    invite = rpc.InviteMember(
        actor=owner, idempotency_key="i", email="paul@atelier.example", first_name="Paul", last_name="Petit", rights=()
    )
    colleague = identity.ask(register.invite_member, invite).id
    support = identity.operator("s@akigora.example", Right.SUPPORT)

    erase(identity, owner, password=PASSWORD)
    erase(identity, support, account_id=colleague, reason="Demande par courrier.")

    assert [told.company_id for told in identity.told(events.AccountErased)] == [None, owner.company_id]


def test_an_individual_clients_address_goes_with_the_account(make_identity):
    identity = make_identity("mission-internationale")
    client = identity.company(company_kind=PartyKind.INDIVIDUAL, company_name="")
    home = Address(line1="1 rue Secrète", postcode="75001", city="Paris", country="FR")
    details = rpc.SetCompanyDetails(actor=client, idempotency_key="d", name="Camille Roche", address=home)
    identity.ask(manage_company.set_company_details, details)

    erase(identity, client, password=PASSWORD)

    assert "rue Secrète" not in whole_database(identity)
    with pytest.raises(IncompleteDetails):
        identity.ask(tell_standing.get_party, rpc.GetParty(actor=SERVICE, party_id=client.company_id))


def test_two_who_want_the_same_address_at_once_do_not_both_get_it(identity):
    from concurrent.futures import ThreadPoolExecutor

    def join(number: int) -> str:
        try:
            identity.ask(register.register_expert, identity.expert_call(idempotency_key=f"join-{number}"))
        except EmailTaken as refusal:
            return refusal.code()
        return "joined"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(join, range(4)))

    assert answers == ["email_taken"] * 3 + ["joined"]


def test_every_question_of_an_unknown_expert_is_answered_by_name(identity):
    support = identity.operator("s@akigora.example", Right.SUPPORT, Right.COMMITTEE)
    questions = [
        (admit_expert.get_admission, rpc.GetAdmission),
        (declare_legal_entity.get_legal_entity, rpc.GetLegalEntity),
        (verify_identity.get_kyc, rpc.GetKyc),
    ]

    for use_case, shape in questions:
        for unknown in ("exp_" + "0" * 26, "\x00", ""):
            with pytest.raises(UnknownExpert):
                identity.ask(use_case, shape(actor=support, expert_id=unknown))
