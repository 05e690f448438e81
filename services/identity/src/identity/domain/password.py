"""What a password must be: twelve characters or more, not the address, not one that everybody tries first.

Length is what protects a hashed password; rules about signs and digits only make people write `Password1!` (NIST SP 800-63B).
The list is short on purpose: nearly all of the usual lists' entries are under twelve characters.
"""

from contracts.identity.v1.errors import WeakPassword

SHORTEST = 12
LONGEST = 200  # hashing costs time by length: nobody may send a megabyte
_FEWEST_DIFFERENT = 5
_COMMON_WORDS = """
123456789012 1234567890123 1234567890qwerty 1q2w3e4r5t6y 1qaz2wsx3edc abcdefghijkl abcdefgh1234 administrator administrateur
azertyuiop12 azertyuiop123 azertyuiopqsdf azerty123456 bienvenue123 bonjour12345 changeme1234 chocolat1234 football1234
iloveyou1234 jetaime12345 letmein12345 loulou123456 marseille13000 motdepasse12 motdepasse123 motdepasse1234 motdepasse2026
password1234 password12345 password123456 password2026! passwordpassword p@ssw0rd1234 princess1234 qwerty123456 qwertyuiop12
qwertyuiop123 qwertyuiopasdf soleil123456 superman1234 trustno1trustno1 welcome12345 zaq12wsxcde3
"""
_COMMON = frozenset(_COMMON_WORDS.split())


def check_password(password: str, email: str, field: str = "password") -> str:
    """The password itself. Raises WeakPassword with `field`."""
    folded = password.casefold()
    if len(password) < SHORTEST:
        raise WeakPassword(f"A password has {SHORTEST} characters or more", field=field)
    if len(password) > LONGEST:
        raise WeakPassword(f"A password has {LONGEST} characters at most", field=field)
    if not is_text(password):
        raise WeakPassword("This password has characters that are not text", field=field)
    if folded in (email, email.partition("@")[0]):
        raise WeakPassword("The e-mail address is no password", field=field)
    if folded in _COMMON or len(set(folded)) < _FEWEST_DIFFERENT:
        raise WeakPassword("This password is among the first that are tried", field=field)
    return password


def is_text(value: str) -> bool:
    """Whether a secret can be hashed at all: lone surrogates have no bytes."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
