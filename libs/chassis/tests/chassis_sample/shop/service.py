"""The shop: sells from its stock, refuses what it does not have."""

from dataclasses import dataclass

import eventlet
from sqlalchemy import CheckConstraint, Column, Engine, Integer, MetaData, String, Table, insert, select, update

from chassis.app import App, answers
from chassis.neighbours import Neighbours
from chassis.settings import Settings
from chassis.tables import add_chassis_tables
from chassis.uow import UnitOfWork, Wiring
from chassis_sample.shop.contract import Break, Dawdle, GetStock, OutOfStock, Restocked, Sell, Sold, StockView
from kernel.errors import Conflict, NotFound
from kernel.money import Money

METADATA = add_chassis_tables(MetaData())
STOCK = Table(
    "stock",
    METADATA,
    Column("item_id", String, primary_key=True),
    Column("count", Integer, CheckConstraint("count >= 0"), nullable=False),
)


@dataclass(frozen=True)
class Ports:
    uow: UnitOfWork
    neighbours: Neighbours


def build(settings: Settings) -> Wiring[Ports]:
    return Wiring(metadata=METADATA, ports=Ports)


def fill(engine: Engine) -> None:
    """Ten pens, and no paper."""
    with engine.begin() as connection:
        connection.execute(insert(STOCK), [{"item_id": "pen", "count": 10}, {"item_id": "paper", "count": 0}])


def get_stock(call: GetStock, ports: Ports) -> StockView:
    return _view(ports, call.item_id)


def sell(call: Sell, ports: Ports) -> StockView:
    left = ports.uow.session.scalar(select(STOCK.c.count).where(STOCK.c.item_id == call.item_id).with_for_update())
    if left is None:
        raise NotFound(item_id=call.item_id)
    if left < call.count:
        raise OutOfStock(item_id=call.item_id, left=left)
    ports.uow.session.execute(update(STOCK).where(STOCK.c.item_id == call.item_id).values(count=STOCK.c.count - call.count))
    ports.uow.emit(Sold(item_id=call.item_id, count=call.count), about=call.item_id)
    return _view(ports, call.item_id)


def refuse(call: Sell, ports: Ports) -> StockView:
    sell(call, ports)
    raise Conflict("not today", item_id=call.item_id, count=call.count)


def restock(ports: Ports) -> None:
    ports.uow.session.execute(update(STOCK).values(count=STOCK.c.count + 1))
    for item_id in ports.uow.session.scalars(select(STOCK.c.item_id).order_by(STOCK.c.item_id)):
        ports.uow.emit(Restocked(item_id=item_id), about=item_id)


def _view(ports: Ports, item_id: str) -> StockView:
    left = ports.uow.session.scalar(select(STOCK.c.count).where(STOCK.c.item_id == item_id))
    if left is None:
        raise NotFound(item_id=item_id)
    return StockView(item_id=item_id, left=left, price=Money(1250))


def dawdle(call: Dawdle, ports: Ports) -> StockView:
    eventlet.sleep(call.seconds)
    return _view(ports, call.item_id)


def break_down(call: Break, ports: Ports) -> StockView:
    raise RuntimeError("the secret reason")


class ShopService:
    name = "shop"
    app = App(build)

    @answers(GetStock)
    def get_stock(self, call: GetStock) -> StockView:
        return self.app.run(get_stock, call)

    @answers(Sell)
    def sell(self, call: Sell) -> StockView:
        return self.app.run(sell, call)

    @answers(Dawdle)
    def dawdle(self, call: Dawdle) -> StockView:
        return self.app.run(dawdle, call)

    @answers(Break)
    def break_down(self, call: Break) -> StockView:
        return self.app.run(break_down, call)
