"""Payouts by the calendar, and their list."""

from contracts.payments.v1.rpc import ListPayouts, PayoutView
from contracts.shapes import Page
from contracts.wire import Role
from kernel.errors import Forbidden
from payments.domain.calendar import day_of
from payments.domain.payout import FAILED, SCHEDULED, SENDING, WAITING_KYC, Payout
from payments.use_cases.access import is_finance, page_size, page_start, visible_escrow
from payments.use_cases.intend import intend
from payments.use_cases.ports import Ports
from payments.use_cases.release_instalment import transfer_to_payee


def send_due_payouts(ports: Ports) -> None:
    """Those whose business day has come; the effect holds one whose payee is no longer verified (M40)."""
    for payout in ports.payouts.due(day_of(ports.uow.now)):
        payout.state = SENDING
        intend(ports, "payout", f"payout:{payout.id}:{payout.attempt}", payout.mission_id, payout_id=payout.id)


def resume_payouts(expert_id: str, ports: Ports, *, new_bank: bool = False) -> None:
    """The payee is verified: what waited goes on. With new bank details, what came back is tried again too."""
    for payout in ports.payouts.of_expert(expert_id, (WAITING_KYC, FAILED) if new_bank else (WAITING_KYC,)):
        payout.resume(day_of(ports.uow.now))
        if payout.transferred_at is None:
            transfer_to_payee(payout, ports)


def list_payouts(call: ListPayouts, ports: Ports) -> Page[PayoutView]:
    """Newest first. Raises UnknownEscrow for another's mission, Forbidden for who is not paid here, Invalid (`cursor`)."""
    actor = call.actor
    if actor.role is not Role.EXPERT and actor.role is not Role.SERVICE and not is_finance(actor):
        raise Forbidden("payouts are for the expert and for operators with the right to finance")
    if call.mission_id is not None:
        visible_escrow(call.mission_id, actor, ports)
    limit = page_size(call.limit)
    expert_id = actor.expert_id or "" if actor.role is Role.EXPERT else None
    found = ports.payouts.page(expert_id, call.mission_id, page_start(call.cursor, "pot"), limit + 1)
    cursor = found[limit - 1].id if len(found) > limit else None
    return Page(items=tuple(_view(payout) for payout in found[:limit]), next_cursor=cursor)


def _view(payout: Payout) -> PayoutView:
    return PayoutView(
        payout_id=payout.id,
        expert_id=payout.expert_id,
        mission_id=payout.mission_id,
        instalment=payout.instalment,
        amount=payout.amount,
        state=SCHEDULED if payout.state == SENDING else payout.state,
        scheduled_on=payout.scheduled_on,
        created_at=payout.created_at,
        paid_at=payout.paid_at,
        failure=payout.failure,
    )
