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


def test_the_key_stays_the_same_until_a_look_up_has_found_nothing(operation):
    first = operation.key
    operation.lease(NOW)
    operation.leave_unknown(NOW, "timeout", answered=False)
    operation.lease(NOW + timedelta(minutes=1))
    kept = operation.key
    operation.renew_key()

    assert kept == first
    assert operation.key != first
    assert len(first) == 36


def test_a_silence_is_tried_again_under_its_key_within_a_day_and_looked_up_after(operation):
    operation.lease(NOW)
    operation.leave_unknown(NOW, "timeout", answered=False)

    operation.lease(NOW + timedelta(hours=22))
    within_a_day = operation.must_look_up
    operation.leave_unknown(NOW, "timeout", answered=False)
    operation.lease(NOW + timedelta(hours=24))

    assert not within_a_day
    assert operation.must_look_up


def test_an_error_saved_under_the_key_is_looked_up_at_once(operation):
    operation.lease(NOW)
    operation.leave_unknown(NOW, "500", answered=True)

    assert (operation.state, operation.must_look_up) == (UNKNOWN, True)


def test_waits_grow_to_a_quarter_of_an_hour_and_respect_what_the_provider_asks(operation):
    waits = []
    for _ in range(30):
        operation.lease(NOW)
        operation.again(NOW, "429", None)
        waits.append((operation.next_attempt_at - NOW).total_seconds())
    operation.lease(NOW)
    operation.again(NOW, "429", 1_000)

    assert waits[0] <= 1
    assert waits[1] <= 2
    assert max(waits) <= 900
    assert (operation.next_attempt_at - NOW).total_seconds() == 1_000


def test_five_errors_of_ours_park_it_and_a_replay_begins_anew(operation):
    for _ in range(5):
        operation.lease(NOW)
        operation.blame(NOW, "no such account")
    old = operation.key

    assert (operation.state, operation.error, operation.next_attempt_at) == (PARKED, "no such account", None)
    operation.replay(NOW)
    assert (operation.state, operation.bugs) == (DUE, 0)
    assert operation.key != old


def test_one_that_its_workers_die_of_is_hopeless_at_last(operation):
    for _ in range(20):
        operation.lease(NOW)
        assert not operation.is_hopeless
    operation.lease(NOW)

    assert (operation.state, operation.is_hopeless) == (LEASED, True)


def test_an_ended_one_holds_nothing(operation):
    operation.lease(NOW)
    operation.end(DONE, NOW, ref="tr_1")

    assert (operation.is_open, operation.ref, operation.locked_until) == (False, "tr_1", None)
