"""The sandbox's manners, as Stripe's: keys, saved answers, error envelopes, pages, and webhooks that are sent until taken."""

import dataclasses
import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
import requests

from contracts.payments.v1.errors import SandboxOnly
from contracts.payments.v1.rpc import SimulateTransfer
from contracts.wire import VISITOR
from kernel.money import Money
from payments.adapters import stripe_webhooks
from payments.use_cases.receive_transfer import simulate_transfer
from psp_sandbox import webhooks
from psp_sandbox.app import Sandbox, create_app


@pytest.fixture
def stripe(world):
    """`stripe("POST", path, key=..., **form)`: status and body, as a program without the SDK sees them."""
    client = world.wire.app.test_client()

    def ask(method, path, *, key=None, token="sk_test_sandbox", account=None, **form):
        headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
        headers |= {"Stripe-Account": account} if account else {}
        sent = {"data": form} if method == "POST" else {"query_string": form}
        answer = client.open("/v1/" + path, method=method, headers=headers, **sent)
        return answer.status_code, answer.get_json(), answer.headers.get("Idempotent-Replayed")

    return ask


def charge(stripe, key=None, method="pm_card_visa", amount="1000"):
    form = {"amount": amount, "currency": "eur", "confirm": "true", "payment_method": method, "payment_method_types[0]": "card"}
    return stripe("POST", "payment_intents", key=key, **form)


def test_a_wrong_key_and_an_unknown_path_are_refused_in_an_envelope(stripe):
    assert stripe("GET", "balance", token="sk_wrong")[0] == 401
    status, body, _ = stripe("GET", "nonsense")
    assert (status, body["error"]["type"]) == (404, "invalid_request_error")


@pytest.mark.parametrize(("amount", "param"), [("0", "amount"), ("-5", "amount"), ("ten", "amount"), ("", "amount")])
def test_an_amount_that_is_none_is_refused_and_not_saved(stripe, amount, param):
    status, body, _ = charge(stripe, key="k", amount=amount)
    after = charge(stripe, key="k")

    assert (status, body["error"]["param"]) == (400, param)
    assert after[0] == 200


def test_a_key_repeats_its_answer_declines_too_and_refuses_another_input(stripe, clock):
    first = charge(stripe, key="k")
    declined = charge(stripe, key="d", method="pm_card_chargeDeclined")

    assert charge(stripe, key="k") == (200, first[1], "true")
    assert charge(stripe, key="d", method="pm_card_chargeDeclined") == (402, declined[1], "true")
    assert declined[1]["error"]["payment_intent"]["status"] == "requires_payment_method"
    assert charge(stripe, key="k", amount="2000")[1]["error"]["type"] == "idempotency_error"
    clock.advance(timedelta(hours=25))
    assert charge(stripe, key="k", amount="2000")[0] == 200


def test_lists_page_newest_first_and_back(stripe):
    ids = [charge(stripe)[1]["id"] for _ in range(3)]

    first = stripe("GET", "payment_intents", limit="2")[1]
    second = stripe("GET", "payment_intents", limit="2", starting_after=first["data"][-1]["id"])[1]
    newer = stripe("GET", "payment_intents", limit="2", ending_before=ids[0])[1]

    assert ([one["id"] for one in first["data"]], first["has_more"]) == ([ids[2], ids[1]], True)
    assert ([one["id"] for one in second["data"]], second["has_more"]) == ([ids[0]], False)
    assert [one["id"] for one in newer["data"]] == [ids[2], ids[1]]
    assert stripe("GET", "payment_intents", limit="0")[0] == 400


def test_what_the_provider_knows_for_itself_is_not_shown(stripe):
    intent = charge(stripe)[1]
    customer = stripe("POST", "customers", name="ACME")[1]

    shown = json.dumps([intent, customer, stripe("GET", "events")[1]])
    assert '"_' not in shown


def test_webhooks_are_signed_and_sent_again_until_they_are_taken(world, stripe, clock):
    config = dataclasses.replace(world.sandbox.config, webhook_url="http://market.test/webhooks/stripe")
    sandbox = Sandbox(world.sandbox.engine, clock, config)
    world.wire.app = create_app(sandbox)
    headers = {"Authorization": "Bearer sk_test_sandbox"}
    world.wire.app.test_client().post("/v1/customers", data={"name": "ACME"}, headers=headers)
    form = {"amount": "5", "currency": "eur", "confirm": "true", "payment_method": "pm_card_visa"}
    world.wire.app.test_client().post("/v1/payment_intents", data=form, headers=headers)
    taken = []

    def away(url, **_):
        raise requests.ConnectionError(url)

    def take(url, *, data, headers, timeout):
        now = world.machine.now()
        taken.append(stripe_webhooks.parse(data.decode(), headers["Stripe-Signature"], ["whsec_sandbox"], now).type)
        return SimpleNamespace(ok=True)

    assert webhooks.deliver_due(sandbox, away) == 0
    with sandbox.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE delivery SET next_attempt_at = now() - interval '1 second'")
    assert webhooks.deliver_due(sandbox, take) == 2
    assert webhooks.deliver_due(sandbox, take) == 0
    assert taken == ["charge.succeeded", "payment_intent.succeeded"]


def test_transfers_are_simulated_with_the_sandbox_only():
    call = SimulateTransfer(actor=VISITOR, idempotency_key="k", iban="FR", reference="", amount=Money(1))

    with pytest.raises(SandboxOnly):
        simulate_transfer(call, SimpleNamespace(is_sandbox=False))
