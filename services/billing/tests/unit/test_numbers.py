"""Number series: no gap, no step back in time, a new count each year."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from billing.domain.numbers import Series, legal_day

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
FRESH = Series(owner="exp_1", prefix="PX-0042", digits=5, year=2026, last=16)


def test_a_number_is_the_next_of_its_year():
    after, drawn = FRESH.draw(NOON)

    assert drawn.number == "PX-0042-2026-00017"
    assert (after.last, after.last_issued_at) == (17, NOON)


def test_counting_starts_again_with_the_year_of_french_time():
    before_midnight_utc = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    _, drawn = FRESH.draw(before_midnight_utc)

    assert drawn.number == "PX-0042-2027-00001"
    assert legal_day(before_midnight_utc).isoformat() == "2027-01-01"


def test_a_late_transaction_is_not_dated_before_the_number_in_front_of_it():
    after, _ = FRESH.draw(NOON)

    _, late = after.draw(NOON - timedelta(days=1))

    assert (late.number, late.issued_at) == ("PX-0042-2026-00018", NOON)


@given(st.lists(st.integers(0, 3 * 365 * 86400), min_size=1, max_size=60))
def test_whatever_the_clocks_say_numbers_have_no_gap_and_days_no_step_back(seconds):
    series, drawn = FRESH, []
    for after in seconds:
        series, one = series.draw(NOON + timedelta(seconds=after))
        drawn.append(one)

    by_year: dict[int, list[int]] = {2026: [16]}
    for one in drawn:
        assert one.number.startswith(f"PX-0042-{legal_day(one.issued_at).year}-")
        by_year.setdefault(legal_day(one.issued_at).year, [0]).append(int(one.number[-5:]))
    assert all(numbers == list(range(numbers[0], numbers[0] + len(numbers))) for numbers in by_year.values())
    assert [one.issued_at for one in drawn] == sorted(one.issued_at for one in drawn)
