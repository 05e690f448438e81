"""One payment of a mission, as contracting sees it: asked for, funded, requested, authorised, released or refunded.

Each fact is a time set once; facts come in any order (an instalment may be authorised before it is funded). The money itself is
payments' affair.
"""

from dataclasses import dataclass
from datetime import datetime

from contracts.contracting.v1.rpc import FundTrigger, InstalmentPlan, InstalmentStatus, ReleaseTrigger
from kernel.money import Money


@dataclass(eq=False, kw_only=True)
class Instalment:
    mission_id: str
    number: int
    ht: Money
    ttc: Money
    fund: FundTrigger
    release: ReleaseTrigger
    due_at: datetime | None = None
    funded_at: datetime | None = None
    requested_at: datetime | None = None
    authorised_at: datetime | None = None
    released_at: datetime | None = None
    refunded_at: datetime | None = None

    @classmethod
    def planned(cls, mission_id: str, plan: InstalmentPlan) -> "Instalment":
        return cls(mission_id=mission_id, number=plan.number, ht=plan.ht, ttc=plan.ttc, fund=plan.fund, release=plan.release)

    @property
    def may_be_requested(self) -> bool:
        """Released on the expert's request, and not asked for or authorised yet (A65)."""
        return self.release is ReleaseTrigger.EXPERT_REQUEST and self.requested_at is None and self.authorised_at is None

    @property
    def waits_for_approval(self) -> bool:
        return self.requested_at is not None and self.authorised_at is None

    @property
    def status(self) -> InstalmentStatus:
        reached = {
            "refunded": self.refunded_at,
            "released": self.released_at,
            "authorised": self.authorised_at,
            "requested": self.requested_at,
            "funded": self.funded_at,
            "due": self.due_at,
        }
        state = next((name for name, at in reached.items() if at is not None), "planned")
        return InstalmentStatus(number=self.number, ttc=self.ttc, state=state, funded_at=self.funded_at)
