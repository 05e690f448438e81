"""Money: integer minor units and a currency; splits that sum exactly. No float, anywhere.

Rates are basis points of a hundredth of a percent (`rate_bp`: 20 % = 2000, 8.5 % = 850). Rounding is half up,
away from zero, to the cent (the worked examples of the specification, section "Conventions").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one sum."""


@dataclass(frozen=True, order=False)
class Money:
    """`amount` minor units (cents) of `currency` (ISO 4217)."""

    amount: int
    currency: str = "EUR"

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError(f"money is counted in whole minor units, not {self.amount!r}")
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isupper():
            raise ValueError(f"not an ISO 4217 currency: {self.currency!r}")

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other).amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other).amount

    def __bool__(self) -> bool:
        return self.amount != 0

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other

    def at_rate(self, rate_bp: int) -> Money:
        """This share of the amount, rounded half up to the minor unit: `Money(552000).at_rate(1500)` is 828.00."""
        return Money(round_half_up(Decimal(self.amount) * rate_bp / 10_000), self.currency)

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Parts in proportion to `weights` that sum to exactly this amount.

        Largest remainder, ties to the earliest part. Raises ValueError for no weight, a negative one or a zero sum.
        """
        if not weights or min(weights) < 0 or sum(weights) == 0:
            raise ValueError(f"cannot split by {list(weights)!r}")
        total = sum(weights)
        sign = -1 if self.amount < 0 else 1
        parts, remainders = zip(*(divmod(abs(self.amount) * weight, total) for weight in weights), strict=True)
        missing = abs(self.amount) - sum(parts)
        first = sorted(range(len(weights)), key=lambda part: (-remainders[part], part))[:missing]
        return [Money(sign * (cents + (part in first)), self.currency) for part, cents in enumerate(parts)]

    def __str__(self) -> str:
        sign, units = "-" if self.amount < 0 else "", abs(self.amount)
        return f"{sign}{units // 100:,}.{units % 100:02d} {self.currency}".replace(",", " ")


def round_half_up(value: Decimal) -> int:
    """The nearest whole number; a half goes away from zero."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def line_amount(quantity: Decimal, unit_price: Money) -> Money:
    """quantity x unit price, rounded half up to the minor unit: 7.5 days x 612.35 = 4 592.63."""
    return Money(round_half_up(quantity * unit_price.amount), unit_price.currency)


def total(amounts: Sequence[Money], currency: str = "EUR") -> Money:
    """The sum; zero `currency` when there is nothing to add."""
    result = Money(0, amounts[0].currency if amounts else currency)
    for amount in amounts:
        result += amount
    return result
