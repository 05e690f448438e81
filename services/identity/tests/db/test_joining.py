"""Signing up, confirming the address, inviting colleagues, referring others."""

from datetime import timedelta

import pytest

from contracts.identity.v1 import events, rpc
from contracts.identity.v1.errors import (
    EmailTaken,
    IndividualsNotServed,
    InvalidIdentifier,
    NotAllowed,
    TermsNotAccepted,
    UnknownToken,
    WeakPassword,
)
from contracts.shapes import PartyKind
from contracts.wire import VISITOR, Right, Role
from identity.use_cases import change_password, refer, register
from kernel.errors import Invalid, Problem


def test_a_company_signs_up_and_its_first_member_has_every_right(identity):
    account = identity.ask(register.register_company, identity.company_call("Camille@Atelier.Example"))

    assert (account.role, account.email, account.email_confirmed) == (Role.COMPANY, "camille@atelier.example", False)
    assert account.rights == (Right.ACCEPT_QUOTES, Right.PAY, Right.MANAGE_MEMBERS)
    (told,) = identity.told(events.AccountRegistered)
    assert (told.company_id, told.company_name, told.phone) == (account.company_id, "Atelier Mécanique", "+33612345678")


def test_an_expert_signs_up_without_any_legal_status(identity):
    account = identity.ask(register.register_expert, identity.expert_call())

    assert account.phone == "+33612345678"
    assert account.expert_id.startswith("exp_")
    assert [told.expert_id for told in identity.told(events.AccountRegistered)] == [account.expert_id]


def test_the_same_command_twice_makes_one_account(identity):
    call = identity.company_call()

    first, again = identity.ask(register.register_company, call), identity.ask(register.register_company, call)

    assert first == again
    assert len(identity.told(events.AccountRegistered)) == 1


WRONG_REGISTRATIONS = [
    ({"email": "nobody"}, InvalidIdentifier, "email"),
    ({"email": "a\x00@b.example"}, InvalidIdentifier, "email"),
    ({"phone": "12"}, InvalidIdentifier, "phone"),
    ({"password": "short"}, WeakPassword, "password"),
    ({"password": "camille@atelier.example"}, WeakPassword, "password"),
    ({"first_name": " "}, Invalid, "first_name"),
    ({"last_name": "Ro\x00che"}, Invalid, "last_name"),
    ({"last_name": "x" * 101}, Invalid, "last_name"),
    ({"last_name": "\ud800"}, Invalid, "last_name"),
    ({"company_name": ""}, Invalid, "company_name"),
    ({"locale": "de"}, Invalid, "locale"),
    ({"accept_terms": False}, TermsNotAccepted, "accept_terms"),
    ({"company_kind": PartyKind.INDIVIDUAL}, IndividualsNotServed, "company_kind"),
    ({"referral_code": "NOSUCHCD"}, InvalidIdentifier, "referral_code"),
    ({"referral_code": "\x00"}, InvalidIdentifier, "referral_code"),
]


def test_what_is_wrong_in_a_registration_is_named_and_nothing_is_kept(identity):
    for change, error, field in WRONG_REGISTRATIONS:
        with pytest.raises(error) as refusal:
            identity.ask(register.register_company, identity.company_call(**change))
        assert refusal.value.details["field"] == field, change

    assert identity.told(events.AccountRegistered) == []


def test_impossible_years_of_experience_are_refused(identity):
    for years in (-1, 81, 10**30):
        with pytest.raises(Invalid) as refusal:
            identity.ask(register.register_expert, identity.expert_call(years_of_experience=years))
        assert refusal.value.details["field"] == "years_of_experience"


def test_an_address_belongs_to_one_account_in_whatever_spelling(identity):
    identity.company("camille@atelier.example")

    with pytest.raises(EmailTaken):
        identity.ask(register.register_expert, identity.expert_call("CAMILLE@atelier.example"))


def test_individuals_are_clients_where_the_policy_serves_them(make_identity):
    identity = make_identity("mission-internationale")

    account = identity.ask(register.register_company, identity.company_call(company_kind=PartyKind.INDIVIDUAL, company_name=""))

    (told,) = identity.told(events.AccountRegistered)
    assert (told.company_id, told.company_name) == (account.company_id, "Camille Roche")


