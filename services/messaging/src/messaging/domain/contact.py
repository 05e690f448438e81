"""A person the marketplace can write to: a copy of what identity tells, for addressing only.

Its owner is identity; it is pseudonymised here when the account is erased.
"""

from dataclasses import dataclass

from contracts.wire import Role


@dataclass
class Contact:
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

    @property
    def name(self) -> str:
        """How others see this person: first name and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def reachable(self) -> bool:
        """False once erased."""
        return bool(self.email)

    def erase(self) -> None:
        """Nothing personal is left (GDPR)."""
        self.email = self.phone = self.first_name = self.last_name = ""
