"""Missions from acceptance to reviews: what the parties do, what payments and billing tell, what time brings."""

from datetime import timedelta

import pytest

from contracts.contracting.v1 import rpc
from contracts.contracting.v1.errors import (
    CancellationByOperator,
    InvalidInput,
    MissingRight,
    MissionNotInState,
    NotFunded,
    NotYourCall,
    NotYourValidation,
    UnknownMission,
)
from contracts.contracting.v1.events import (
    InstalmentDue,
    MissionCancelled,
    MissionClosed,
    MissionStarted,
    MissionValidated,
    ReleaseAuthorised,
    ReleaseRequested,
    ReportFiled,
    ReportReminderDue,
    ReviewPublished,
)
from contracts.contracting.v1.rpc import MissionState
from contracts.payments.v1.events import InstalmentRefunded
from contracts.wire import SERVICE, Actor, Right, Role
from kernel.money import Money

SCORES = {
    "akigora": {"overall": 5},
    "mission-internationale": {"expertise": 5, "communication": 4, "deadlines": 5, "value": 4},
}


def test_a_mission_in_three_payments_goes_from_acceptance_to_published_reviews(agreed):
    mission = agreed("akigora")
    here = mission.here

    mission.fund(1)
    assert mission.view().state is MissionState.ACTIVE
    assert [event.instalment for event in here.told(ReleaseAuthorised)] == [1]

    mission.do(rpc.RequestRelease, mission.seller, message="Half way.")
    mission.fund(2)
    mission.do(rpc.ApproveRelease, mission.buyer, instalment=2)
    assert [event.instalment for event in here.told(ReleaseAuthorised)] == [1, 2]
    assert [(event.instalment, event.amount) for event in here.told(ReleaseRequested)] == [(2, Money(198_720))]

    mission.do(rpc.FileReport, mission.seller, text="Rejects are at 1.8 %.")
    assert [event.instalment for event in here.told(InstalmentDue)] == [1, 2, 3]
    mission.close()

    assert [event.instalment for event in here.told(ReleaseAuthorised)] == [1, 2, 3]
    for told_once in (MissionStarted, ReportFiled, MissionValidated, MissionClosed):
        assert len(here.told(told_once)) == 1
    view = mission.view()
    assert view.state is MissionState.CLOSED
    assert [part.state for part in view.instalments] == ["released"] * 3
    assert view.report.text == "Rejects are at 1.8 %."

    mission.do(rpc.WriteReview, mission.buyer, scores=SCORES["akigora"], comment="Remarkable.")
    assert here.ask(rpc.ListReviews, Actor(), expert_id=mission.seller.expert_id).items == ()
    mission.do(rpc.WriteReview, mission.seller, scores=SCORES["akigora"], comment="A pleasure.")
    (shown,) = here.ask(rpc.ListReviews, Actor(), expert_id=mission.seller.expert_id).items
    assert (shown.author, shown.author_name, shown.comment) == (Role.COMPANY, "Atelier Mécanique SAS", "Remarkable.")
    assert [event.author for event in here.told(ReviewPublished)] == [Role.COMPANY, Role.EXPERT]


def test_a_prepaid_mission_is_released_once_at_the_end(agreed):
    mission = agreed("mission-internationale")
    here = mission.here

    with pytest.raises(NotFunded):
        mission.do(rpc.StartMission, mission.seller)
    mission.fund(1)
    assert here.told(ReleaseAuthorised) == []
    mission.do(rpc.FileReport, mission.seller, text="Done.")
    with pytest.raises(NotYourValidation):
        mission.do(rpc.ValidateReport, mission.seller)
    mission.close()

    assert [event.instalment for event in here.told(ReleaseAuthorised)] == [1]
    assert mission.view().state is MissionState.CLOSED


@pytest.mark.parametrize("policy", ["akigora", "mission-internationale"])
def test_money_and_documents_may_arrive_twice_and_before_the_validation(policy, agreed):
    mission = agreed(policy)
    mission.fund(1, id="evt_same")
    mission.fund(1, id="evt_same")
    mission.fund(1)
    mission.issue("commission_invoice")
    mission.release(1)
    mission.release(1)

    mission.close()
    mission.close_again = mission.issue("invoice", final=True)

    assert len(mission.here.told(MissionStarted)) == 1
    assert len(mission.here.told(MissionClosed)) == 1


def test_a_fact_about_an_unknown_mission_is_kept_for_later_not_dropped(agreed):
    mission = agreed()
    mission.id = "mis_01JD0000000000000000000009"

    with pytest.raises(UnknownMission):
        mission.fund(1)
    mission.id = ""
    mission.issue("statement")


