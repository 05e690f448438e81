"""The expert's status, company and bank details, the company's details, and what other services learn of both."""

import pytest

from contracts.identity.v1 import events, rpc
from contracts.identity.v1.errors import (
    IncompleteDetails,
    InvalidIdentifier,
    NotAllowed,
    PrivateAccount,
    UnknownCompany,
    UnknownExpert,
)
from contracts.shapes import Address, PartyKind, VatStatus
from contracts.wire import SERVICE, Actor, Right, Role
from identity.use_cases import declare_legal_entity, manage_company, tell_standing
from kernel.errors import Invalid, NotFound, Problem, Unauthenticated

BERLIN = Address(line1="Torstrasse 1", postcode="10119", city="Berlin", country="DE")
GENEVA = Address(line1="Rue du Rhône 1", postcode="1204", city="Genève", country="CH")
TOULOUSE = Address(line1="12 rue des Forges", postcode="31000", city="Toulouse", country="FR")


def test_a_french_entity_whose_identifiers_check_out_is_confirmed_at_once(identity):
    expert = identity.expert()

    view = identity.declare(expert)

    assert (view.state, view.siren, view.vat_id, view.iban_masked) == (
        "confirmed",
        "404833048",
        "FR83404833048",
        "FR76 **** 0189",
    )
    (told,) = identity.told(events.LegalEntityConfirmed)
    assert (told.expert_id, told.iban, told.bic) == (expert.expert_id, "FR7630006000011234567890189", "AGRIFRPPXXX")
    assert (told.first_name, told.last_name, told.birth_date) == ("Jeanne", "Martin", "1968-04-12")
    assert (told.party.name, told.party.siren, told.party.vat_status) == (
        "Martin Conseil SASU",
        "404833048",
        VatStatus.REGISTERED,
    )


def test_the_same_details_again_tell_nothing_and_changed_ones_tell_again(identity):
    expert = identity.expert()

    identity.declare(expert)
    identity.declare(expert)
    identity.declare(expert, registry="RCS Nantes 404 833 048")

    assert [told.party.registry for told in identity.told(events.LegalEntityConfirmed)] == ["", "RCS Nantes 404 833 048"]


def test_a_micro_entrepreneur_in_franchise_needs_no_vat_id_and_may_bank_in_his_own_name(identity):
    view = identity.declare(
        identity.expert(),
        legal_form="Micro-entrepreneur",
        legal_name="Jeanne Martin EI",
        vat_status=VatStatus.FRANCHISE,
        vat_id="",
        account_holder="Mme MARTIN Jeanne",
    )

    assert (view.state, view.vat_id) == ("confirmed", "")


def test_a_german_entity_is_confirmed_by_its_vat_id_and_reviewed_without(identity):
    expert = identity.expert()

    with_id = identity.declare(expert, address=BERLIN, legal_form="GmbH", siren="", vat_id="DE136695976")
    without = identity.declare(expert, address=BERLIN, legal_form="GmbH", siren="", vat_id="")

    assert (with_id.state, without.state) == ("confirmed", "to_review")


WRONG_ENTITIES = [
    ({"siren": ""}, InvalidIdentifier, "siren"),
    ({"siren": "404833049"}, InvalidIdentifier, "siren"),
    ({"siren": "٤٠٤٨٣٣٠٤٨"}, InvalidIdentifier, "siren"),
    ({"vat_id": ""}, InvalidIdentifier, "vat_id"),
    ({"vat_id": "FR83404833049"}, InvalidIdentifier, "vat_id"),
    ({"vat_id": "FR03552081317"}, InvalidIdentifier, "vat_id"),
    ({"vat_id": "DE136695976"}, InvalidIdentifier, "vat_id"),
    ({"vat_id": "é" * 13}, InvalidIdentifier, "vat_id"),
    ({"iban": "FR7630006000011234567890188"}, InvalidIdentifier, "iban"),
    ({"iban": ""}, InvalidIdentifier, "iban"),
    ({"iban": "\x00"}, InvalidIdentifier, "iban"),
    ({"bic": "AGRI"}, InvalidIdentifier, "bic"),
    ({"account_holder": "Jeanne Martin"}, PrivateAccount, "account_holder"),
    ({"account_holder": "SASU"}, PrivateAccount, "account_holder"),
    ({"vat_status": VatStatus.NON_EU}, Invalid, "vat_status"),
    ({"address": Address(line1="x", postcode="44000", city="y", country="XX")}, Invalid, "address.country"),
    ({"address": Address(line1="x", postcode="440", city="y", country="FR")}, Invalid, "address.postcode"),
    ({"address": Address(line1="", postcode="44000", city="y", country="FR")}, Invalid, "address.line1"),
    ({"address": Address(line1="x", postcode="97400", city="y", country="FR", zone="MET")}, Invalid, "address.zone"),
    ({"share_capital_cents": -1}, Invalid, "share_capital_cents"),
    ({"share_capital_cents": 10**30}, Invalid, "share_capital_cents"),
    ({"legal_form": "x" * 61}, Invalid, "legal_form"),
]


