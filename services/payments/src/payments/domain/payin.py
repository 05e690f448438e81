"""Pay-ins: a client's payment of one instalment, by card or by bank transfer with a reference (M45, M46).

requires_action | processing | partial -> succeeded | failed | cancelled. While one is active or has succeeded no other can be
made for its instalment: the database refuses a second one.
"""

from dataclasses import dataclass, field
from datetime import datetime

from contracts.payments.v1.rpc import PayinState
from kernel.money import Money

CARD = "card"
TRANSFER = "transfer"
ACTIVE = (PayinState.REQUIRES_ACTION, PayinState.PROCESSING, PayinState.PARTIAL)
BLOCKING = (*ACTIVE, PayinState.SUCCEEDED)


@dataclass(eq=False, kw_only=True)
class Payin:
    """`command_key` ties it to the client's command, so that the same command never pays twice.

    `received` counts what arrived by bank transfer under its reference; `intent_ref` is the provider's payment.
    """

    id: str
    mission_id: str
    instalment: int
    company_id: str
    means: str
    amount: Money
    created_at: datetime
    command_key: str
    state: PayinState = PayinState.PROCESSING
    received: Money = field(default_factory=lambda: Money(0))
    payment_method: str = ""
    intent_ref: str | None = None
    next_action_url: str = ""
    account_holder: str = ""
    iban: str = ""
    bic: str = ""
    reference: str = ""
    decline_code: str = ""

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def is_cancellable(self) -> bool:
        """Whether its client may think again: it waits for him, and nothing has arrived."""
        return self.state is PayinState.REQUIRES_ACTION and not self.received

    def receive(self, amount: Money) -> Money:
        """A bank transfer with this pay-in's reference has arrived; partial sums add up. Answers what of it pays for nothing."""
        wanted = max(self.amount - self.received, Money(0)) if self.is_active else Money(0)
        self.received += amount
        if self.is_active and self.received < self.amount:
            self.state = PayinState.PARTIAL
        return amount - min(amount, wanted)

    @property
    def is_covered(self) -> bool:
        """Whether enough has arrived by transfer to fund the instalment."""
        return self.is_active and self.means == TRANSFER and self.amount <= self.received

    def succeed(self) -> None:
        self.state, self.next_action_url, self.decline_code = PayinState.SUCCEEDED, "", ""
        if self.means == CARD:
            self.received = self.amount

    def fail(self, decline_code: str) -> None:
        self.state, self.next_action_url, self.decline_code = PayinState.FAILED, "", decline_code
