"""What the provider says of a payout, into our books: it reached the bank, or came back, even after it was paid."""

from contracts.payments.v1.events import PayoutFailed, PayoutPaid
from payments.domain import ledger
from payments.domain.payout import FAILED, IN_TRANSIT, PAID, Payout
from payments.use_cases.ports import Ports
from payments.use_cases.provider import PayoutStatus


def learn_payout(payout: Payout, status: PayoutStatus, ports: Ports) -> None:
    """Takes over the provider's state of a locked payout."""
    if payout.state not in (IN_TRANSIT, PAID) or status.state == payout.state or payout.provider_ref != status.ref:
        return
    where = (payout.mission_id, payout.expert_id, payout.amount)
    about = {"payout_id": payout.id, "expert_id": payout.expert_id, "mission_id": payout.mission_id}
    if status.state == PAID:
        payout.state, payout.paid_at = PAID, ports.uow.now
        ports.ledger.post(ledger.payout_paid(*where, key=f"payout_paid:{payout.id}:{payout.attempt}"))
        paid = PayoutPaid(**about, instalment=payout.instalment, amount=payout.amount)
        ports.uow.emit(paid, about=payout.mission_id)
    elif status.state == FAILED:
        came_back = ledger.payout_returned if payout.state == PAID else ledger.payout_failed
        ports.ledger.post(came_back(*where, key=f"payout_failed:{payout.id}:{payout.attempt}"))
        payout.fail(status.failure or "refused by the bank")
        failed = PayoutFailed(**about, instalment=payout.instalment, amount=payout.amount, reason=payout.failure)
        ports.uow.emit(failed, about=payout.mission_id)
