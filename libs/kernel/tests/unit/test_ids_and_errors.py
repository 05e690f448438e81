"""Ids tell their kind and sort by time; errors carry a stable code and plain details."""

from datetime import UTC, datetime, timedelta

import pytest

from kernel.clock import ManualClock
from kernel.errors import Conflict, Problem
from kernel.ids import is_id, key_for, new_id

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def test_ids_made_later_sort_later() -> None:
    ids = [new_id("mis", NOON + timedelta(milliseconds=step)) for step in (0, 1, 2, 1000, 10**9)]

    assert ids == sorted(ids)


def test_an_id_is_known_by_its_prefix_and_its_shape() -> None:
    made = new_id("mis", NOON)

    assert is_id(made, "mis")
    assert len(made) == 30
    for other in (made.lower(), made[:-1], made + "0", made.replace("mis_", "quo_"), "mis_" + "U" * 26, made + "\n"):
        assert not is_id(other, "mis")


def test_two_ids_of_the_same_moment_differ() -> None:
    assert len({new_id("mis", NOON) for _ in range(1000)}) == 1000


def test_a_key_is_the_same_for_the_same_parts_only() -> None:
    assert key_for("mis_1", "2", "release") == key_for("mis_1", "2", "release")
    assert key_for("mis_1", "2") != key_for("mis_12", "")
    assert len(key_for("a")) == 36


class QuoteAlreadyAccepted(Conflict):
    """This quote is accepted already.

    More is said here.
    """


def test_an_error_says_its_code_its_sentence_and_its_details() -> None:
    error = QuoteAlreadyAccepted(quote_id="quo_1", field="version")

    assert (error.code(), str(error)) == ("quote_already_accepted", "This quote is accepted already.")
    assert error.details == {"quote_id": "quo_1", "field": "version"}


def test_an_error_can_be_rebuilt_from_what_it_carries() -> None:
    error = QuoteAlreadyAccepted("Accepted yesterday.", quote_id="quo_1")

    again = type(error)(*error.args)

    assert isinstance(again, Problem)
    assert (str(again), again.details) == ("Accepted yesterday.", {"quote_id": "quo_1"})


def test_time_never_runs_backwards() -> None:
    clock = ManualClock(NOON)
    clock.advance(timedelta(hours=1))

    assert clock.now() == datetime(2026, 11, 2, 13, 0, tzinfo=UTC)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(timedelta(seconds=-1))
