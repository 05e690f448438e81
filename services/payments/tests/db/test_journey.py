"""Money's whole way, on the real database, through the real Stripe adapter, with the sandbox as the provider."""

from datetime import date, timedelta

from contracts.payments.v1.events import CommissionWithheld, InstalmentFunded, InstalmentReleased, PayoutPaid, PayoutSent
from contracts.payments.v1.rpc import InstalmentState, PayinState
from kernel.money import Money


def test_a1_from_the_card_to_the_experts_bank_account(world):
    world.verify_expert()
    world.accept_quote()
    world.authorise(1)

    paid = world.pay(1)
    world.work()

    assert paid.state is PayinState.SUCCEEDED
    assert [(funded.instalment, funded.amount, funded.last) for funded in world.told(InstalmentFunded)] == [
        (1, Money(198_720), False)
    ]
    [released] = world.told(InstalmentReleased)
    assert (released.amount, released.withheld, released.expert_receives) == (Money(198_720), Money(99_360), Money(99_360))
    [withheld] = world.told(CommissionWithheld)
    assert (withheld.commission_ht, withheld.commission_vat, withheld.commission_ttc) == (
        Money(82_800),
        Money(16_560),
        Money(99_360),
    )
    assert world.balances() == {
        "psp:available": 99_360,
        "psp:connected:exp_1": 99_360,
        "expert_payable:exp_1": 99_360,
        "commission": 82_800,
        "vat_collected": 16_560,
    }
    [payout] = world.payouts()
    assert (payout.state, payout.scheduled_on, payout.amount) == ("scheduled", date(2026, 11, 5), Money(99_360))

    world.clock.advance(timedelta(days=2))
    world.work()
    assert world.payouts()[0].state == "in_transit"
    assert [sent.amount for sent in world.told(PayoutSent)] == [Money(99_360)]

    world.clock.advance(timedelta(days=2))
    world.work()
    assert world.payouts()[0].state == "paid"
    assert [sent.amount for sent in world.told(PayoutPaid)] == [Money(99_360)]
    assert world.balances() == {"psp:available": 99_360, "commission": 82_800, "vat_collected": 16_560}
    assert world.sandbox_balance() == 99_360


def test_a1_every_instalment_is_paid_released_and_adds_up(world):
    world.verify_expert()
    world.accept_quote()
    for number in (1, 2, 3):
        world.pay(number)
        world.authorise(number)
    world.work()

    escrow = world.escrow()

    assert [instalment.state for instalment in escrow.instalments] == [InstalmentState.RELEASED] * 3
    assert [instalment.expert_receives for instalment in escrow.instalments] == [Money(99_360), Money(198_720), Money(264_960)]
    assert (escrow.total, escrow.released, escrow.held) == (Money(662_400), Money(662_400), Money(0))
    assert (escrow.withheld, escrow.paid_to_expert) == (Money(99_360), Money(563_040))
    assert [released.last for released in world.told(InstalmentReleased)] == [False, False, True]
    assert len(world.told(CommissionWithheld)) == 1
