"""An account: one person who can log in, for an expert's own business, for a company, or in the operator's team.

An erased account stays as a pseudonym (A55): invoices, votes and audit rows keep pointing at somebody, but at nobody known.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from contracts.wire import Actor, Right, Role
from kernel.errors import Invalid

COMPANY_RIGHTS = (Right.ACCEPT_QUOTES, Right.PAY, Right.MANAGE_MEMBERS)
OPERATOR_RIGHTS = (Right.COMMITTEE, Right.SUPPORT, Right.FINANCE, Right.MEDIATOR)
_CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
NO_PASSWORD = ""  # matches nothing: invited, not yet set; or erased


@dataclass(eq=False, kw_only=True)
class Account:
    """`email` is normalised and unique; `referred_by` is the account whose code was given at sign-up (M69)."""

    id: str
    role: Role
    email: str
    password_hash: str
    first_name: str
    last_name: str
    phone: str
    locale: str
    created_at: datetime
    expert_id: str | None = None
    company_id: str | None = None
    rights: tuple[Right, ...] = ()
    referral_code: str | None = None
    referred_by: str | None = None
    email_confirmed_at: datetime | None = None
    erased_at: datetime | None = None

    @property
    def about(self) -> str:
        """Whose story its events belong to, so that they keep their order with the expert's or the company's other events."""
        return self.expert_id or self.company_id or self.id

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def actor(self, session_id: str) -> Actor:
        """On whose behalf calls are made with this session of this account."""
        return Actor(
            role=self.role,
            account_id=self.id,
            expert_id=self.expert_id,
            company_id=self.company_id,
            rights=tuple(self.rights),
            session_id=session_id,
        )

    def erase(self, now: datetime) -> None:
        """Forgets the person and keeps the number (A55); nobody can log in again."""
        self.email = f"erased+{self.id.lower()}@erased.invalid"
        self.password_hash = NO_PASSWORD
        self.first_name, self.last_name, self.phone = "Erased", "", ""
        self.email_confirmed_at = None
        self.rights = ()
        self.referral_code = self.referred_by = None
        self.erased_at = now


def rights_among(asked: tuple[Right, ...], allowed: tuple[Right, ...]) -> tuple[Right, ...]:
    """The rights asked for, each once, when all are of this kind of account. Raises Invalid."""
    foreign = [right.value for right in asked if right not in allowed]
    if foreign:
        raise Invalid(f"{foreign[0]} is not a right of such an account", field="rights")
    return tuple(right for right in allowed if right in asked)


def new_referral_code() -> str:
    """Eight letters and digits that are not mistaken for one another, to be given to friends (M68)."""
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(8))
