"""Texts that people write: trimmed, bounded, storable."""

from contracts.contracting.v1.errors import InvalidInput
from kernel.errors import Invalid


def checked(value: str, field: str, *, at_most: int, required: bool = True, error: type[Invalid] = InvalidInput) -> str:
    """`value` without surrounding white space. Raises `error` with `field` when it is missing, too long or cannot be stored."""
    text = value.strip()
    if required and not text:
        raise error(f"{field} is missing", field=field)
    if len(text) > at_most:
        raise error(f"{field} is longer than {at_most:,} characters", field=field)
    if not is_storable(text):
        raise error(f"{field} holds characters that are not text", field=field)
    return text


def is_storable(text: str) -> bool:
    """Whether a database and a document can hold it: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def recorded(value: str, at_most: int) -> str:
    """What a machine said of itself (an address, a browser), kept as evidence whatever it holds: cut and made storable."""
    return "".join(character if character.isprintable() else "?" for character in value[:at_most])
