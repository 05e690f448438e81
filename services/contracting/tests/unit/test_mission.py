"""A mission's life under the two policies: who is told what, and when money may go."""

from datetime import date, timedelta

import pytest

from contracts.contracting.v1 import events
from contracts.contracting.v1.errors import (
    AlreadyValidated,
    AmendmentPending,
    InvalidQuote,
    MissionNotInState,
    NoAmendmentPending,
    NotFunded,
    NothingToRelease,
    NotYourCall,
    NotYourValidation,
    RateLocked,
)
from contracts.contracting.v1.rpc import MissionState
from contracts.wire import Role
from kernel.money import Money


def names(told):
    """Each event by its name and, where it has one, its instalment."""
    return [(type(event).__name__, *([event.instalment] if hasattr(event, "instalment") else [])) for event in told]


def states(mission):
    return [instalment.status.state for instalment in mission.instalments]


@pytest.fixture
def of_three(agreed, akigora):
    """Akigora: 30 at the start, 30 mid-mission, 40 at the end."""
    return agreed(akigora)


@pytest.fixture
def prepaid(agreed, mission_internationale):
    return agreed(mission_internationale)


def test_the_first_funds_start_the_mission_and_go_to_the_expert_at_once(of_three, now):
    told = of_three.instalment_funded(1, now, now)

    assert names(told) == [("MissionStarted",), ("ReleaseAuthorised", 1)]
    assert told[0].funded is True
    assert of_three.state is MissionState.ACTIVE
    assert states(of_three) == ["authorised", "planned", "planned"]


def test_the_same_payment_told_twice_starts_and_releases_once(of_three, now):
    of_three.instalment_funded(1, now, now)

    assert of_three.instalment_funded(1, now + timedelta(hours=1), now) == []
    assert of_three.instalments[0].funded_at == now


def test_everything_prepaid_stays_blocked_until_the_report_is_validated(prepaid, now):
    told = prepaid.instalment_funded(1, now, now)

    assert names(told) == [("MissionStarted",)]
    assert states(prepaid) == ["funded"]


def test_work_without_funds_is_forbidden_or_the_experts_own_risk(of_three, prepaid, now):
    with pytest.raises(NotFunded):
        prepaid.start(now)
    told = of_three.start(now)

    assert prepaid.state is MissionState.AWAITING_FUNDS
    assert names(told) == [("MissionStarted",)]
    assert told[0].funded is False


def test_mid_mission_money_is_asked_for_paid_and_approved_once(of_three, now):
    of_three.instalment_funded(1, now, now)

    asked = of_three.request_release("Half way.", now)
    approved = of_three.approve_release(2, now)

    assert names(asked) == [("ReleaseRequested", 2), ("InstalmentDue", 2)]
    assert asked[1].amount == Money(198_720)
    assert names(approved) == [("ReleaseAuthorised", 2)]
    with pytest.raises(NothingToRelease):
        of_three.approve_release(2, now)
    with pytest.raises(NothingToRelease):
        of_three.request_release("Again.", now)
    assert names(of_three.instalment_funded(2, now, now)) == []


@pytest.mark.parametrize("number", [1, 3, 4, -1])
def test_only_what_the_expert_asked_for_can_be_approved(number, of_three, now):
    of_three.instalment_funded(1, now, now)
    of_three.request_release("Half way.", now)

    with pytest.raises(NothingToRelease):
        of_three.approve_release(number, now)


def test_nothing_is_released_mid_mission_where_there_is_one_release(prepaid, now):
    prepaid.instalment_funded(1, now, now)

    with pytest.raises(NothingToRelease):
        prepaid.request_release("Half way.", now)


def test_the_report_makes_all_that_is_left_fall_due(of_three, now):
    of_three.instalment_funded(1, now, now)

    told = of_three.file_report("Done.", now)

    assert names(told) == [("ReportFiled",), ("InstalmentDue", 2), ("InstalmentDue", 3)]
    assert told[2].amount == Money(264_960)


