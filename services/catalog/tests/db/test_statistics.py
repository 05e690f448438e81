"""Views once a visitor and day (M65), impressions once a result page (M66); bots, the owner and the team left out."""

from datetime import timedelta

from catalog.use_cases.read_profile import forget_visitors
from contracts.catalog.v1 import rpc
from contracts.wire import VISITOR, Actor, Role

COMPANY = Actor(role=Role.COMPANY, account_id="acc_c", company_id="com_1")
OPERATOR = Actor(role=Role.OPERATOR, account_id="acc_o")


def seen(catalog, owner) -> tuple[int, int, int, int]:
    statistics = catalog.ask(rpc.GetProfileStatistics, owner)
    return statistics.views, statistics.impressions, statistics.views_30_days, statistics.impressions_30_days


def test_a_view_counts_once_a_visitor_and_day(catalog, clock):
    owner = catalog.show("exp_1")

    def read(actor: Actor = VISITOR, visitor_key: str = "", *, bot: bool = False) -> None:
        catalog.ask(rpc.OpenProfile, actor, expert_id="exp_1", visitor_key=visitor_key, bot=bot)

    for _ in range(3):
        read(visitor_key="a")
    read(visitor_key="b")
    read(COMPANY)
    read(visitor_key="crawler", bot=True)
    read(owner, visitor_key="me")
    read(OPERATOR, visitor_key="team")
    read()
    clock.advance(timedelta(days=1))
    read(visitor_key="a")

    assert seen(catalog, owner) == (4, 0, 4, 0)
    days = [data["day"] for name, data in catalog.told() if name == "profile_viewed"]
    assert days == ["2026-11-02", "2026-11-02", "2026-11-02", "2026-11-03"]


def test_each_hit_of_a_page_counts_an_impression(catalog):
    owner = catalog.show("exp_1")
    catalog.show("exp_2")

    catalog.search("directeur")
    catalog.search("directeur", actor=owner)
    catalog.search("directeur", bot=True)
    catalog.search("directeur", limit=1)

    assert seen(catalog, owner) == (0, 2, 0, 2)


def test_statistics_speak_of_the_last_thirty_days_too(catalog, clock):
    owner = catalog.show("exp_1")

    catalog.search()
    clock.advance(timedelta(days=29))
    catalog.search()
    assert seen(catalog, owner) == (0, 2, 0, 2)

    clock.advance(timedelta(days=1))
    assert seen(catalog, owner) == (0, 2, 0, 1)


def test_who_the_visitors_were_is_forgotten_and_their_number_kept(catalog, clock):
    owner = catalog.show("exp_1")
    catalog.ask(rpc.OpenProfile, VISITOR, expert_id="exp_1", visitor_key="somebody")

    kept = catalog.rows("SELECT visitor FROM visit")
    clock.advance(timedelta(days=2))
    catalog.edge.background(forget_visitors)

    assert "somebody" not in kept[0].visitor
    assert catalog.rows("SELECT * FROM visit") == []
    assert seen(catalog, owner) == (1, 0, 1, 0)
