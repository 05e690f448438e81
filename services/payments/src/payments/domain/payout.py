"""Payouts: what an instalment leaves the expert, on its way to his bank account.

waiting_kyc <-> scheduled -> sending -> in_transit -> paid | failed; paid -> failed when the bank sends it back; failed -> scheduled
with new bank details. It waits while the payee is not verified (M40, M80) and leaves on its business day (M41).
"""

from dataclasses import dataclass
from datetime import date, datetime

from kernel.money import Money

WAITING_KYC = "waiting_kyc"
SCHEDULED = "scheduled"
SENDING = "sending"  # its day has come, the provider has not answered yet; shown as scheduled
IN_TRANSIT = "in_transit"
PAID = "paid"
FAILED = "failed"


@dataclass(eq=False, kw_only=True)
class Payout:
    """`transferred_at` is when the money reached the expert's account at the provider; `attempt` counts what was refused or held.

    `checked_at` is when the provider was last asked how it stands."""

    id: str
    expert_id: str
    mission_id: str
    instalment: int
    amount: Money
    scheduled_on: date
    created_at: datetime
    state: str = SCHEDULED
    attempt: int = 1
    transferred_at: datetime | None = None
    provider_ref: str | None = None
    account_ref: str | None = None
    arrives_on: date | None = None
    paid_at: datetime | None = None
    failure: str = ""
    checked_at: datetime | None = None

    def hold(self) -> None:
        """The payee is not verified at this moment; nothing of this attempt was done."""
        self.state, self.attempt = WAITING_KYC, self.attempt + 1

    def fail(self, reason: str) -> None:
        """The bank refused it, or has sent it back after it was paid."""
        self.state, self.failure, self.paid_at = FAILED, reason, None

    def resume(self, today: date) -> None:
        """The payee is verified, or has new bank details: the payout may leave, not before today."""
        if self.state == FAILED:
            self.attempt += 1
        self.state, self.failure = SCHEDULED, ""
        self.scheduled_on = max(self.scheduled_on, today)
