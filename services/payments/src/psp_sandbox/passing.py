"""What happens by itself as the sandbox's time passes: verdicts on documents, payouts that reach the bank or come back,
refunds that were pending."""

from psp_sandbox.resources import accounts, payments, transfers
from psp_sandbox.store import Store


def catch_up(store: Store) -> None:
    """Does all that is due by now."""
    for payout in store.all("payout", None, status="in_transit"):
        if payout["arrival_date"] <= store.timestamp:
            transfers.settle_payout(store, payout)
    for payout in store.all("payout", None, status="paid", _comes_back=True):
        if payout["_returns_at"] <= store.timestamp:
            transfers.send_back(store, payout)
    for refund in store.all("refund", status="pending"):
        if refund["_ends_at"] <= store.timestamp:
            payments.end_refund(store, refund)
    for account in store.all("account", payouts_enabled=False):
        accounts.give_verdicts(store, account)