def test_an_instalment_asked_for_before_is_not_asked_for_again(of_three, now):
    of_three.instalment_funded(1, now, now)
    of_three.request_release("Half way.", now)

    assert names(of_three.file_report("Done.", now)) == [("ReportFiled",), ("InstalmentDue", 3)]


def test_an_instalment_paid_ahead_is_not_asked_for(of_three, now):
    of_three.instalment_funded(1, now, now)
    of_three.instalment_funded(3, now, now)

    assert names(of_three.file_report("Done.", now)) == [("ReportFiled",), ("InstalmentDue", 2)]


def test_both_parties_validate_before_the_rest_may_go(of_three, now):
    of_three.instalment_funded(1, now, now)
    of_three.file_report("Done.", now)

    first = of_three.validate(Role.EXPERT, now)
    with pytest.raises(AlreadyValidated):
        of_three.validate(Role.EXPERT, now)
    second = of_three.validate(Role.COMPANY, now)

    assert first == []
    assert names(second) == [("MissionValidated",), ("ReleaseAuthorised", 2), ("ReleaseAuthorised", 3)]
    assert of_three.state is MissionState.VALIDATED


def test_the_company_alone_validates_where_the_policy_says_so(prepaid, now):
    prepaid.instalment_funded(1, now, now)
    prepaid.file_report("Done.", now)

    with pytest.raises(NotYourValidation):
        prepaid.validate(Role.EXPERT, now)
    told = prepaid.validate(Role.COMPANY, now)

    assert names(told) == [("MissionValidated",), ("ReleaseAuthorised", 1)]
    with pytest.raises(AlreadyValidated):
        prepaid.validate(Role.COMPANY, now)


