"""A person the marketplace can write to: a copy of what identity tells, for addressing only.

Its owner is identity; it is pseudonymised here when the account is erased.
"""

from dataclasses import dataclass
from datetime import datetime

from contracts.identity.v1.events import AccountUpdated
from contracts.wire import Role


@dataclass
class Contact:
    """`as_of` is when the last update known occurred."""

    account_id: str
    role: Role
    email: str
    phone: str
    first_name: str
    last_name: str
    locale: str
    expert_id: str | None = None
    company_id: str | None = None
    company_name: str = ""
    as_of: datetime | None = None

    @property
    def name(self) -> str:
        """How others see this person: first name and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def reachable(self) -> bool:
        """False once erased."""
        return bool(self.email)

    def update(self, event: AccountUpdated, at: datetime) -> None:
        """An update that comes after the erasure brings nothing back, nor does one older than what is known."""
        if self.reachable and (self.as_of is None or at >= self.as_of):
            self.email, self.phone, self.locale, self.as_of = event.email, event.phone, event.locale, at
            self.first_name, self.last_name = event.first_name, event.last_name

    def erase(self) -> None:
        """Nothing personal is left (GDPR)."""
        self.email = self.phone = self.first_name = self.last_name = ""