OTHERS = {
    "another expert": lambda here, mission: here.expert("Bruno", "Keller"),
    "another company": lambda here, mission: here.company("Autre SARL"),
    "a visitor": lambda here, mission: Actor(),
}
CALLS = {
    rpc.GetMission: {},
    rpc.StartMission: {},
    rpc.AmendMission: {"scope": "More."},
    rpc.AnswerAmendment: {"accept": True},
    rpc.RequestRelease: {},
    rpc.ApproveRelease: {"instalment": 2},
    rpc.FileReport: {"text": "Done."},
    rpc.ValidateReport: {},
    rpc.CancelMission: {"reason": "No."},
    rpc.WriteReview: {"scores": {"overall": 5}, "comment": ""},
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_anothers_mission_does_not_exist(other, agreed):
    mission = agreed()
    stranger = other(mission.here, mission)

    for call, more in CALLS.items():
        with pytest.raises(UnknownMission):
            mission.do(call, stranger, **more)


def test_each_side_has_its_own_commands_and_some_need_a_right(agreed):
    mission = agreed()
    reader = Actor(role=Role.COMPANY, account_id=mission.buyer.account_id, company_id=mission.buyer.company_id)

    for call in (rpc.StartMission, rpc.RequestRelease, rpc.FileReport):
        with pytest.raises(NotYourCall):
            mission.do(call, mission.buyer, **CALLS[call])
    with pytest.raises(NotYourCall):
        mission.do(rpc.ApproveRelease, mission.seller, instalment=2)
    for call in (rpc.ApproveRelease, rpc.ValidateReport, rpc.AmendMission, rpc.CancelMission):
        with pytest.raises(MissingRight):
            mission.do(call, reader, **CALLS[call])

    assert mission.do(rpc.GetMission, reader).mission_id == mission.id
    assert mission.do(rpc.GetMission, SERVICE).mission_id == mission.id


@pytest.mark.parametrize("rights", [(), (Right.COMMITTEE, Right.FINANCE)], ids=["no right", "rights of another desk"])
def test_an_operator_sees_missions_only_with_the_right_to_support_or_to_mediate(rights, agreed):
    """P19, P28: what two parties agreed on is shown to the team where its work asks for it."""
    mission = agreed()
    clerk = Actor(role=Role.OPERATOR, account_id="acc_1", rights=rights)

    with pytest.raises(UnknownMission):
        mission.do(rpc.GetMission, clerk)
    with pytest.raises(MissingRight):
        mission.here.ask(rpc.ListMissions, clerk)

    for right in (Right.SUPPORT, Right.MEDIATOR):
        team = Actor(role=Role.OPERATOR, account_id="acc_2", rights=(right,))
        assert mission.do(rpc.GetMission, team).mission_id == mission.id
        assert [view.mission_id for view in mission.here.ask(rpc.ListMissions, team).items] == [mission.id]


def test_cancelling_goes_through_the_team_or_not_as_the_policy_says(agreed):
    through_team, self_service = agreed("akigora"), agreed("mission-internationale")
    support, finance = (
        Actor(role=Role.OPERATOR, account_id="acc_1", rights=(right,)) for right in (Right.SUPPORT, Right.FINANCE)
    )

    for party in (through_team.buyer, through_team.seller):
        with pytest.raises(CancellationByOperator):
            through_team.do(rpc.CancelMission, party, reason="The line is sold.")
    with pytest.raises(MissingRight):
        through_team.do(rpc.CancelMission, finance, reason="The line is sold.")
    with pytest.raises(InvalidInput):
        through_team.do(rpc.CancelMission, support, reason="  ")
    assert through_team.do(rpc.CancelMission, support, reason="The line is sold.").state is MissionState.CANCELLED
    assert self_service.do(rpc.CancelMission, self_service.seller, reason="I am ill.").state is MissionState.CANCELLED

    assert [event.reason for event in through_team.here.told(MissionCancelled)] == ["The line is sold."]
    with pytest.raises(MissionNotInState):
        self_service.do(rpc.CancelMission, self_service.buyer, reason="Again.")


def test_the_expert_may_begin_unfunded_at_his_own_risk_where_the_policy_lets_him(agreed):
    mission = agreed("akigora")

    mission.do(rpc.StartMission, mission.seller)
    mission.fund(1)

    assert [event.funded for event in mission.here.told(MissionStarted)] == [False]
    with pytest.raises(MissionNotInState):
        mission.do(rpc.StartMission, mission.seller)


def test_a_silent_company_is_reminded_by_the_clock_each_time_once(agreed):
    mission = agreed("mission-internationale")
    mission.fund(1)
    mission.do(rpc.FileReport, mission.seller, text="Done.")

    counts = []
    for days in (0, 1, 1, 3, 4, 5, 7, 7):
        mission.here.let_time_pass(days=days)
        mission.here.let_time_pass(seconds=0)
        counts.append(len(mission.here.told(ReportReminderDue)))

    assert counts == [1, 1, 2, 3, 4, 5, 6, 7]
    assert [event.number for event in mission.here.told(ReportReminderDue)] == [1, 2, 3, 4, 5, 6, 7]
    assert mission.view().report.reminders_sent == 7
    mission.do(rpc.ValidateReport, mission.buyer)
    mission.here.let_time_pass(days=365)
    assert len(mission.here.told(ReportReminderDue)) == 7


def test_a_review_left_alone_is_published_by_the_clock(agreed):
    mission = agreed("mission-internationale")
    mission.close()
    mission.do(rpc.WriteReview, mission.buyer, scores=SCORES["mission-internationale"], comment="Remarkable.")

    mission.here.let_time_pass(days=13)
    early = mission.here.told(ReviewPublished)
    mission.here.let_time_pass(days=1)
    mission.here.let_time_pass(days=1)

    assert early == []
    assert [event.scores for event in mission.here.told(ReviewPublished)] == [SCORES["mission-internationale"]]


def test_a_dashboard_shows_what_is_under_way_and_the_money_of_twelve_months(agreed, content):
    mission = agreed()
    here = mission.here
    mission.fund(1)
    here.clock.advance(timedelta(days=200))
    mission.fund(2)
    here.quote(mission.seller, content(), company_id=mission.buyer.company_id)
    here.offers(mission.buyer, mission.seller)

    ours, theirs = here.ask(rpc.GetDashboard, mission.seller), here.ask(rpc.GetDashboard, mission.buyer)
    here.clock.advance(timedelta(days=165))
    later = here.ask(rpc.GetDashboard, mission.seller)
    nobody = here.ask(rpc.GetDashboard, here.expert())

    assert ours == theirs
    assert (ours.offers_open, ours.quotes_under_study, ours.quotes_accepted, ours.missions_active) == (1, 1, 1, 1)
    assert (ours.revenue_12_months, ours.pipeline) == (Money(331_200), Money(552_000))
    assert later.revenue_12_months == Money(165_600)
    assert nobody == rpc.DashboardView(
        offers_open=0,
        quotes_under_study=0,
        quotes_accepted=0,
        missions_active=0,
        missions_to_validate=0,
        missions_closed=0,
        revenue_12_months=Money(0),
        pipeline=Money(0),
    )
    with pytest.raises(NotYourCall):
        here.ask(rpc.GetDashboard, Actor())


def test_money_that_was_given_back_is_no_revenue(agreed):
    mission = agreed("mission-internationale")
    mission.fund(1)
    mission.do(rpc.CancelMission, mission.buyer, reason="The line is sold.")
    refunded = InstalmentRefunded(**mission.parties(), instalment=1, amount=Money(662_400), reason="cancelled")

    mission.here.tell(refunded)

    assert mission.here.ask(rpc.GetDashboard, mission.seller).revenue_12_months == Money(0)
    assert mission.view().instalments[0].state == "refunded"


def test_missions_are_listed_page_by_page_and_only_to_their_parties(agreed, content):
    mission = agreed()
    here = mission.here
    ids = [mission.id]
    for _ in range(2):
        here.clock.advance(timedelta(minutes=1))
        quote = here.quote(mission.seller, content(), company_id=mission.buyer.company_id)
        ids.append(here.ask(rpc.AcceptQuote, mission.buyer, quote_id=quote.quote_id, version=1).mission_id)
    mission.fund(1)
    operator = Actor(role=Role.OPERATOR, account_id="acc_1", rights=(Right.MEDIATOR,))

    first = here.ask(rpc.ListMissions, mission.seller, limit=2)
    second = here.ask(rpc.ListMissions, mission.seller, limit=2, cursor=first.next_cursor)

    assert [view.mission_id for view in first.items + second.items] == list(reversed(ids))
    assert second.next_cursor is None
    active = here.ask(rpc.ListMissions, operator, state=MissionState.ACTIVE)
    assert [view.mission_id for view in active.items] == [mission.id]
    assert here.ask(rpc.ListMissions, here.expert()).items == ()
    with pytest.raises(NotYourCall):
        here.ask(rpc.ListMissions, Actor())
    with pytest.raises(InvalidInput):
        here.ask(rpc.ListMissions, mission.seller, cursor="../etc")
