"""An expert's profile from the first word to the erasure, on the real database."""

from dataclasses import replace

import pytest

from contracts.catalog.v1 import rpc
from contracts.catalog.v1.errors import InvalidPhoto, InvalidProfile, NotAnExpert, UnknownProfile, VisibilityNotYours
from contracts.contracting.v1.events import ReviewPublished
from contracts.identity.v1 import events as identity
from contracts.shapes import FileContent
from contracts.wire import VISITOR, Actor, Right, Role
from kernel.errors import NotYet
from kernel.money import Money

COMPANY = Actor(role=Role.COMPANY, account_id="acc_c", company_id="com_1")
SUPPORT = Actor(role=Role.OPERATOR, account_id="acc_o", rights=(Right.SUPPORT,))
COMMITTEE = Actor(role=Role.OPERATOR, account_id="acc_c", rights=(Right.COMMITTEE,))
CLERK = Actor(role=Role.OPERATOR, account_id="acc_w", rights=(Right.FINANCE, Right.MEDIATOR))
CONTENT = rpc.ProfileContent(title="CFO", summary="Figures.", skills=(rpc.Skill(name="IFRS", years=12),), day_rate=Money(95_000))


def test_a_profile_written_before_identity_told_of_the_account_gets_its_name_later(catalog):
    early = Actor(role=Role.EXPERT, account_id="acc_exp_1", expert_id="exp_1")
    view = catalog.ask(rpc.SaveProfile, early, content=CONTENT)

    catalog.register("exp_1", "Anne", "Dubois")

    assert (view.name, view.state, view.completeness) == ("", "draft", 50)
    kept = catalog.ask(rpc.GetOwnProfile, early)
    assert (kept.name, kept.content) == ("Anne Dubois", CONTENT)


def test_publishing_then_admission_makes_a_profile_visible_once(catalog):
    catalog.show("exp_1")
    catalog.tell(identity.ExpertAdmitted(expert_id="exp_1"))

    assert catalog.told() == [("profile_published", {"expert_id": "exp_1"})]
    view = catalog.ask(rpc.OpenProfile, VISITOR, expert_id="exp_1", visitor_key="v")
    assert (view.name, view.state, view.admitted, view.completeness) == ("Jeanne Martin", "visible", True, None)


def test_admission_of_an_expert_nobody_has_told_of_waits(catalog):
    with pytest.raises(NotYet):
        catalog.tell(identity.ExpertAdmitted(expert_id="exp_1"))
    with pytest.raises(NotYet):
        catalog.tell(identity.AccountUpdated(account_id="acc_1", email="", first_name="A", last_name="B", phone="", locale="fr"))


def test_a_company_account_makes_no_profile_and_its_new_name_concerns_nobody(catalog):
    person = {"account_id": "acc_c", "email": "c@example.org", "phone": "", "locale": "fr", "first_name": "C", "last_name": "D"}
    catalog.tell(identity.AccountRegistered(role=Role.COMPANY, company_id="com_1", **person))
    catalog.tell(identity.AccountUpdated(**person))
    catalog.tell(identity.AccountErased(account_id="acc_c", company_id="com_1"))

    assert catalog.rows("SELECT * FROM profile") == []


def test_a_new_name_is_shown_and_found(catalog):
    catalog.show("exp_1")
    person = {"account_id": "acc_exp_1", "email": "", "first_name": "Zoé", "last_name": "Renard", "phone": "", "locale": "fr"}

    catalog.tell(identity.AccountUpdated(**person))

    assert [hit.name for hit in catalog.search("zoe renard").items] == ["Zoé Renard"]
    assert catalog.found("martin") == []


def test_a_draft_is_read_by_its_owner_the_committee_and_support_only(catalog):
    """A52, P1: the committee judges what is not public yet."""
    owner = catalog.register("exp_1")

    assert catalog.ask(rpc.OpenProfile, owner, expert_id="exp_1", visitor_key="").state == "draft"
    for team in (SUPPORT, COMMITTEE):
        assert catalog.ask(rpc.OpenProfile, team, expert_id="exp_1", visitor_key="").state == "draft"
    for stranger in (VISITOR, COMPANY, CLERK, Actor(role=Role.EXPERT, account_id="acc_2", expert_id="exp_2")):
        with pytest.raises(UnknownProfile):
            catalog.ask(rpc.OpenProfile, stranger, expert_id="exp_1", visitor_key="")
        with pytest.raises(UnknownProfile):
            catalog.ask(rpc.GetPhoto, stranger, expert_id="exp_1")


@pytest.mark.parametrize("expert_id", ["exp_nobody", "", "a\x00b", "'; DROP TABLE profile; --", "\udfff"])
def test_an_id_of_nobody_is_an_unknown_profile(catalog, expert_id):
    with pytest.raises(UnknownProfile):
        catalog.ask(rpc.OpenProfile, VISITOR, expert_id=expert_id, visitor_key="v")


@pytest.mark.parametrize("actor", [VISITOR, COMPANY, SUPPORT, Actor(role=Role.EXPERT)])
def test_only_an_expert_has_a_profile(catalog, actor):
    for call, said in [(rpc.SaveProfile, {"content": CONTENT}), (rpc.PublishProfile, {}), (rpc.GetOwnProfile, {})]:
        with pytest.raises(NotAnExpert):
            catalog.ask(call, actor, **said)


