"""What the operator chose in the table [identity] of his policy: P1, P10, P12, P18 and P22."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class IdentityPolicy:
    """Its keys. `insurer`, `insurance_certificate_required` and `refusals_may_suspend` are checked, and applied by nobody yet."""

    admission: Literal["committee", "references"]
    admission_min_age_years: int
    admission_min_experience_years: int
    admission_votes_required: int
    admission_reference_letters_required: int
    mandate_required_for_admission: bool
    refusals_may_suspend: bool
    individual_clients: bool
    insurer: str
    insurance_certificate_required: bool

    def faults(self) -> dict[str, str]:
        """What no operator can mean, by key."""
        floors = {
            "admission_min_age_years": 0,
            "admission_min_experience_years": 0,
            "admission_votes_required": 1,
            "admission_reference_letters_required": 0,
        }
        return {key: f"must be at least {floor}" for key, floor in floors.items() if getattr(self, key) < floor}
