"""Identifiers: typed by a prefix, sortable by the time they were made, never guessable.

`mis_` + 26 characters of Crockford base 32: 48 bits of milliseconds, 80 random bits (the ULID layout).
"""

import re
import secrets
import uuid
from datetime import datetime

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SHAPE = re.compile(r"[a-z]{2,5}_[0-9A-HJKMNP-TV-Z]{26}")


def new_id(prefix: str, now: datetime) -> str:
    """A fresh id such as `mis_01JD...`; ids made later sort later (to the millisecond)."""
    number = (int(now.timestamp() * 1000) << 80) | secrets.randbits(80)
    return f"{prefix}_" + "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def is_id(value: str, prefix: str) -> bool:
    """Whether `value` has the shape of an id of this prefix."""
    return bool(_SHAPE.fullmatch(value)) and value.startswith(prefix + "_")


def key_for(*parts: str) -> str:
    """An idempotency key that is the same for the same parts: a UUIDv5 string of 36 characters."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "\x1f".join(parts)))
