"""Scope and end of a mission under way: proposed by one side, in force once the other agrees (M19, M20); the rate never (M29)."""

from datetime import timedelta

import pytest

from contracts.contracting.v1 import rpc
from contracts.contracting.v1.errors import InvalidInput, MissingRight, NoAmendmentPending, NotYourCall, RateLocked
from contracts.contracting.v1.events import MissionAmended, MissionAmendmentProposed
from contracts.wire import Actor, Role
from kernel.money import Money


def test_a_change_of_rate_changes_nothing(agreed):
    """M29: the rate never changes in a mission, whoever would agree to it."""
    mission = agreed()
    before = mission.view()

    with pytest.raises(RateLocked):
        mission.do(rpc.AmendMission, mission.seller, day_rate=Money(80_000), scope="And line 4.")
    with pytest.raises(InvalidInput):
        mission.do(rpc.AmendMission, mission.seller)
    assert mission.view() == before


def test_an_amendment_waits_for_the_other_side_and_then_takes_effect(agreed):
    """M19, M20: what was signed by both is changed by both."""
    mission = agreed()
    before, a_week_later = mission.view(), mission.view().ends_on + timedelta(days=7)

    proposed = mission.do(rpc.AmendMission, mission.buyer, scope="And line 4.", ends_on=a_week_later)

    now = mission.here.clock.now()
    assert proposed.pending_amendment == rpc.AmendmentView(
        by=Role.COMPANY, scope="And line 4.", ends_on=a_week_later, proposed_at=now
    )
    assert (proposed.scope_amendments, proposed.ends_on) == ((), before.ends_on)
    assert mission.here.told(MissionAmended) == []
    assert [(event.proposed_by, event.scope) for event in mission.here.told(MissionAmendmentProposed)] == [
        (Role.COMPANY, "And line 4.")
    ]

    agreed_on = mission.do(rpc.AnswerAmendment, mission.seller, accept=True)

    assert (agreed_on.pending_amendment, agreed_on.scope_amendments, agreed_on.ends_on) == (None, ("And line 4.",), a_week_later)
    assert [(event.amended_by, event.scope, event.ends_on) for event in mission.here.told(MissionAmended)] == [
        (Role.COMPANY, "And line 4.", a_week_later)
    ]


def test_an_amendment_that_is_refused_leaves_no_trace_in_the_mission(agreed):
    """M19, M20."""
    mission = agreed()
    before = mission.view()
    mission.do(rpc.AmendMission, mission.seller, scope="And line 4.")

    after = mission.do(rpc.AnswerAmendment, mission.buyer, accept=False)

    assert after == before
    assert mission.here.told(MissionAmended) == []
    with pytest.raises(NoAmendmentPending):
        mission.do(rpc.AnswerAmendment, mission.buyer, accept=True)


def test_nobody_answers_his_own_amendment_and_a_company_only_by_who_may_bind_it(agreed):
    """M20."""
    mission = agreed()
    reader = Actor(role=Role.COMPANY, account_id=mission.buyer.account_id, company_id=mission.buyer.company_id)
    mission.do(rpc.AmendMission, mission.seller, scope="And line 4.")

    with pytest.raises(NotYourCall) as refusal:
        mission.do(rpc.AnswerAmendment, mission.seller, accept=True)
    with pytest.raises(MissingRight):
        mission.do(rpc.AnswerAmendment, reader, accept=True)

    assert refusal.value.details == {"needs": "company"}
    assert mission.view().pending_amendment.scope == "And line 4."
