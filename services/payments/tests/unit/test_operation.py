"""Operations: leases, waits, keys and parking, without a clock of their own."""

from datetime import UTC, datetime, timedelta

import pytest

from payments.domain.operation import DONE, DUE, LEASED, PARKED, UNKNOWN, Operation

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def operation():
    return Operation(
        id="op_1", kind="transfer", intent="transfer:mis_1:1", subject="mis_1", input={}, input_hash="", created_at=NOW
    )


def call(operation, now=NOW):
    operation.lease(now, 60)
    operation.begin_call(now)


def test_the_key_stays_the_same_until_it_is_known_that_nothing_was_done(operation):
    first = operation.key
    call(operation)
    operation.leave_unknown(NOW, "timeout", answered=False)
    call(operation, NOW + timedelta(minutes=1))
    operation.find_nothing(NOW + timedelta(minutes=5))
    kept = operation.key
    operation.find_nothing(NOW + timedelta(minutes=6))

    assert kept == first
    assert operation.key != first
    assert (len(first), operation.doubtful, operation.was_called) == (36, False, False)


def test_nothing_found_is_looked_up_again_when_the_last_call_is_five_minutes_old(operation):
    call(operation)
    operation.leave_unknown(NOW, "500", answered=True)
    call(operation, NOW + timedelta(minutes=2))

    operation.find_nothing(NOW + timedelta(minutes=2))

    assert (operation.state, operation.must_look_up, operation.next_attempt_at) == (UNKNOWN, True, NOW + timedelta(minutes=5))


def test_a_silence_is_tried_again_under_its_key_within_a_day_and_looked_up_after(operation):
    call(operation)
    operation.leave_unknown(NOW, "timeout", answered=False)

    call(operation, NOW + timedelta(hours=22))
    within_a_day = operation.must_look_up
    operation.leave_unknown(NOW, "timeout", answered=False)
    call(operation, NOW + timedelta(hours=24))

    assert not within_a_day
    assert operation.must_look_up


def test_an_error_repeated_under_the_key_is_looked_up(operation):
    call(operation)
    operation.leave_unknown(NOW, "500", answered=True)

    assert (operation.state, operation.must_look_up) == (UNKNOWN, True)


def test_one_taken_over_from_a_worker_that_died_in_its_call_is_in_doubt(operation):
    operation.lease(NOW, 60)
    operation.lease(NOW + timedelta(minutes=2), 60)
    before_the_call = operation.doubtful
    operation.begin_call(NOW + timedelta(minutes=2))
    operation.lease(NOW + timedelta(minutes=4), 60)

    assert not before_the_call
    assert operation.doubtful


def test_one_parked_in_doubt_is_looked_up_when_replayed(operation):
    call(operation)
    operation.leave_unknown(NOW, "timeout", answered=False)
    operation.park("401")
    key = operation.key
    operation.replay(NOW)

    assert (operation.key, operation.must_look_up, operation.state) == (key, True, DUE)


def test_waiting_for_something_else_is_no_attempt(operation):
    operation.lease(NOW, 60)
    operation.postpone(NOW, "waits", 3)

    assert (operation.state, operation.attempts, operation.was_called) == (DUE, 0, False)
    assert operation.next_attempt_at == NOW + timedelta(seconds=3)


def test_waits_grow_to_a_quarter_of_an_hour_and_respect_what_the_provider_asks(operation):
    waits = []
    for _ in range(30):
        call(operation)
        operation.again(NOW, "429", None)
        waits.append((operation.next_attempt_at - NOW).total_seconds())
    call(operation)
    operation.again(NOW, "429", 1_000)

    assert waits[0] <= 1
    assert waits[1] <= 2
    assert max(waits) <= 900
    assert (operation.next_attempt_at - NOW).total_seconds() == 1_000


def test_five_errors_of_ours_park_it_and_a_replay_begins_anew(operation):
    for _ in range(5):
        call(operation)
        operation.blame(NOW, "no such account")
    old = operation.key

    assert (operation.state, operation.error, operation.next_attempt_at) == (PARKED, "no such account", None)
    operation.replay(NOW)
    assert (operation.state, operation.bugs) == (DUE, 0)
    assert operation.key != old


def test_one_that_its_workers_die_of_is_hopeless_at_last(operation):
    for _ in range(20):
        call(operation)
        assert not operation.is_hopeless
    call(operation)

    assert (operation.state, operation.is_hopeless) == (LEASED, True)


def test_an_ended_one_holds_nothing(operation):
    call(operation)
    operation.end(DONE, NOW, ref="tr_1")

    assert (operation.is_open, operation.ref, operation.locked_until) == (False, "tr_1", None)
