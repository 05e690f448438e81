"""An escrow's life: each instalment moves forward only, and the sums always agree."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.contracting.v1.rpc import CommissionTerms
from contracts.payments.v1.errors import AlreadyFunded, EscrowClosed, ReleaseBeyondFunded, UnknownInstalment
from contracts.payments.v1.rpc import InstalmentState
from kernel.errors import Problem
from kernel.money import Money
from payments.domain.escrow import Escrow, Instalment

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def escrow(*hts: int, timing: str = "first_instalment") -> Escrow:
    whole = Money(sum(hts)).at_rate(1500)
    terms = CommissionTerms(
        rate_bp=1500,
        base="mission_ht",
        timing=timing,
        vat_rate_bp=2000,
        vat_category="S",
        vat_mention="",
        ht=whole,
        vat=whole.at_rate(2000),
        ttc=whole + whole.at_rate(2000),
    )
    instalments = []
    for number, cents in enumerate(hts, 1):
        ht = Money(cents)
        instalments.append(Instalment(number=number, ht=ht, vat=ht.at_rate(2000), ttc=ht + ht.at_rate(2000)))
    return Escrow(
        mission_id="mis_1",
        reference="M-1",
        company_id="com_1",
        expert_id="exp_1",
        buyer_name="ACME",
        buyer_email="",
        commission=terms,
        payout_days={"DEFAULT": 2},
        policy="akigora",
        policy_version="1",
        opened_at=NOW,
        instalments=instalments,
    )


def fund(opened: Escrow, number: int) -> None:
    opened.fund(number, means="card", charge_ref="ch_1", now=NOW)


def test_an_instalment_is_released_only_when_funded_and_authorised():
    opened = escrow(100_000)

    with pytest.raises(ReleaseBeyondFunded):
        opened.release(1, NOW)
    opened.authorise(1, NOW)
    with pytest.raises(ReleaseBeyondFunded):
        opened.release(1, NOW)
    fund(opened, 1)
    released = opened.release(1, NOW)

    assert (released.withheld.ttc, released.expert_receives) == (Money(18_000), Money(102_000))
    with pytest.raises(ReleaseBeyondFunded):
        opened.release(1, NOW)


def test_a_funded_instalment_is_not_payable_again():
    opened = escrow(100_000)
    fund(opened, 1)

    with pytest.raises(AlreadyFunded):
        opened.check_payable(1)
    with pytest.raises(AlreadyFunded):
        fund(opened, 1)
    with pytest.raises(UnknownInstalment):
        opened.check_payable(2)


def test_a_cancelled_escrow_takes_nothing_and_says_what_it_holds():
    opened = escrow(50_000, 50_000)
    opened.authorise(1, NOW)
    fund(opened, 1)

    held = opened.cancel()

    assert [instalment.number for instalment in held] == [1]
    assert not opened.may_release(1)
    with pytest.raises(EscrowClosed):
        opened.check_payable(2)
    assert opened.refund(1, NOW).state is InstalmentState.REFUNDED
    with pytest.raises(ReleaseBeyondFunded):
        opened.refund(1, NOW)


def test_commission_follows_the_order_of_releases_not_of_numbers():
    opened = escrow(30_000, 70_000)
    for number in (2, 1):
        fund(opened, number)
        opened.authorise(number, NOW)
        opened.release(number, NOW)

    assert [instalment.withheld.ttc for instalment in opened.instalments] == [Money(0), Money(18_000)]


STEPS = st.lists(st.tuples(st.sampled_from(["fund", "authorise", "release", "cancel", "refund"]), st.integers(1, 3)), max_size=30)


@given(STEPS, st.sampled_from(["first_instalment", "release"]))
def test_whatever_happens_no_cent_is_lost_and_no_step_goes_back(steps, timing):
    opened = escrow(30_001, 30_000, 40_002, timing=timing)
    order = list(InstalmentState)
    paid = 0

    for step, number in steps:
        before = opened.instalment(number).state
        try:
            match step:
                case "fund":
                    fund(opened, number)
                    paid += opened.instalment(number).ttc.amount
                case "authorise":
                    opened.authorise(number, NOW)
                case "release":
                    opened.release(number, NOW)
                case "refund":
                    opened.refund(number, NOW)
                case "cancel":
                    opened.cancel()
        except Problem:
            assert opened.instalment(number).state is before
        after = opened.instalment(number).state
        assert order.index(after) >= order.index(before) or before is InstalmentState.CANCELLED

    held, released, refunded = (
        opened.sum_of(state).amount for state in (InstalmentState.FUNDED, InstalmentState.RELEASED, InstalmentState.REFUNDED)
    )
    assert paid == held + released + refunded
    assert opened.withheld.ttc <= opened.commission.ttc
    assert all(instalment.expert_receives.amount >= 0 for instalment in opened.instalments)
    if opened.all_released():
        assert opened.withheld.ttc == opened.commission.ttc
