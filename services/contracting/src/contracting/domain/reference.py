"""A mission's reference: what a person writes on a bank transfer (M46).

An ISO 11649 creditor reference: "RF", two check digits, the year and a running number. One mistyped character makes it
invalid, so that money sent with a wrong reference never reaches a neighbouring mission.
"""

from datetime import datetime

from stdnum.iso7064 import mod_97_10


def reference(number: int, agreed_at: datetime) -> str:
    """The `number`th mission, agreed in 2026: RF462026000123 for 123."""
    body = f"{agreed_at.year}{number:06d}"
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"
