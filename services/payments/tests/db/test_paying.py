"""A client pays: by card with its declines and 3-D Secure, by transfer in every wrong way; never twice, never for another."""

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from contracts.payments.v1.errors import (
    AlreadyFunded,
    EscrowClosed,
    InvalidAmount,
    MeansNotAccepted,
    MissingRight,
    PaymentMethodMissing,
    PaymentUnderWay,
    UnknownEscrow,
    UnknownInstalment,
    UnknownPayin,
)
from contracts.payments.v1.events import InstalmentFunded, PayinFailed
from contracts.payments.v1.rpc import GetPayin, InstalmentState, ListPayins, PayinState, SimulateTransfer
from contracts.wire import Actor, Right, Role
from kernel.money import Money

MEMBER = Actor(role=Role.COMPANY, account_id="acc_payer", company_id="com_1", rights=(Right.PAY,))
OTHER = Actor(role=Role.COMPANY, account_id="acc_other", company_id="com_2", rights=(Right.PAY,))


def test_a_declined_card_leaves_the_instalment_payable(world):
    world.accept_quote()

    declined = world.pay(1, payment_method="pm_card_chargeDeclined")
    broke = world.pay(1, payment_method="pm_card_chargeDeclinedInsufficientFunds")
    unknown = world.pay(1, payment_method="pm_no_such_card")
    paid = world.pay(1)

    assert (declined.state, declined.decline_code) == (PayinState.FAILED, "generic_decline")
    assert (broke.state, broke.decline_code) == (PayinState.FAILED, "insufficient_funds")
    assert (unknown.state, unknown.decline_code) == (PayinState.FAILED, "invalid_payment_method")
    assert paid.state is PayinState.SUCCEEDED
    assert [failed.decline_code for failed in world.told(PayinFailed)] == [
        "generic_decline",
        "insufficient_funds",
        "invalid_payment_method",
    ]
    assert world.balances() == {"psp:available": 198_720, "escrow:mis_1:1": 198_720}


def test_a_card_holder_proves_who_he_is_and_the_instalment_is_funded(world):
    world.accept_quote()

    asked = world.pay(1, payment_method="pm_card_authenticationRequired")
    with pytest.raises(PaymentUnderWay) as refused:
        world.pay(1)
    world.wire.app.test_client().get(asked.next_action_url.removeprefix("http://127.0.0.1:8420"))
    world.work()

    assert (asked.state, asked.next_action_url[:26]) == (PayinState.REQUIRES_ACTION, "http://127.0.0.1:8420/3ds/")
    assert refused.value.details["payin_id"] == asked.payin_id
    assert world.ask(GetPayin(actor=MEMBER, payin_id=asked.payin_id)).state is PayinState.SUCCEEDED
    assert len(world.told(InstalmentFunded)) == 1


def test_a_failed_challenge_leaves_the_instalment_payable(world):
    world.accept_quote()

    asked = world.pay(1, payment_method="pm_card_authenticationRequired")
    world.wire.app.test_client().get(asked.next_action_url.removeprefix("http://127.0.0.1:8420") + "?outcome=fail")
    world.work()

    assert world.ask(GetPayin(actor=MEMBER, payin_id=asked.payin_id)).state is PayinState.FAILED
    assert world.pay(1).state is PayinState.SUCCEEDED


def test_a_challenge_nobody_answers_frees_the_instalment_after_an_hour(world):
    world.accept_quote()
    asked = world.pay(1, payment_method="pm_card_authenticationRequired")

    world.clock.advance(timedelta(minutes=59))
    world.work()
    with pytest.raises(PaymentUnderWay):
        world.pay(1)
    world.clock.advance(timedelta(minutes=2))
    world.work()

    assert world.ask(GetPayin(actor=MEMBER, payin_id=asked.payin_id)).state is PayinState.CANCELLED
    assert world.pay(1).state is PayinState.SUCCEEDED


def test_paying_twice_is_refused_and_nothing_is_charged_again(world):
    world.accept_quote()
    first = world.pay(1, idempotency_key="once")

    again = world.pay(1, idempotency_key="once")
    with pytest.raises(AlreadyFunded):
        world.pay(1, idempotency_key="another")

    assert again == first
    assert world.sandbox_balance() == 198_720
    assert len(world.told(InstalmentFunded)) == 1