def test_what_does_not_check_out_is_named_and_nothing_is_kept(identity):
    expert = identity.expert()

    for change, error, field in WRONG_ENTITIES:
        with pytest.raises(error) as refusal:
            identity.declare(expert, **change)
        assert refusal.value.details["field"] == field, change
        assert "FR76" not in str(refusal.value)

    assert identity.ask(declare_legal_entity.get_legal_entity, rpc.GetLegalEntity(actor=expert)).state == "none"
    assert identity.told(events.LegalEntityConfirmed) == []


def confirm(identity, operator: Actor, expert_id: str) -> rpc.LegalEntityView:
    call = rpc.ConfirmLegalEntity(actor=operator, idempotency_key=identity.key(), expert_id=expert_id, reason="Extrait lu.")
    return identity.ask(declare_legal_entity.confirm_legal_entity, call)


def test_an_entity_from_elsewhere_waits_for_support(identity):
    expert, support = identity.expert(), identity.operator("support@akigora.example", Right.SUPPORT)
    swiss = {"address": GENEVA, "legal_form": "Sàrl", "vat_status": VatStatus.NON_EU, "siren": "", "vat_id": "CHE-123.456.788"}

    declared = identity.declare(expert, **swiss)
    assert (declared.state, identity.told(events.LegalEntityConfirmed)) == ("to_review", [])
    with pytest.raises(NotAllowed):
        confirm(identity, identity.operator("committee@akigora.example", Right.COMMITTEE), expert.expert_id)
    confirmed, again = confirm(identity, support, expert.expert_id), confirm(identity, support, expert.expert_id)

    assert (confirmed.state, again.state) == ("confirmed", "confirmed")
    assert [told.party.vat_id for told in identity.told(events.LegalEntityConfirmed)] == ["CHE-123.456.788"]


def test_what_was_never_declared_cannot_be_confirmed(identity):
    expert, support = identity.expert(), identity.operator("support@akigora.example", Right.SUPPORT)

    with pytest.raises(IncompleteDetails):
        confirm(identity, support, expert.expert_id)
    with pytest.raises(UnknownExpert):
        confirm(identity, support, "exp_" + "0" * 26)
    with pytest.raises(UnknownExpert):
        confirm(identity, support, "\x00")


def test_another_partys_entity_does_not_exist(identity):
    expert, other, company = identity.expert(), identity.expert("luc@conseil.example"), identity.company()

    for stranger in (other, company):
        with pytest.raises(UnknownExpert):
            identity.ask(declare_legal_entity.get_legal_entity, rpc.GetLegalEntity(actor=stranger, expert_id=expert.expert_id))
    with pytest.raises(NotAllowed):
        identity.declare(company)


# companies


def details(identity, actor: Actor, **more) -> rpc.CompanyView:
    known = {"name": "Atelier Mécanique SAS", "address": TOULOUSE, "siren": "552081317", "vat_id": "FR03552081317"} | more
    call = rpc.SetCompanyDetails(actor=actor, idempotency_key=identity.key(), **known)
    return identity.ask(manage_company.set_company_details, call)


