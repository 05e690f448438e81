"""What a search asks for, checked, and where in its results a page begins.

Words are words: no character of a query means anything to an engine, so there is no syntax to inject. Everything is short:
a query has at most 200 characters. `InvalidSearch` names the field.
"""

import base64
import hashlib
import json
import math
from dataclasses import dataclass

from catalog.domain.ranking import Ranked
from catalog.domain.words import fold, is_clean, spelled_words_of
from contracts.catalog.v1.errors import InvalidSearch
from contracts.catalog.v1.rpc import SearchProfiles

QUERY_LENGTH = 200
WORDS_AT_MOST = 16
VALUES_AT_MOST = 20
VALUE_LENGTH = 80
CENTS_AT_MOST = 10**12
LIMIT_AT_MOST = 50
WINDOW = 200  # so many hits are fetched from the engine and ranked exactly at a time
WINDOWS_AT_MOST = 25  # deeper than 5,000 hits nobody reads


@dataclass(frozen=True)
class Wanted:
    """Within a field any of the values will do; all fields must fit. Values are folded."""

    query: str
    tags: tuple[tuple[str, tuple[str, ...]], ...]
    min_day_rate_cents: int | None
    max_day_rate_cents: int | None
    min_rating: float | None

    @property
    def words(self) -> list[str]:
        """As they are spelled; at most 16, without repetition."""
        return list({fold(word): word for word in spelled_words_of(self.query)}.values())[:WORDS_AT_MOST]

    @property
    def digest(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def wanted_by(call: SearchProfiles) -> Wanted:
    """Raises InvalidSearch."""
    if len(call.query) > QUERY_LENGTH or not is_clean(call.query):
        raise InvalidSearch(f"A query is one line of at most {QUERY_LENGTH} characters.", field="query")
    if not 1 <= call.limit <= LIMIT_AT_MOST:
        raise InvalidSearch(f"A page has 1 to {LIMIT_AT_MOST} hits.", field="limit")
    lowest = _cents(call.min_day_rate_cents, "min_day_rate_cents")
    highest = _cents(call.max_day_rate_cents, "max_day_rate_cents")
    if lowest is not None and highest is not None and lowest > highest:
        raise InvalidSearch("The lowest day rate is above the highest.", field="min_day_rate_cents")
    if call.min_rating is not None and not 0 <= call.min_rating <= 5:
        raise InvalidSearch("A rating is between 0 and 5.", field="min_rating")
    fields = ("skills", "sectors", "countries", "languages")
    tags = tuple((field, _values(getattr(call, field), field)) for field in fields if getattr(call, field))
    wanted = Wanted(" ".join(call.query.split()), tags, lowest, highest, call.min_rating)
    if wanted.query and not wanted.words:
        raise InvalidSearch("There is no word in this query.", field="query")
    return wanted


def _values(values: tuple[str, ...], field: str) -> tuple[str, ...]:
    if len(values) > VALUES_AT_MOST or any(len(value) > VALUE_LENGTH or not is_clean(value) for value in values):
        raise InvalidSearch(f"At most {VALUES_AT_MOST} values of one line and {VALUE_LENGTH} characters.", field=field)
    return tuple(sorted({fold(value) for value in values}))


def _cents(value: int | None, field: str) -> int | None:
    if value is not None and not 0 <= value <= CENTS_AT_MOST:
        raise InvalidSearch("Not an amount in cents.", field=field)
    return value


@dataclass(frozen=True)
class Position:
    """Where a page begins: after a hit of a window, all ranked as of one moment, so that a profile is on one page only."""

    as_of: int
    window: int = 0
    score: float | None = None
    expert_id: str = ""

    def is_before(self, hit: Ranked) -> bool:
        return self.score is None or (-self.score, self.expert_id) < (-hit.score, hit.expert_id)

    def cursor(self, wanted: Wanted) -> str:
        """Opaque to the caller; good for this search only."""
        said = json.dumps([wanted.digest, self.as_of, self.window, self.score, self.expert_id])
        return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def position_of(cursor: str, wanted: Wanted) -> Position:
    """Raises InvalidSearch for anything that `Position.cursor` did not make for this very search."""
    try:
        if len(cursor) > 500:
            raise ValueError("too long")
        said = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        digest, as_of, window, score, expert_id = said
        fits = (
            digest == wanted.digest
            and type(as_of) is int
            and 0 <= as_of < 2**40
            and type(window) is int
            and 0 <= window < WINDOWS_AT_MOST
            and (score is None or (type(score) is float and math.isfinite(score)))
            and isinstance(expert_id, str)
        )
    except (ValueError, TypeError, RecursionError):
        fits = False
    if not fits:
        raise InvalidSearch("This cursor does not belong to this search.", field="cursor")
    return Position(as_of, window, score, expert_id)


def next_position(position: Position, page: list[Ranked], rest: list[Ranked], total: int) -> Position | None:
    """Where the page after this one begins; None when there is none. `rest` are the window's hits after the page."""
    if rest:
        return Position(position.as_of, position.window, page[-1].score, page[-1].expert_id)
    window = position.window + 1
    return Position(position.as_of, window) if window * WINDOW < total and window < WINDOWS_AT_MOST else None
