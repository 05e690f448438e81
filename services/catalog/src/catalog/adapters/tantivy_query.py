"""From what is wanted to a tantivy query.

A word counts most in the skills, then in the title, the name, the sectors and countries, then anywhere. Up to two words must
all be found, of more two thirds. A word nobody uses is looked for with one typo; one that even so nobody uses is left out,
unless it is the only one.
"""

from dataclasses import dataclass

from tantivy import FieldType, Occur, Query, Schema, Searcher

from catalog.adapters.analysis import is_one_edit_away, terms_of
from catalog.domain.wanted import Wanted

# weight by field; a field ending in _fr or _en is analysed as that language, the others word by word
FIELDS = {
    "skills_fr": 4.0,
    "skills_en": 4.0,
    "title_fr": 2.5,
    "title_en": 2.5,
    "name": 2.0,
    "tags_fr": 1.5,
    "tags_en": 1.5,
    "body_fr": 1.0,
    "body_en": 1.0,
    "words": 0.5,
}
TYPO_WEIGHT = 0.5
TYPO_FROM_LETTERS = 4
SUGGESTIONS_LOOKED_AT = 5000


@dataclass(frozen=True)
class Words:
    """The part of a query that scores; `corrected` the words with their typos mended, None where there were none."""

    query: Query | None
    corrected: list[str] | None = None


def filter_query(wanted: Wanted, schema: Schema) -> Query:
    """What a hit must fulfil, without a say in the score."""
    must = [Query.term_set_query(schema, f"{field}_key", list(values)) for field, values in wanted.tags]
    if wanted.min_day_rate_cents is not None or wanted.max_day_rate_cents is not None:
        must.append(
            Query.range_query(schema, "day_rate", FieldType.Integer, wanted.min_day_rate_cents, wanted.max_day_rate_cents)
        )
    if wanted.min_rating is not None:
        must.append(Query.range_query(schema, "rating", FieldType.Float, float(wanted.min_rating), None))
    everything = Query.all_query()
    return Query.boolean_query([(Occur.Must, query) for query in (everything, *must)])


def words_query(words: list[str], searcher: Searcher, schema: Schema) -> Words:
    """`query` is None when none of the words can be found."""
    asked = [(word, terms) for word in words if (terms := terms_of(word))]
    telling = [(word, terms) for word, terms in asked if len(terms) == 3] or asked  # a stop word of either language tells nothing
    found: list[Query] = []
    corrected: list[str] = []
    for word, terms in telling:
        known = [(field, term) for field in FIELDS if (term := terms.get(_kind(field))) and searcher.doc_freq(field, term)]
        if known:
            found.append(_best_of(known, schema))
            corrected.append(word)
        else:
            mended = _with_typo(terms.get("plain", ""), schema)
            found += [mended] if searcher.search(mended, 1).hits else []
            corrected.append(_nearest(terms.get("plain", ""), searcher) or word)
    if not found:
        return Words(None)
    needed = len(found) if len(found) <= 2 else -(-2 * len(found) // 3)
    as_asked = corrected == [word for word, _ in telling]
    return Words(Query.boolean_query([(Occur.Should, query) for query in found], needed), None if as_asked else corrected)


def _kind(field: str) -> str:
    return field[-2:] if field[-3:] in ("_fr", "_en") else "plain"


def _best_of(known: list[tuple[str, str]], schema: Schema) -> Query:
    """A word found in several fields counts by its best place, a little more for the others."""
    terms = [Query.boost_query(Query.term_query(schema, field, term), FIELDS[field]) for field, term in known]
    return Query.disjunction_max_query(terms, 0.1)


def _with_typo(word: str, schema: Schema) -> Query:
    if len(word) < TYPO_FROM_LETTERS:
        return Query.empty_query()
    return Query.boost_query(Query.fuzzy_term_query(schema, "words", word, 1, True), TYPO_WEIGHT)


def _nearest(word: str, searcher: Searcher) -> str | None:
    """The most used word one edit away; the first two letters are trusted, and only words of some length are mended."""
    if len(word) < TYPO_FROM_LETTERS:
        return None
    used = searcher.terms_with_prefix("words", word[:2], limit=SUGGESTIONS_LOOKED_AT)
    near = [(count, other) for other, count in used if is_one_edit_away(word, other)]
    return max(near)[1] if near else None
