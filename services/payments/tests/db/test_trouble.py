"""What goes wrong between us and the provider: lost answers, lost webhooks, forged ones, and the operator's replay."""

import json
from datetime import timedelta

import pytest
import requests

from contracts.payments.v1.errors import ForgedWebhook, OperationNotParked, StaleWebhook, UnknownOperation
from contracts.payments.v1.events import InstalmentFunded
from contracts.payments.v1.rpc import InstalmentState, ListOperations, PayinState, ReceiveWebhook, ReplayOperation
from contracts.wire import VISITOR, Actor, Right, Role
from kernel.errors import Forbidden, Invalid
from payments.adapters.metrics import OPERATIONS
from payments.use_cases.operations import measure

FINANCE = Actor(role=Role.OPERATOR, account_id="acc_team", rights=(Right.FINANCE,))


def webhook(world, body, signature, key="k"):
    return world.ask(ReceiveWebhook(actor=VISITOR, idempotency_key=key, body=body, signature=signature))


def test_an_answer_lost_after_the_charge_is_found_again_and_charged_once(world):
    world.accept_quote()
    world.pay(2)  # so that the payer is known, and the next request is the charge

    world.wire.lose = 1
    under_way = world.pay(1)
    world.work()

    assert under_way.state is PayinState.PROCESSING
    assert world.escrow().instalments[0].state is InstalmentState.FUNDED
    assert world.sandbox_balance() == 2 * 198_720


def test_an_answer_lost_more_than_a_day_ago_is_looked_up_not_tried_again(world):
    world.accept_quote()
    world.pay(2)
    world.wire.lose = 1
    world.pay(1)

    world.machine.advance(timedelta(hours=30))
    world.clock.advance(timedelta(hours=30))
    world.work()

    assert world.escrow().instalments[0].state is InstalmentState.FUNDED
    assert world.sandbox_balance() == 2 * 198_720
    assert world.wire.seen.count(("POST", "/v1/payment_intents")) == 2


def test_a_charge_that_never_reached_the_provider_is_made_anew_after_a_day(world):
    world.accept_quote()
    world.pay(2)
    reach, world.wire.send = world.wire.send, _unreachable
    world.pay(1)
    world.wire.send = reach

    world.machine.advance(timedelta(hours=30))
    world.clock.advance(timedelta(hours=30))
    world.work()

    assert world.escrow().instalments[0].state is InstalmentState.FUNDED
    assert world.sql("SELECT generation FROM operation WHERE kind = 'create_payin' ORDER BY generation") == [(1,), (2,)]


def test_the_worker_that_dies_in_a_call_leaves_its_operation_to_another(world):
    world.accept_quote()
    world.pay(2)
    reach, world.wire.send = world.wire.send, _dies
    with pytest.raises(SystemExit):
        world.pay(1)
    world.wire.send = reach
    assert world.sql("SELECT state FROM operation WHERE kind = 'create_payin' ORDER BY state") == [("done",), ("leased",)]

    world.machine.advance(timedelta(minutes=2))
    world.work()

    assert world.escrow().instalments[0].state is InstalmentState.FUNDED
    assert len(world.told(InstalmentFunded)) == 2


def test_a_signed_webhook_is_applied_once_however_often_it_comes(world, signed):
    world.accept_quote()
    asked = world.pay(1, payment_method="pm_card_authenticationRequired")
    intent = world.sql(f"SELECT intent_ref FROM payin WHERE id = '{asked.payin_id}'")[0][0]
    world.wire.app.test_client().get(f"/3ds/{intent}")
    body = json.dumps({"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": {"id": intent}}})

    for key in ("a", "b"):
        webhook(world, body, signed(body, world.machine.now()), key)
    world.work()

    assert world.escrow().instalments[0].state is InstalmentState.FUNDED
    assert len(world.told(InstalmentFunded)) == 1
    assert world.sql("SELECT count(*) FROM provider_event WHERE id = 'evt_1'") == [(1,)]


def test_what_a_webhook_claims_is_not_believed(world, signed):
    world.accept_quote()
    asked = world.pay(1, payment_method="pm_card_authenticationRequired")
    intent = world.sql("SELECT intent_ref FROM payin")[0][0]
    lie = {"id": intent, "status": "succeeded", "amount_received": 198_720}
    body = json.dumps({"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": lie}})

    webhook(world, body, signed(body, world.machine.now()))
    world.work()

    assert asked.state is PayinState.REQUIRES_ACTION
    assert world.escrow().instalments[0].state is InstalmentState.PLANNED


def test_forged_and_stale_webhooks_are_refused_and_not_kept(world, signed):
    now, body = world.machine.now(), '{"id": "evt_1", "type": "x", "data": {"object": {}}}'

    with pytest.raises(ForgedWebhook):
        webhook(world, body, signed(body, now, "whsec_wrong"))
    with pytest.raises(ForgedWebhook):
        webhook(world, body + " ", signed(body, now))
    with pytest.raises(ForgedWebhook):
        webhook(world, body, "nonsense")
    with pytest.raises(StaleWebhook):
        webhook(world, body, signed(body, now - timedelta(seconds=301)))
    webhook(world, body, signed(body, now - timedelta(seconds=299), "whsec_old"))

    assert world.sql("SELECT id FROM provider_event") == [("evt_1",)]


@pytest.mark.parametrize(
    "wrong", [{"state": "lost"}, {"state": ""}, {"cursor": "garbage"}, {"cursor": "pot_01JDC3Q8V5N0Y7K2M4R6T8W9XA"}]
)
def test_operations_of_an_unknown_state_or_after_an_unknown_place_are_not_listed(world, wrong):
    with pytest.raises(Invalid) as refusal:
        world.ask(ListOperations(actor=FINANCE, **wrong))

    assert refusal.value.details == {"field": next(iter(wrong))}


def test_a_call_refused_as_wrong_is_parked_and_an_operator_replays_it(world):
    world.verify_expert()
    world.accept_quote()
    world.sql("UPDATE payee SET account_ref = 'acct_wrong'")
    world.authorise(1)
    world.pay(1)
    for _ in range(6):
        world.machine.advance(timedelta(minutes=20))
        world.work()

    [parked] = world.ask(ListOperations(actor=FINANCE, state="parked")).items
    world.edge.background(measure)
    assert OPERATIONS.labels("parked")._value.get() == 1
    assert (parked.kind, parked.subject) == ("transfer", "mis_1")
    assert "No such account" in parked.error
    with pytest.raises(Forbidden):
        world.ask(ListOperations(actor=Actor(role=Role.OPERATOR, rights=(Right.SUPPORT,))))

    account = world.sql("SELECT ref FROM operation WHERE kind = 'open_account'")[0][0]
    world.sql(f"UPDATE payee SET account_ref = '{account}'")
    replay = ReplayOperation(actor=FINANCE, idempotency_key="r", operation_id=parked.operation_id, reason="the account was wrong")
    assert world.ask(replay).state == "due"
    world.work()

    assert world.balances()["psp:connected:exp_1"] == 99_360
    with pytest.raises(OperationNotParked):
        world.ask(ReplayOperation(actor=FINANCE, idempotency_key="s", operation_id=parked.operation_id, reason="again"))
    with pytest.raises(UnknownOperation):
        world.ask(ReplayOperation(actor=FINANCE, idempotency_key="t", operation_id="op_none", reason="again"))


def _unreachable(*_, **__):
    raise requests.ConnectionError("nobody there")


def _dies(*_, **__):
    raise SystemExit("killed")
