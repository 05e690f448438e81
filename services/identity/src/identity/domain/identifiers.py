"""Registration, tax and bank identifiers, checked by their checksums (python-stdnum); no register is asked.

Each function gives the compact form or raises InvalidIdentifier with its `field`; the value itself is never repeated in the
message.
"""

from stdnum import bic as stdnum_bic
from stdnum import iban as stdnum_iban
from stdnum.eu import vat as stdnum_vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siren as stdnum_siren

from contracts.identity.v1.errors import InvalidIdentifier

_PREFIX_OF_COUNTRY = {"GR": "EL"}
EU_COUNTRIES = frozenset(state.upper() for state in stdnum_vat.MEMBER_STATES)


def siren(value: str) -> str:
    """The nine digits of a French business."""
    return str(_checked(stdnum_siren.validate, value, "siren", "a SIREN"))


def vat_id(value: str, country: str, siren_of_holder: str = "") -> str:
    """The VAT id of a business of an EU `country`, with its prefix. A French one must hold the SIREN, when that is known."""
    if not value.isascii():
        raise _fault("vat_id", "a VAT id")
    compact = str(_checked(stdnum_vat.validate, value, "vat_id", "a VAT id"))
    prefix = "EL" if compact.startswith("GR") else compact[:2]
    if prefix != _PREFIX_OF_COUNTRY.get(country, country):
        raise InvalidIdentifier("The VAT id is of another country than the address", field="vat_id")
    if prefix == "FR" and siren_of_holder and compact[4:] != siren_of_holder:
        raise InvalidIdentifier("The VAT id belongs to another SIREN", field="vat_id")
    return prefix + compact[2:]


def siren_in_vat_id(french_vat_id: str) -> str:
    """The SIREN that a checked French VAT id ends with; empty for Monaco's, which hold none."""
    digits = french_vat_id[4:]
    return digits if stdnum_siren.is_valid(digits) else ""


def iban(value: str) -> str:
    """The compact IBAN of a bank account."""
    return str(_checked(stdnum_iban.validate, value, "iban", "an IBAN"))


def bic(value: str) -> str:
    """The BIC of a bank, eight or eleven characters."""
    return str(_checked(stdnum_bic.validate, value, "bic", "a BIC"))


def masked_iban(compact: str) -> str:
    """What a view may show: `FR76 **** 0189`."""
    return f"{compact[:4]} **** {compact[-4:]}" if compact else ""


def _checked(validate: object, value: str, field: str, what: str) -> object:
    try:
        return validate(value)  # type: ignore[operator]
    except ValidationError:
        raise _fault(field, what) from None


def _fault(field: str, what: str) -> InvalidIdentifier:
    return InvalidIdentifier(f"This is not {what}: it does not check out", field=field)
