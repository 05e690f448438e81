"""What people type, checked and put into one form: names, addresses, e-mail, phone.

Every text that reaches the database has passed here: trimmed, composed (NFC), of bounded length, free of control characters and
lone surrogates, which PostgreSQL and UTF-8 refuse. A fault raises Invalid (or InvalidIdentifier) whose `field` is the input's
dotted path.
"""

import unicodedata
from datetime import date

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from contracts.identity.v1.errors import InvalidIdentifier
from contracts.shapes import Address
from kernel.errors import Invalid

LOCALES = ("fr", "en")
_LAYOUT = {"\n", "\t"}
_ZONE_OF_POSTCODE = {"971": "GP", "972": "MQ", "973": "GF", "974": "RE", "976": "YT"}
_ZONES = frozenset(_ZONE_OF_POSTCODE.values())


def text(value: str, field: str, *, longest: int = 200, required: bool = True, lines: bool = False) -> str:
    """The trimmed text of at most `longest` characters; one line unless `lines`. Raises Invalid."""
    allowed = _LAYOUT if lines else frozenset[str]()
    clean = unicodedata.normalize("NFC", value.replace("\r\n", "\n") if lines else value).strip()
    if required and not clean:
        raise Invalid(f"{field} is missing", field=field)
    if len(clean) > longest:
        raise Invalid(f"{field} is longer than {longest} characters", field=field)
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in allowed for character in clean):
        raise Invalid(f"{field} has characters that are not text", field=field)
    return clean


def whole_number(value: int, field: str, *, lowest: int, highest: int) -> int:
    """The number itself when it lies within both bounds. Raises Invalid."""
    if not lowest <= value <= highest:
        raise Invalid(f"{field} must be between {lowest} and {highest}", field=field)
    return value


def accepted_locale(value: str) -> str:
    """`fr` or `en`. Raises Invalid."""
    if value not in LOCALES:
        raise Invalid(f"locale must be one of {', '.join(LOCALES)}", field="locale")
    return value


def email_address(value: str, field: str = "email") -> str:
    """The address in lower case: two spellings of one mailbox are one account. Raises InvalidIdentifier.

    Nothing is asked of the DNS. The reserved domain .test is let through: it can harm nobody, and sandboxes need addresses that
    never reach a person.
    """
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        raise InvalidIdentifier("This is not an e-mail address", field=field) from None


def phone_number(value: str, field: str = "phone") -> str:
    """The number in E.164 (`+33612345678`); a number without a country is taken for French. Raises InvalidIdentifier.

    Length is checked, not whether the operator has given the range out: numbering plans change, and a text message tells.
    """
    try:
        number = phonenumbers.parse(value, "FR")
    except phonenumbers.NumberParseException:
        raise InvalidIdentifier("This is not a phone number", field=field) from None
    if not phonenumbers.is_possible_number(number):
        raise InvalidIdentifier("This is not a phone number", field=field)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def birth_date(value: date, today: date) -> date:
    """The birth date of an adult. Raises Invalid."""
    if not 18 <= age_years(value, today) <= 120:
        raise Invalid("birth_date must be that of an adult", field="birth_date")
    return value


def age_years(born: date, today: date) -> int:
    """Whole years lived; someone born on a 29 February grows older on 1 March in common years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def postal_address(value: Address, field: str = "address") -> Address:
    """The address with its country and, in France, its tax zone, which is read off the postcode (97x: overseas).

    Raises Invalid.
    """
    country, zone = value.country.strip().upper(), value.zone.strip().upper()
    if country in _ZONES:  # these territories have an ISO code of their own, but are France
        country, zone = "FR", country
    if country not in phonenumbers.SUPPORTED_REGIONS:  # the regions of ISO 3166-1 that have a telephone
        raise Invalid("country must be an ISO 3166 code of two letters", field=f"{field}.country")
    postcode = text(value.postcode, f"{field}.postcode", longest=12, required=country == "FR")
    if country == "FR":
        zone = _french_zone(postcode, zone, field)
    elif zone:
        raise Invalid("zone tells French territories apart", field=f"{field}.zone")
    return Address(
        line1=text(value.line1, f"{field}.line1"),
        line2=text(value.line2, f"{field}.line2", required=False),
        postcode=postcode,
        city=text(value.city, f"{field}.city", longest=100),
        country=country,
        zone=zone,
    )


def _french_zone(postcode: str, zone: str, field: str) -> str:
    if len(postcode) != 5 or not (postcode.isascii() and postcode.isdigit()):
        raise Invalid("a French postcode has five digits", field=f"{field}.postcode")
    actual = _ZONE_OF_POSTCODE.get(postcode[:3], "MET")
    if zone not in ("", actual):
        raise Invalid(f"the postcode lies in zone {actual}", field=f"{field}.zone")
    return actual
