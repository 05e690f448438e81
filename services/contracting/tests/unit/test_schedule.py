"""Instalments to the cent: the worked examples of the specification."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracting.domain.schedule import Schedule
from kernel.money import Money, line_amount

PREPAID = {
    "A1 30/30/40 of 5 520.00 at 20 %": (
        ("8", 69_000, (30, 30, 40), 2000),
        [(165_600, 33_120, 198_720), (165_600, 33_120, 198_720), (220_800, 44_160, 264_960)],
        (552_000, 110_400, 662_400),
    ),
    "A2 the same without VAT": (
        ("8", 69_000, (30, 30, 40), 0),
        [(165_600, 0, 165_600), (165_600, 0, 165_600), (220_800, 0, 220_800)],
        (552_000, 0, 552_000),
    ),
    "A5 7.5 days at 612.35": (
        ("7.5", 61_235, (30, 30, 40), 2000),
        [(137_779, 27_556, 165_335), (137_779, 27_556, 165_335), (183_705, 36_741, 220_446)],
        (459_263, 91_853, 551_116),
    ),
    "A6 one cent less VAT than on the total": (
        ("1", 100_003, (30, 30, 40), 2000),
        [(30_001, 6_000, 36_001), (30_001, 6_000, 36_001), (40_001, 8_000, 48_001)],
        (100_003, 20_000, 120_003),
    ),
    "A7 five cents": (
        ("1", 5, (30, 30, 40), 2000),
        [(2, 0, 2), (1, 0, 1), (2, 0, 2)],
        (5, 0, 5),
    ),
    "A8 the expert's own 10/40/50": (
        ("8", 69_000, (10, 40, 50), 2000),
        [(55_200, 11_040, 66_240), (220_800, 44_160, 264_960), (276_000, 55_200, 331_200)],
        (552_000, 110_400, 662_400),
    ),
    "B1 all at once": (("8", 69_000, (100,), 2000), [(552_000, 110_400, 662_400)], (552_000, 110_400, 662_400)),
    "B5 at 19 %": (("8", 69_000, (100,), 1900), [(552_000, 104_880, 656_880)], (552_000, 104_880, 656_880)),
    "B7 7.5 days at 612.35, all at once": (
        ("7.5", 61_235, (100,), 2000),
        [(459_263, 91_853, 551_116)],
        (459_263, 91_853, 551_116),
    ),
}


@pytest.mark.parametrize(("given_", "instalments", "sums"), PREPAID.values(), ids=PREPAID.keys())
def test_the_worked_examples_come_out_to_the_cent(given_, instalments, sums):
    quantity, price, weights, rate_bp = given_
    ht = line_amount(Decimal(quantity), Money(price))

    schedule = Schedule.divide(ht, weights, rate_bp)

    assert [(part.ht.amount, part.vat.amount, part.ttc.amount) for part in schedule.instalments] == instalments
    assert (ht.amount, schedule.vat.amount, schedule.ttc.amount) == sums


@given(
    cents=st.integers(1, 10_000_000_000),
    weights=st.lists(st.integers(1, 10_000), min_size=1, max_size=12),
    rate_bp=st.integers(0, 2700),
)
def test_no_cent_is_lost_or_made_whatever_the_weights(cents, weights, rate_bp):
    schedule = Schedule.divide(Money(cents), weights, rate_bp)

    assert sum(part.ht.amount for part in schedule.instalments) == cents
    assert all(part.ttc == part.ht + part.vat for part in schedule.instalments)
    assert schedule.ttc == Money(cents) + schedule.vat
    assert abs(schedule.vat.amount - Money(cents).at_rate(rate_bp).amount) <= len(weights)
