"""A bank transfer reaches a client's virtual account (M46): late, partial, too much, or with a wrong reference.

It is booked at once as the client's unallocated money. What arrives under a pay-in's reference adds up; when it suffices, the amount
is applied to the instalment. What comes for a pay-in that was cancelled goes back. The rest stays unallocated, shown to the finance
team, until an operator matches it.
"""

from contracts.payments.v1.errors import InvalidAmount, ProviderSilent, SandboxOnly, UnknownPayin
from contracts.payments.v1.rpc import PayinState, SimulateTransfer
from contracts.shapes import Done
from kernel.ids import key_for
from payments.domain import ledger
from payments.use_cases.intend import intend
from payments.use_cases.ports import Ports, TransferIn
from payments.use_cases.provider import ReceivedTransfer, Succeeded
from payments.use_cases.unallocated import send_back


def receive_transfer(received: ReceivedTransfer, ports: Ports) -> None:
    """Books it, once by the provider's reference; nothing for a payer that is not ours."""
    payer = ports.payers.of_ref(received.payer_ref)
    if payer is None:
        return
    known = ports.payins.of_reference(payer.company_id, "".join(received.reference.split()).upper())
    if known is not None:
        ports.escrows.lock(known.mission_id)
    if ports.transfers.get(received.ref) is not None:
        return
    payin = ports.payins.lock(known.id) if known else None
    mission_id = payin.mission_id if payin else None
    transfer = TransferIn(
        ref=received.ref,
        company_id=payer.company_id,
        reference=received.reference,
        amount=received.amount,
        received_at=ports.uow.now,
        unallocated=payin.receive(received.amount) if payin else received.amount,
        mission_id=mission_id,
        payin_id=payin.id if payin else None,
    )
    ports.transfers.add(transfer)
    ports.ledger.post(
        ledger.transfer_received(payer.company_id, received.amount, mission_id=mission_id, key=f"received:{received.ref}")
    )
    if payin is not None and payin.is_covered:
        intend(ports, "apply_funds", f"apply:{payin.id}", payin.mission_id, payin_id=payin.id)
    elif payin is not None and payin.state is PayinState.CANCELLED:
        send_back(transfer, ports)


def simulate_transfer(call: SimulateTransfer, ports: Ports) -> Done:
    """Sandbox only. Raises SandboxOnly, InvalidAmount, UnknownPayin for an IBAN nobody was given, ProviderSilent."""
    if not ports.is_sandbox:
        raise SandboxOnly
    if call.amount.amount <= 0 or call.amount.currency != "EUR":
        raise InvalidAmount(field="amount")
    payer = ports.payers.of_iban("".join(call.iban.split()).upper())
    if payer is None:
        raise UnknownPayin("no client was given this IBAN", field="iban")
    ports.uow.commit_and_go_on()
    key = key_for("simulated transfer", call.actor.account_id or "", call.idempotency_key)
    done = ports.provider.simulate_transfer(payer.provider_ref, call.amount, call.reference, key=key)
    if not isinstance(done, Succeeded):
        raise ProviderSilent
    return Done()
