"""What the provider says of a pay-in, into our books: by its answer, by webhook or by poll, in any order and as often as it likes.

Only legal transitions are applied. Money that comes for a mission cancelled meanwhile is booked, and goes back.
"""

from contracts.payments.v1.events import InstalmentFunded, PayinFailed
from contracts.payments.v1.rpc import PayinState
from payments.domain import ledger
from payments.domain.escrow import Escrow, EscrowState
from payments.domain.payin import TRANSFER, Payin
from payments.use_cases.intend import intend
from payments.use_cases.ports import Ports
from payments.use_cases.provider import PayinStatus
from payments.use_cases.refund_instalment import give_back
from payments.use_cases.release_instalment import release_if_due


def learn_payin(payin_id: str, status: PayinStatus, ports: Ports) -> None:
    """Takes over the provider's state of a pay-in."""
    payin, escrow = _locked(payin_id, ports)
    payin.intent_ref = status.ref
    if status.state == PayinState.SUCCEEDED and payin.state is not PayinState.SUCCEEDED:
        _fund(payin, escrow, status, ports)
    elif payin.state is PayinState.CANCELLED and status.state == PayinState.REQUIRES_ACTION:
        intend(ports, "cancel_payin", f"cancel:{payin.id}", payin.mission_id, payin_id=payin.id)
    elif not payin.is_active:
        return
    elif status.state == PayinState.FAILED:
        _fail(payin, escrow, status.decline_code or "declined", ports)
    elif status.state == PayinState.CANCELLED:
        payin.state = PayinState.CANCELLED
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
