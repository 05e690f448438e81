"""What happens by itself as the sandbox's time passes: verdicts on documents, payouts that reach the bank or come back."""

from psp_sandbox.resources import accounts, transfers
from psp_sandbox.store import Store


def catch_up(store: Store) -> None:
    """Does all that is due by now."""
    for payout in store.all("payout", None, status="in_transit"):
        if payout["arrival_date"] <= store.timestamp:
            transfers.settle_payout(store, payout)
    for account in store.all("account", payouts_enabled=False):
        accounts.give_verdicts(store, account)
