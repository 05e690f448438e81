"""The ledger's words: accounts, and the balanced journal of each thing that happens to money (payments.md, section 4).

An entry is signed: debits are positive, credits negative, and a journal sums to zero; the database refuses it otherwise.
Escrow, unallocated and payable accounts never fall below zero: the database refuses that too. Nothing is changed afterwards:
a correction is a new journal.
"""

from dataclasses import dataclass

from kernel.money import Money
from payments.domain.commission import Withheld

PSP_AVAILABLE = "psp:available"
PSP_UNALLOCATED = "psp:unallocated"
COMMISSION = "commission"
VAT_COLLECTED = "vat_collected"
PAYOUT_IN_TRANSIT = "payout_in_transit"
_DEBIT_SIDE = ("psp:", "bank", "receivable:", "psp_fees", "chargeback_loss")


def escrow_of(mission_id: str, instalment: int) -> str:
    return f"escrow:{mission_id}:{instalment}"


def unallocated_of(company_id: str) -> str:
    return f"unallocated:{company_id}"


def payable_to(expert_id: str) -> str:
    return f"expert_payable:{expert_id}"


def connected_of(expert_id: str) -> str:
    return f"psp:connected:{expert_id}"


def is_debit_side(account: str) -> bool:
    """Whether the account's natural balance is a debit: assets and expenses."""
    return account.startswith(_DEBIT_SIDE)


@dataclass(frozen=True)
class Entry:
    """A debit (positive) or credit (negative) of one account."""

    account: str
    amount: Money


@dataclass(frozen=True)
class Journal:
    """`key` makes posting idempotent: the same key with the same entries is posted once, with others it is an error."""

    kind: str
    key: str
    entries: tuple[Entry, ...]
    mission_id: str | None = None

    @property
    def is_balanced(self) -> bool:
        return sum(entry.amount.amount for entry in self.entries) == 0


def _move(debit: str, credit: str, amount: Money) -> tuple[Entry, Entry]:
    return Entry(debit, amount), Entry(credit, -amount)


def prepaid(mission_id: str, instalment: int, amount: Money, *, key: str) -> Journal:
    """A card payment is held for an instalment."""
    return Journal("prepay", key, _move(PSP_AVAILABLE, escrow_of(mission_id, instalment), amount), mission_id)


def transfer_received(company_id: str, amount: Money, *, mission_id: str | None, key: str) -> Journal:
    """A bank transfer reached the client's virtual account; it belongs to no instalment yet."""
    return Journal("transfer_received", key, _move(PSP_UNALLOCATED, unallocated_of(company_id), amount), mission_id)


def allocated(company_id: str, mission_id: str, instalment: int, amount: Money, *, key: str) -> Journal:
    """Money received by transfer is held for an instalment."""
    held = _move(unallocated_of(company_id), escrow_of(mission_id, instalment), amount)
    entries = _move(PSP_AVAILABLE, PSP_UNALLOCATED, amount) + held
    return Journal("prepay", key, entries, mission_id)


def released(mission_id: str, instalment: int, expert_id: str, ttc: Money, withheld: Withheld, *, key: str) -> Journal:
    """An instalment leaves the escrow: the commission is earned, the rest is owed to the expert."""
    parts = ((payable_to(expert_id), ttc - withheld.ttc), (COMMISSION, withheld.ht), (VAT_COLLECTED, withheld.vat))
    earned = tuple(Entry(account, -amount) for account, amount in parts if amount)
    return Journal("release", key, (Entry(escrow_of(mission_id, instalment), ttc), *earned), mission_id)


def transferred(mission_id: str, expert_id: str, amount: Money, *, key: str) -> Journal:
    """The expert's part moves from the platform's balance to his account at the provider.

    Mirrored: the platform's balance has settled it, the provider holds it for him, and it stays owed until it is paid out.
    """
    entries = _move(payable_to(expert_id), PSP_AVAILABLE, amount) + _move(connected_of(expert_id), payable_to(expert_id), amount)
    return Journal("transfer", key, entries, mission_id)


def payout_sent(mission_id: str, expert_id: str, amount: Money, *, key: str) -> Journal:
    return Journal("payout_sent", key, _move(payable_to(expert_id), PAYOUT_IN_TRANSIT, amount), mission_id)


def payout_paid(mission_id: str, expert_id: str, amount: Money, *, key: str) -> Journal:
    return Journal("payout_paid", key, _move(PAYOUT_IN_TRANSIT, connected_of(expert_id), amount), mission_id)


def payout_failed(mission_id: str, expert_id: str, amount: Money, *, key: str) -> Journal:
    """The bank refused: the reversal of `payout_sent`; the money is owed again."""
    return Journal("payout_failed", key, _move(PAYOUT_IN_TRANSIT, payable_to(expert_id), amount), mission_id)


def payout_returned(mission_id: str, expert_id: str, amount: Money, *, key: str) -> Journal:
    """The bank sent back what it had been paid: the reversal of `payout_sent` and `payout_paid`; the money is owed again."""
    return Journal("payout_returned", key, _move(connected_of(expert_id), payable_to(expert_id), amount), mission_id)


def paid_in_excess(company_id: str, amount: Money, *, by_transfer: bool, mission_id: str, key: str) -> Journal:
    """A payment succeeded for an instalment that needs none. What bank transfers brought was unallocated already."""
    credit = PSP_UNALLOCATED if by_transfer else unallocated_of(company_id)
    return Journal("paid_in_excess", key, _move(PSP_AVAILABLE, credit, amount), mission_id)


def returned(company_id: str, amount: Money, *, of_payment: bool, mission_id: str | None, key: str) -> Journal:
    """Money that pays for nothing has gone back to the client: a payment's, or what lay on his account at the provider."""
    credit = PSP_AVAILABLE if of_payment else PSP_UNALLOCATED
    return Journal("returned", key, _move(unallocated_of(company_id), credit, amount), mission_id)


def refunded(mission_id: str, instalment: int, amount: Money, *, key: str) -> Journal:
    """Held money has gone back to the client."""
    return Journal("refund", key, _move(escrow_of(mission_id, instalment), PSP_AVAILABLE, amount), mission_id)
