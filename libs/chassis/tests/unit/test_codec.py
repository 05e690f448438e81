"""What travels: exactly the contract, or a problem that names the field."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from chassis_sample.shop.contract import Sell, StockView

from chassis.codec import answer_of, from_wire, schema_of, to_wire
from contracts import topology
from contracts.operations.v1.rpc import ListParkedEvents, ParkedEvent
from contracts.shapes import Page
from contracts.wire import Actor, Call, Envelope, Right, Role
from kernel.errors import Invalid
from kernel.money import Money


@dataclass(frozen=True, kw_only=True)
class Parcel:
    price: Money
    weight: Decimal
    sent_on: date
    labels: tuple[str, ...] = ()


PARCEL = Parcel(price=Money(1250), weight=Decimal("1.50"), sent_on=date(2026, 11, 2), labels=("a", "b"))
WIRE = {"price": {"amount": 1250, "currency": "EUR"}, "weight": "1.50", "sent_on": "2026-11-02", "labels": ["a", "b"]}


def test_a_value_travels_as_plain_json_and_comes_back_equal() -> None:
    assert to_wire(PARCEL) == WIRE
    assert from_wire(Parcel, WIRE) == PARCEL


def test_a_call_comes_back_with_its_actor() -> None:
    actor = Actor(role=Role.COMPANY, account_id="acc_1", rights=(Right.PAY,))
    call = Sell(actor=actor, idempotency_key="k", item_id="pen", count=1)

    assert from_wire(Sell, to_wire(call)) == call


def test_unknown_fields_are_ignored() -> None:
    assert from_wire(Parcel, WIRE | {"colour": "red"}) == PARCEL


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sent_on": "yesterday"}, "sent_on"),
        ({"price": {"amount": "1250", "currency": "EUR"}}, "price.amount"),
        ({"price": {"amount": 12.5, "currency": "EUR"}}, "price.amount"),
        ({"price": {"amount": 1250, "currency": "euro"}}, "price"),
        ({"price": None}, "price"),
        ({"labels": ["a", 1]}, "labels.1"),
        ({"weight": "heavy"}, "weight"),
    ],
)
def test_what_does_not_fit_is_invalid_and_names_the_field(change: dict, field: str) -> None:
    with pytest.raises(Invalid) as fault:
        from_wire(Parcel, WIRE | change)

    assert fault.value.details == {"field": field}


def test_a_missing_field_is_named() -> None:
    with pytest.raises(Invalid, match="weight: Field required"):
        from_wire(Parcel, {name: value for name, value in WIRE.items() if name != "weight"})


def test_the_answers_type_is_read_from_the_call() -> None:
    assert answer_of(Sell) is StockView
    assert answer_of(ListParkedEvents) == Page[ParkedEvent]
    with pytest.raises(TypeError, match="does not name its answer"):
        answer_of(Call)


def test_a_page_of_views_comes_back_as_it_was() -> None:
    at = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    page = Page(items=(ParkedEvent(event_id="evt_1", type="sold", state="parked", attempts=12, error="no", received_at=at),))

    assert from_wire(Page[ParkedEvent], to_wire(page)) == page


def test_every_event_of_the_contracts_has_a_schema() -> None:
    events = {event for events in topology.SUBSCRIPTIONS.values() for event in events}

    assert all(schema_of(event)["type"] == "object" for event in (*events, Envelope))
