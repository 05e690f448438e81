"""The index is a copy of the database: it follows every commit, heals itself, and can be done without."""

import shutil

from sqlalchemy import text

from contracts.catalog.v1 import rpc
from contracts.identity.v1 import events as identity

SUSPENDED = identity.ExpertSuspended(expert_id="exp_1", reason="")


def index_of(catalog):
    ports = []
    catalog.edge.background(ports.append)
    return ports[0].upkeep.index


def test_a_change_is_found_as_soon_as_it_is_committed(catalog):
    owner = catalog.show("exp_1")

    catalog.ask(
        rpc.SaveProfile, owner, content=rpc.ProfileContent(title="Juriste", summary="Droit.", skills=(rpc.Skill(name="RGPD"),))
    )

    results = catalog.search("rgpd")
    assert [hit.expert_id for hit in results.items] == ["exp_1"]
    assert not results.degraded
    assert catalog.found("directeur") == []


def test_another_process_follows_with_its_own_index(start):
    one, other = start(), start()
    one.show("exp_1")
    one.show("exp_2")
    other.keep_index()
    one.tell(SUSPENDED)

    assert [hit.expert_id for hit in other.search("directeur").items] == ["exp_2"]  # the database has the last word at once
    other.keep_index()
    assert other.search("directeur").total == 1
    assert index_of(other).versions().keys() == {"exp_2"}


def test_a_change_that_commits_after_a_later_one_is_not_missed(start):
    one, other = start(), start()
    one.show("exp_1")
    one.show("exp_2")
    other.keep_index()

    with one.edge.engine.connect() as slow:
        slow.execute(text("UPDATE profile SET content = jsonb_set(content, '{title}', '\"Notaire\"') WHERE expert_id = 'exp_1'"))
        one.tell(identity.ExpertSuspended(expert_id="exp_2", reason=""))
        other.keep_index()
        slow.commit()
    other.keep_index()

    assert other.found("notaire") == ["exp_1"]


def test_a_lost_or_broken_index_is_built_again_from_the_database(start, index_directory):
    start(INDEX_DIRECTORY=str(index_directory)).show("exp_1")
    (index_directory / "1" / "meta.json").write_text("{ this is not an index")

    again = start(INDEX_DIRECTORY=str(index_directory))
    again.keep_index()

    results = again.search("directeur")
    assert [hit.expert_id for hit in results.items] == ["exp_1"]
    assert not results.degraded


def test_an_index_kept_over_a_restart_takes_what_changed_meanwhile(start, index_directory):
    before = start(INDEX_DIRECTORY=str(index_directory))
    for number in (1, 2, 3):
        before.show(f"exp_{number}")
    elsewhere = start()
    elsewhere.tell(SUSPENDED)
    elsewhere.show("exp_4")

    after = start(INDEX_DIRECTORY=str(index_directory))
    after.keep_index()

    assert after.found("directeur") == ["exp_2", "exp_3", "exp_4"]
    assert after.search("directeur").total == 3


def test_without_an_index_the_database_searches_more_simply(start, tmp_path):
    (tmp_path / "a_file").write_text("where the directory should be")
    catalog = start(INDEX_DIRECTORY=str(tmp_path / "a_file"))
    for number in (1, 2, 3):
        catalog.show(f"exp_{number}", countries=("FR",) if number < 3 else ("DE",))

    results = catalog.search("Ingénierie usines", countries=("fr",), limit=1)

    assert results.degraded
    assert results.total == 2
    assert [hit.expert_id for hit in results.items] == ["exp_1"]
    following = catalog.search("Ingénierie usines", countries=("fr",), limit=1, cursor=results.next_cursor)
    assert [hit.expert_id for hit in following.items] == ["exp_2"]
    assert catalog.found("100%_") == []
    assert catalog.found(min_rating=1.0, min_day_rate_cents=1, max_day_rate_cents=10**12) == []


def test_an_index_that_comes_back_is_used_again(start, tmp_path):
    obstacle = tmp_path / "index"
    obstacle.write_text("")
    catalog = start(INDEX_DIRECTORY=str(obstacle))
    catalog.show("exp_1")
    assert catalog.search("directeur").degraded

    obstacle.unlink()
    catalog.keep_index()

    assert not catalog.search("directeur").degraded
    assert catalog.found("directeur") == ["exp_1"]


def test_an_index_that_can_no_longer_be_written_is_made_anew(start, index_directory):
    catalog = start(INDEX_DIRECTORY=str(index_directory))
    catalog.show("exp_1")
    shutil.rmtree(index_directory)

    catalog.show("exp_2")
    catalog.keep_index()

    assert catalog.found("directeur") == ["exp_1", "exp_2"]
