"""Ranking: `score = text x (1 + sum of weight x part)`, every part between 0 and 1, named and shown (search.md, "Ranking").

`WEIGHTS` is the only table of weights; what a hit is answered with and what the index is ordered by both come from it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from catalog.domain.content import LETTERS_AT_MOST
from contracts.catalog.v1.rpc import RankingPart

WEIGHTS = {"rating": 0.15, "completeness": 0.10, "recommendations": 0.10, "freshness": 0.05}
# without a review an expert counts as 4.2; five reviews weigh as much as that expectation
PRIOR_RATING = 4.2
PRIOR_REVIEWS = 5
HALF_LIFE_SECONDS = 180 * 86_400


@dataclass(frozen=True)
class Signals:
    """What is known of a profile beside its words. `completeness` in percent, `updated_at` in seconds since 1970."""

    score_sum: int = 0  # hundredths
    reviews: int = 0
    completeness: int = 0
    letters: int = 0
    updated_at: int = 0


@dataclass(frozen=True)
class Candidate:
    """A profile that fits the search; `text` says how well its words do (1.0 where no words were asked for)."""

    expert_id: str
    text: float
    signals: Signals


@dataclass(frozen=True)
class Ranked:
    expert_id: str
    score: float
    parts: tuple[RankingPart, ...]


def _rating(signals: Signals, as_of: int) -> float:
    expected = (PRIOR_RATING * PRIOR_REVIEWS + signals.score_sum / 100) / (PRIOR_REVIEWS + signals.reviews)
    return (expected - 1) / 4


def _completeness(signals: Signals, as_of: int) -> float:
    return signals.completeness / 100


def _recommendations(signals: Signals, as_of: int) -> float:
    return math.log1p(signals.letters) / math.log1p(LETTERS_AT_MOST)


def _freshness(signals: Signals, as_of: int) -> float:
    return float(0.5 ** (max(0, as_of - signals.updated_at) / HALF_LIFE_SECONDS))


_PARTS: dict[str, Callable[[Signals, int], float]] = {
    "rating": _rating,
    "completeness": _completeness,
    "recommendations": _recommendations,
    "freshness": _freshness,
}


def parts_of(signals: Signals, as_of: int) -> tuple[RankingPart, ...]:
    """The named parts at a time (seconds since 1970); `effect` is the share a part adds to the score."""
    values = {name: min(1.0, max(0.0, part(signals, as_of))) for name, part in _PARTS.items()}
    return tuple(
        RankingPart(name=name, value=round(value, 4), weight=WEIGHTS[name], effect=round(WEIGHTS[name] * value, 4))
        for name, value in values.items()
    )


def quality(signals: Signals, as_of: int) -> float:
    """The sum of the effects: what the text score is raised by."""
    return sum(part.effect for part in parts_of(signals, as_of))


def rank(candidates: tuple[Candidate, ...], as_of: int) -> list[Ranked]:
    """Best first; equal scores in the order of their ids, so that pages never overlap."""
    ranked = []
    for candidate in candidates:
        parts = parts_of(candidate.signals, as_of)
        score = candidate.text * (1 + sum(part.effect for part in parts))
        ranked.append(Ranked(candidate.expert_id, round(score, 6), parts))
    return sorted(ranked, key=lambda hit: (-hit.score, hit.expert_id))
