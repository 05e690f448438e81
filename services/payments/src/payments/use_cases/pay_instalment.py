"""A client pays an instalment, by card or by bank transfer (M45, M46, P24).

The pay-in and its operation are written first; then the provider is asked while the client waits. Whatever happens to this process
in between, the same command continues the same pay-in, and the database refuses a second one: paying twice is impossible.
"""

from datetime import timedelta

from contracts.payments.v1.errors import (
    MeansNotAccepted,
    MissingRight,
    PaymentMethodMissing,
    PaymentUnderWay,
    UnknownEscrow,
    UnknownPayin,
)
from contracts.payments.v1.rpc import GetPayin, ListPayins, PayInstalment, PayinView, TransferInstructions
from contracts.shapes import Page
from contracts.wire import Actor, Right, Role
from kernel.ids import new_id
from payments.domain.escrow import Escrow
from payments.domain.payin import CARD, Payin
from payments.use_cases.access import visible_escrow
from payments.use_cases.intend import HEAD_START_SECONDS, intend
from payments.use_cases.operations import drive_apart
from payments.use_cases.ports import Ports

CHALLENGE_LIFE = timedelta(hours=1)


def pay_instalment(call: PayInstalment, ports: Ports) -> PayinView:
    """The pay-in as it stands after asking the provider.

    Raises MeansNotAccepted, PaymentMethodMissing, UnknownEscrow, MissingRight, UnknownInstalment, AlreadyFunded, EscrowClosed,
    PaymentUnderWay."""
    _check(call, ports)
    escrow = ports.escrows.lock(call.mission_id)
    if escrow is None or call.actor.role is not Role.COMPANY or call.actor.company_id != escrow.company_id:
        raise UnknownEscrow(mission_id=call.mission_id)
    if Right.PAY not in call.actor.rights:
        raise MissingRight
    command_key = f"{call.actor.account_id or call.actor.company_id}:{call.idempotency_key}"
    payin = ports.payins.of_command(command_key) or _begin(call, escrow, command_key, ports)
    operation = ports.operations.of_intent(f"payin:{payin.id}")
    if operation is not None:
        drive_apart(operation.id, ports)
    return payin_view(payin, call.actor)


def cancel_abandoned(ports: Ports) -> None:
    """A card's holder who never answered his bank must not keep the instalment from being paid.

    The pay-in blocks it until the provider has confirmed the cancellation: he may have answered meanwhile."""
    for payin in ports.payins.challenged_before(ports.uow.now - CHALLENGE_LIFE):
        intend(ports, "cancel_payin", f"cancel:{payin.id}", payin.mission_id, payin_id=payin.id)


def get_payin(call: GetPayin, ports: Ports) -> PayinView:
    """The mission's parties, operators with finance, services. Raises UnknownPayin."""
    payin = ports.payins.get(call.payin_id)
    try:
        if payin is not None:
            visible_escrow(payin.mission_id, call.actor, ports)
            return payin_view(payin, call.actor)
    except UnknownEscrow:
        pass
    raise UnknownPayin(payin_id=call.payin_id)


def list_payins(call: ListPayins, ports: Ports) -> Page[PayinView]:
    """Newest first. Raises UnknownEscrow."""
    visible_escrow(call.mission_id, call.actor, ports)
    return Page(items=tuple(payin_view(payin, call.actor) for payin in ports.payins.of_mission(call.mission_id)))


def _check(call: PayInstalment, ports: Ports) -> None:
    if call.means not in ports.policy.means:
        raise MeansNotAccepted(field="means")
    if call.means == CARD and not call.payment_method:
        raise PaymentMethodMissing(field="payment_method")


def _begin(call: PayInstalment, escrow: Escrow, command_key: str, ports: Ports) -> Payin:
    instalment = escrow.check_payable(call.instalment)
    under_way = ports.payins.blocking(call.mission_id, call.instalment)
    if under_way is not None:
        raise PaymentUnderWay(payin_id=under_way.id)
    payin = Payin(
        id=new_id("pay", ports.uow.now),
        mission_id=escrow.mission_id,
        instalment=instalment.number,
        company_id=escrow.company_id,
        means=call.means,
        amount=instalment.ttc,
        created_at=ports.uow.now,
        command_key=command_key,
        payment_method=call.payment_method if call.means == CARD else "",
    )
    ports.payins.add(payin)
    intend(
        ports, "create_payin", f"payin:{payin.id}", escrow.mission_id, head_start_seconds=HEAD_START_SECONDS, payin_id=payin.id
    )
    return payin


def payin_view(payin: Payin, actor: Actor) -> PayinView:
    """For the expert without what concerns the client and his bank alone."""
    whole = actor.role is not Role.EXPERT
    transfer = TransferInstructions(
        account_holder=payin.account_holder, iban=payin.iban, bic=payin.bic, reference=payin.reference, amount=payin.amount
    )
    return PayinView(
        payin_id=payin.id,
        mission_id=payin.mission_id,
        instalment=payin.instalment,
        means=payin.means,
        state=payin.state,
        amount=payin.amount,
        received=payin.received,
        created_at=payin.created_at,
        next_action_url=payin.next_action_url if whole else "",
        transfer=transfer if payin.iban and whole else None,
        decline_code=payin.decline_code if whole else "",
    )
