"""What the payment provider tells: handed to payments as received, which checks the signature and answers at once.

200 once payments has it, 400 for a forged or stale signature, 503 when payments is away: the provider then sends it again.
"""

from collections.abc import Callable

from flask import Response

from chassis.neighbours import Neighbours
from contracts.payments.v1.rpc import ReceiveWebhook
from contracts.wire import VISITOR
from gateway.answers import as_json
from gateway.exchange import current
from gateway.inputs import MalformedRequest
from gateway.reading import body_of
from kernel.ids import key_for

BODY_BYTES = 1024 * 1024


def stripe(neighbours: Neighbours) -> Callable[[], Response]:
    def receive() -> Response:
        exchange = current()
        signature = exchange.request.headers.get("Stripe-Signature", "")
        try:
            body = body_of(exchange.request, BODY_BYTES).decode()
        except UnicodeDecodeError:
            raise MalformedRequest("the body is not UTF-8") from None
        if not signature or len(signature) > 2_000 or "\x00" in body:
            raise MalformedRequest("the header Stripe-Signature is missing or unusable")
        key = key_for(body, signature)
        done = neighbours.ask(ReceiveWebhook(actor=VISITOR, idempotency_key=key, body=body, signature=signature))
        return as_json(done, 200, exchange)

    return receive
