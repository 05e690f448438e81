"""What the desk can be asked."""

from dataclasses import dataclass

from chassis_sample.shop.contract import StockView
from contracts.wire import Call, Command


@dataclass(frozen=True, kw_only=True)
class Notes:
    """What the desk has written down, oldest first."""

    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReadNotes(Call[Notes]):
    pass


@dataclass(frozen=True, kw_only=True)
class AskTheShop(Command[StockView]):
    """Passes a question on."""

    question: str
    item_id: str
    seconds: float = 0.0
    patience_seconds: float = 5.0
