"""What the provider says of a pay-in, into our books: by its answer, by webhook or by poll, in any order and as often as it likes.

Only legal transitions are applied. Money that comes for a mission cancelled meanwhile is booked, and goes back; so is a payment
that was not needed: the second of a pay-in, or one of a pay-in given up when another has taken its place.
"""

from contracts.payments.v1.events import InstalmentFunded, PayinFailed
from contracts.payments.v1.rpc import PayinState
from payments.domain import ledger
from payments.domain.escrow import Escrow, EscrowState
from payments.domain.payin import TRANSFER, Payin
from payments.use_cases.intend import intend
from payments.use_cases.ports import Ports, TransferIn
from payments.use_cases.provider import PayinStatus
from payments.use_cases.refund_instalment import give_back
from payments.use_cases.release_instalment import release_if_due
from payments.use_cases.unallocated import return_received, send_back


def learn_payin(payin_id: str, status: PayinStatus, ports: Ports) -> None:
    """Takes over the provider's state of a pay-in."""
    payin, escrow = _locked(payin_id, ports)
    payin.intent_ref = payin.intent_ref or status.ref
    if status.state == PayinState.SUCCEEDED:
        _take_money(payin, escrow, status, ports)
    elif status.ref != payin.intent_ref:
        return
    elif payin.state is PayinState.CANCELLED and status.state == PayinState.REQUIRES_ACTION:
        intend(ports, "cancel_payin", f"cancel:{payin.id}", payin.mission_id, payin_id=payin.id)
    elif status.state == PayinState.CANCELLED and (payin.is_active or payin.state is PayinState.CANCELLED):
        payin.state = PayinState.CANCELLED
        return_received(payin, ports)
    elif not payin.is_active:
        return
    elif status.state == PayinState.FAILED:
        _fail(payin, escrow, status.decline_code or "declined", ports)
    else:
        _await(payin, status)


def fail_payin(payin_id: str, code: str, ports: Ports) -> None:
    """The provider or a bank said no: the instalment can be paid again."""
    payin, escrow = _locked(payin_id, ports)
    if payin.is_active:
        _fail(payin, escrow, code, ports)


def _locked(payin_id: str, ports: Ports) -> tuple[Payin, Escrow]:
    known = ports.payins.get(payin_id)
    assert known is not None
    escrow = ports.escrows.lock(known.mission_id)
    payin = ports.payins.lock(payin_id)
    assert escrow is not None
    assert payin is not None
    return payin, escrow


def _await(payin: Payin, status: PayinStatus) -> None:
    if payin.state is not PayinState.PARTIAL:
        payin.state = PayinState(status.state)
    payin.next_action_url = status.next_action_url
    if status.iban:
        payin.account_holder, payin.iban, payin.bic, payin.reference = (
            status.account_holder,
            status.iban,
            status.bic,
            status.reference,
        )


def _take_money(payin: Payin, escrow: Escrow, status: PayinStatus, ports: Ports) -> None:
    """The client has paid: his instalment is funded by the first payment that succeeds, and by no other."""
    blocking = ports.payins.blocking(payin.mission_id, payin.instalment)
    if status.ref != payin.intent_ref or blocking not in (None, payin):
        _take_excess(payin, status, ports)
    elif payin.state is not PayinState.SUCCEEDED:
        _fund(payin, escrow, status, ports)


def _take_excess(payin: Payin, status: PayinStatus, ports: Ports) -> None:
    """Booked once, as the client's, and on its way back."""
    if ports.transfers.get(status.ref) is not None:
        return
    excess = TransferIn(
        ref=status.ref,
        company_id=payin.company_id,
        reference=payin.reference,
        amount=payin.amount,
        received_at=ports.uow.now,
        unallocated=payin.amount,
        mission_id=payin.mission_id,
        payin_id=payin.id,
        payment_ref=status.ref,
    )
    ports.transfers.add(excess)
    by_transfer, mission_id = payin.means == TRANSFER, payin.mission_id
    ports.ledger.post(
        ledger.paid_in_excess(
            payin.company_id, payin.amount, by_transfer=by_transfer, mission_id=mission_id, key=f"excess:{status.ref}"
        )
    )
    send_back(excess, ports)


def _fund(payin: Payin, escrow: Escrow, status: PayinStatus, ports: Ports) -> None:
    now, mission_id, number = ports.uow.now, payin.mission_id, payin.instalment
    payin.succeed()
    instalment = escrow.fund(number, means=payin.means, charge_ref=status.charge_ref, now=now)
    key = f"prepay:{payin.id}"
    if payin.means == TRANSFER:
        ports.ledger.post(ledger.allocated(payin.company_id, mission_id, number, payin.amount, key=key))
    else:
        ports.ledger.post(ledger.prepaid(mission_id, number, payin.amount, key=key))
    if escrow.state is EscrowState.CANCELLED:
        give_back(escrow, instalment, "paid after the mission was cancelled", ports)
        return
    funded = InstalmentFunded(
        mission_id=mission_id,
        company_id=escrow.company_id,
        expert_id=escrow.expert_id,
        instalment=number,
        amount=instalment.ttc,
        means=payin.means,
        funded_at=now,
        last=escrow.is_last(number),
    )
    ports.uow.emit(funded, about=mission_id)
    release_if_due(escrow, number, ports)


def _fail(payin: Payin, escrow: Escrow, code: str, ports: Ports) -> None:
    payin.fail(code)
    failed = PayinFailed(
        mission_id=payin.mission_id,
        company_id=escrow.company_id,
        expert_id=escrow.expert_id,
        instalment=payin.instalment,
        amount=payin.amount,
        decline_code=code,
    )
    ports.uow.emit(failed, about=payin.mission_id)
