"""Moving the expert's part: to his account at the provider, then to his bank."""

from dataclasses import dataclass

from contracts.payments.v1.events import PayoutSent
from kernel.money import Money
from payments.domain import ledger
from payments.domain.operation import Operation
from payments.domain.payee import Payee
from payments.domain.payout import IN_TRANSIT, SCHEDULED, SENDING, Payout
from payments.use_cases.effects.effect import Obsolete, Plain
from payments.use_cases.learn_payee import restrict_payee
from payments.use_cases.learn_payout import learn_payout
from payments.use_cases.ports import Ports
from payments.use_cases.provider import Outcome, PaymentProvider, PayoutStatus

RESTRICTED = ("payouts_not_allowed", "insufficient_capabilities_for_transfer")  # the payee's account, for now


@dataclass(frozen=True)
class Transfer:
    account_ref: str
    amount: Money
    mission_id: str
    charge_ref: str


@dataclass(frozen=True)
class BankPayout:
    account_ref: str
    amount: Money


class ToPayee(Plain):
    """Waits, as a payout without an operation, while the payee is not verified (M40, M80); his verification resumes it."""

    def decline(self, operation: Operation, code: str, ports: Ports) -> bool:
        if code not in RESTRICTED:
            return False
        payout, payee = _locked(operation, ports)
        assert payee is not None
        payout.hold()
        restrict_payee(payee, ports)
        return True


class TransferToPayee(ToPayee):
    """Drawn on the charge that brought the money."""

    def prepare(self, operation: Operation, ports: Ports) -> Transfer | None:
        payout, account_ref = _payable(operation, SCHEDULED, ports)
        escrow = ports.escrows.get(payout.mission_id)
        assert escrow is not None
        charge_ref = escrow.instalment(payout.instalment).charge_ref
        return Transfer(account_ref, payout.amount, payout.mission_id, charge_ref)

    def call(self, request: Transfer, operation: Operation, provider: PaymentProvider) -> Outcome[str]:
        where = {"mission_id": request.mission_id, "charge_ref": request.charge_ref}
        return provider.transfer(request.account_ref, request.amount, **where, op=operation.id, key=operation.key)

    def look_up(self, request: Transfer, operation: Operation, provider: PaymentProvider) -> Outcome[str | None]:
        return provider.find_transfer(request.mission_id, op=operation.id)

    def settle(self, operation: Operation, value: str, ports: Ports) -> str:
        payout = _payout_of(operation, ports)
        payout.transferred_at = ports.uow.now
        ports.ledger.post(ledger.transferred(payout.mission_id, payout.expert_id, payout.amount, key=f"transfer:{operation.id}"))
        return value


class SendPayout(ToPayee):
    def prepare(self, operation: Operation, ports: Ports) -> BankPayout | None:
        payout, account_ref = _payable(operation, SENDING, ports)
        return BankPayout(account_ref, payout.amount)

    def call(self, request: BankPayout, operation: Operation, provider: PaymentProvider) -> Outcome[PayoutStatus]:
        return provider.payout(request.account_ref, request.amount, op=operation.id, key=operation.key)

    def look_up(self, request: BankPayout, operation: Operation, provider: PaymentProvider) -> Outcome[PayoutStatus | None]:
        return provider.find_payout(request.account_ref, op=operation.id)

    def settle(self, operation: Operation, value: PayoutStatus, ports: Ports) -> str:
        payout = _payout_of(operation, ports)
        payee = ports.payees.get(payout.expert_id)
        assert payee is not None
        payout.state, payout.provider_ref, payout.account_ref = IN_TRANSIT, value.ref, payee.account_ref
        payout.arrives_on = value.arrives_on
        ports.ledger.post(
            ledger.payout_sent(payout.mission_id, payout.expert_id, payout.amount, key=f"payout_sent:{operation.id}")
        )
        sent = PayoutSent(
            payout_id=payout.id,
            expert_id=payout.expert_id,
            mission_id=payout.mission_id,
            instalment=payout.instalment,
            amount=payout.amount,
            expected_on=value.arrives_on,
        )
        ports.uow.emit(sent, about=payout.mission_id)
        learn_payout(payout, value, ports)
        return value.ref


def _payable(operation: Operation, state: str, ports: Ports) -> tuple[Payout, str]:
    """The payout and the account of its payee, verified unless this was asked before. Raises Obsolete."""
    payout, payee = _locked(operation, ports)
    account_ref = payee.account_ref if payee else None
    if account_ref and operation.was_called:
        return payout, account_ref
    if payout.state != state:
        raise Obsolete
    if not account_ref or payee is None or not payee.is_verified:
        payout.hold()
        raise Obsolete
    return payout, account_ref


def _locked(operation: Operation, ports: Ports) -> tuple[Payout, Payee | None]:
    """The payee first, as his verification does: neither can miss the other."""
    known = ports.payouts.get(operation.input["payout_id"])
    assert known is not None
    payee, payout = ports.payees.lock(known.expert_id), ports.payouts.lock(known.id)
    assert payout is not None
    return payout, payee


def _payout_of(operation: Operation, ports: Ports) -> Payout:
    payout = ports.payouts.lock(operation.input["payout_id"])
    assert payout is not None
    return payout