def test_the_database_refuses_a_second_active_payin(world):
    world.accept_quote()
    world.pay(1)

    with pytest.raises(IntegrityError, match="payin_once"):
        world.sql(
            "INSERT INTO payin SELECT 'pay_2', mission_id, instalment, company_id, means, amount, received, created_at, 'other key',"
            " 'processing', '', NULL, '', '', '', '', '', '' FROM payin"
        )


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"actor": OTHER}, UnknownEscrow),
        ({"actor": Actor(role=Role.EXPERT, expert_id="exp_1")}, UnknownEscrow),
        ({"actor": dataclasses.replace(MEMBER, rights=())}, MissingRight),
        ({"mission_id": "mis_none"}, UnknownEscrow),
        ({"instalment": 4}, UnknownInstalment),
        ({"means": "cheque"}, MeansNotAccepted),
        ({"payment_method": ""}, PaymentMethodMissing),
    ],
)
def test_what_may_not_be_paid_is_refused_by_name_and_nothing_is_written(world, more, error):
    world.accept_quote()

    with pytest.raises(error):
        world.pay(**more)

    assert world.sql("SELECT * FROM payin") == []
    assert world.wire.seen == []


def test_a_bank_transfer_with_its_reference_funds_the_instalment(world):
    world.accept_quote()

    asked = world.pay(1, means="transfer")
    world.send_money(asked.transfer.iban, asked.transfer.reference, 198_720)

    assert asked.state is PayinState.REQUIRES_ACTION
    assert (asked.transfer.amount, asked.transfer.iban[:2]) == (Money(198_720), "FR")
    assert world.escrow().instalments[0].state is InstalmentState.FUNDED
    assert world.balances() == {"psp:available": 198_720, "escrow:mis_1:1": 198_720}
    assert [(funded.means, funded.amount) for funded in world.told(InstalmentFunded)] == [("transfer", Money(198_720))]


def test_partial_transfers_add_up_and_what_is_too_much_stays_unallocated(world):
    world.accept_quote()
    asked = world.pay(1, means="transfer")

    world.send_money(asked.transfer.iban, asked.transfer.reference, 100_000)
    partly = world.ask(GetPayin(actor=MEMBER, payin_id=asked.payin_id))
    world.send_money(asked.transfer.iban, f" {asked.transfer.reference.lower()} ", 100_000)
    wholly = world.ask(GetPayin(actor=MEMBER, payin_id=asked.payin_id))

    assert (partly.state, partly.received) == (PayinState.PARTIAL, Money(100_000))
    assert (wholly.state, wholly.received) == (PayinState.SUCCEEDED, Money(200_000))
    assert world.balances() == {
        "psp:available": 198_720,
        "escrow:mis_1:1": 198_720,
        "psp:unallocated": 1_280,
        "unallocated:com_1": 1_280,
    }


def test_a_transfer_with_a_wrong_reference_is_booked_and_funds_nothing(world):
    world.accept_quote()
    asked = world.pay(1, means="transfer")

    world.send_money(asked.transfer.iban, "INVOICE 12", 198_720)

    assert world.escrow().instalments[0].state is InstalmentState.PLANNED
    assert world.sql("SELECT owed FROM balance WHERE account = 'unallocated:com_1'") == [(198_720,)]
    assert world.sql("SELECT payin_id, reference FROM transfer_in") == [(None, "INVOICE 12")]


def test_a_simulated_transfer_needs_an_amount_and_an_iban_that_was_given(world):
    world.accept_quote()
    asked = world.pay(1, means="transfer")

    with pytest.raises(InvalidAmount):
        world.send_money(asked.transfer.iban, "x", 0)
    with pytest.raises(InvalidAmount):
        world.ask(
            SimulateTransfer(actor=MEMBER, idempotency_key="k", iban=asked.transfer.iban, reference="", amount=Money(5, "USD"))
        )
    with pytest.raises(UnknownPayin):
        world.send_money("FR1420041010050500013M02606", "x", 5)


def test_payments_are_listed_for_the_missions_parties_only(world):
    world.accept_quote()
    world.pay(1, payment_method="pm_card_chargeDeclined")
    world.clock.advance(timedelta(seconds=1))
    paid = world.pay(1)

    listed = world.ask(ListPayins(actor=MEMBER, mission_id="mis_1")).items

    assert [payin.state for payin in listed] == [PayinState.SUCCEEDED, PayinState.FAILED]
    with pytest.raises(UnknownEscrow):
        world.ask(ListPayins(actor=OTHER, mission_id="mis_1"))
    with pytest.raises(UnknownPayin):
        world.ask(GetPayin(actor=OTHER, payin_id=paid.payin_id))


def test_a_cancelled_mission_takes_no_money(world):
    world.accept_quote()
    world.cancel()

    with pytest.raises(EscrowClosed):
        world.pay(1)
