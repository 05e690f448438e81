"""The payment schedule of a quote: its HT divided into instalments, VAT for each.

HT is split by weight, largest remainder, ties to the earliest; VAT is rounded half up for each instalment, because each one
becomes an invoice; the TTC of the quote is the sum of the instalments (money-examples.md A1-A8, B1, B7).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from contracting.domain.policy import ScheduleStep
from contracts.contracting.v1.rpc import InstalmentPlan
from contracts.payments.v1.rpc import CommissionPreview, InstalmentAmounts
from kernel.money import Money, total


@dataclass(frozen=True)
class Schedule:
    """The amounts of each instalment, in order."""

    instalments: tuple[InstalmentAmounts, ...]

    @classmethod
    def divide(cls, ht: Money, weights: Sequence[int], vat_rate_bp: int) -> "Schedule":
        """Raises ValueError for weights that cannot be."""
        parts = enumerate(ht.split(weights), start=1)
        return cls(tuple(_amounts(number, part, part.at_rate(vat_rate_bp)) for number, part in parts))

    @property
    def vat(self) -> Money:
        return total([each.vat for each in self.instalments])

    @property
    def ttc(self) -> Money:
        return total([each.ttc for each in self.instalments])

    def with_commission(self, steps: Sequence[ScheduleStep], preview: CommissionPreview) -> tuple[InstalmentPlan, ...]:
        """The full plan: what is asked for and released when, and what the expert receives of it (M15)."""
        commissions = {each.number: each for each in preview.instalments}
        return tuple(
            InstalmentPlan(
                number=each.number,
                ht=each.ht,
                vat=each.vat,
                ttc=each.ttc,
                fund=step.fund,
                release=step.release,
                commission=commissions[each.number].withheld,
                expert_receives=commissions[each.number].expert_receives,
            )
            for each, step in zip(self.instalments, steps, strict=True)
        )


def _amounts(number: int, ht: Money, vat: Money) -> InstalmentAmounts:
    return InstalmentAmounts(number=number, ht=ht, vat=vat, ttc=ht + vat)
