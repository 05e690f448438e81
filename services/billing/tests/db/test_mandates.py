"""The mandate: signed in the version shown, with evidence; revoked from then on."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.billing.v1 import rpc
from contracts.billing.v1.errors import MandateAlreadySigned, MandateVersionStale, NoMandateInForce, NotAnExpert, UnknownMandate
from contracts.identity.v1.events import AccountErased, LegalEntityConfirmed
from contracts.wire import SERVICE, VISITOR, Actor, Right, Role

EXPERT = Actor(role=Role.EXPERT, account_id="acc_expert", expert_id="exp_1")
COMPANY = Actor(role=Role.COMPANY, account_id="acc_company", company_id="com_1")
OTHER = Actor(role=Role.EXPERT, account_id="acc_2", expert_id="exp_2")


def test_an_expert_sees_the_text_then_signs_it(billing, clock):
    before = billing.ask(rpc.GetMandate)

    signed = billing.sign_mandate()

    assert (before.state, before.version, before.signed_at) == ("none", "2026-11", None)
    assert "Conformément à l'article 289, I-2 du code général des impôts" in before.text
    assert "Under article 289, I-2 of the French tax code" in before.text
    assert (signed.state, signed.signed_at, signed.text) == ("in_force", clock.now(), before.text)
    assert billing.ask(rpc.GetMandate) == signed
    assert billing.told("mandate_signed")[0]["version"] == "2026-11"
    (evidence,) = billing.rows("SELECT account_id, ip, user_agent, text_sha256 FROM mandate")
    assert evidence == ("acc_expert", "192.0.2.7", "Firefox", hashlib.sha256(signed.text.encode()).hexdigest())


def test_the_text_names_the_mandant_as_he_is_registered(billing, stories):
    party = stories.akigora().contract.seller
    billing.tell(
        LegalEntityConfirmed(
            expert_id="exp_1", party=party, iban="FR76", bic="", account_holder="H", email="h@e.example", first_name="Hélène",
            last_name="Roche", birth_date="1968-04-12",
        )
    )  # fmt: skip

    assert (
        "Entre Hélène Roche Conseil, SIREN 404833048 (le Mandant) et Akigora (le Mandataire)" in billing.ask(rpc.GetMandate).text
    )


def test_an_old_version_is_refused_with_the_present_one(billing):
    with pytest.raises(MandateVersionStale) as refused:
        billing.ask(rpc.SignMandate, version="2025-01")

    assert refused.value.details == {"current_version": "2026-11"}
    assert billing.ask(rpc.GetMandate).state == "none"


def test_signing_again_is_refused(billing):
    billing.sign_mandate()

    with pytest.raises(MandateAlreadySigned):
        billing.sign_mandate()


def test_a_revoked_mandate_can_be_signed_anew(billing):
    billing.sign_mandate()

    revoked = billing.ask(rpc.RevokeMandate, reason="Je change de statut")

    assert revoked.state == "revoked"
    assert billing.ask(rpc.GetMandate).state == "revoked"
    assert billing.told("mandate_revoked") == [{"expert_id": "exp_1", "reason": "Je change de statut"}]
    with pytest.raises(NoMandateInForce):
        billing.ask(rpc.RevokeMandate)
    assert billing.sign_mandate().state == "in_force"
    assert billing.ask(rpc.GetMandate).state == "in_force"


def test_nobody_else_signs_or_sees_it(billing):
    for actor in (COMPANY, VISITOR, SERVICE):
        with pytest.raises(NotAnExpert):
            billing.sign_mandate(actor)
    for actor, expert_id in ((COMPANY, "exp_1"), (OTHER, "exp_1"), (VISITOR, "exp_1"), (COMPANY, None)):
        with pytest.raises(UnknownMandate):
            billing.ask(rpc.GetMandate, actor, expert_id=expert_id)
    with pytest.raises(UnknownMandate):
        billing.ask(rpc.RevokeMandate)
    assert billing.ask(rpc.GetMandate, SERVICE, expert_id="exp_1").state == "none"


def test_an_operator_reads_it_only_with_the_right_to_support_or_of_finance(billing):
    """A32: the text names the mandant."""
    for rights in ((), (Right.COMMITTEE, Right.MEDIATOR)):
        with pytest.raises(UnknownMandate):
            billing.ask(rpc.GetMandate, Actor(role=Role.OPERATOR, account_id="acc_o", rights=rights), expert_id="exp_1")

    for right in (Right.SUPPORT, Right.FINANCE):
        team = Actor(role=Role.OPERATOR, account_id="acc_o", rights=(right,))
        assert billing.ask(rpc.GetMandate, team, expert_id="exp_1").state == "none"


def test_an_erased_account_gives_no_more_mandate_and_leaves_its_proof(billing):
    billing.sign_mandate()

    billing.tell(
        AccountErased(account_id="acc_expert", expert_id="exp_1"), AccountErased(account_id="acc_company", company_id="com_1")
    )

    assert billing.ask(rpc.GetMandate, SERVICE, expert_id="exp_1").state == "revoked"
    assert billing.rows("SELECT ip FROM mandate") == [("192.0.2.7",)]


def registered(party, **more) -> LegalEntityConfirmed:
    bank = {"iban": "FR76", "bic": "", "account_holder": "H"}
    person = {"email": "h@e.example", "first_name": "Hélène", "last_name": "Roche", "birth_date": "1968-04-12"}
    return LegalEntityConfirmed(expert_id="exp_1", party=replace(party, **more), **bank, **person)


def test_the_last_legal_entity_told_stands_though_it_was_heard_first(billing, stories, clock):
    party = stories.akigora().contract.seller

    billing.tell(registered(party, name="Roche SASU"), at=clock.now() + timedelta(hours=2))
    billing.tell(registered(party, name="Roche EI"), at=clock.now() + timedelta(hours=1))

    text = billing.ask(rpc.GetMandate).text
    assert "Roche SASU" in text
    assert "Roche EI" not in text


@pytest.mark.parametrize("known_before", [True, False])
def test_nothing_personal_is_kept_nor_comes_back_after_an_erasure(billing, stories, clock, known_before):
    party = stories.akigora().contract.seller
    if known_before:
        billing.tell(registered(party))
    erased_at = clock.now() + timedelta(hours=1)

    billing.tell(AccountErased(account_id="acc_expert", expert_id="exp_1"), at=erased_at)
    billing.tell(registered(party), at=clock.now())
    billing.tell(registered(party), at=erased_at + timedelta(hours=1))

    assert billing.rows("SELECT expert_id, party FROM mandant") == [("exp_1", None)]
    assert "l'expert titulaire du compte" in billing.ask(rpc.GetMandate).text
