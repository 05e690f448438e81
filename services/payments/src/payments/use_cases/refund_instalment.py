"""Giving held money back: a cancelled mission returns what its escrow holds (M50, M101)."""

from typing import Any

from contracts.contracting.v1.events import MissionCancelled
from contracts.payments.v1.rpc import PayinState
from kernel.errors import NotYet
from payments.domain.escrow import Escrow, Instalment
from payments.use_cases.intend import intend
from payments.use_cases.ports import Ports
from payments.use_cases.unallocated import send_back


def cancel_mission(event: MissionCancelled, ports: Ports) -> None:
    """Nothing more is paid or released; active pay-ins are cancelled, held instalments refunded, and what was paid too much sent back.

    Raises NotYet when the escrow is not known yet."""
    escrow = ports.escrows.lock(event.mission_id)
    if escrow is None:
        raise NotYet(f"no escrow yet for {event.mission_id}")
    for payin in ports.payins.of_mission(event.mission_id):
        if payin.is_active:
            payin.state = PayinState.CANCELLED
            intend(ports, "cancel_payin", f"cancel:{payin.id}", payin.mission_id, payin_id=payin.id)
        else:
            for transfer in ports.transfers.of_payin(payin.id):
                send_back(transfer, ports)
    for instalment in escrow.cancel():
        give_back(escrow, instalment, event.reason, ports)


def give_back(escrow: Escrow, instalment: Instalment, reason: str, ports: Ports) -> None:
    """The instalment's money is to go back where it came from; intended once."""
    payin = ports.payins.blocking(escrow.mission_id, instalment.number)
    assert payin is not None
    which: dict[str, Any] = {
        "mission_id": escrow.mission_id,
        "instalment": instalment.number,
        "payin_id": payin.id,
        "reason": reason,
    }
    intend(ports, "refund", f"refund:{payin.id}", escrow.mission_id, **which)
