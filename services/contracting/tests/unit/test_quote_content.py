"""What an expert may write into a quote, and how it is refused field by field."""

from datetime import date

import pytest

from contracting.domain.quote_content import checked, ht_of
from contracts.contracting.v1.errors import InvalidQuote, ScheduleFixed
from contracts.contracting.v1.rpc import QuoteLine
from kernel.money import Money


def line(**changes):
    whole = {"description": "Day", "quantity": "1", "unit": "day", "unit_price": Money(69_000)}
    return QuoteLine(**(whole | changes))


FAULTS = {
    "content.title": {"title": "   "},
    "content.objectives": {"objectives": ""},
    "content.deliverables": {"deliverables": "x" * 10_001},
    "content.message": {"message": "a\x00b"},
    "content.strengths": {"strengths": "half a character \ud83d"},
    "content.service_kind": {"service_kind": "Consulting!"},
    "content.lines": {"lines": ()},
    "content.lines.0.description": {"lines": (line(description=""),)},
    "content.lines.1.quantity": {"lines": (line(), line(quantity="-1"))},
    "content.lines.0.unit": {"lines": (line(unit="month"),)},
    "content.lines.0.unit_price": {"lines": (line(unit_price=Money(69_000, "USD")),)},
    "content.ends_on": {"ends_on": date(2026, 11, 30)},
    "content.weights": {"weights": (50, 50)},
}


@pytest.mark.parametrize(("field", "change"), FAULTS.items())
def test_a_fault_is_named_by_its_field(field, change, content, akigora):
    with pytest.raises(InvalidQuote) as refusal:
        checked(content(**change), akigora)

    assert refusal.value.details["field"] == field


@pytest.mark.parametrize("quantity", ["0", "0.0000", "1e3", "NaN", "٣", "1,5", "", "1.23456", "1234567"])
def test_a_quantity_is_a_plain_positive_decimal(quantity, content, akigora):
    with pytest.raises(InvalidQuote) as refusal:
        checked(content(lines=(line(quantity=quantity),)), akigora)

    assert refusal.value.details["field"] == "content.lines.0.quantity"


@pytest.mark.parametrize("cents", [0, -1, 10_000_000_001])
def test_a_price_is_positive_and_payable(cents, content, akigora):
    with pytest.raises(InvalidQuote) as refusal:
        checked(content(lines=(line(unit_price=Money(cents)),)), akigora)

    assert refusal.value.details["field"] == "content.lines.0.unit_price"


def test_an_instalment_of_nothing_is_refused(content, akigora):
    with pytest.raises(InvalidQuote, match="at least one cent") as refusal:
        checked(content(lines=(line(unit_price=Money(2)),)), akigora)

    assert refusal.value.details["field"] == "content.lines"


def test_ht_is_the_sum_of_lines_each_rounded_to_the_cent(content):
    lines = (line(quantity="7.5", unit_price=Money(61_235)), line(quantity="0.5", unit="hour", unit_price=Money(1)))

    assert ht_of(content(lines=lines)) == Money(459_264)


def test_own_weights_are_taken_where_the_schedule_may_be_customised(content, akigora):
    assert checked(content(weights=(10, 40, 50)), akigora).weights == (10, 40, 50)


def test_own_weights_are_refused_where_the_schedule_is_fixed(content, mission_internationale):
    with pytest.raises(ScheduleFixed):
        checked(content(weights=(100,)), mission_internationale)


def test_a_mission_of_three_months_is_split_where_the_policy_wants_it(content, akigora, mission_internationale):
    first, last_of_89_days, last_of_90_days = date(2026, 12, 1), date(2027, 2, 27), date(2027, 2, 28)

    checked(content(starts_on=first, ends_on=last_of_90_days), akigora)
    checked(content(starts_on=first, ends_on=last_of_89_days), mission_internationale)
    with pytest.raises(InvalidQuote, match="split") as refusal:
        checked(content(starts_on=first, ends_on=last_of_90_days), mission_internationale)

    assert refusal.value.details["field"] == "content.ends_on"


def test_texts_are_trimmed_and_checking_twice_changes_nothing(content, akigora):
    once = checked(content(title="  Fewer rejects  "), akigora)

    assert once.title == "Fewer rejects"
    assert checked(once, akigora) == once