ENDS = ["released", "final invoice", "commission invoice"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
def test_a_mission_closes_with_the_last_of_money_and_documents_in_any_order(order, prepaid, now):
    prepaid.instalment_funded(1, now, now)
    prepaid.file_report("Done.", now)
    prepaid.validate(Role.COMPANY, now)
    facts = {
        "released": lambda: prepaid.instalment_released(1, now, now),
        "final invoice": lambda: prepaid.document_issued("invoice", True, now),
        "commission invoice": lambda: prepaid.document_issued("commission_invoice", False, now),
    }

    told = [facts[ENDS[each]]() for each in order]
    twice = [facts[ENDS[each]]() for each in order]

    assert [names(each) for each in told] == [[], [], [("MissionClosed",)]]
    assert twice == [[], [], []]
    assert prepaid.state is MissionState.CLOSED


def test_documents_before_validation_do_not_close(of_three, now):
    of_three.instalment_funded(1, now, now)
    of_three.instalment_released(1, now, now)
    of_three.document_issued("commission_invoice", False, now)
    of_three.document_issued("deposit_invoice", False, now)

    assert of_three.state is MissionState.ACTIVE


def test_a_mission_without_commission_waits_for_no_commission_invoice(prepaid, now):
    prepaid.commission_due = False
    prepaid.instalment_funded(1, now, now)
    prepaid.file_report("Done.", now)
    prepaid.validate(Role.COMPANY, now)
    prepaid.instalment_released(1, now, now)

    assert names(prepaid.document_issued("invoice", True, now)) == [("MissionClosed",)]


def test_scope_and_end_change_once_the_other_side_agrees_and_the_rate_never(of_three, now):
    """M19, M20, M29."""
    change = {"scope": "Line 4 too.", "ends_on": date(2027, 2, 1)}
    about = {"mission_id": of_three.id, "company_id": of_three.company_id, "expert_id": of_three.expert_id}
    about["title"] = "Fewer rejects on line 3"

    proposed = of_three.amend(Role.EXPERT, "Line 4 too.", date(2027, 2, 1), None, now)
    before = (of_three.ends_on, of_three.amendments)
    agreed_on = of_three.answer_amendment(Role.COMPANY, True, now + timedelta(hours=1))

    assert proposed == [events.MissionAmendmentProposed(**about, **change, proposed_by=Role.EXPERT)]
    assert before == (date(2027, 1, 18), ())
    assert agreed_on == [events.MissionAmended(**about, **change, amended_by=Role.EXPERT)]
    assert (of_three.ends_on, of_three.pending_amendment) == (date(2027, 2, 1), None)
    assert [(each.at, each.accepted_at) for each in of_three.amendments] == [(now, now + timedelta(hours=1))]
    with pytest.raises(RateLocked):
        of_three.amend(Role.EXPERT, "And dearer.", None, Money(80_000), now)
    with pytest.raises(InvalidQuote):
        of_three.amend(Role.EXPERT, "", date(2026, 11, 1), None, now)
    assert of_three.pending_amendment is None


def test_one_amendment_at_a_time_so_that_an_answer_means_what_was_read(of_three, now):
    """M20."""
    of_three.amend(Role.EXPERT, "Line 4 too.", None, None, now)

    for side in (Role.EXPERT, Role.COMPANY):
        with pytest.raises(AmendmentPending):
            of_three.amend(side, "Line 5 instead.", None, None, now)
    with pytest.raises(NotYourCall):
        of_three.answer_amendment(Role.EXPERT, True, now)

    assert of_three.pending_amendment.scope == "Line 4 too."
    assert of_three.answer_amendment(Role.COMPANY, False, now) == []
    with pytest.raises(NoAmendmentPending):
        of_three.answer_amendment(Role.COMPANY, True, now)
    assert of_three.amendments == ()


@pytest.mark.parametrize(
    "end", [lambda mission, now: mission.file_report("Done.", now), lambda mission, now: mission.cancel("No.", now)]
)
def test_an_unanswered_amendment_lapses_with_the_work(end, of_three, now):
    """M19: an amendment is agreed on until the mission is marked finished."""
    of_three.instalment_funded(1, now, now)
    of_three.amend(Role.EXPERT, "Line 4 too.", None, None, now)

    end(of_three, now)

    assert of_three.pending_amendment is None
    with pytest.raises(MissionNotInState):
        of_three.answer_amendment(Role.COMPANY, True, now)


def test_a_cancelled_mission_takes_late_money_without_going_on(of_three, now):
    cancelled = of_three.cancel("The line is sold.", now)
    late = of_three.instalment_funded(1, now, now)
    of_three.instalment_refunded(1, now)

    assert names(cancelled) == [("MissionCancelled",)]
    assert late == []
    assert of_three.state is MissionState.CANCELLED
    assert states(of_three) == ["refunded", "planned", "planned"]


def test_reported_work_is_not_cancelled(of_three, now):
    of_three.instalment_funded(1, now, now)
    of_three.file_report("Done.", now)

    with pytest.raises(MissionNotInState) as refusal:
        of_three.cancel("Too late.", now)
    assert refusal.value.details == {"state": "reported"}


def test_reminders_follow_the_calendar_and_stop_at_its_end(of_three, now):
    of_three.instalment_funded(1, now, now)
    of_three.file_report("Done.", now)

    days = []
    while of_three.next_reminder_at:
        days.append((of_three.next_reminder_at - now).days)
        of_three.remind()

    assert days == [1, 3, 7, 14]


def test_reminders_go_on_every_week_where_they_never_end(prepaid, now):
    prepaid.instalment_funded(1, now, now)
    prepaid.file_report("Done.", now)

    days, told = [], []
    for _ in range(8):
        days.append((prepaid.next_reminder_at - now).days)
        told += prepaid.remind()

    assert days == [0, 2, 5, 9, 14, 21, 28, 35]
    assert [event.number for event in told] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_company_that_has_spoken_is_not_reminded(of_three, now):
    of_three.instalment_funded(1, now, now)
    of_three.file_report("Done.", now)
    of_three.validate(Role.COMPANY, now)

    assert of_three.next_reminder_at is None
    assert of_three.state is MissionState.REPORTED


def test_silence_validates_only_where_the_policy_says_so(of_three, now):
    of_three.instalment_funded(1, now, now)
    of_three.file_report("Done.", now)

    assert of_three.silence_ends_at is None
    assert names(of_three.validate_by_silence(now))[0] == ("MissionValidated",)
