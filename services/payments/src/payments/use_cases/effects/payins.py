"""Pay-ins at the provider: made by card or bank transfer, funded from money received, cancelled."""

from dataclasses import dataclass

from contracts.payments.v1.rpc import PayinState
from kernel.ids import key_for
from kernel.money import Money
from payments.domain.operation import Operation
from payments.domain.payin import CARD, Payin
from payments.use_cases.effects.effect import Obsolete, Plain
from payments.use_cases.learn_payin import fail_payin, learn_payin
from payments.use_cases.ports import Payer, Ports
from payments.use_cases.provider import Outcome, PayerDetails, PayinStatus, PaymentProvider, Pending, Succeeded


@dataclass(frozen=True, kw_only=True)
class NewPayin:
    payer: PayerDetails
    payer_ref: str | None
    means: str
    payment_method: str
    mission_id: str
    instalment: int
    amount: Money


@dataclass(frozen=True)
class MadePayin:
    payer_ref: str
    status: PayinStatus


@dataclass(frozen=True)
class KnownPayin:
    ref: str
    amount: Money


class CreatePayin(Plain):
    """The payer is made with the first of his pay-ins. Refused or wrong, the client may simply pay again."""

    bug_declines = True
    requests = 3

    def prepare(self, operation: Operation, ports: Ports) -> NewPayin | None:
        payin = _payin_of(operation, ports)
        if not payin.is_active and not operation.was_called:
            raise Obsolete
        escrow, payer = ports.escrows.get(payin.mission_id), ports.payers.get(payin.company_id)
        assert escrow is not None
        return NewPayin(
            payer=PayerDetails(company_id=payin.company_id, name=escrow.buyer_name, email=escrow.buyer_email),
            payer_ref=payer.provider_ref if payer else None,
            means=payin.means,
            payment_method=payin.payment_method,
            mission_id=payin.mission_id,
            instalment=payin.instalment,
            amount=payin.amount,
        )

    def call(self, request: NewPayin, operation: Operation, provider: PaymentProvider) -> Outcome[MadePayin]:
        payer = _ensure_payer(request, provider)
        if not isinstance(payer, Succeeded):
            return payer  # type: ignore[return-value]  # a failure fits every outcome
        where = {"mission_id": request.mission_id, "instalment": request.instalment, "op": operation.id, "key": operation.key}
        made: Outcome[PayinStatus]
        if request.means == CARD:
            made = provider.create_card_payin(payer.value, request.amount, request.payment_method, **where)  # type: ignore[arg-type]
        else:
            made = provider.create_transfer_payin(payer.value, request.amount, **where)  # type: ignore[arg-type]
        return _with_payer(payer.value, made)

    def look_up(self, request: NewPayin, operation: Operation, provider: PaymentProvider) -> Outcome[MadePayin | None]:
        payer = _ensure_payer(request, provider)
        if not isinstance(payer, Succeeded):
            return payer  # type: ignore[return-value]
        found = provider.find_payin(payer.value, op=operation.id)
        if isinstance(found, Succeeded) and found.value is None:
            return Succeeded(None)
        return _with_payer(payer.value, found)  # type: ignore[arg-type]

    def settle(self, operation: Operation, value: MadePayin, ports: Ports) -> str:
        payin = _payin_of(operation, ports)
        if ports.payers.get(payin.company_id) is None:
            ports.payers.add(Payer(company_id=payin.company_id, provider_ref=value.payer_ref))
        if value.status.iban:
            payer = ports.payers.get(payin.company_id)
            assert payer is not None
            payer.iban = value.status.iban
        learn_payin(payin.id, value.status, ports)
        return value.status.ref

    def decline(self, operation: Operation, code: str, ports: Ports) -> bool:
        fail_payin(operation.input["payin_id"], code, ports)
        return True


class ApplyFunds(Plain):
    """Money that a client's bank transfers brought pays for the instalment they were meant for."""

    def prepare(self, operation: Operation, ports: Ports) -> KnownPayin | None:
        payin = _payin_of(operation, ports)
        if not payin.is_active and not operation.was_called:
            raise Obsolete
        return _known(payin)

    def call(self, request: KnownPayin, operation: Operation, provider: PaymentProvider) -> Outcome[PayinStatus]:
        return provider.apply_funds(request.ref, request.amount, key=operation.key)

    def look_up(self, request: KnownPayin, operation: Operation, provider: PaymentProvider) -> Outcome[PayinStatus | None]:
        status = provider.payin_status(request.ref)
        return Succeeded(None) if isinstance(status, Succeeded) and status.value.state != PayinState.SUCCEEDED else status

    def settle(self, operation: Operation, value: PayinStatus, ports: Ports) -> str:
        learn_payin(operation.input["payin_id"], value, ports)
        return value.ref


class CancelPayin(Plain):
    """Nothing more may be paid. A payment that was quicker is learnt of, and goes back."""

    requests = 2

    def prepare(self, operation: Operation, ports: Ports) -> KnownPayin | None:
        payin = _payin_of(operation, ports)
        making = ports.operations.of_intent(f"payin:{payin.id}")
        if payin.intent_ref is None and (making is None or not making.is_open):
            raise Obsolete
        return _known(payin)

    def call(self, request: KnownPayin, operation: Operation, provider: PaymentProvider) -> Outcome[PayinStatus]:
        return provider.cancel_payin(request.ref, key=operation.key)

    def look_up(self, request: KnownPayin, operation: Operation, provider: PaymentProvider) -> Outcome[PayinStatus | None]:
        final = (PayinState.SUCCEEDED, PayinState.CANCELLED, PayinState.FAILED)
        status = provider.payin_status(request.ref)
        return Succeeded(None) if isinstance(status, Succeeded) and status.value.state not in final else status

    def settle(self, operation: Operation, value: PayinStatus, ports: Ports) -> str:
        learn_payin(operation.input["payin_id"], value, ports)
        return value.ref


def _payin_of(operation: Operation, ports: Ports) -> Payin:
    payin = ports.payins.get(operation.input["payin_id"])
    assert payin is not None
    return payin


def _known(payin: Payin) -> KnownPayin | None:
    return KnownPayin(payin.intent_ref, payin.amount) if payin.intent_ref else None


def _ensure_payer(request: NewPayin, provider: PaymentProvider) -> Outcome[str]:
    """The same payer for all that ask at once: its key is made of who it is."""
    if request.payer_ref:
        return Succeeded(request.payer_ref)
    who = request.payer
    op = f"payer:{who.company_id}"
    found = provider.find_payer(who.email, op=op)
    if not isinstance(found, Succeeded) or found.value is not None:
        return found  # type: ignore[return-value]
    return provider.ensure_payer(who, op=op, key=key_for("payer", who.company_id, who.name, who.email))


def _with_payer(payer_ref: str, made: Outcome[PayinStatus]) -> Outcome[MadePayin]:
    match made:
        case Succeeded(status):
            return Succeeded(MadePayin(payer_ref, status))
        case Pending(status):
            return Pending(MadePayin(payer_ref, status))
    return made
