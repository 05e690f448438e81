"""A fixed window of attempts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.identity.v1.errors import TooManyAttempts
from identity.domain.attempts import AttemptWindow, Limit

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
LIMIT = Limit(3, timedelta(minutes=15))


def window() -> AttemptWindow:
    return AttemptWindow(key="k", started_at=NOON, ends_at=NOON)


def test_the_fourth_attempt_waits_for_the_end_of_the_window():
    counter = window()
    for minute in range(3):
        counter.count_one(LIMIT, NOON + timedelta(minutes=minute))

    with pytest.raises(TooManyAttempts) as refusal:
        counter.count_one(LIMIT, NOON + timedelta(minutes=10, seconds=0.5))

    assert refusal.value.details["retry_after_seconds"] == 300
    counter.count_one(LIMIT, NOON + timedelta(minutes=15))
    assert counter.count == 1


def test_a_success_takes_back_its_own_attempt_or_all():
    counter = window()
    counter.count_one(LIMIT, NOON)
    counter.count_one(LIMIT, NOON)

    counter.forgive_one()
    assert counter.count == 1
    counter.forgive_all()
    counter.forgive_one()
    assert counter.count == 0


@given(st.lists(st.integers(0, 400), max_size=60))
def test_no_window_of_time_ever_lets_more_than_twice_the_limit_through(pauses):
    counter, now, passed, waits = window(), NOON, [], [1]
    for pause in pauses:
        now += timedelta(seconds=pause)
        try:
            counter.count_one(LIMIT, now)
        except TooManyAttempts as refusal:
            waits.append(refusal.details["retry_after_seconds"])
        else:
            passed.append(now)

    assert 0 < min(waits) <= max(waits) <= 900
    for start in passed:
        assert sum(start <= moment < start + LIMIT.window for moment in passed) <= 2 * LIMIT.attempts
