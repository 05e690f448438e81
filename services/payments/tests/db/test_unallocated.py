"""Money that pays for nothing: a wrong reference, too much, too late; it is shown to the finance team, or goes back."""

import dataclasses
from datetime import timedelta

import pytest

from contracts.payments.v1.errors import MissingRight, PayinNotCancellable, UnknownPayin
from contracts.payments.v1.events import InstalmentRefunded
from contracts.payments.v1.rpc import CancelPayin, GetPayin, ListPayins, ListUnallocated, PayinState
from contracts.wire import Actor, Right, Role
from kernel.errors import Forbidden, Invalid
from kernel.money import Money

PAYER = Actor(role=Role.COMPANY, account_id="acc_payer", company_id="com_1", rights=(Right.PAY,))
OTHER = Actor(role=Role.COMPANY, account_id="acc_other", company_id="com_2", rights=(Right.PAY,))
EXPERT = Actor(role=Role.EXPERT, account_id="acc_expert", expert_id="exp_1")
FINANCE = Actor(role=Role.OPERATOR, account_id="acc_team", rights=(Right.FINANCE,))


def shown(world):
    return [(money.amount.amount, money.reference) for money in world.ask(ListUnallocated(actor=FINANCE)).items]


def cancel(world, payin, actor=PAYER, key="c"):
    return world.ask(CancelPayin(actor=actor, idempotency_key=key, payin_id=payin.payin_id))


def cash(world):
    return [customer["_cash"] for customer in world.at_the_provider("customer")]


def test_what_a_partial_transfer_brought_goes_back_when_the_mission_is_cancelled(world):
    world.accept_quote()
    asked = world.pay(1, means="transfer")
    world.send_money(asked.transfer.iban, asked.transfer.reference, 50_000)

    world.cancel()
    world.machine.advance(timedelta(seconds=1))
    world.drive()
    world.work()  # the cancellation is told once more, after the money has gone

    assert world.balances() == {}
    assert cash(world) == [0]
    assert shown(world) == []
    assert world.told(InstalmentRefunded) == []
    assert world.sql("SELECT owed FROM balance WHERE account = 'unallocated:com_1'") == [(0,)]


def test_what_was_paid_too_much_goes_back_with_the_rest_when_the_mission_is_cancelled(world):
    world.accept_quote()
    asked = world.pay(1, means="transfer")
    world.send_money(asked.transfer.iban, asked.transfer.reference, 200_000)

    world.cancel()
    world.work()

    assert (world.balances(), cash(world), shown(world)) == ({}, [0], [])
    assert [told.amount for told in world.told(InstalmentRefunded)] == [Money(198_720)]


def test_a_transfer_that_arrives_after_the_cancellation_goes_back(world):
    world.accept_quote()
    asked = world.pay(1, means="transfer")
    world.cancel()
    world.work()

    world.send_money(asked.transfer.iban, asked.transfer.reference, 198_720)
    world.work()

    assert (world.balances(), cash(world), shown(world)) == ({}, [0], [])


def test_a_wrong_reference_and_what_is_too_much_are_shown_to_the_finance_team(world):
    world.accept_quote()
    asked = world.pay(1, means="transfer")

    world.send_money(asked.transfer.iban, "INVOICE 12", 5_000)
    world.clock.advance(timedelta(minutes=1))
    world.send_money(asked.transfer.iban, asked.transfer.reference, 200_000)

    assert shown(world) == [(1_280, asked.transfer.reference), (5_000, "INVOICE 12")]
    [newest] = world.ask(ListUnallocated(actor=FINANCE, limit=1)).items
    assert (newest.company_id, newest.mission_id) == ("com_1", "mis_1")
    with pytest.raises(Forbidden):
        world.ask(ListUnallocated(actor=PAYER))


def test_unallocated_money_is_listed_page_by_page(world):
    world.accept_quote()
    asked = world.pay(1, means="transfer")
    for cents in (1_000, 2_000, 3_000):
        world.send_money(asked.transfer.iban, "x", cents)
        world.clock.advance(timedelta(minutes=1))

    first = world.ask(ListUnallocated(actor=FINANCE, limit=2))
    second = world.ask(ListUnallocated(actor=FINANCE, limit=2, cursor=first.next_cursor))

    assert [money.amount.amount for money in first.items] == [3_000, 2_000]
    assert [money.amount.amount for money in second.items] == [1_000]
    assert second.next_cursor is None
    with pytest.raises(Invalid):
        world.ask(ListUnallocated(actor=FINANCE, cursor="garbage"))


def test_who_chose_a_transfer_may_cancel_it_and_pay_by_card(world):
    world.accept_quote()
    asked = world.pay(1, means="transfer")

    cancelled = cancel(world, asked)
    paid = world.pay(1)

    assert cancelled.state is PayinState.CANCELLED
    assert paid.state is PayinState.SUCCEEDED
    assert cancel(world, asked, key="again").state is PayinState.CANCELLED
    with pytest.raises(PayinNotCancellable):
        cancel(world, paid, key="paid")


def test_a_payment_is_cancelled_by_a_member_with_the_right_and_while_nothing_has_arrived(world):
    world.accept_quote()
    asked = world.pay(1, means="transfer")

    for actor, error in ((OTHER, UnknownPayin), (EXPERT, UnknownPayin), (dataclasses.replace(PAYER, rights=()), MissingRight)):
        with pytest.raises(error):
            cancel(world, asked, actor)
    world.send_money(asked.transfer.iban, asked.transfer.reference, 50_000)
    with pytest.raises(PayinNotCancellable):
        cancel(world, asked)

    assert world.ask(GetPayin(actor=PAYER, payin_id=asked.payin_id)).state is PayinState.PARTIAL


def test_the_expert_sees_that_he_is_paid_but_not_with_what(world):
    world.accept_quote()
    declined = world.pay(1, payment_method="pm_card_chargeDeclined")
    transfer = world.pay(1, means="transfer")
    challenged = world.pay(2, payment_method="pm_card_authenticationRequired")

    seen = [world.ask(GetPayin(actor=EXPERT, payin_id=one.payin_id)) for one in (declined, transfer, challenged)]

    assert [(one.decline_code, one.transfer, one.next_action_url) for one in seen] == [("", None, "")] * 3
    assert {one.payin_id: one for one in world.ask(ListPayins(actor=EXPERT, mission_id="mis_1")).items} == {
        one.payin_id: one for one in seen
    }
    assert world.ask(GetPayin(actor=PAYER, payin_id=transfer.payin_id)).transfer.iban[:2] == "FR"
