"""What the search engine finds: words in French and English, typos, filters, facets. The real index, without a database."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from catalog.adapters.tantivy_index import TantivyIndex
from catalog.bootstrap import directly
from catalog.domain.document import document_of
from catalog.domain.policy import CatalogPolicy
from catalog.domain.profile import Profile
from catalog.domain.ranking import rank
from catalog.domain.wanted import wanted_by
from catalog.use_cases.ports import Changes, Found
from contracts.catalog.v1 import rpc
from contracts.wire import VISITOR
from kernel.money import Money

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
POLICY = CatalogPolicy(
    visible_without_legal_entity=True,
    visibility_switched_by="operator",
    paid_boost=False,
    proof_of_trust="recommendations",
    max_reference_letters=0,
    photo_required=False,
)
VISIBLE = Profile("", account_id="acc", first_name="Jeanne", last_name="Martin", admitted=True, published=True, updated_at=NOW)


def skills(*names: str) -> tuple[rpc.Skill, ...]:
    return tuple(rpc.Skill(name=name) for name in names)


PLANT = rpc.ProfileContent(
    title="Directeur industriel",
    summary="Trente ans d'ingénierie et d'usines, négociations comprises.",
    skills=skills("Lean manufacturing", "SAP"),
    sectors=("Énergie",),
    countries=("FR", "DE"),
    languages=("fr", "de"),
    day_rate=Money(80_000),
)
MONEY = rpc.ProfileContent(
    title="Chief financial officer",
    summary="Audited accounts, negotiated loans & closed mergers.",
    skills=skills("Négociation", "sap", "IFRS"),
    sectors=("Banque", "energie"),
    countries=("GB",),
    languages=("en",),
    day_rate=Money(120_000),
)
CODE = rpc.ProfileContent(title="Architecte logiciel", summary="Logistique et entrepôts.", skills=skills("C++", "R&D"))


def document(expert_id: str, content: rpc.ProfileContent, **known: Any) -> Any:
    profile = replace(VISIBLE, expert_id=expert_id, content=content, **known)
    profile.settle(POLICY)
    return document_of(profile, 1, POLICY)


class Engine:
    def __init__(self) -> None:
        self.index = TantivyIndex(None, directly)
        self.index.versions()
        self.index.followed.point = 1

    def put(self, *documents: Any) -> None:
        self.index.apply(Changes(documents=documents, gone=()), NOW)

    def search(self, query: str = "", **asked: Any) -> Found:
        return self.index.find(wanted_by(rpc.SearchProfiles(actor=VISITOR, query=query, **asked)), 0)

    def found(self, query: str = "", **asked: Any) -> list[str]:
        return [hit.expert_id for hit in rank(self.search(query, **asked).candidates, int(NOW.timestamp()))]


@pytest.fixture(scope="module")
def experts() -> Engine:
    engine = Engine()
    rated = {"score_sum": 900, "reviews": 2}
    engine.put(document("exp_plant", PLANT), document("exp_money", MONEY, **rated), document("exp_code", CODE))
    return engine


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ingenierie", ["exp_plant"]),  # without accents
        ("l'ingénierie", ["exp_plant"]),  # elision
        ("une usine", ["exp_plant"]),  # stop words and the singular
        ("INDUSTRIELS", ["exp_plant"]),
        ("negotiating a loan", ["exp_money"]),  # English stems
        ("négociation", ["exp_money", "exp_plant"]),  # a skill weighs more than the summary
        ("c++", ["exp_code"]),
        ("r&d", ["exp_code"]),
        ("jeanne martin", ["exp_money", "exp_plant", "exp_code"]),
        ("directeur industriel pour une usine", ["exp_plant"]),
        ("directeur ifrs", []),  # two words must both be there
        ("qzzwx", []),
        ("le", []),
        ('title:* OR (skills) /.*/ "', []),
    ],
)
def test_words_find_whoever_used_them(experts, query, found):
    assert experts.found(query) == found


@pytest.mark.parametrize(
    ("query", "suggested"),
    [("logistqiue", "logistique"), ("manufcturing", "manufacturing"), ("entreepots", "entrepots"), ("directeur lodiciel", None)],
)
def test_one_typo_is_forgiven_and_the_word_suggested(experts, query, suggested):
    results = experts.search(query)

    assert results.did_you_mean == (suggested or "directeur logiciel")
    assert bool(results.candidates) == (suggested is not None)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"skills": ("SAP",)}, {"exp_plant", "exp_money"}),
        ({"skills": ("c++", "ifrs")}, {"exp_code", "exp_money"}),
        ({"sectors": ("energie",), "countries": ("gb",)}, {"exp_money"}),
        ({"languages": ("DE",)}, {"exp_plant"}),
        ({"min_day_rate_cents": 80_000, "max_day_rate_cents": 119_999}, {"exp_plant"}),
        ({"min_day_rate_cents": 80_001}, {"exp_money"}),
        ({"min_rating": 4.5}, {"exp_money"}),
        ({"min_rating": 4.6}, set()),
        ({"skills": ("* OR 1=1",)}, set()),
        ({}, {"exp_plant", "exp_money", "exp_code"}),
    ],
)
def test_filters_keep_what_fits(experts, filters, found):
    results = experts.search(**filters)

    assert {hit.expert_id for hit in results.candidates} == found
    assert results.total == len(found)


def test_words_and_filters_together(experts):
    assert experts.found("négociation", countries=("FR",)) == ["exp_plant"]


def test_facets_count_the_hits_and_take_spellings_together(experts):
    facets = {(facet.field, facet.value): facet.count for facet in experts.search("sap").facets}

    assert facets["skills", "SAP"] == 2
    assert ("skills", "sap") not in facets
    assert facets["sectors", "energie"] + facets.get(("sectors", "Énergie"), 0) == 2
    assert facets["countries", "DE"] == 1


def test_a_window_holds_two_hundred_hits_and_the_next_the_others_best_first():
    engine = Engine()
    engine.put(
        *(document(f"exp_{number}", CODE) for number in range(230)), document("exp_rated", CODE, score_sum=5000, reviews=10)
    )
    wanted = wanted_by(rpc.SearchProfiles(actor=VISITOR, query="logiciel"))

    first, second = (engine.index.find(wanted, window) for window in (0, 1))

    assert (len(first.candidates), len(second.candidates), first.total) == (200, 31, 231)
    assert len({hit.expert_id for hit in first.candidates + second.candidates}) == 231
    assert first.candidates[0].expert_id == "exp_rated"
