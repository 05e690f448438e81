"""The directory: who is behind an id, copied from identity's events, so that nobody has to be asked for a name."""

from dataclasses import dataclass
from datetime import datetime

from contracts.identity.v1.events import AccountRegistered, AccountUpdated
from contracts.wire import Role


@dataclass(eq=False, kw_only=True)
class Account:
    """A person with an account. After erasure only a pseudonym is left (A55): the end of his account's id, in any language.

    `as_of` is when the last update known occurred.
    """

    id: str
    role: Role
    first_name: str
    last_name: str
    expert_id: str | None = None
    company_id: str | None = None
    company_name: str = ""
    erased: bool = False
    as_of: datetime | None = None

    @classmethod
    def registered(cls, event: AccountRegistered) -> "Account":
        return cls(
            id=event.account_id,
            role=event.role,
            first_name=event.first_name,
            last_name=event.last_name,
            expert_id=event.expert_id,
            company_id=event.company_id,
            company_name=event.company_name,
        )

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def update(self, event: AccountUpdated, at: datetime) -> None:
        """An update that arrives after the erasure brings nothing back, nor does one older than what is known."""
        if not self.erased and (self.as_of is None or at >= self.as_of):
            self.first_name, self.last_name, self.as_of = event.first_name, event.last_name, at

    def erase(self) -> None:
        self.erased = True
        self.first_name, self.last_name = pseudonym(self.id), ""


def pseudonym(id: str) -> str:
    return f"#{id[-6:]}"
