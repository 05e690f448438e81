"""What nobody knows for certain: silences, refusals after them, look-ups that come too early, and a payment that comes twice."""

import threading
from datetime import timedelta

import pytest

from contracts.payments.v1.errors import AlreadyFunded
from contracts.payments.v1.events import InstalmentFunded, InstalmentRefunded
from contracts.payments.v1.rpc import GetPayin, InstalmentState, ListOperations, PayInstalment, PayinState, ReplayOperation
from contracts.wire import Actor, Right, Role
from kernel.money import Money
from payments.service import PaymentsService
from payments.use_cases.effects import EFFECTS
from payments.use_cases.effects.effect import lease_seconds
from payments.use_cases.provider import Bug, Unknown

PAYER = Actor(role=Role.COMPANY, account_id="acc_payer", company_id="com_1", rights=(Right.PAY,))
FINANCE = Actor(role=Role.OPERATOR, account_id="acc_team", rights=(Right.FINANCE,))


def parked(world):
    return world.ask(ListOperations(actor=FINANCE, state="parked")).items


def replay(world, operation):
    world.ask(ReplayOperation(actor=FINANCE, idempotency_key="r", operation_id=operation.operation_id, reason="mended"))


def test_a_refusal_after_a_silence_is_looked_up_and_nothing_is_charged_again(world):
    world.accept_quote()
    charge, calls = world.provider.create_card_payin, []

    def lost_then_refused(*args, **kwargs):
        calls.append(kwargs["key"])
        if len(calls) > 1:
            return Bug("401: the key was rolled")
        charge(*args, **kwargs)
        return Unknown("the connection broke")

    world.interpose(create_card_payin=lost_then_refused)
    under_way = world.pay(1)
    world.machine.advance(timedelta(seconds=30))
    world.drive()

    assert under_way.state is PayinState.PROCESSING
    assert world.ask(GetPayin(actor=PAYER, payin_id=under_way.payin_id)).state is PayinState.SUCCEEDED
    with pytest.raises(AlreadyFunded):
        world.pay(1)
    assert world.balances()["psp:available"] == world.sandbox_balance() == 198_720


def test_a_transfer_that_was_silent_before_it_was_parked_is_looked_up_when_replayed(world):
    world.verify_expert()
    world.accept_quote()
    world.authorise(1)
    transfer, calls = world.provider.transfer, []

    def lost_then_refused(*args, **kwargs):
        calls.append(kwargs["key"])
        if len(calls) > 1:
            return Bug("403")
        transfer(*args, **kwargs)
        return Unknown("the connection broke")

    world.interpose(transfer=lost_then_refused, find_transfer=lambda *_, **__: Bug("403"))
    world.pay(1)
    for _ in range(8):
        world.machine.advance(timedelta(minutes=20))
        world.drive()
    world.interpose()
    replay(world, *parked(world))
    world.work()

    assert len(world.at_the_provider("transfer")) == 1
    assert world.balances()["psp:connected:exp_1"] == 99_360


def test_what_a_look_up_does_not_show_yet_is_not_made_anew(world):
    world.accept_quote()
    charge, under_way = world.provider.create_card_payin, []

    def slow(*args, **kwargs):
        under_way.append(lambda: charge(*args, **kwargs))
        return Unknown("503, repeated under this key", answered=True)

    world.interpose(create_card_payin=slow)
    world.pay(1)
    world.machine.advance(timedelta(seconds=30))
    world.drive()
    under_way[0]()
    world.machine.advance(timedelta(minutes=10))
    world.drive()

    assert len(under_way) == 1
    assert world.escrow().instalments[0].state is InstalmentState.FUNDED
    assert world.sandbox_balance() == 198_720


def test_what_is_still_absent_after_some_minutes_is_made_anew(world):
    world.accept_quote()
    charge, calls = world.provider.create_card_payin, []

    def broken_once(*args, **kwargs):
        calls.append(kwargs["key"])
        return charge(*args, **kwargs) if len(calls) > 1 else Unknown("503, repeated under this key", answered=True)

    world.interpose(create_card_payin=broken_once)
    world.pay(1)
    for _ in range(3):
        world.machine.advance(timedelta(minutes=10))
        world.drive()

    assert len(set(calls)) == 2
    assert world.escrow().instalments[0].state is InstalmentState.FUNDED


def test_a_second_charge_of_the_same_payment_is_excess_and_goes_back(world):
    world.accept_quote()
    charge = world.provider.create_card_payin

    def twice(*args, key, **kwargs):
        charge(*args, key=f"{key} again", **kwargs)
        return charge(*args, key=key, **kwargs)

    world.interpose(create_card_payin=twice)
    world.pay(1)
    intent = world.sql("SELECT intent_ref FROM payin")
    world.work()
    world.work()

    assert world.sql("SELECT intent_ref FROM payin") == intent
    assert world.balances() == {"psp:available": 198_720, "escrow:mis_1:1": 198_720}
    assert world.sandbox_balance() == 198_720
    assert len(world.told(InstalmentFunded)) == 1


