"""Ranking and pages as they are answered, on the real index and database."""

import pytest

from contracts.catalog.v1 import rpc
from contracts.catalog.v1.errors import InvalidSearch
from kernel.money import Money


def skills(*names: str) -> tuple[rpc.Skill, ...]:
    return tuple(rpc.Skill(name=name) for name in names)


def test_a_better_profile_stands_higher_with_the_same_words(catalog):
    catalog.show("exp_a", title="Juriste", summary="Droit.", skills=skills("Droit"))
    catalog.show("exp_b", title="Juriste", summary="Droit.", skills=skills("Droit"), languages=("fr",), day_rate=Money(1))

    first, second = catalog.search("juriste").items

    assert (first.expert_id, second.expert_id) == ("exp_b", "exp_a")
    effects = [{part.name: part.effect for part in hit.parts} for hit in (first, second)]
    assert effects[0] == {"rating": 0.12, "completeness": 0.07, "recommendations": 0.0, "freshness": 0.05}
    assert effects[1]["completeness"] == 0.055


def test_pages_show_every_hit_once_in_one_order(catalog):
    for number in range(7):
        catalog.show(f"exp_{number}")

    pages, cursor = [], None
    while True:
        page = catalog.search("directeur", limit=3, cursor=cursor)
        pages.append([hit.expert_id for hit in page.items])
        cursor = page.next_cursor
        if cursor is None:
            break

    assert pages == [["exp_0", "exp_1", "exp_2"], ["exp_3", "exp_4", "exp_5"], ["exp_6"]]
    with pytest.raises(InvalidSearch):
        catalog.search("autre", cursor=catalog.search("directeur", limit=3).next_cursor)
