"""Refunds at the provider: of an instalment that was held, and of money that pays for nothing. Booked once they have succeeded.

One that fails leaves the money where it is, and is parked: a person must look. Replayed, it is a new refund.
"""

from dataclasses import dataclass

from contracts.payments.v1.events import InstalmentRefunded
from kernel.money import Money
from payments.domain import ledger
from payments.domain.operation import Operation
from payments.use_cases.effects.effect import Plain
from payments.use_cases.ports import Ports
from payments.use_cases.provider import Outcome, PaymentProvider


@dataclass(frozen=True)
class Refund:
    """Of a payment; of what lies on the payer's account at the provider without one."""

    payer_ref: str
    payin_ref: str | None
    amount: Money


class GiveBack(Plain):
    waits = True

    def call(self, request: Refund, operation: Operation, provider: PaymentProvider) -> Outcome[str]:
        where = {"op": operation.id, "key": operation.key}
        if request.payin_ref is None:
            return provider.return_funds(request.payer_ref, request.amount, **where)
        return provider.refund(request.payin_ref, request.amount, **where)

    def look_up(self, request: Refund, operation: Operation, provider: PaymentProvider) -> Outcome[str | None]:
        if operation.ref:
            return provider.refund_status(operation.ref)
        return provider.find_refund(request.payin_ref, op=operation.id)


class RefundInstalment(GiveBack):
    """The whole of an instalment goes back to the client."""

    def prepare(self, operation: Operation, ports: Ports) -> Refund | None:
        payin = ports.payins.get(operation.input["payin_id"])
        return Refund("", payin.intent_ref, payin.amount) if payin and payin.intent_ref else None

    def settle(self, operation: Operation, value: str, ports: Ports) -> str:
        mission_id, number = operation.input["mission_id"], operation.input["instalment"]
        escrow = ports.escrows.lock(mission_id)
        assert escrow is not None
        instalment = escrow.refund(number, ports.uow.now)
        ports.ledger.post(ledger.refunded(mission_id, number, instalment.ttc, key=f"refund:{operation.id}"))
        refunded = InstalmentRefunded(
            mission_id=mission_id,
            company_id=escrow.company_id,
            expert_id=escrow.expert_id,
            instalment=number,
            amount=instalment.ttc,
            reason=operation.input["reason"],
        )
        ports.uow.emit(refunded, about=mission_id)
        return value


class ReturnMoney(GiveBack):
    """Money that arrived and pays for nothing goes back to the client."""

    def prepare(self, operation: Operation, ports: Ports) -> Refund | None:
        transfer = ports.transfers.get(operation.input["transfer_ref"])
        assert transfer is not None
        payer = ports.payers.get(transfer.company_id)
        assert payer is not None
        return Refund(payer.provider_ref, transfer.payment_ref, Money(operation.input["cents"]))

    def settle(self, operation: Operation, value: str, ports: Ports) -> str:
        transfer, amount = ports.transfers.lock(operation.input["transfer_ref"]), Money(operation.input["cents"])
        assert transfer is not None
        transfer.unallocated -= amount
        returned = ledger.returned(
            transfer.company_id,
            amount,
            of_payment=transfer.payment_ref is not None,
            mission_id=transfer.mission_id,
            key=f"returned:{operation.id}",
        )
        ports.ledger.post(returned)
        return value
