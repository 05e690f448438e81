"""Releases, payouts and refunds: either order, commission to the cent, KYC first, and money that goes back."""

from datetime import date, timedelta

import pytest

from contracts.contracting.v1.events import ReleaseAuthorised
from contracts.payments.v1.events import (
    CommissionWithheld,
    InstalmentFunded,
    InstalmentRefunded,
    InstalmentReleased,
    PayoutFailed,
)
from contracts.payments.v1.rpc import GetEscrow, GetLedger, InstalmentState, ListPayouts, PayinState
from contracts.wire import Actor, Right, Role
from kernel.errors import Forbidden, Invalid, NotYet
from kernel.money import Money

COMPANY = Actor(role=Role.COMPANY, company_id="com_1", rights=(Right.PAY,))
EXPERT = Actor(role=Role.EXPERT, account_id="acc_expert", expert_id="exp_1")
FAILING_IBAN = "DE62370400440532013001"


def receives(world):
    return [(released.withheld.amount, released.expert_receives.amount) for released in world.told(InstalmentReleased)]


def test_an_instalment_is_released_when_authorised_before_it_is_funded(world):
    world.accept_quote()
    world.authorise(1)
    assert world.told(InstalmentReleased) == []

    world.pay(1)

    assert receives(world) == [(99_360, 99_360)]


def test_an_instalment_is_released_when_authorised_after_it_is_funded_and_once(world):
    world.accept_quote()
    world.pay(1)
    assert world.told(InstalmentReleased) == []

    world.authorise(1)
    world.authorise(1)

    assert receives(world) == [(99_360, 99_360)]


def test_an_authorisation_that_overtakes_the_quote_waits(world):
    with pytest.raises(NotYet):
        world.tell(ReleaseAuthorised(mission_id="mis_1", instalment=1))


def test_a8_what_commission_does_not_fit_is_carried_over_and_nothing_is_paid_out_first(world):
    world.verify_expert()
    world.accept_quote(weights=(10, 40, 50))
    for number in (1, 2, 3):
        world.authorise(number)
        world.pay(number)
    world.work()

    assert receives(world) == [(66_240, 0), (33_120, 231_840), (0, 331_200)]
    assert [(told.withheld.amount, told.commission_ttc.amount) for told in world.told(CommissionWithheld)] == [
        (66_240, 99_360),
        (33_120, 99_360),
    ]
    assert sorted(payout.amount.amount for payout in world.payouts()) == [231_840, 331_200]


def test_b1_a_prepaid_mission_is_released_once_with_its_commission(mission_internationale):
    world = mission_internationale
    world.verify_expert()
    world.accept_quote(weights=(100,), rate_bp=1000, timing="release")
    world.pay(1)
    world.authorise(1)
    world.work()

    [released] = world.told(InstalmentReleased)
    [withheld] = world.told(CommissionWithheld)
    assert (released.amount, released.withheld, released.expert_receives) == (Money(662_400), Money(66_240), Money(596_160))
    assert released.last
    assert (withheld.timing, withheld.commission_ht, withheld.commission_vat) == ("release", Money(55_200), Money(11_040))


def test_b7_cents_of_a_prepaid_mission(mission_internationale):
    world = mission_internationale
    world.accept_quote(ht_cents=459_263, weights=(100,), rate_bp=1000, timing="release")
    world.pay(1)
    world.authorise(1)

    assert receives(world) == [(55_111, 496_005)]


def test_money_waits_until_the_payee_is_verified(world):
    world.accept_quote()
    world.pay(1)
    world.authorise(1)
    world.clock.advance(timedelta(days=10))
    world.work()

    [waiting] = world.payouts()
    assert (waiting.state, waiting.scheduled_on) == ("waiting_kyc", date(2026, 11, 6))
    assert world.balances()["expert_payable:exp_1"] == 99_360

    world.verify_expert()
    world.clock.advance(timedelta(days=2))
    world.work()

    assert world.payouts()[0].state == "paid"


def test_a_payout_that_the_bank_refuses_is_owed_again_and_leaves_with_new_bank_details(world):
    world.verify_expert(iban=FAILING_IBAN)
    world.accept_quote()
    world.pay(1)
    world.authorise(1)
    world.work()
    for _ in range(2):
        world.clock.advance(timedelta(days=3))
        world.work()

    [failed] = world.payouts()
    assert (failed.state, failed.failure) == ("failed", "no_account")
    assert [told.reason for told in world.told(PayoutFailed)] == ["no_account"]
    assert world.balances()["expert_payable:exp_1"] == 99_360

    world.confirm_expert("FR1420041010050500013M02606")
    world.work()
    world.clock.advance(timedelta(days=2))
    world.work()

    assert world.payouts()[0].state == "paid"
    assert "expert_payable:exp_1" not in world.balances()


def test_a_cancelled_mission_gives_back_what_it_holds(world):
    world.accept_quote()
    world.pay(1)
    asked = world.pay(2, means="transfer")

    world.cancel()
    world.work()

    assert [told.amount for told in world.told(InstalmentRefunded)] == [Money(198_720)]
    escrow = world.escrow()
    assert (escrow.held, escrow.refunded) == (Money(0), Money(198_720))
    assert [instalment.state for instalment in escrow.instalments] == [
        InstalmentState.REFUNDED,
        InstalmentState.CANCELLED,
        InstalmentState.CANCELLED,
    ]
    assert world.balances() == {}
    assert world.sandbox_balance() == 0
    assert world.sql(f"SELECT state FROM payin WHERE id = '{asked.payin_id}'") == [("cancelled",)]


def test_nothing_is_released_after_a_cancellation(world):
    world.accept_quote()
    world.pay(1)
    world.cancel()
    world.authorise(1)

    assert world.told(InstalmentReleased) == []


def test_a_card_payment_that_ends_after_the_cancellation_goes_back(world):
    world.accept_quote()
    asked = world.pay(1, payment_method="pm_card_authenticationRequired")
    world.cancel()
    world.wire.app.test_client().get(asked.next_action_url.removeprefix("http://127.0.0.1:8420"))
    world.work()
    world.work()

    assert asked.state is PayinState.REQUIRES_ACTION
    assert world.told(InstalmentFunded) == []
    assert [told.amount for told in world.told(InstalmentRefunded)] == [Money(198_720)]
    assert world.sandbox_balance() == 0


def test_escrow_ledger_and_payouts_are_shown_to_their_parties_alone(world):
    world.accept_quote()
    world.pay(1)
    stranger = Actor(role=Role.EXPERT, expert_id="exp_2")

    for call in (GetEscrow, GetLedger, ListPayouts):
        with pytest.raises(Exception, match="There is no escrow"):
            world.ask(call(actor=stranger, mission_id="mis_1"))
    assert world.ask(GetEscrow(actor=COMPANY, mission_id="mis_1")).held == Money(198_720)
    with pytest.raises(Forbidden):
        world.ask(ListPayouts(actor=COMPANY))


@pytest.mark.parametrize("cursor", ["garbage", "", "99999999999999999999", "mis_01JDC3Q8V5N0Y7K2M4R6T8W9XA"])
def test_a_cursor_of_another_list_is_refused(world, cursor):
    with pytest.raises(Invalid) as refusal:
        world.ask(ListPayouts(actor=Actor(role=Role.EXPERT, expert_id="exp_1"), cursor=cursor))

    assert refusal.value.details == {"field": "cursor"}
