"""Money is whole cents; splits lose none; rounding is half up, as the worked examples of the specification have it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import CurrencyMismatch, Money, line_amount, total

AMOUNTS = st.integers(min_value=-(10**12), max_value=10**12)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=1000), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("cents", "weights", "parts"),
    [
        (552_000, [30, 30, 40], [165_600, 165_600, 220_800]),  # A1
        (459_263, [30, 30, 40], [137_779, 137_779, 183_705]),  # A5
        (100_003, [30, 30, 40], [30_001, 30_001, 40_001]),  # A6
        (5, [30, 30, 40], [2, 1, 2]),  # A7: a tie goes to the earliest
        (552_000, [10, 40, 50], [55_200, 220_800, 276_000]),  # A8
        (-5, [1, 1], [-3, -2]),
    ],
)
def test_a_split_is_that_of_the_worked_examples(cents: int, weights: list[int], parts: list[int]) -> None:
    assert [part.amount for part in Money(cents).split(weights)] == parts


@given(AMOUNTS, WEIGHTS)
def test_a_split_loses_no_cent_and_each_part_is_within_one_of_its_share(cents: int, weights: list[int]) -> None:
    parts = Money(cents).split(weights)

    assert total(parts) == Money(cents)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.amount * sum(weights) - cents * weight) < sum(weights)


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_a_split_by_nothing_is_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="cannot split"):
        Money(100).split(weights)


@pytest.mark.parametrize(
    ("cents", "rate_bp", "share"),
    [
        (552_000, 1500, 82_800),
        (459_263, 1500, 68_889),
        (68_889, 2000, 13_778),
        (459_263, 1000, 45_926),
        (82_800, 850, 7_038),
        (-250, 2000, -50),
        (5, 1000, 1),
        (-5, 1000, -1),
    ],
)
def test_a_rate_is_rounded_half_up_away_from_zero(cents: int, rate_bp: int, share: int) -> None:
    assert Money(cents).at_rate(rate_bp) == Money(share)


def test_a_line_is_quantity_times_price_rounded_once() -> None:
    assert line_amount(Decimal("7.5"), Money(61_235)) == Money(459_263)


@given(AMOUNTS, AMOUNTS)
def test_adding_and_taking_away_is_exact(one: int, other: int) -> None:
    assert Money(one) + Money(other) - Money(other) == Money(one)
    assert (Money(one) < Money(other)) == (one < other)


def test_amounts_of_two_currencies_never_meet() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "EUR") + Money(1, "CHF")


@pytest.mark.parametrize("amount", [1.0, "1", True, Decimal(1)])
def test_only_whole_numbers_are_money(amount: object) -> None:
    with pytest.raises(TypeError):
        Money(amount)  # type: ignore[arg-type]


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "€€€"])
def test_a_currency_is_three_capital_letters(currency: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(1, currency)


def test_money_is_written_with_its_currency() -> None:
    assert [str(Money(123_456_789)), str(Money(-5))] == ["1 234 567.89 EUR", "-0.05 EUR"]
