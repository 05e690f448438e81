"""Words as they are compared: without case, accents and double spaces. Labels keep their spelling, keys are folded."""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
# letters and digits, joined by & (R&D), followed by + or # (C++, C#): the index cuts text at the same places
WORD = r"[\p{L}\p{N}]+(?:&[\p{L}\p{N}]+)*[+#]*"
_WORD = re.compile(r"[^\W_]+(?:&[^\W_]+)*[+#]*")


def fold(text: str) -> str:
    """`Négociation  à l'Œuvre` becomes `negociation a l'oeuvre`."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())


def words_of(text: str) -> list[str]:
    """The words of a text, folded, in their order."""
    return _WORD.findall(fold(text))


def spelled_words_of(text: str) -> list[str]:
    """The words of a text as they are spelled, accents and all, in small letters: stemming needs them so."""
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def is_clean(text: str, *, lines: bool = False) -> bool:
    """Whether a text has no control character and no half of a surrogate pair; with `lines`, line ends and tabs are welcome."""
    allowed = "\n\r\t" if lines else ""
    return all(letter in allowed or unicodedata.category(letter) not in ("Cc", "Cs") for letter in text)
