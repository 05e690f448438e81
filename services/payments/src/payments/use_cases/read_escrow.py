"""A mission's money as its parties see it: the escrow and the ledger."""

from contracts.payments.v1.rpc import EscrowInstalment, EscrowView, GetEscrow, GetLedger, InstalmentState, LedgerView
from kernel.money import Money, total
from payments.domain.escrow import Instalment
from payments.use_cases.access import visible_escrow
from payments.use_cases.ports import Ports


def get_escrow(call: GetEscrow, ports: Ports) -> EscrowView:
    """At any moment: paid = held + released + refunded, and released = withheld + paid to the expert. Raises UnknownEscrow."""
    escrow = visible_escrow(call.mission_id, call.actor, ports)
    payouts = {payout.instalment: payout.id for payout in ports.payouts.of_mission(escrow.mission_id)}
    released = escrow.sum_of(InstalmentState.RELEASED)
    return EscrowView(
        mission_id=escrow.mission_id,
        reference=escrow.reference,
        company_id=escrow.company_id,
        expert_id=escrow.expert_id,
        total=total([instalment.ttc for instalment in escrow.instalments]),
        held=escrow.sum_of(InstalmentState.FUNDED),
        released=released,
        refunded=escrow.sum_of(InstalmentState.REFUNDED),
        withheld=escrow.withheld.ttc,
        paid_to_expert=released - escrow.withheld.ttc,
        instalments=tuple(_view(instalment, payouts.get(instalment.number)) for instalment in escrow.instalments),
    )


def get_ledger(call: GetLedger, ports: Ports) -> LedgerView:
    """A mission's journals, oldest first, and what they leave on each account. Raises UnknownEscrow."""
    escrow = visible_escrow(call.mission_id, call.actor, ports)
    lines = tuple(ports.ledger.lines(escrow.mission_id))
    return LedgerView(mission_id=escrow.mission_id, lines=lines, balances=dict(ports.ledger.balances(escrow.mission_id)))


def _view(instalment: Instalment, payout_id: str | None) -> EscrowInstalment:
    released = instalment.state is InstalmentState.RELEASED
    withheld: Money | None = instalment.withheld.ttc if released else None
    return EscrowInstalment(
        number=instalment.number,
        ttc=instalment.ttc,
        state=instalment.state,
        funded_at=instalment.funded_at,
        released_at=instalment.released_at,
        withheld=withheld,
        expert_receives=instalment.expert_receives if released else None,
        payout_id=payout_id,
    )
