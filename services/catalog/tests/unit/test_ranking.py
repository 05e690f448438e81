"""score = text x (1 + sum of weight x part), every part named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.domain.ranking import WEIGHTS, Candidate, Signals, parts_of, rank

AS_OF = 1_800_000_000
NEW = Signals(updated_at=AS_OF)


def values(signals: Signals) -> dict[str, float]:
    return {part.name: part.value for part in parts_of(signals, AS_OF)}


def test_an_expert_without_reviews_counts_as_four_point_two():
    assert values(NEW) == {"rating": 0.8, "completeness": 0.0, "recommendations": 0.0, "freshness": 1.0}


def test_five_reviews_weigh_as_much_as_the_expectation():
    rated = Signals(score_sum=5 * 500, reviews=5)

    assert values(rated)["rating"] == 0.9  # half way between 4.2 and 5, on a scale from 1 to 5


def test_freshness_halves_in_180_days():
    assert values(Signals(updated_at=AS_OF - 180 * 86_400))["freshness"] == 0.5


def test_three_letters_are_the_whole_of_recommendations():
    assert values(Signals(letters=3))["recommendations"] == 1.0
    assert values(Signals(letters=1))["recommendations"] == 0.5


def test_a_hit_says_what_each_part_added():
    (hit,) = rank((Candidate("exp_1", 2.0, Signals(completeness=50, updated_at=AS_OF)),), AS_OF)

    assert {part.name: part.effect for part in hit.parts} == {
        "rating": 0.12,
        "completeness": 0.05,
        "recommendations": 0.0,
        "freshness": 0.05,
    }
    assert hit.score == pytest.approx(2.0 * 1.22)


def test_equal_scores_stand_in_the_order_of_their_ids():
    hits = rank(tuple(Candidate(expert_id, 1.0, NEW) for expert_id in ("exp_c", "exp_a", "exp_b")), AS_OF)

    assert [hit.expert_id for hit in hits] == ["exp_a", "exp_b", "exp_c"]


@given(
    st.builds(
        Signals,
        score_sum=st.integers(0, 50_000),
        reviews=st.integers(100, 200),
        completeness=st.integers(0, 100),
        letters=st.integers(0, 3),
        updated_at=st.integers(0, 2 * AS_OF),
    )
)
def test_every_part_is_between_nothing_and_its_weight(signals):
    for part in parts_of(signals, AS_OF):
        assert 0 <= part.value <= 1
        assert 0 <= part.effect <= WEIGHTS[part.name]
