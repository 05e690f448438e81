"""A client thinks again: a payment that waits for him is cancelled, so that the instalment can be paid otherwise (M45, M46)."""

from contracts.payments.v1.errors import MissingRight, PayinNotCancellable, UnknownPayin
from contracts.payments.v1.rpc import CancelPayin, PayinState, PayinView
from contracts.wire import Right, Role
from payments.use_cases.intend import HEAD_START_SECONDS, intend
from payments.use_cases.operations import drive_apart
from payments.use_cases.pay_instalment import payin_view
from payments.use_cases.ports import Ports


def cancel_payin(call: CancelPayin, ports: Ports) -> PayinView:
    """The pay-in as it stands after asking the provider: until that has confirmed, it keeps the instalment from being paid otherwise.

    Raises UnknownPayin, MissingRight, PayinNotCancellable."""
    payin, actor = ports.payins.lock(call.payin_id), call.actor
    if payin is None or actor.role is not Role.COMPANY or actor.company_id != payin.company_id:
        raise UnknownPayin(payin_id=call.payin_id)
    if Right.PAY not in actor.rights:
        raise MissingRight
    if payin.state is not PayinState.CANCELLED:
        if not payin.is_cancellable:
            raise PayinNotCancellable(payin_id=payin.id, state=payin.state)
        intent = f"cancel:{payin.id}"
        intend(ports, "cancel_payin", intent, payin.mission_id, head_start_seconds=HEAD_START_SECONDS, payin_id=payin.id)
        operation = ports.operations.of_intent(intent)
        if operation is not None:
            drive_apart(operation.id, ports)
    return payin_view(payin, actor)
