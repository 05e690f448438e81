"""What people type comes out in one form, or is refused by the name of its field."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.identity.v1.errors import InvalidIdentifier, WeakPassword
from contracts.shapes import Address
from identity.domain import fields, identifiers
from identity.domain.password import check_password
from kernel.errors import Invalid


def test_an_address_is_trimmed_and_in_lower_case():
    assert fields.email_address("  Jeanne.Martin@Conseil.EXAMPLE ".strip()) == "jeanne.martin@conseil.example"


@pytest.mark.parametrize(
    "value", ["", "jeanne", "jeanne@", "@conseil.example", "a b@conseil.example", "j@x", "j@conseil.example\n"]
)
def test_what_is_no_mailbox_is_refused(value):
    with pytest.raises(InvalidIdentifier):
        fields.email_address(value)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("06 12 34 56 78", "+33612345678"), ("+49 1511 2345678", "+4915112345678"), ("0033612345678", "+33612345678")],
)
def test_a_phone_number_is_kept_in_e164(typed, kept):
    assert fields.phone_number(typed) == kept


@pytest.mark.parametrize("typed", ["", "12", "phone", "+33 6 12", "+999 123456789", "9" * 40])
def test_what_cannot_be_dialled_is_refused(typed):
    with pytest.raises(InvalidIdentifier):
        fields.phone_number(typed)


@pytest.mark.parametrize(
    ("postcode", "country", "zone"),
    [("44000", "FR", "MET"), ("20000", "fr", "MET"), ("97400", "FR", "RE"), ("97110", "GP", "GP"), ("97600", "FR", "YT")],
)
def test_the_tax_zone_is_read_off_the_french_postcode(postcode, country, zone):
    address = fields.postal_address(Address(line1="1 rue Haute", postcode=postcode, city="Ville", country=country))

    assert (address.country, address.zone) == ("FR", zone)


def test_an_address_elsewhere_has_no_zone_and_may_do_without_a_postcode():
    address = fields.postal_address(Address(line1="1 Main Street", postcode="", city="Dublin", country="IE"))

    assert (address.country, address.zone, address.postcode) == ("IE", "", "")


@pytest.mark.parametrize(
    ("born", "age"), [(date(1976, 11, 2), 50), (date(1976, 11, 3), 49), (date(1976, 2, 29), 50), (date(2008, 11, 2), 18)]
)
def test_age_is_counted_in_whole_years(born, age):
    assert fields.age_years(born, date(2026, 11, 2)) == age


@pytest.mark.parametrize("born", [date(2008, 11, 3), date(1900, 1, 1), date(2030, 1, 1)])
def test_a_birth_date_is_that_of_an_adult(born):
    with pytest.raises(Invalid):
        fields.birth_date(born, date(2026, 11, 2))


@given(st.text())
def test_text_that_passes_can_be_stored(value):
    try:
        clean = fields.text(value, "name", longest=50)
    except Invalid:
        return

    assert "\x00" not in clean
    assert 0 < len(clean) <= 50
    assert clean.encode().decode() == clean


def test_lines_are_kept_where_lines_are_meant():
    assert fields.text("one\r\ntwo", "reason", lines=True) == "one\ntwo"
    with pytest.raises(Invalid):
        fields.text("one\ntwo", "name")


# identifiers


def test_identifiers_are_kept_compact():
    assert identifiers.siren("552 081 317") == "552081317"
    assert identifiers.iban("fr76 3000 6000 0112 3456 7890 189") == "FR7630006000011234567890189"
    assert identifiers.vat_id("GR 094259216", "GR") == "EL094259216"


@pytest.mark.parametrize("value", ["GB980780684", "XX123", "094259216", ""])
def test_a_vat_id_of_no_member_state_is_refused(value):
    with pytest.raises(InvalidIdentifier):
        identifiers.vat_id(value, "FR")


@given(st.text(alphabet="0123456789", min_size=9, max_size=9), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_never_makes_another_siren(digits, position, shift):
    wrong = digits[:position] + str((int(digits[position]) + shift) % 10) + digits[position + 1 :]

    assert not (passes(digits) and passes(wrong))


def passes(digits: str) -> bool:
    try:
        identifiers.siren(digits)
    except InvalidIdentifier:
        return False
    return True


def test_an_iban_is_shown_by_its_ends_only():
    assert identifiers.masked_iban("FR7630006000011234567890189") == "FR76 **** 0189"
    assert identifiers.masked_iban("") == ""


# passwords


@pytest.mark.parametrize(
    "password",
    [
        "eleven char",
        "x" * 201,
        "aaaaaaaaaaaaaa",
        "121212121212",
        "MotDePasse123",
        "azertyuiop123",
        "Jeanne.Martin@conseil.example",
        "JEANNE.MARTIN",
        "a long walk \ud800",
    ],
)
def test_a_password_that_is_soon_guessed_is_refused(password):
    with pytest.raises(WeakPassword) as refusal:
        check_password(password, "jeanne.martin@conseil.example", "new_password")

    assert refusal.value.details["field"] == "new_password"


@pytest.mark.parametrize("password", ["twelve chars", "une longue phrase à moi", "パスワードはとても長い文です"])
def test_a_long_sentence_is_a_password_in_any_script(password):
    assert check_password(password, "jeanne.martin@conseil.example") == password
