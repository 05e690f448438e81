"""Money that arrived and pays for nothing: held for its client, shown to the finance team, or sent back (M46).

Sent back by itself: what a cancelled payment had received, and a payment that was not needed. The rest waits for a person.
"""

from contracts.payments.v1.rpc import ListUnallocated, UnallocatedMoney
from contracts.shapes import Page
from kernel.errors import Invalid
from payments.domain.payin import Payin
from payments.use_cases.access import need_finance, page_size
from payments.use_cases.intend import intend
from payments.use_cases.ports import Ports, TransferIn


def list_unallocated(call: ListUnallocated, ports: Ports) -> Page[UnallocatedMoney]:
    """Newest first. Raises Forbidden, Invalid (`cursor`)."""
    need_finance(call.actor)
    limit, after = page_size(call.limit), ports.transfers.get(call.cursor) if call.cursor is not None else None
    if call.cursor is not None and after is None:
        raise Invalid("this cursor is not one of this list", field="cursor")
    found = ports.transfers.unallocated(after, limit + 1)
    cursor = found[limit - 1].ref if len(found) > limit else None
    return Page(items=tuple(_view(transfer) for transfer in found[:limit]), next_cursor=cursor)


def return_received(payin: Payin, ports: Ports) -> None:
    """What a cancelled pay-in, locked, has received by bank transfer goes back; however often the cancellation is told."""
    for transfer in ports.transfers.of_payin(payin.id):
        if transfer.payment_ref is None and ports.operations.of_intent(_intent(transfer)) is None:
            transfer.unallocated = transfer.amount
            send_back(transfer, ports)


def send_back(transfer: TransferIn, ports: Ports) -> None:
    """All of it that pays for nothing; intended once."""
    if transfer.unallocated:
        subject, cents = transfer.mission_id or transfer.company_id, transfer.unallocated.amount
        intend(ports, "return", _intent(transfer), subject, transfer_ref=transfer.ref, cents=cents)


def _intent(transfer: TransferIn) -> str:
    return f"return:{transfer.ref}"


def _view(transfer: TransferIn) -> UnallocatedMoney:
    return UnallocatedMoney(
        ref=transfer.ref,
        company_id=transfer.company_id,
        mission_id=transfer.mission_id,
        payin_id=transfer.payin_id,
        amount=transfer.unallocated,
        reference=transfer.reference,
        received_at=transfer.received_at,
    )
