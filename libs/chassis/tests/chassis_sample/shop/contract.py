"""What the shop can be asked, what it tells, and how it refuses."""

from dataclasses import dataclass

from contracts.wire import Call, Command, Event
from kernel.errors import Conflict
from kernel.money import Money


@dataclass(frozen=True, kw_only=True)
class StockView:
    """How many are left of an item, and what one costs."""

    item_id: str
    left: int
    price: Money


@dataclass(frozen=True, kw_only=True)
class GetStock(Call[StockView]):
    item_id: str


@dataclass(frozen=True, kw_only=True)
class Sell(Command[StockView]):
    item_id: str
    count: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Dawdle(Call[StockView]):
    """Answers after so many seconds."""

    item_id: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Break(Call[StockView]):
    """Fails without a reason."""


@dataclass(frozen=True, kw_only=True)
class Sold(Event):
    item_id: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Restocked(Event):
    item_id: str


class OutOfStock(Conflict):
    """There are not so many left."""
