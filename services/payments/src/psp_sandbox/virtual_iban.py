"""Virtual IBANs: each customer has one of his own to send transfers to; valid by checksum, of a bank that does not exist."""

import hashlib

BIC = "SBOXFRPPXXX"
HOLDER = "PSP Sandbox"
_BANK, _BRANCH = 99_999, 1


def iban_of(customer_id: str) -> str:
    """A French IBAN, with both its checksums right."""
    account = int.from_bytes(hashlib.sha256(customer_id.encode()).digest()[:5]) % 10**11
    rib_key = 97 - (89 * _BANK + 15 * _BRANCH + 3 * account) % 97
    bban = f"{_BANK:05d}{_BRANCH:05d}{account:011d}{rib_key:02d}"
    check = 98 - int(bban + "152700") % 97  # "FR00" as digits
    return f"FR{check:02d}{bban}"
