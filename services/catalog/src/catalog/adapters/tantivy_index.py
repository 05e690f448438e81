"""The search index: tantivy, in a directory of this process, a copy that can be lost.

Searches and changes run where `in_thread` puts them, so that they hold nobody up. A change is committed whole: after a crash
the directory holds the last commit. A directory that cannot be read is thrown away and made anew; keep_index fills it. Two
processes must not share a directory. Hits are ordered by text x (1 + quality); the service ranks each window exactly.
"""

import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from tantivy import Document, Index, Query, Schema, SchemaBuilder, Searcher

from catalog.adapters import analysis
from catalog.adapters.tantivy_query import filter_query, words_query
from catalog.domain.document import TAGGED, SearchDocument
from catalog.domain.ranking import Candidate, Signals, quality
from catalog.domain.wanted import WINDOW, Wanted
from catalog.domain.words import fold
from catalog.use_cases.ports import Changes, Followed, Found, IndexUnavailable
from contracts.catalog.v1.rpc import Facet

T = TypeVar("T")
InThread = Callable[..., Any]
FORMAT = "1"  # changed together with the schema or the analyzers: an index of another format is left alone and a new one made
FACETS_COUNTED = 100
FACETS_SHOWN = 20
_SIGNALS = ("score_sum", "reviews", "completeness", "letters", "updated_at")
_WRITER_BYTES = 20_000_000
_FAULTS = (ValueError, OSError, OverflowError)  # the engine's own errors are ValueErrors


class TantivyIndex:
    """`directory` None: a temporary one that goes with the process."""

    def __init__(self, directory: Path | None, in_thread: InThread) -> None:
        self.followed = Followed()
        self._directory, self._in_thread = directory, in_thread
        self._index: Index | None = None
        self._one_at_a_time = threading.Lock()

    def alone(self) -> AbstractContextManager[object]:
        return self._one_at_a_time

    def find(self, wanted: Wanted, window: int) -> Found:
        if self._index is None or self.followed.point is None:
            raise IndexUnavailable("not built yet")
        try:
            return self._in_thread(_find, self._index, wanted, window)  # type: ignore[no-any-return]
        except _FAULTS as fault:
            raise IndexUnavailable(str(fault)) from fault

    def versions(self) -> dict[str, int]:
        if self._directory is None:
            self._directory = Path(tempfile.mkdtemp(prefix="catalog-index-"))
            weakref.finalize(self, shutil.rmtree, self._directory, ignore_errors=True)
        self._index = self._guarded(_opened, self._directory / FORMAT)
        return self._guarded(_versions, self._index)

    def apply(self, changes: Changes, now: datetime) -> None:
        if changes.documents or changes.gone:
            self._guarded(_apply, self._index, changes, int(now.timestamp()))

    def _guarded(self, work: Callable[..., T], *arguments: object) -> T:
        """Whatever goes wrong while writing closes the index: it is opened again and compared at the next run of keep_index."""
        try:
            return self._in_thread(work, *arguments)  # type: ignore[no-any-return]
        except _FAULTS as fault:
            self._index, self.followed = None, Followed()
            raise IndexUnavailable(str(fault)) from fault


def _schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_text_field("expert_id", stored=True, tokenizer_name="raw", index_option="basic")
    for text in ("title", "skills", "tags", "body"):
        for language in ("fr", "en"):
            builder.add_text_field(f"{text}_{language}", tokenizer_name=language, index_option="freq")
    for text in ("name", "words"):
        builder.add_text_field(text, tokenizer_name="plain", index_option="freq")
    for field in TAGGED:
        builder.add_text_field(f"{field}_key", tokenizer_name="raw", index_option="basic")
        builder.add_text_field(f"{field}_label", tokenizer_name="raw", index_option="basic", fast=True)
    for number in ("day_rate", "version", *_SIGNALS):
        builder.add_integer_field(number, indexed=number == "day_rate", fast=True)
    for number in ("rating", "quality", "order"):
        builder.add_float_field(number, indexed=number == "rating", fast=True)
    return builder.build()


_SCHEMA = _schema()


def _opened(directory: Path) -> Index:
    directory.mkdir(parents=True, exist_ok=True)
    try:
        index = Index(_SCHEMA, path=str(directory))
        index.searcher().search(Query.all_query(), 1)
    except (ValueError, OSError):
        shutil.rmtree(directory)
        directory.mkdir()
        index = Index(_SCHEMA, path=str(directory))
    analysis.register(index)
    return index


