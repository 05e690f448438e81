"""The marketplace's rules of contracting: the policy table [contracting], P5-P9, P17, P19, P20, P23, P25, P27, P28.

A mission keeps the rules it was agreed under: they are frozen with each sent version of a quote. A key added later
therefore needs a default, or what was agreed before could not be read any more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from contracts.contracting.v1.rpc import FundTrigger, ReleaseTrigger

ENDLESS_REMINDER_DAYS = 7
"""Between two reminders once the calendar is used up, where they never end (M43)."""


@dataclass(frozen=True, kw_only=True)
class ScheduleStep:
    """One payment of the schedule: its weight, when it is asked for, when it is released (P5, P6)."""

    weight: int
    fund: FundTrigger
    release: ReleaseTrigger


@dataclass(frozen=True, kw_only=True)
class ContractingPolicy:
    """Times in days. A value that makes no sense raises ValueError, beginning with its key."""

    schedule: tuple[ScheduleStep, ...]
    schedule_customisable: bool
    validated_by: Literal["both", "company"]
    reminder_days: tuple[int, ...]
    reminders_endless: bool
    auto_validation_days: int
    start_without_funds: Literal["forbidden", "advised_against"]
    dispute: Literal["mediation", "amicable"]
    satisfied_or_refunded: bool
    cancellation: Literal["operator", "self_service"]
    amend_scope: bool
    amend_rate: bool
    publish_mission_sheets: bool
    rating_criteria: tuple[str, ...]
    max_duration_days: int
    split_from_days: int
    review_publication_days: int
    quote_validity_days: int

    def __post_init__(self) -> None:
        faults = {
            "schedule needs steps of positive weight, the first one paid at acceptance": not self._schedule_stands(),
            "reminder_days must rise from 0 or more": list(self.reminder_days)
            != sorted({day for day in self.reminder_days if day >= 0}),
            "reminders_endless needs at least one of reminder_days": self.reminders_endless and not self.reminder_days,
            "amend_rate must be false: the rate never changes in a mission (M29)": self.amend_rate,
            "rating_criteria must name at least one criterion, each once": not self.rating_criteria
            or len(set(self.rating_criteria)) < len(self.rating_criteria),
            "quote_validity_days must be at least 1": self.quote_validity_days < 1,
            "auto_validation_days must not be negative": self.auto_validation_days < 0,
            "max_duration_days must not be negative": self.max_duration_days < 0,
            "split_from_days must not be negative": self.split_from_days < 0,
            "review_publication_days must not be negative": self.review_publication_days < 0,
        }
        for sentence, broken in faults.items():
            if broken:
                raise ValueError(sentence)

    def _schedule_stands(self) -> bool:
        steps = self.schedule
        return bool(steps) and steps[0].fund is FundTrigger.ACCEPTANCE and all(step.weight > 0 for step in steps)

    def reminder_at(self, filed_at: datetime, number: int) -> datetime | None:
        """When the reminder of this number (from 1) is due after a report was filed; None when there is none (P8, M43)."""
        if number <= len(self.reminder_days):
            return filed_at + timedelta(days=self.reminder_days[number - 1])
        if not self.reminders_endless:
            return None
        further = number - len(self.reminder_days)
        return filed_at + timedelta(days=self.reminder_days[-1] + ENDLESS_REMINDER_DAYS * further)

    def silence_ends_at(self, filed_at: datetime) -> datetime | None:
        """When a report is taken as validated because nobody answered; None where that never happens (P8)."""
        return filed_at + timedelta(days=self.auto_validation_days) if self.auto_validation_days else None


@dataclass(frozen=True, kw_only=True)
class PolicyName:
    """Which policy, in which version: frozen into every contract."""

    name: str
    version: str
