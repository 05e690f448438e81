"""When an entity is confirmed, and whose bank account it may name (A57)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contracts.identity.v1.errors import IncompleteDetails, InvalidIdentifier, PrivateAccount
from contracts.shapes import Address, VatStatus
from identity.domain.legal_entity import EntityState, LegalDetails, LegalEntity, checked_details, is_sole_trader

NOW = datetime(2026, 11, 2, tzinfo=UTC)
FRENCH = LegalDetails(
    legal_form="SASU",
    legal_name="Martin Conseil",
    address=Address(line1="3 quai de la Loire", postcode="44000", city="Nantes", country="FR"),
    vat_status=VatStatus.REGISTERED,
    iban="FR7630006000011234567890189",
    account_holder="Martin Conseil",
    siren="404833048",
    vat_id="FR83404833048",
)


@pytest.mark.parametrize(
    ("holder", "legal_name", "legal_form"),
    [
        ("MARTIN CONSEIL", "Martin Conseil SASU", "SASU"),
        ("S.A.S.U. Martin-Conseil", "Martin Conseil", "SASU"),
        ("Élan & Co", "Elan & CO", "SARL"),
        ("Jeanne Martin", "Martin Formation", "Micro-entrepreneur"),
        ("Mme Martin Jeanne", "Martin Formation", "E.I."),
        ("Martin Formation", "Martin Formation", "auto entrepreneur"),
    ],
)
def test_a_business_account_is_taken(holder, legal_name, legal_form):
    declared = replace(FRENCH, account_holder=holder, legal_name=legal_name, legal_form=legal_form)

    assert checked_details(declared, "Jeanne Martin").account_holder == holder


@pytest.mark.parametrize(
    ("holder", "legal_form"),
    [
        ("Jeanne Martin", "SASU"),
        ("Paul Martin", "Micro-entrepreneur"),
        ("Martin", "SARL"),
        ("Autre Conseil", "SASU"),
        ("M.", "EI"),
    ],
)
def test_a_private_account_or_anothers_is_not(holder, legal_form):
    with pytest.raises(PrivateAccount) as refusal:
        checked_details(replace(FRENCH, account_holder=holder, legal_form=legal_form), "Jeanne Martin")

    assert refusal.value.details["field"] == "account_holder"


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("micro-entreprise", True),
        ("Entreprise individuelle", True),
        ("EIRL", True),
        ("Profession libérale", True),
        ("sole trader", True),
        ("SASU", False),
        ("portage salarial", False),
        ("", False),
    ],
)
def test_who_trades_in_his_own_name(form, expected):
    assert is_sole_trader(form) is expected


@pytest.mark.parametrize(
    ("status", "needs_vat_id"),
    [
        (VatStatus.REGISTERED, True),
        (VatStatus.FRANCHISE, False),
        (VatStatus.EXEMPT_TRAINING, False),
        (VatStatus.PORTAGE, False),
    ],
)
def test_only_who_charges_vat_needs_a_vat_id(status, needs_vat_id):
    declared = replace(FRENCH, vat_status=status, vat_id="")

    if needs_vat_id:
        with pytest.raises(InvalidIdentifier):
            checked_details(declared, "Jeanne Martin")
    else:
        assert checked_details(declared, "Jeanne Martin").vat_id == ""


def test_new_details_that_cannot_be_checked_take_the_confirmation_back():
    entity = LegalEntity(expert_id="exp_1")
    abroad = replace(FRENCH, address=replace(FRENCH.address, country="CH", postcode="1204"), vat_status=VatStatus.NON_EU)

    assert entity.declare(FRENCH, NOW)
    assert not entity.declare(abroad, NOW)

    assert (entity.state, entity.confirmed_at) == (EntityState.TO_REVIEW, None)
    with pytest.raises(IncompleteDetails):
        entity.party(email="j@conseil.example", locale="fr")
    assert entity.confirm(NOW)
    assert not entity.confirm(NOW)


def test_the_iban_is_not_in_what_a_log_would_show():
    assert "FR763" not in repr(FRENCH)
    assert "FR763" not in repr(LegalEntity(expert_id="exp_1", details=FRENCH))
