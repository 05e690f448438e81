"""Escrow: a client's money between funding and release, one escrow a mission, frozen at acceptance.

An instalment goes planned -> funded -> released; funded -> refunded; planned -> cancelled. It is released once it is both
funded and authorised, whichever comes first. Commission is withheld at the release by the terms the mission was agreed under.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contracts.contracting.v1.rpc import CommissionTerms
from contracts.payments.v1.errors import AlreadyFunded, EscrowClosed, ReleaseBeyondFunded, UnknownInstalment
from contracts.payments.v1.rpc import InstalmentState
from kernel.money import Money, total
from payments.domain.commission import Withheld, withhold


class EscrowState(StrEnum):
    """open -> cancelled. A cancelled escrow takes no money and releases none."""

    OPEN = "open"
    CANCELLED = "cancelled"


@dataclass(eq=False, kw_only=True)
class Instalment:
    """`charge_ref` is the provider's charge that holds the money; `commission_*` what was withheld at the release."""

    number: int
    ht: Money
    vat: Money
    ttc: Money
    state: InstalmentState = InstalmentState.PLANNED
    means: str = ""
    charge_ref: str = ""
    authorised_at: datetime | None = None
    funded_at: datetime | None = None
    released_at: datetime | None = None
    refunded_at: datetime | None = None
    commission_ht: Money | None = None
    commission_vat: Money | None = None

    @property
    def withheld(self) -> Withheld:
        return Withheld(ht=self.commission_ht or Money(0), vat=self.commission_vat or Money(0))

    @property
    def expert_receives(self) -> Money:
        return self.ttc - self.withheld.ttc


@dataclass(eq=False, kw_only=True)
class Escrow:
    """`payout_days` is the policy's delay by country, in business days, as it was at acceptance."""

    mission_id: str
    reference: str
    company_id: str
    expert_id: str
    buyer_name: str
    buyer_email: str
    commission: CommissionTerms
    payout_days: dict[str, int]
    policy: str
    policy_version: str
    opened_at: datetime
    state: EscrowState = EscrowState.OPEN
    instalments: list[Instalment] = field(default_factory=list)

    def instalment(self, number: int) -> Instalment:
        """Raises UnknownInstalment."""
        for instalment in self.instalments:
            if instalment.number == number:
                return instalment
        raise UnknownInstalment(mission_id=self.mission_id, instalment=number)

    def check_payable(self, number: int) -> Instalment:
        """The instalment, if it can be paid now. Raises UnknownInstalment, EscrowClosed, AlreadyFunded."""
        instalment = self.instalment(number)
        if instalment.state in (InstalmentState.FUNDED, InstalmentState.RELEASED):
            raise AlreadyFunded(mission_id=self.mission_id, instalment=number)
        if self.state is not EscrowState.OPEN or instalment.state is not InstalmentState.PLANNED:
            raise EscrowClosed(mission_id=self.mission_id)
        return instalment

    def fund(self, number: int, *, means: str, charge_ref: str, now: datetime) -> Instalment:
        """The client's money is held. Also when the mission was cancelled meanwhile: the money is there and must go back.

        Raises AlreadyFunded."""
        instalment = self.instalment(number)
        if instalment.state not in (InstalmentState.PLANNED, InstalmentState.CANCELLED):
            raise AlreadyFunded(mission_id=self.mission_id, instalment=number)
        instalment.state = InstalmentState.FUNDED
        instalment.means, instalment.charge_ref, instalment.funded_at = means, charge_ref, now
        return instalment

    def authorise(self, number: int, now: datetime) -> None:
        """Contracting allows this instalment's release; allowing it twice changes nothing."""
        instalment = self.instalment(number)
        instalment.authorised_at = instalment.authorised_at or now

    def may_release(self, number: int) -> bool:
        """Whether the instalment is funded and authorised, and the mission not cancelled."""
        instalment = self.instalment(number)
        funded = instalment.state is InstalmentState.FUNDED
        return funded and instalment.authorised_at is not None and self.state is EscrowState.OPEN

    def release(self, number: int, now: datetime) -> Instalment:
        """The money leaves the escrow, commission withheld. Raises ReleaseBeyondFunded when nothing may leave."""
        if not self.may_release(number):
            raise ReleaseBeyondFunded(mission_id=self.mission_id, instalment=number)
        instalment = self.instalment(number)
        part = withhold(
            self.commission,
            ht=instalment.ht,
            ttc=instalment.ttc,
            released_ht=total([other.ht for other in self._in(InstalmentState.RELEASED)]),
            withheld=self.withheld,
        )
        instalment.state, instalment.released_at = InstalmentState.RELEASED, now
        instalment.commission_ht, instalment.commission_vat = part.ht, part.vat
        return instalment

    def cancel(self) -> list[Instalment]:
        """Nothing more can be paid or released; answers the instalments whose money is held and goes back (M50, M101)."""
        self.state = EscrowState.CANCELLED
        for instalment in self._in(InstalmentState.PLANNED):
            instalment.state = InstalmentState.CANCELLED
        return self._in(InstalmentState.FUNDED)

    def refund(self, number: int, now: datetime) -> Instalment:
        """The provider has given the held money back. Raises ReleaseBeyondFunded when none is held."""
        instalment = self.instalment(number)
        if instalment.state is not InstalmentState.FUNDED:
            raise ReleaseBeyondFunded(mission_id=self.mission_id, instalment=number)
        instalment.state, instalment.refunded_at = InstalmentState.REFUNDED, now
        return instalment

    def is_last(self, number: int) -> bool:
        """Whether this is the last instalment of the schedule."""
        return number == max(instalment.number for instalment in self.instalments)

    def all_released(self) -> bool:
        return len(self._in(InstalmentState.RELEASED)) == len(self.instalments)

    @property
    def withheld(self) -> Withheld:
        return sum((instalment.withheld for instalment in self.instalments), start=Withheld())

    def sum_of(self, state: InstalmentState) -> Money:
        """The TTC of all instalments in this state."""
        return total([instalment.ttc for instalment in self._in(state)])

    def _in(self, state: InstalmentState) -> list[Instalment]:
        return [instalment for instalment in self.instalments if instalment.state is state]
