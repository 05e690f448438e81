"""Inputs that make something special happen, as in Stripe's test mode."""

from dataclasses import dataclass

SUCCEEDS, DECLINED, CHALLENGED = "succeeds", "declined", "challenged"


@dataclass(frozen=True)
class Card:
    """`refund`: how a refund ends; one that does not succeed at once is pending first."""

    outcome: str
    decline_code: str = ""
    refund: str = ""


CARDS = {
    "pm_card_visa": Card(SUCCEEDS),
    "pm_card_mastercard": Card(SUCCEEDS),
    "pm_card_fr": Card(SUCCEEDS),
    "pm_card_chargeDeclined": Card(DECLINED, "generic_decline"),
    "pm_card_chargeDeclinedInsufficientFunds": Card(DECLINED, "insufficient_funds"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": Card(DECLINED, "insufficient_funds"),
    "pm_card_chargeDeclinedLostCard": Card(DECLINED, "lost_card"),
    "pm_card_chargeDeclinedExpiredCard": Card(DECLINED, "expired_card"),
    "pm_card_pendingRefund": Card(SUCCEEDS, refund="succeeded"),
    "pm_card_refundFail": Card(SUCCEEDS, refund="failed"),
    "pm_card_authenticationRequired": Card(CHALLENGED),
    "pm_card_threeDSecure2Required": Card(CHALLENGED),
}

# the middle of IBANs whose payouts come back, and why; of those that come back after they were paid; everything else is paid
FAILING_IBANS = {"0440532013001": "no_account", "0440532013002": "account_closed", "0500013M027": "no_account"}
RETURNING_IBANS = {"0440532013009": "account_closed"}

# parts of file names of documents that are refused: code and reason, as Stripe words them
REFUSED_FILES = {
    "blurry": ("verification_document_not_readable", "The document is too blurry to be read."),
    "refused": ("verification_document_failed_other", "The document could not be verified."),
}


def payout_failure(iban: str) -> str:
    """Why a payout to this IBAN fails; empty when it does not."""
    return next((reason for part, reason in FAILING_IBANS.items() if part in iban), "")


def payout_return(iban: str) -> str:
    """Why a payout to this IBAN is sent back after it was paid; empty when it is not."""
    return next((reason for part, reason in RETURNING_IBANS.items() if part in iban), "")


def refusal_of(filename: str) -> tuple[str, str] | None:
    """Code and reason for which this document is refused; None when it is validated."""
    return next((refusal for part, refusal in REFUSED_FILES.items() if part in filename.lower()), None)
