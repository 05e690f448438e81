"""Admission: what the operator's policy asks before an expert is shown (P1; A2, A3, A40-A42, M3, M76).

none -> submitted -> admitted | refused; admitted <-> suspended. The case closes when as many members of the committee as the
policy asks have voted the same way; the count is frozen at submission.
"""

from dataclasses import dataclass, field
from datetime import datetime

from contracts.identity.v1.errors import AdmissionClosed, AdmissionIncomplete, AlreadyVoted, BelowThreshold
from contracts.identity.v1.rpc import AdmissionState
from identity.domain import fields
from identity.domain.expert import Expert
from identity.domain.policy import IdentityPolicy


@dataclass(eq=False, kw_only=True)
class Vote:
    """One member's word, once."""

    expert_id: str
    account_id: str
    in_favour: bool
    reason: str
    at: datetime


@dataclass(eq=False, kw_only=True)
class AdmissionCase:
    """`reason` is what the expert was told when he was refused or suspended."""

    expert_id: str
    state: AdmissionState = AdmissionState.NONE
    presentation: str = ""
    reference_letters: int = 0
    votes_required: int = 0
    reason: str = ""
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    votes: list[Vote] = field(default_factory=list)

    @property
    def votes_for(self) -> int:
        return sum(vote.in_favour for vote in self.votes)

    @property
    def votes_against(self) -> int:
        return len(self.votes) - self.votes_for

    def submit(
        self, expert: Expert, policy: IdentityPolicy, charter_version: str, letters: int, presentation: str, now: datetime
    ) -> None:
        """none -> submitted. Raises AdmissionClosed, BelowThreshold, AdmissionIncomplete (`missing`: codes joined by commas)."""
        if self.state is not AdmissionState.NONE:
            raise AdmissionClosed("The case was submitted before", state=self.state.value)
        if not reaches_threshold(expert, policy, now):
            raise BelowThreshold(
                age_years=expert.age_years(now),
                years_of_experience=expert.years_of_experience,
                min_age_years=policy.admission_min_age_years,
                min_experience_years=policy.admission_min_experience_years,
            )
        missing = missing_for(expert, policy, charter_version, letters)
        if missing:
            raise AdmissionIncomplete(missing=",".join(missing))
        self.presentation = fields.text(presentation, "presentation", longest=5000, lines=True)
        self.reference_letters = letters
        self.votes_required = policy.admission_votes_required
        self.state, self.submitted_at = AdmissionState.SUBMITTED, now

    def vote(self, account_id: str, in_favour: bool, reason: str, now: datetime) -> None:
        """Counts one member's vote; may admit or refuse. Raises AdmissionClosed, AlreadyVoted."""
        if any(vote.account_id == account_id for vote in self.votes):
            raise AlreadyVoted()
        if self.state is not AdmissionState.SUBMITTED:
            raise AdmissionClosed(state=self.state.value)
        reason = fields.text(reason, "reason", longest=1000, lines=True)
        self.votes.append(Vote(expert_id=self.expert_id, account_id=account_id, in_favour=in_favour, reason=reason, at=now))
        if self.votes_for >= self.votes_required:
            self.state, self.decided_at = AdmissionState.ADMITTED, now
        elif self.votes_against >= self.votes_required:
            self.state, self.decided_at = AdmissionState.REFUSED, now
            self.reason = "\n".join(vote.reason for vote in self.votes if not vote.in_favour)

    def suspend(self, reason: str) -> None:
        """admitted -> suspended, with a reason that is told to the expert (A72). Raises AdmissionClosed."""
        if self.state is not AdmissionState.ADMITTED:
            raise AdmissionClosed("Only an admitted expert can be suspended", state=self.state.value)
        self.reason = fields.text(reason, "reason", longest=1000, lines=True)
        self.state = AdmissionState.SUSPENDED

    def reinstate(self) -> None:
        """suspended -> admitted. Raises AdmissionClosed."""
        if self.state is not AdmissionState.SUSPENDED:
            raise AdmissionClosed("Only a suspended expert can be reinstated", state=self.state.value)
        self.state, self.reason = AdmissionState.ADMITTED, ""

    def erase(self) -> None:
        """The words about the person go, a decision and its votes stay; a case that was open is withdrawn."""
        if self.state is AdmissionState.SUBMITTED:
            self.state, self.submitted_at = AdmissionState.NONE, None
        self.presentation = self.reason = ""
        for vote in self.votes:
            vote.reason = ""


def reaches_threshold(expert: Expert, policy: IdentityPolicy, now: datetime) -> bool:
    """Old enough or experienced enough: one of the two suffices (A2); both floors are 0 where the policy has none (M3)."""
    return (
        expert.age_years(now) >= policy.admission_min_age_years
        or expert.years_of_experience >= policy.admission_min_experience_years
    )


def missing_for(expert: Expert, policy: IdentityPolicy, charter_version: str, letters: int) -> tuple[str, ...]:
    """What the expert has yet to bring, as codes."""
    lacks = {
        "charter": expert.charter_version != charter_version,
        "mandate": policy.mandate_required_for_admission and not expert.mandate_in_force,
        "reference_letters": letters < policy.admission_reference_letters_required,
    }
    return tuple(code for code, is_lacking in lacks.items() if is_lacking)