def _versions(index: Index) -> dict[str, int]:
    searcher = index.searcher()
    if not searcher.num_docs:
        return {}
    addresses = [address for _, address in searcher.search(Query.all_query(), searcher.num_docs).hits]
    ids = [str(searcher.doc(address).get_first("expert_id")) for address in addresses]
    versions = searcher.fast_field_values("version", addresses)
    return {expert_id: int(version or 0) for expert_id, version in zip(ids, versions, strict=True)}


def _apply(index: Index, changes: Changes, as_of: int) -> None:
    writer = index.writer(_WRITER_BYTES, 1)
    for expert_id in (*changes.gone, *(document.expert_id for document in changes.documents)):
        writer.delete_documents_by_term("expert_id", expert_id)
    for document in changes.documents:
        writer.add_document(_document(document, as_of))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()


def _document(said: SearchDocument, as_of: int) -> Document:
    raised = quality(said.signals, as_of)
    skills = " \n".join(said.labels["skills"])
    tags = " \n".join(label for field in TAGGED[1:] for label in said.labels[field])
    texts = {"title": said.title, "skills": skills, "tags": tags, "body": said.body}
    fields: dict[str, Any] = {f"{name}_{language}": text for name, text in texts.items() for language in ("fr", "en")}
    fields |= {"expert_id": said.expert_id, "name": said.name, "words": "\n".join((said.name, *texts.values()))}
    for field in TAGGED:
        fields[f"{field}_label"] = list(said.labels[field])
        fields[f"{field}_key"] = [fold(label) for label in said.labels[field]]
    fields |= {name: getattr(said.signals, name) for name in _SIGNALS}
    # the engine multiplies by log2(2 + order), which so becomes 1 + quality
    fields |= {"version": said.version, "quality": raised, "order": 2.0 ** (1 + raised) - 2}
    if said.day_rate_cents is not None:
        fields["day_rate"] = said.day_rate_cents
    if said.rating is not None:
        fields["rating"] = said.rating
    return Document.from_dict(fields, _SCHEMA)


def _find(index: Index, wanted: Wanted, window: int) -> Found:
    searcher = index.searcher()
    fits = filter_query(wanted, _SCHEMA)
    query, corrected = Query.const_score_query(fits, 1.0), None
    if wanted.words:
        words = words_query(wanted.words, searcher, _SCHEMA)
        if words.query is None:
            return Found(candidates=(), total=0)
        corrected = words.corrected
        query = words.query.and_must_match(Query.const_score_query(fits, 0.0))
    result: Any = searcher.search(query, WINDOW, offset=window * WINDOW, weight_by_field="order")
    return Found(
        candidates=_candidates(searcher, result.hits),
        total=result.count,
        facets=_facets(searcher, query) if result.count else (),
        did_you_mean=" ".join(corrected) if corrected else None,
    )


def _candidates(searcher: Searcher, hits: list[tuple[float, Any]]) -> tuple[Candidate, ...]:
    addresses = [address for _, address in hits]
    columns = [searcher.fast_field_values(name, addresses) for name in ("quality", *_SIGNALS)]
    candidates = []
    for (score, address), raised, *signals in zip(hits, *columns, strict=True):
        expert_id = str(searcher.doc(address).get_first("expert_id"))
        known = Signals(*(int(value or 0) for value in signals))
        candidates.append(Candidate(expert_id, score / (1 + float(raised or 0)), known))
    return tuple(candidates)


def _facets(searcher: Searcher, query: Query) -> tuple[Facet, ...]:
    """The most frequent tags of all hits; spellings that differ only in case or accents are one tag, under the commonest."""
    asked = {field: {"terms": {"field": f"{field}_label", "size": FACETS_COUNTED}} for field in TAGGED}
    counted = searcher.aggregate(query, asked)
    return tuple(facet for field in TAGGED for facet in _merged(field, counted[field]["buckets"]))


def _merged(field: str, buckets: list[dict[str, Any]]) -> list[Facet]:
    labels: dict[str, str] = {}
    counts: dict[str, int] = {}
    for bucket in sorted(buckets, key=lambda bucket: (-bucket["doc_count"], bucket["key"])):
        key = fold(bucket["key"])
        labels.setdefault(key, bucket["key"])
        counts[key] = counts.get(key, 0) + int(bucket["doc_count"])
    best = sorted(counts, key=lambda key: (-counts[key], key))[:FACETS_SHOWN]
    return [Facet(field=field, value=labels[key], count=counts[key]) for key in best]
