"""A profile is in the search exactly when nothing stands against it, and the world is told each time that changes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.domain.policy import CatalogPolicy
from catalog.domain.profile import Profile
from contracts.catalog.v1.errors import ProfileIncomplete
from contracts.catalog.v1.events import ProfileHidden, ProfilePublished
from contracts.catalog.v1.rpc import ProfileContent, ProfileState, Skill

AKIGORA = CatalogPolicy(
    visible_without_legal_entity=True,
    visibility_switched_by="operator",
    paid_boost=False,
    proof_of_trust="recommendations",
    max_reference_letters=0,
    photo_required=True,
)
INTERNATIONAL = replace(AKIGORA, visible_without_legal_entity=False, photo_required=False, visibility_switched_by="expert")
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CONTENT = ProfileContent(title="Plant director", summary="Thirty years of plants.", skills=(Skill(name="Lean", years=20),))


def profile(**known: object) -> Profile:
    facts = {"account_id": "acc_1", "content": CONTENT, "published": True, "admitted": True, "has_photo": True}
    return Profile("exp_1", **{**facts, **known})


def test_an_admitted_expert_with_a_photo_who_publishes_is_visible():
    expert = profile()

    told = expert.settle(AKIGORA)

    assert expert.state == ProfileState.VISIBLE
    assert told == ProfilePublished(expert_id="exp_1")


@pytest.mark.parametrize(
    ("fact", "policy", "state"),
    [
        ({"published": False}, AKIGORA, "draft"),
        ({"admitted": False}, AKIGORA, "ready"),
        ({"account_id": None}, AKIGORA, "ready"),
        ({"has_photo": False}, AKIGORA, "ready"),
        ({"has_photo": False, "legal_entity_confirmed": True}, INTERNATIONAL, "visible"),
        ({"legal_entity_confirmed": False}, INTERNATIONAL, "ready"),
        ({"legal_entity_confirmed": False}, AKIGORA, "visible"),
        ({"content": replace(CONTENT, skills=())}, AKIGORA, "ready"),
        ({"shown": False}, AKIGORA, "hidden"),
        ({"suspended": True}, AKIGORA, "hidden"),
        ({"erased": True}, AKIGORA, "hidden"),
    ],
)
def test_each_condition_of_the_policy_decides_who_is_visible(fact, policy, state):
    expert = profile(**fact)

    expert.settle(policy)

    assert expert.state == state


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"suspended": True}, "suspended"),
        ({"shown": False}, "switched_off"),
        ({"erased": True}, "erased"),
        ({"admitted": False}, "not_admitted"),
        ({"content": ProfileContent()}, "incomplete"),
    ],
)
def test_leaving_the_search_is_told_with_its_reason(change, reason):
    expert = profile()
    expert.settle(AKIGORA)

    for name, value in change.items():
        setattr(expert, name, value)

    assert expert.settle(AKIGORA) == ProfileHidden(expert_id="exp_1", reason=reason)


def test_publishing_an_incomplete_profile_names_what_to_add():
    expert = profile(content=ProfileContent(title="Plant director"), published=False)

    with pytest.raises(ProfileIncomplete) as refusal:
        expert.publish()

    assert refusal.value.details == {"missing": "summary,skills"}
    assert not expert.published


def test_a_profile_scores_its_completeness_and_names_what_is_missing():
    expert = profile(has_photo=False)

    assert expert.completeness == 40
    assert expert.missing == ("experiences", "photo", "day_rate", "soft_skills", "sectors", "countries", "languages")


def test_the_rating_is_the_mean_of_the_companies_reviews_to_two_decimals():
    expert = profile()

    expert.rate({"overall": 5})
    expert.rate({"expertise": 4, "communication": 5, "deadlines": 4})
    expert.rate({"overall": 4})

    assert expert.rating == 4.44
    assert expert.reviews == 3


FLAGS = ["published", "admitted", "legal_entity_confirmed", "suspended", "shown", "erased", "has_photo"]


IN_AND_OUT = [("published", True), ("admitted", True), ("legal_entity_confirmed", True), ("published", False)]


@example(INTERNATIONAL, IN_AND_OUT)
@given(st.sampled_from([AKIGORA, INTERNATIONAL]), st.lists(st.tuples(st.sampled_from(FLAGS), st.booleans()), max_size=20))
def test_entering_and_leaving_the_search_are_told_in_turn_and_agree_with_the_state(policy, changes):
    expert = Profile("exp_1", account_id="acc_1", content=CONTENT)
    in_search = False

    for flag, value in changes:
        setattr(expert, flag, value)
        told = expert.settle(policy)
        if told:
            in_search = not in_search
            assert isinstance(told, ProfilePublished if in_search else ProfileHidden)
        assert (expert.state == ProfileState.VISIBLE) == in_search
        assert not in_search or (expert.published and expert.admitted and expert.shown and not expert.suspended)
