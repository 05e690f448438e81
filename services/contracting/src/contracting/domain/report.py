"""A mission's report: filed by the expert, validated by the company or by both (P7), with reminders to a silent company (M43)."""

from dataclasses import dataclass, replace
from datetime import datetime

from contracting.domain.policy import ContractingPolicy
from contracts.contracting.v1.errors import AlreadyValidated
from contracts.contracting.v1.rpc import ReportView
from contracts.wire import Role


@dataclass(frozen=True, kw_only=True)
class Report:
    """Replaced as a whole when something happens to it."""

    text: str
    filed_at: datetime
    validated_by_company_at: datetime | None = None
    validated_by_expert_at: datetime | None = None
    reminders_sent: int = 0

    def validated(self, side: Role, now: datetime) -> "Report":
        """With this party's word. Raises AlreadyValidated."""
        if self.is_validated_by(side):
            raise AlreadyValidated
        return replace(self, validated_by_company_at=now) if side is Role.COMPANY else replace(self, validated_by_expert_at=now)

    def is_validated_by(self, side: Role) -> bool:
        return (self.validated_by_company_at if side is Role.COMPANY else self.validated_by_expert_at) is not None

    def suffices(self, rules: ContractingPolicy) -> bool:
        """Whether everybody who has to validate has done so (P7: A66, M38)."""
        needed = (Role.COMPANY, Role.EXPERT) if rules.validated_by == "both" else (Role.COMPANY,)
        return all(self.is_validated_by(side) for side in needed)

    def reminded(self) -> "Report":
        return replace(self, reminders_sent=self.reminders_sent + 1)

    def next_reminder_at(self, rules: ContractingPolicy) -> datetime | None:
        """None once the company has spoken or the calendar is at its end."""
        if self.validated_by_company_at is not None:
            return None
        return rules.reminder_at(self.filed_at, self.reminders_sent + 1)

    @property
    def view(self) -> ReportView:
        return ReportView(
            filed_at=self.filed_at,
            text=self.text,
            validated_by_company_at=self.validated_by_company_at,
            validated_by_expert_at=self.validated_by_expert_at,
            reminders_sent=self.reminders_sent,
        )