def test_a_company_is_complete_with_its_details_and_they_are_told_once(identity):
    member = identity.company()

    before = identity.ask(manage_company.get_company, rpc.GetCompany(actor=member))
    after = details(identity, member, accounting_email="Compta@Atelier.example", purchase_order_number="BC-117")
    details(identity, member, accounting_email="compta@atelier.example", purchase_order_number="BC-117")

    assert (before.complete, after.complete) == (False, True)
    (told,) = identity.told(events.CompanyDetailsChanged)
    assert (told.party.kind, told.party.siren, told.party.address.zone) == (PartyKind.BUSINESS, "552081317", "MET")
    assert (told.party.accounting_email, told.party.purchase_order_number) == ("compta@atelier.example", "BC-117")


def test_a_french_vat_id_gives_the_siren(identity):
    assert details(identity, identity.company(), siren="").siren == "552081317"


def test_a_french_company_without_siren_is_kept_but_not_complete(identity):
    member = identity.company()

    view = details(identity, member, siren="", vat_id="")

    assert not view.complete
    with pytest.raises(IncompleteDetails) as refusal:
        identity.ask(tell_standing.get_party, rpc.GetParty(actor=SERVICE, party_id=member.company_id))
    assert refusal.value.details["missing"] == "siren"


WRONG_COMPANIES = [
    ({"siren": "552081318"}, "siren"),
    ({"vat_id": "FR83404833048"}, "vat_id"),
    ({"accounting_email": "nobody"}, "accounting_email"),
    ({"name": ""}, "name"),
    ({"purchase_order_number": "x" * 51}, "purchase_order_number"),
]


def test_a_companys_wrong_detail_is_named(identity):
    member = identity.company()

    for change, field in WRONG_COMPANIES:
        with pytest.raises(Invalid) as refusal:
            details(identity, member, **change)
        assert refusal.value.details["field"] == field, change


def test_a_member_without_the_right_changes_nothing_and_a_stranger_sees_nothing(identity):
    member, other = identity.company(), identity.company("other@usine.example")
    clerk = Actor(role=Role.COMPANY, account_id=member.account_id, company_id=member.company_id, rights=(Right.PAY,))

    with pytest.raises(NotAllowed):
        details(identity, clerk)
    with pytest.raises(UnknownCompany):
        identity.ask(manage_company.get_company, rpc.GetCompany(actor=other, company_id=member.company_id))


# what services ask


def test_an_expert_may_quote_once_admitted_and_confirmed(identity):
    expert = identity.expert()

    def standing():
        return identity.ask(tell_standing.get_standing, rpc.GetStanding(actor=SERVICE, expert_id=expert.expert_id))

    before = standing()
    identity.declare(expert)
    after = standing()

    assert (before.may_quote, before.missing) == (False, ("admission", "legal_entity", "bank_details"))
    assert (after.missing, after.party.name, after.iban_country) == (("admission",), "Martin Conseil SASU", "FR")


def test_an_admitted_confirmed_expert_may_quote(identity):
    expert = identity.admitted()
    identity.declare(expert)

    standing = identity.ask(tell_standing.get_standing, rpc.GetStanding(actor=expert, expert_id=expert.expert_id))

    assert (standing.may_quote, standing.missing) == (True, ())


def test_parties_are_told_to_services_only(identity):
    expert, member = identity.expert(), identity.company()
    identity.declare(expert)
    details(identity, member)

    def party(party_id, actor=SERVICE):
        return identity.ask(tell_standing.get_party, rpc.GetParty(actor=actor, party_id=party_id))

    assert (party(expert.expert_id).name, party(member.company_id).name) == ("Martin Conseil SASU", "Atelier Mécanique SAS")
    with pytest.raises(NotAllowed):
        party(expert.expert_id, actor=expert)
    for unknown in ("com_" + "0" * 26, "exp_" + "0" * 26, "acc_1", "\x00", ""):
        with pytest.raises(NotFound):
            party(unknown)


def test_standing_is_nobody_elses_business(identity):
    expert, other = identity.expert(), identity.expert("luc@conseil.example")

    with pytest.raises(UnknownExpert):
        identity.ask(tell_standing.get_standing, rpc.GetStanding(actor=other, expert_id=expert.expert_id))
    with pytest.raises(Unauthenticated):
        identity.ask(tell_standing.get_standing, rpc.GetStanding(actor=Actor(), expert_id=expert.expert_id))
    with pytest.raises(Problem):
        identity.ask(tell_standing.get_standing, rpc.GetStanding(actor=SERVICE, expert_id="exp_" + "0" * 26))
