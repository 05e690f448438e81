"""A mission as billing sees it: the contract as it was accepted, the facts heard since, and so the documents that are due.

What is due depends on the facts alone, not on the order in which they were heard or how often: so each document is issued
exactly once. When VAT falls due (P11) is frozen with the contract.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from billing.domain.numbers import legal_day
from billing.domain.paper import Document, Due, Kind, State
from contracts.contracting.v1.events import MissionCancelled, MissionValidated, QuoteAccepted
from contracts.contracting.v1.rpc import InstalmentPlan, ReleaseTrigger
from contracts.payments.v1.events import CommissionWithheld, InstalmentFunded, InstalmentRefunded, InstalmentReleased

Fact = InstalmentFunded | InstalmentReleased | InstalmentRefunded | CommissionWithheld | MissionValidated | MissionCancelled


class VatEvent(StrEnum):
    """What makes VAT fall due: the client's money coming in, or its release to the expert (P11)."""

    FUNDING = "funding"
    RELEASE = "release"


@dataclass(frozen=True, kw_only=True)
class InstalmentFacts:
    """What was heard of one instalment."""

    number: int
    funded: InstalmentFunded | None = None
    released: InstalmentReleased | None = None
    refunded: InstalmentRefunded | None = None
    commission: CommissionWithheld | None = None

    @property
    def funded_on(self) -> date | None:
        return legal_day(self.funded.funded_at) if self.funded else None

    @property
    def released_on(self) -> date | None:
        return legal_day(self.released.released_at) if self.released else None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What was heard of a mission since its acceptance."""

    instalments: tuple[InstalmentFacts, ...] = ()
    validated_on: date | None = None
    cancelled: bool = False

    def instalment(self, number: int) -> InstalmentFacts:
        known = (facts for facts in self.instalments if facts.number == number)
        return next(known, InstalmentFacts(number=number))

    def hear(self, fact: Fact) -> "Facts":
        """With one more fact; hearing it again changes nothing."""
        if isinstance(fact, MissionValidated):
            return replace(self, validated_on=legal_day(fact.validated_at))
        if isinstance(fact, MissionCancelled):
            return replace(self, cancelled=True)
        before = self.instalment(fact.instalment)
        if isinstance(fact, InstalmentFunded):
            after = replace(before, funded=fact)
        elif isinstance(fact, InstalmentReleased):
            after = replace(before, released=fact)
        elif isinstance(fact, InstalmentRefunded):
            after = replace(before, refunded=fact)
        else:
            after = replace(before, commission=fact)
        others = (facts for facts in self.instalments if facts.number != fact.instalment)
        return replace(self, instalments=tuple(sorted((*others, after), key=lambda facts: facts.number)))


@dataclass(frozen=True, kw_only=True)
class Mission:
    """`terms` is the contract; `vat_event` and `contest_days` the policy it was made under."""

    terms: QuoteAccepted
    vat_event: VatEvent
    contest_days: int
    facts: Facts = field(default_factory=Facts)

    def hear(self, fact: Fact) -> "Mission":
        """With one more fact."""
        return replace(self, facts=self.facts.hear(fact))

    @property
    def last(self) -> int:
        """The number of the last instalment."""
        return max(plan.number for plan in self.terms.instalments)

    def plan(self, number: int) -> InstalmentPlan:
        return next(plan for plan in self.terms.instalments if plan.number == number)

    def paid_on(self, number: int) -> date | None:
        """The day VAT on a deposit falls due: when its money came in, or when it was released."""
        facts = self.facts.instalment(number)
        return facts.funded_on if self.vat_event is VatEvent.FUNDING else facts.released_on

    def deposits(self) -> list[int]:
        """The instalments invoiced as deposits so far: all that are paid but the last, which the final invoice covers."""
        return [plan.number for plan in self.terms.instalments if plan.number != self.last and self.paid_on(plan.number)]

    def is_complete(self) -> bool:
        """Whether the final invoice is due: everything is paid, the last instalment released, the work validated."""
        facts = self.facts.instalment(self.last)
        if not (facts.funded_on and facts.released_on) or len(self.deposits()) < len(self.terms.instalments) - 1:
            return False
        return self.facts.validated_on is not None or self.plan(self.last).release is not ReleaseTrigger.VALIDATION

    def invoiced_by(self, number: int) -> Due:
        """The document that invoices an instalment."""
        return Due(kind=Kind.INVOICE) if number == self.last else Due(kind=Kind.DEPOSIT_INVOICE, instalment=number)

    def commissions(self) -> list[int]:
        """Keys of the commission invoices due: 0 once for the whole mission (timing first_instalment), else each instalment's."""
        withheld = [facts.commission for facts in self.facts.instalments if facts.commission]
        return sorted({0 if told.timing == "first_instalment" else told.instalment for told in withheld})

    def commission(self, key: int) -> CommissionWithheld:
        """What a commission invoice is made of; for the whole mission, what was first withheld."""
        told = [facts.commission for facts in self.facts.instalments if facts.commission and key in (0, facts.number)]
        return told[0]

    def is_undone(self) -> bool:
        """Whether the mission is cancelled and all that was paid went back to the client."""
        paid = [facts for facts in self.facts.instalments if facts.funded_on]
        back = [facts for facts in paid if facts.refunded and facts.refunded.amount == self.plan(facts.number).ttc]
        return self.facts.cancelled and bool(paid) and len(back) == len(paid)


Issued = Mapping[Due, Document]
"""The documents of a mission, parked ones too, by what asked for them."""


def due(mission: Mission, known: Issued) -> list[Due]:
    """The documents that ought to be issued now and are not, in the order to issue them.

    A document that refers to another waits until that one is issued. The order is also the order in which number series are
    locked: the expert's first.
    """
    wanted = [Due(kind=Kind.DEPOSIT_INVOICE, instalment=number) for number in mission.deposits()]
    if mission.is_complete() and all(_issued(deposit, known) for deposit in wanted):
        wanted.append(Due(kind=Kind.INVOICE))
    back = [facts.number for facts in mission.facts.instalments if facts.refunded]
    wanted += [Due(kind=Kind.CREDIT_NOTE, instalment=number) for number in back if _issued(mission.invoiced_by(number), known)]
    wanted.append(Due(kind=Kind.PURCHASE_ORDER))
    wanted += [Due(kind=Kind.COMMISSION_INVOICE, instalment=key) for key in mission.commissions()]
    for key in mission.commissions():
        undone = mission.is_undone() if key == 0 else key in back
        if undone and _issued(Due(kind=Kind.COMMISSION_INVOICE, instalment=key), known):
            wanted.append(Due(kind=Kind.COMMISSION_CREDIT_NOTE, instalment=key))
    wanted += [Due(kind=Kind.STATEMENT, instalment=facts.number) for facts in mission.facts.instalments if facts.released]
    return [document for document in wanted if not _issued(document, known)]


def _issued(document: Due, known: Issued) -> bool:
    return document in known and known[document].state is State.ISSUED
