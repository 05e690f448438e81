"""Stripe's errors as outcomes, the classification on which exactly-once rests (payments.md, section 2).

CardError = Declined. Invalid, authentication, permission and idempotency errors = Bug (nothing was done). 409 and 429 = Retry.
A connection that broke and every 5xx = Unknown: the effect may have happened; a 5xx that is replayed will be replayed for ever. Three
exceptions: an unknown payment method is the client's and a restricted account the payee's, hence Declined; an insufficient balance
passes, hence Retry.
"""

from collections.abc import Callable
from typing import TypeVar

import stripe

from payments.use_cases.provider import Bug, Declined, Failure, Outcome, Retry, Succeeded, Unknown

T = TypeVar("T")
RESTRICTED = ("payouts_not_allowed", "insufficient_capabilities_for_transfer")
_BALANCE_PAUSE_SECONDS = 60.0


def asked(ask: Callable[[], T]) -> Outcome[T]:
    """What asking gives, or why it does not."""
    try:
        return Succeeded(ask())
    except stripe.StripeError as error:
        return failure_of(error)


def failure_of(error: stripe.StripeError) -> Failure:
    status, reason = error.http_status, f"{type(error).__name__}: {error.user_message or error}"
    if isinstance(error, stripe.CardError):
        detail = error.error
        return Declined((detail and detail.decline_code) or error.code or "card_declined")
    if status in (409, 429):
        return Retry(reason)
    if isinstance(error, stripe.APIConnectionError) or status is None:
        return Unknown(reason)
    if status >= 500:
        return Unknown(reason, answered=_is_replayed(error))
    if error.code == "balance_insufficient":
        return Retry(reason, _BALANCE_PAUSE_SECONDS)
    if isinstance(error, stripe.InvalidRequestError) and error.param == "payment_method":
        return Declined("invalid_payment_method")
    if error.code in RESTRICTED:
        return Declined(error.code)
    return Bug(reason)


def _is_replayed(error: stripe.StripeError) -> bool:
    return {name.lower(): value for name, value in error.headers.items()}.get("idempotent-replayed") == "true"