def test_a_payment_given_up_that_succeeds_when_another_has_paid_goes_back(world):
    world.accept_quote()
    slow = world.pay(1, payment_method="pm_card_authenticationRequired")
    world.sql("UPDATE payin SET state = 'failed'")
    world.pay(1)

    world.wire.app.test_client().get(slow.next_action_url.removeprefix("http://127.0.0.1:8420"))
    world.work()
    world.work()

    assert world.balances() == {"psp:available": 198_720, "escrow:mis_1:1": 198_720}
    assert world.sandbox_balance() == 198_720
    assert world.sql("SELECT id FROM provider_event WHERE state <> 'done'") == []
    assert world.told(InstalmentRefunded) == []


def test_the_same_command_while_the_provider_is_slow_loses_no_outcome(world):
    world.accept_quote()
    charge, asked, go_on = world.provider.create_card_payin, threading.Event(), threading.Event()

    def slow(*args, **kwargs):
        asked.set()
        go_on.wait(10)
        return charge(*args, **kwargs)

    world.interpose(create_card_payin=slow)
    declined = {"idempotency_key": "pressed twice", "payment_method": "pm_card_chargeDeclined"}
    first = threading.Thread(target=world.pay, kwargs=declined)
    first.start()
    asked.wait(10)
    second = world.pay(**declined)
    go_on.set()
    first.join()

    assert second.state is PayinState.PROCESSING
    assert world.ask(GetPayin(actor=PAYER, payin_id=second.payin_id)).state is PayinState.FAILED
    assert world.sql("SELECT state, attempts FROM operation") == [("declined", 1)]


def test_the_same_command_again_is_answered_with_how_the_payment_stands_now(world):
    world.accept_quote()
    world.pay(2)
    service = PaymentsService()
    service.app = world.edge
    call = PayInstalment(
        actor=PAYER, idempotency_key="k", mission_id="mis_1", instalment=1, means="card", payment_method="pm_card_visa"
    )

    world.wire.lose = 1
    first = service.pay_instalment(call)
    world.work()

    assert first.state is PayinState.PROCESSING
    assert service.pay_instalment(call).state is PayinState.SUCCEEDED


def test_a_lease_outlives_all_that_one_attempt_may_ask(world, monkeypatch):
    asked = dict.fromkeys(EFFECTS, 0)
    for kind, effect in EFFECTS.items():
        monkeypatch.setattr(effect, "call", counting(world, asked, kind, effect.call))

    world.verify_expert()
    world.accept_quote()
    world.authorise(1)
    world.pay(1)
    transfer = world.pay(2, means="transfer")
    world.send_money(transfer.transfer.iban, transfer.transfer.reference, 200_000)
    world.pay(3, means="transfer")
    world.clock.advance(timedelta(days=4))
    world.work()
    world.cancel()
    world.work()

    assert min(asked.values()) > 0
    assert {kind: count for kind, count in asked.items() if count > EFFECTS[kind].requests} == {}
    assert all(lease_seconds(effect) > effect.requests * 20 for effect in EFFECTS.values())


def counting(world, asked, kind, call):
    def counted(*args):
        before = len(world.wire.seen)
        try:
            return call(*args)
        finally:
            asked[kind] = max(asked[kind], len(world.wire.seen) - before)

    return counted


def test_an_operation_that_cannot_be_prepared_holds_up_no_other(world, monkeypatch):
    world.confirm_expert()
    world.accept_quote()
    world.pay(1)
    world.cancel()
    world.machine.advance(timedelta(seconds=1))

    def broken(*_):
        raise LookupError("written by a later release")

    monkeypatch.setattr(EFFECTS["open_account"], "prepare", broken)
    with pytest.raises(LookupError):
        world.drive()
    world.drive()

    assert world.sql("SELECT attempts FROM operation WHERE kind = 'open_account'") == [(1,)]
    assert world.escrow().refunded == Money(198_720)


def test_a_refund_under_way_is_booked_when_it_has_succeeded(world):
    world.accept_quote()
    world.pay(1, payment_method="pm_card_pendingRefund")
    world.cancel()
    world.work()
    before = world.told(InstalmentRefunded)
    world.clock.advance(timedelta(days=3))
    world.machine.advance(timedelta(hours=1))
    world.work()

    assert before == []
    assert [told.amount for told in world.told(InstalmentRefunded)] == [Money(198_720)]
    assert world.balances() == {}


def test_a_refund_that_fails_leaves_the_money_held_and_needs_a_person(world):
    world.accept_quote()
    world.pay(1, payment_method="pm_card_refundFail")
    world.cancel()
    world.work()
    world.clock.advance(timedelta(days=3))
    world.machine.advance(timedelta(hours=1))
    world.work()

    [failed] = parked(world)
    assert (failed.kind, failed.subject) == ("refund", "mis_1")
    assert world.told(InstalmentRefunded) == []
    assert world.escrow().held == Money(198_720)
    assert world.balances()["psp:available"] == world.sandbox_balance() == 198_720

    replay(world, failed)
    world.work()

    assert len(world.at_the_provider("refund")) == 2
    assert world.escrow().held == Money(198_720)