def test_a_refused_save_leaves_the_profile_as_it_was(catalog):
    owner = catalog.show("exp_1")
    before = catalog.ask(rpc.GetOwnProfile, owner)

    with pytest.raises(InvalidProfile):
        catalog.ask(rpc.SaveProfile, owner, content=replace(CONTENT, title="x" * 500))

    assert catalog.ask(rpc.GetOwnProfile, owner) == before


def test_a_portrait_is_served_small_and_a_bad_file_changes_nothing(catalog):
    owner = catalog.show("exp_1")

    for content in ("****", "bm90IGFuIGltYWdl", "A" * 7_000_000):
        with pytest.raises(InvalidPhoto):
            catalog.ask(rpc.SetPhoto, owner, photo=FileContent(filename="x", content_type="image/png", content=content))

    portrait = catalog.ask(rpc.GetPhoto, VISITOR, expert_id="exp_1")
    assert (portrait.content_type, portrait.content[:5]) == ("image/jpeg", "/9j/4")
    assert catalog.ask(rpc.GetOwnProfile, owner).photo_url == "/api/v1/experts/exp_1/photo"


def test_where_the_policy_says_so_only_the_teams_support_switches_visibility(catalog):
    """P14."""
    owner = catalog.show("exp_1")

    with pytest.raises(VisibilityNotYours) as refusal:
        catalog.ask(rpc.SetVisibility, owner, expert_id="exp_1", visible=False)
    for clerk in (COMMITTEE, CLERK):
        with pytest.raises(VisibilityNotYours):
            catalog.ask(rpc.SetVisibility, clerk, expert_id="exp_1", visible=False)
    hidden = catalog.ask(rpc.SetVisibility, SUPPORT, expert_id="exp_1", visible=False, reason="asked by mail")
    shown = catalog.ask(rpc.SetVisibility, SUPPORT, expert_id="exp_1", visible=True)

    assert refusal.value.details == {"switched_by": "operator"}
    assert (hidden.state, shown.state) == ("hidden", "visible")
    assert catalog.told()[1:] == [
        ("profile_hidden", {"expert_id": "exp_1", "reason": "switched_off"}),
        ("profile_published", {"expert_id": "exp_1"}),
    ]


def test_elsewhere_it_is_the_experts_own_tick_box(start):
    catalog = start(POLICY="mission-internationale")
    owner = catalog.register("exp_1")
    catalog.register("exp_2")

    assert catalog.ask(rpc.SetVisibility, owner, expert_id="exp_1", visible=False).state == "hidden"
    with pytest.raises(VisibilityNotYours):
        catalog.ask(rpc.SetVisibility, SUPPORT, expert_id="exp_1", visible=True)
    for somebody_else in ("exp_2", "exp_nobody"):
        with pytest.raises(UnknownProfile):
            catalog.ask(rpc.SetVisibility, owner, expert_id=somebody_else, visible=False)


def test_a_suspended_expert_leaves_the_search_at_once_and_comes_back(catalog):
    catalog.show("exp_1")

    catalog.tell(identity.ExpertSuspended(expert_id="exp_1", reason="refused ten missions"))
    hidden = catalog.found("directeur")
    catalog.tell(identity.ExpertReinstated(expert_id="exp_1"))

    assert hidden == []
    assert catalog.found("directeur") == ["exp_1"]


def test_an_erased_expert_leaves_nothing_that_says_who_it_was(catalog):
    owner = catalog.show("exp_1")

    catalog.tell(identity.AccountErased(account_id="acc_exp_1", expert_id="exp_1"))

    assert catalog.found() == []
    assert catalog.told()[-1] == ("profile_hidden", {"expert_id": "exp_1", "reason": "erased"})
    (row,) = catalog.rows("SELECT first_name, last_name, search_text, content->>'title' AS title, has_photo FROM profile")
    assert tuple(row) == ("", "", "", "", False)
    assert catalog.rows("SELECT * FROM photo") == []
    with pytest.raises(UnknownProfile):
        catalog.ask(rpc.SaveProfile, owner, content=CONTENT)


def test_companies_reviews_make_the_rating_and_a_doubled_one_counts_once(catalog):
    owner = catalog.show("exp_1")

    def review(mission_id: str, author: Role, **scores: int) -> ReviewPublished:
        return ReviewPublished(
            mission_id=mission_id, author=author, company_id="com_1", expert_id="exp_1", scores=scores, comment="Bien."
        )

    catalog.tell(review("mis_1", Role.COMPANY, expertise=5, communication=4))
    catalog.tell(review("mis_1", Role.COMPANY, expertise=5, communication=4))
    catalog.tell(review("mis_1", Role.EXPERT, overall=1))
    catalog.tell(review("mis_2", Role.COMPANY, overall=4))

    view = catalog.ask(rpc.GetOwnProfile, owner)
    assert (view.rating, view.ratings) == (4.25, 2)
    (hit,) = catalog.search("directeur").items
    assert (hit.rating, hit.ratings) == (4.25, 2)
    assert next(part.value for part in hit.parts if part.name == "rating") == 0.8036  # (21 + 8.5) / 7 on a scale from 1 to 5
