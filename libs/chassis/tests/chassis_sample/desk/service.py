"""The desk: writes down what the shop tells, and passes questions on to it."""

import threading
from dataclasses import dataclass

from sqlalchemy import Column, Identity, Integer, MetaData, String, Table, insert, select

from chassis.app import App, answers, every, handles
from chassis.neighbours import Neighbours
from chassis.settings import Settings
from chassis.tables import add_chassis_tables
from chassis.uow import UnitOfWork, Wiring
from chassis_sample.desk.contract import AskTheShop, Notes, ReadNotes
from chassis_sample.shop.contract import Break, Dawdle, GetStock, Restocked, Sell, Sold, StockView
from contracts.wire import SERVICE
from kernel.errors import NotYet

METADATA = add_chassis_tables(MetaData())
NOTES = Table(
    "notes",
    METADATA,
    Column("id", Integer, Identity(), primary_key=True),
    Column("line", String, nullable=False),
)


class Desk:
    """What a test may change while the desk is at work."""

    failing = False
    holding = threading.Event()
    held = threading.Event()


Desk.holding.set()


@dataclass(frozen=True)
class Ports:
    uow: UnitOfWork
    neighbours: Neighbours


def build(settings: Settings) -> Wiring[Ports]:
    return Wiring(metadata=METADATA, ports=Ports)


def note_sale(event: Sold, ports: Ports) -> None:
    ports.uow.session.execute(insert(NOTES).values(line=f"sold {event.count} {event.item_id}"))
    if Desk.failing:
        raise RuntimeError("the pen is dry")
    Desk.held.set()
    Desk.holding.wait()


def note_restocking(event: Restocked, ports: Ports) -> None:
    """Only what was sold before can be restocked."""
    sales = ports.uow.session.scalars(select(NOTES.c.line).where(NOTES.c.line.endswith(event.item_id))).all()
    if not sales:
        raise NotYet
    ports.uow.session.execute(insert(NOTES).values(line=f"restocked {event.item_id}"))


def read_notes(call: ReadNotes, ports: Ports) -> Notes:
    return Notes(lines=tuple(ports.uow.session.scalars(select(NOTES.c.line).order_by(NOTES.c.id))))


def ask_the_shop(call: AskTheShop, ports: Ports) -> StockView:
    questions = {
        "stock": GetStock(actor=SERVICE, item_id=call.item_id),
        "sell": Sell(actor=SERVICE, idempotency_key=call.idempotency_key, item_id=call.item_id, count=11),
        "dawdle": Dawdle(actor=SERVICE, item_id=call.item_id, seconds=call.seconds),
        "break": Break(actor=SERVICE),
    }
    return ports.neighbours.ask(questions[call.question], deadline_seconds=call.patience_seconds)


class DeskService:
    name = "desk"
    app = App(build)
    ticks = 1

    @answers(ReadNotes)
    def read_notes(self, call: ReadNotes) -> Notes:
        return self.app.run(read_notes, call)

    @answers(AskTheShop)
    def ask_the_shop(self, call: AskTheShop) -> StockView:
        return self.app.run(ask_the_shop, call)

    @handles(Sold)
    def note_sale(self, event: Sold) -> None:
        self.app.run(note_sale, event)

    @handles(Restocked)
    def note_restocking(self, event: Restocked) -> None:
        self.app.run(note_restocking, event)

    @every(seconds=0.05)
    def tick(self) -> None:
        DeskService.ticks += 1
        if DeskService.ticks % 100 == 1:
            raise RuntimeError("a timer that fails comes again")
