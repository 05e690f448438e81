"""Searches are checked before they reach an engine, and a cursor belongs to one search only."""

import base64
import json

import pytest

from catalog.domain.ranking import Ranked
from catalog.domain.wanted import Position, next_position, position_of, wanted_by
from catalog.domain.words import fold, words_of
from contracts.catalog.v1.errors import InvalidSearch
from contracts.catalog.v1.rpc import SearchProfiles
from contracts.wire import VISITOR


def search(**asked: object) -> SearchProfiles:
    return SearchProfiles(actor=VISITOR, **asked)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"query": "x" * 10_000_000}, "query"),
        ({"query": "x" * 201}, "query"),
        ({"query": "nul \x00"}, "query"),
        ({"query": "escape \x1b[2J"}, "query"),
        ({"query": "half a pair \udfff"}, "query"),
        ({"query": "*** (( || ~"}, "query"),
        ({"skills": ("x",) * 21}, "skills"),
        ({"sectors": ("x" * 81,)}, "sectors"),
        ({"countries": ("a\x00",)}, "countries"),
        ({"limit": 0}, "limit"),
        ({"limit": 51}, "limit"),
        ({"min_day_rate_cents": -1}, "min_day_rate_cents"),
        ({"max_day_rate_cents": 10**30}, "max_day_rate_cents"),
        ({"min_day_rate_cents": 2, "max_day_rate_cents": 1}, "min_day_rate_cents"),
        ({"min_rating": 5.5}, "min_rating"),
        ({"min_rating": float("nan")}, "min_rating"),
    ],
)
def test_a_search_that_cannot_be_used_is_refused_by_its_field(asked, field):
    with pytest.raises(InvalidSearch) as refusal:
        wanted_by(search(**asked))

    assert refusal.value.details["field"] == field


def test_query_syntax_is_only_words():
    wanted = wanted_by(search(query='title:/a.*+/ OR "C++" AND NOT (R&D)^9 ~2'))

    assert wanted.words == ["title", "a", "or", "c++", "and", "not", "r&d", "9", "2"]


def test_words_are_compared_without_case_and_accents():
    assert fold("  Négociation  à l'ŒUVRE ") == "negociation a l'oeuvre"
    assert words_of("L'ingénierie, C#") == ["l", "ingenierie", "c#"]


def test_a_cursor_leads_back_to_where_it_was_made():
    wanted = wanted_by(search(query="logistique"))
    position = Position(as_of=1_800_000_000, window=1, score=1.25, expert_id="exp_7")

    assert position_of(position.cursor(wanted), wanted) == position


def made_of(*said: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "?",
        "é",
        "x" * 501,
        base64.urlsafe_b64encode(b"[" * 300).decode(),
        made_of(),
        made_of("other search", 1, 0, None, ""),
        Position(1).cursor(wanted_by(search(query="droit"))),
        made_of(wanted_by(search(query="logistique")).digest, 1, 10**6, None, ""),
        made_of(wanted_by(search(query="logistique")).digest, 1, 0, float("inf"), ""),
        made_of(wanted_by(search(query="logistique")).digest, "1", 0, 1.0, ""),
    ],
)
def test_a_cursor_of_another_search_or_of_nobody_is_refused(cursor):
    with pytest.raises(InvalidSearch) as refusal:
        position_of(cursor, wanted_by(search(query="logistique")))

    assert refusal.value.details["field"] == "cursor"


def test_pages_go_on_within_a_window_then_to_the_next_and_end_with_the_hits():
    hits = [Ranked(f"exp_{number}", 1.0, ()) for number in range(4)]
    begin = Position(as_of=9)

    assert next_position(begin, hits[:2], hits[2:], total=201) == Position(9, 0, 1.0, "exp_1")
    assert next_position(begin, hits[2:], [], total=201) == Position(9, 1)
    assert next_position(begin, hits[2:], [], total=200) is None
    assert next_position(Position(9, 24), hits, [], total=10_000) is None


def test_a_page_begins_after_the_last_hit_of_the_one_before():
    after = Position(as_of=9, score=1.0, expert_id="exp_b")

    assert [after.is_before(Ranked(*hit, ())) for hit in (("exp_a", 1.0), ("exp_b", 1.0), ("exp_c", 1.0), ("exp_a", 0.5))] == [
        False,
        False,
        True,
        True,
    ]
