"""Every effect at the payment provider, by the kind of its operation."""

from typing import Any

from payments.use_cases.effects.accounts import OpenAccount, SubmitDocument
from payments.use_cases.effects.effect import Effect
from payments.use_cases.effects.payins import ApplyFunds, CancelPayin, CreatePayin
from payments.use_cases.effects.payouts import SendPayout, TransferToPayee
from payments.use_cases.effects.refunds import RefundInstalment, ReturnMoney

EFFECTS: dict[str, Effect[Any, Any]] = {
    "create_payin": CreatePayin(),
    "apply_funds": ApplyFunds(),
    "cancel_payin": CancelPayin(),
    "open_account": OpenAccount(),
    "submit_document": SubmitDocument(),
    "transfer": TransferToPayee(),
    "payout": SendPayout(),
    "refund": RefundInstalment(),
    "return": ReturnMoney(),
}