def test_an_address_is_confirmed_once_by_its_mail(identity):
    actor = identity.expert()
    (asked,) = identity.told(events.EmailConfirmationRequested)
    confirm = rpc.ConfirmEmail(actor=VISITOR, idempotency_key=identity.key(), token=asked.token)

    identity.ask(register.confirm_email, confirm)

    assert identity.told(events.EmailConfirmed) == [events.EmailConfirmed(account_id=actor.account_id)]
    with pytest.raises(UnknownToken):
        identity.ask(register.confirm_email, rpc.ConfirmEmail(actor=VISITOR, idempotency_key="again", token=asked.token))


def test_a_confirmation_is_too_old_after_three_days(identity):
    identity.expert()
    (asked,) = identity.told(events.EmailConfirmationRequested)
    identity.clock.advance(timedelta(days=3))

    with pytest.raises(UnknownToken):
        identity.ask(register.confirm_email, rpc.ConfirmEmail(actor=VISITOR, idempotency_key="k", token=asked.token))


def invitation(actor, *rights, email="paul@atelier.example"):
    return rpc.InviteMember(
        actor=actor, idempotency_key=f"invite {email}", email=email, first_name="Paul", last_name="Petit", rights=rights
    )


def test_an_invited_colleague_sets_a_password_and_has_the_rights_given(identity):
    owner = identity.company()

    identity.ask(register.invite_member, invitation(owner, Right.PAY))
    (mail,) = identity.told(events.PasswordResetRequested)
    reset = rpc.ResetPassword(actor=VISITOR, idempotency_key="k", token=mail.token, new_password="another long walk")
    identity.ask(change_password.reset_password, reset)

    colleague = identity.who(identity.log_in("paul@atelier.example", "another long walk").secret)
    assert (colleague.company_id, colleague.rights) == (owner.company_id, (Right.PAY,))
    assert identity.told(events.AccountRegistered)[1].company_name == "Atelier Mécanique"
    assert [told.account_id for told in identity.told(events.EmailConfirmed)] == [colleague.account_id]


def test_only_who_may_manage_members_invites_and_nobody_gives_an_operators_right(identity):
    owner = identity.company()
    identity.ask(register.invite_member, invitation(owner, Right.PAY))
    (mail,) = identity.told(events.PasswordResetRequested)
    reset = rpc.ResetPassword(actor=VISITOR, idempotency_key="k", token=mail.token, new_password="another long walk")
    identity.ask(change_password.reset_password, reset)
    colleague = identity.who(identity.log_in("paul@atelier.example", "another long walk").secret)

    with pytest.raises(NotAllowed):
        identity.ask(register.invite_member, invitation(colleague, Right.PAY, email="x@atelier.example"))
    with pytest.raises(Invalid) as refusal:
        identity.ask(register.invite_member, invitation(owner, Right.COMMITTEE, email="y@atelier.example"))

    assert refusal.value.details["field"] == "rights"


def test_an_operator_is_made_at_installation_or_by_one_with_every_right(identity):
    clerk = identity.operator("clerk@akigora.example", Right.SUPPORT)
    chief = identity.operator("chief@akigora.example", Right.COMMITTEE, Right.SUPPORT, Right.FINANCE, Right.MEDIATOR)

    def new_operator(actor, email):
        return rpc.RegisterOperator(
            actor=actor,
            idempotency_key=email,
            email=email,
            password="a long walk to the sea",
            first_name="Ada",
            last_name="Team",
            rights=(Right.FINANCE,),
        )

    made = identity.ask(register.register_operator, new_operator(chief, "ada@akigora.example"))
    for stranger in (clerk, VISITOR):
        with pytest.raises(NotAllowed):
            identity.ask(register.register_operator, new_operator(stranger, "eve@akigora.example"))

    assert (made.role, made.rights) == (Role.OPERATOR, (Right.FINANCE,))


def test_a_referral_code_thanks_who_gave_it(identity):
    referrer = identity.expert()
    code = identity.ask(refer.get_referral, rpc.GetReferral(actor=referrer)).code

    newcomer = identity.company(referral_code=code.lower())

    assert identity.ask(refer.get_referral, rpc.GetReferral(actor=referrer)).joined == 1
    assert identity.told(events.ReferralJoined) == [
        events.ReferralJoined(referrer_account_id=referrer.account_id, account_id=newcomer.account_id, code=code)
    ]


def test_the_team_has_no_referral_code(identity):
    with pytest.raises(NotAllowed):
        identity.ask(refer.get_referral, rpc.GetReferral(actor=identity.operator("ops@akigora.example", Right.SUPPORT)))


def test_a_visitor_has_nothing_of_his_own(identity):
    with pytest.raises(Problem) as refusal:
        identity.ask(refer.get_referral, rpc.GetReferral(actor=VISITOR))

    assert refusal.value.code() == "unauthenticated"
