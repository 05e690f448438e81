"""Payouts that do not go straight: paid and then sent back, a payee restricted for a moment, new bank details accepted later."""

import dataclasses
from datetime import timedelta

import pytest

from contracts.payments.v1.events import PayeeStatusChanged, PayoutFailed, PayoutPaid
from contracts.payments.v1.rpc import PayeeState
from payments.use_cases.learn_payee import learn_payee
from payments.use_cases.provider import Succeeded

GOOD_IBAN, FAILING_IBAN, RETURNING_IBAN = "FR1420041010050500013M02606", "DE62370400440532013001", "DE40370400440532013009"


@pytest.fixture
def owed(world):
    """`owed(iban)`: an expert with this bank account, verified, to whom an instalment is owed."""

    def with_bank(iban=GOOD_IBAN):
        world.verify_expert(iban)
        world.accept_quote()
        world.authorise(1)
        world.pay(1)
        world.work()
        return world

    return with_bank


def days_pass(world, days):
    for _ in range(days):
        world.clock.advance(timedelta(days=1))
        world.work()


def test_a_payout_that_the_bank_sends_back_after_it_was_paid_is_owed_again(owed):
    world = owed(RETURNING_IBAN)

    days_pass(world, 4)
    paid = [payout.state for payout in world.payouts()]
    days_pass(world, 4)

    assert paid == ["paid"]
    [failed] = world.payouts()
    assert (failed.state, failed.failure, failed.paid_at) == ("failed", "account_closed", None)
    assert len(world.told(PayoutPaid)) == 1
    assert [told.reason for told in world.told(PayoutFailed)] == ["account_closed"]
    assert world.balances() == {
        "psp:available": 99_360,
        "psp:connected:exp_1": 99_360,
        "expert_payable:exp_1": 99_360,
        "commission": 82_800,
        "vat_collected": 16_560,
    }

    world.confirm_expert(GOOD_IBAN)
    days_pass(world, 4)
    assert [payout.state for payout in world.payouts()] == ["paid"]


def test_a_payout_waits_while_the_payee_is_restricted_for_a_moment(owed):
    world = owed()
    world.change_account(payouts_enabled=False)
    days_pass(world, 3)
    [waiting] = world.payouts()

    world.change_account(payouts_enabled=True)
    days_pass(world, 3)

    assert waiting.state == "waiting_kyc"
    assert [payout.state for payout in world.payouts()] == ["paid"]
    assert [told.state for told in world.told(PayeeStatusChanged)][-2:] == [PayeeState.RESTRICTED, PayeeState.VERIFIED]
    assert world.sql("SELECT kind FROM operation WHERE state = 'parked'") == []


def test_a_transfer_waits_while_the_payee_is_restricted_for_a_moment(world):
    world.verify_expert()
    world.accept_quote()
    world.authorise(1)
    world.change_account(capabilities={"transfers": "inactive"})
    world.pay(1)
    world.work()
    [waiting] = world.payouts()

    world.change_account(capabilities={"transfers": "active"})
    days_pass(world, 4)

    assert waiting.state == "waiting_kyc"
    assert [payout.state for payout in world.payouts()] == ["paid"]


def test_a_failed_payout_leaves_when_the_new_bank_details_are_accepted_later(owed, an_entity):
    world = owed(FAILING_IBAN)
    days_pass(world, 6)
    failed = [payout.state for payout in world.payouts()]

    def checking(account_ref):
        status = world.provider.account_status(account_ref).value
        return Succeeded(dataclasses.replace(status, state=PayeeState.PENDING))

    world.interpose(account_status=checking)
    world.confirm_expert(GOOD_IBAN)
    world.tell(dataclasses.replace(an_entity, account_holder="Martin Conseil SASU"))
    days_pass(world, 1)
    waiting = [payout.state for payout in world.payouts()]
    world.interpose()
    days_pass(world, 4)

    assert (failed, waiting) == (["failed"], ["failed"])
    assert [payout.state for payout in world.payouts()] == ["paid"]


def test_an_account_fetched_before_another_was_taken_over_is_not_believed(world):
    world.confirm_expert()
    world.work()
    for kind in ("identity_proof", "articles", "registration_proof"):
        world.submit(kind)
    world.work()
    fetch, overtaken = world.provider.account_status, []

    def slow(account_ref):
        stale = fetch(account_ref)
        if not overtaken:
            overtaken.append(account_ref)
            world.clock.advance(timedelta(hours=25))
            newer = fetch(account_ref).value
            world.edge.background(lambda ports: learn_payee(ports.payees.lock("exp_1"), newer, ports))
        return stale

    world.interpose(account_status=slow)
    world.work()

    assert len(overtaken) == 1
    assert [told.state for told in world.told(PayeeStatusChanged)] == ["incomplete", "pending", "verified"]


def test_a_restriction_that_nobody_told_of_is_noticed_within_a_day(world):
    world.verify_expert()

    world.change_account(payouts_enabled=False)
    days_pass(world, 2)
    restricted = world.told(PayeeStatusChanged)[-1].state
    world.change_account(payouts_enabled=True)
    days_pass(world, 1)

    assert restricted is PayeeState.RESTRICTED
    assert world.told(PayeeStatusChanged)[-1].state is PayeeState.VERIFIED
