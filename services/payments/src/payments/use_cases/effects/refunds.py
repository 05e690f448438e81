"""Refunds at the provider."""

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
    payin_ref: str
    amount: Money


class RefundInstalment(Plain):
    """The whole of an instalment goes back to the client; booked once the provider has sent it."""

    waits = True

    def prepare(self, operation: Operation, ports: Ports) -> Refund | None:
        payin = ports.payins.get(operation.input["payin_id"])
        return Refund(payin.intent_ref, payin.amount) if payin and payin.intent_ref else None

    def call(self, request: Refund, operation: Operation, provider: PaymentProvider) -> Outcome[str]:
        return provider.refund(request.payin_ref, request.amount, op=operation.id, key=operation.key)

    def look_up(self, request: Refund, operation: Operation, provider: PaymentProvider) -> Outcome[str | None]:
        return provider.find_refund(request.payin_ref, op=operation.id)

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
