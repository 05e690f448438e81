"""Admission under both operators' policies (P1)."""

from datetime import date, timedelta

import pytest

from contracts.billing.v1.events import MandateRevoked, MandateSigned
from contracts.identity.v1 import events, rpc
from contracts.identity.v1.errors import (
    AdmissionClosed,
    AdmissionIncomplete,
    AlreadyVoted,
    BelowThreshold,
    CharterVersionUnknown,
    NotAllowed,
    UnknownExpert,
)
from contracts.identity.v1.rpc import AdmissionState
from contracts.wire import VISITOR, Actor, Envelope, Right
from identity.use_cases import admit_expert, sign, tell_standing
from kernel.errors import Invalid, NotYet


@pytest.fixture
def committee(identity) -> list[Actor]:
    return [identity.operator(f"member{number}@akigora.example", Right.COMMITTEE) for number in range(3)]


def ready(identity, **more) -> Actor:
    expert = identity.expert(**more)
    identity.sign_charter(expert)
    identity.sign_mandate(expert)
    return expert


def own_view(identity, expert: Actor) -> rpc.AdmissionView:
    return identity.ask(admit_expert.get_admission, rpc.GetAdmission(actor=expert))


def test_two_members_in_favour_admit(identity, committee):
    expert = ready(identity)

    submitted = identity.submit(expert)
    once = identity.vote(committee[0], expert)
    twice = identity.vote(committee[1], expert)

    assert [view.state.value for view in (submitted, once, twice)] == ["submitted", "submitted", "admitted"]
    assert (twice.votes_for, twice.votes_required, twice.name, twice.age_years) == (2, 2, "Jeanne Martin", 58)
    assert identity.told(events.AdmissionSubmitted) == [events.AdmissionSubmitted(expert_id=expert.expert_id)]
    assert identity.told(events.ExpertAdmitted) == [events.ExpertAdmitted(expert_id=expert.expert_id)]


def test_two_members_against_refuse_with_their_reasons(identity, committee):
    expert = ready(identity)
    identity.submit(expert)

    identity.vote(committee[0], expert, in_favour=False, reason="Offre trop large.")
    identity.vote(committee[1], expert)
    closed = identity.vote(committee[2], expert, in_favour=False, reason="Références absentes.")

    assert (closed.state, closed.votes_for, closed.votes_against) == (AdmissionState.REFUSED, 1, 2)
    reason = "Offre trop large.\nRéférences absentes."
    assert identity.told(events.ExpertRefused) == [events.ExpertRefused(expert_id=expert.expert_id, reason=reason)]
    assert own_view(identity, expert).reasons == (reason,)
    with pytest.raises(AdmissionClosed):
        identity.submit(expert)


def test_a_member_votes_once_and_only_on_an_open_case(identity, committee):
    expert = ready(identity)
    with pytest.raises(AdmissionClosed):
        identity.vote(committee[0], expert)
    identity.submit(expert)
    identity.vote(committee[0], expert)

    with pytest.raises(AlreadyVoted):
        identity.vote(committee[0], expert)
    identity.vote(committee[1], expert)
    with pytest.raises(AdmissionClosed):
        identity.vote(committee[2], expert)

    assert own_view(identity, expert).votes_for == 2


def test_only_the_committee_votes_and_lists(identity):
    expert, support = ready(identity), identity.operator("support@akigora.example", Right.SUPPORT)
    identity.submit(expert)

    for stranger in (support, expert):
        with pytest.raises(NotAllowed):
            identity.vote(stranger, expert)
        with pytest.raises(NotAllowed):
            identity.ask(admit_expert.list_admissions, rpc.ListAdmissions(actor=stranger))


@pytest.mark.parametrize(
    ("born", "years", "reaches"),
    [
        (date(1976, 11, 2), 0, True),  # fifty today
        (date(1976, 11, 3), 29, False),  # fifty tomorrow
        (date(1990, 1, 1), 30, True),
    ],
)
def test_fifty_years_of_age_or_thirty_of_experience(identity, born, years, reaches):
    expert = ready(identity, birth_date=born, years_of_experience=years)

    if reaches:
        assert identity.submit(expert).state is AdmissionState.SUBMITTED
    else:
        with pytest.raises(BelowThreshold) as refusal:
            identity.submit(expert)
        assert refusal.value.details["age_years"] == 49
        assert own_view(identity, expert).missing == ("threshold",)


def test_what_is_missing_is_named(identity):
    expert = identity.expert()

    with pytest.raises(AdmissionIncomplete) as refusal:
        identity.submit(expert)

    assert refusal.value.details["missing"] == "charter,mandate"
    assert own_view(identity, expert).missing == ("charter", "mandate")


def test_the_other_operator_asks_for_a_reference_letter_and_no_mandate(make_identity):
    identity = make_identity("mission-internationale")
    expert = identity.expert(birth_date=date(1996, 1, 1), years_of_experience=3)
    identity.sign_charter(expert)

    with pytest.raises(AdmissionIncomplete) as refusal:
        identity.submit(expert)
    submitted = identity.submit(expert, letters=1)

    assert refusal.value.details["missing"] == "reference_letters"
    assert (submitted.votes_required, submitted.reference_letters) == (1, 1)
    member = identity.operator("member@mi.example", Right.COMMITTEE)
    assert identity.vote(member, expert).state is AdmissionState.ADMITTED


def test_a_revoked_mandate_is_missing_again_and_one_of_an_unknown_expert_waits(identity):
    expert = ready(identity)

    identity.edge.run(sign.note_mandate_revoked, MandateRevoked(expert_id=expert.expert_id, reason="Changement."))

    assert own_view(identity, expert).missing == ("mandate",)
    unknown = MandateSigned(expert_id="exp_" + "0" * 26, version="1", signed_at=identity.clock.now())
    with pytest.raises(NotYet):
        identity.edge.run(sign.note_mandate_signed, unknown)


def test_the_charter_is_read_by_anybody_and_signed_once_in_its_present_version(identity):
    expert = identity.expert()
    french = identity.ask(sign.get_charter, rpc.GetCharter(actor=VISITOR))
    english = identity.ask(sign.get_charter, rpc.GetCharter(actor=VISITOR, locale="en"))

    with pytest.raises(CharterVersionUnknown) as refusal:
        identity.sign_charter(expert, version="1999")
    identity.sign_charter(expert, version=french.version)
    identity.sign_charter(expert, version=french.version)

    assert refusal.value.details == {"field": "version", "present": "2026-01"}
    assert french.text.startswith("Charte des experts de Akigora")
    assert english.text.startswith("Experts' charter of Akigora")
    assert identity.told(events.CharterSigned) == [events.CharterSigned(expert_id=expert.expert_id, version="2026-01")]


def test_a_suspended_expert_cannot_quote_until_reinstated(identity):
    expert, support = identity.admitted(), identity.operator("support@akigora.example", Right.SUPPORT)
    identity.declare(expert)

    def standing():
        return identity.ask(tell_standing.get_standing, rpc.GetStanding(actor=expert, expert_id=expert.expert_id))

    def judge(use_case, shape, reason):
        call = shape(actor=support, idempotency_key=identity.key(), expert_id=expert.expert_id, reason=reason)
        return identity.ask(use_case, call)

    with pytest.raises(AdmissionClosed):
        judge(admit_expert.reinstate_expert, rpc.ReinstateExpert, "Rien à rétablir.")
    with pytest.raises(Invalid):
        judge(admit_expert.suspend_expert, rpc.SuspendExpert, " ")
    judge(admit_expert.suspend_expert, rpc.SuspendExpert, "Refus systématiques.")
    assert (standing().may_quote, standing().missing) == (False, ("suspended",))
    assert own_view(identity, expert).reasons == ("Refus systématiques.",)
    judge(admit_expert.reinstate_expert, rpc.ReinstateExpert, "Entretien fait.")

    assert standing().may_quote
    assert [told.reason for told in identity.told(events.ExpertSuspended)] == ["Refus systématiques."]
    assert identity.told(events.ExpertReinstated) == [events.ExpertReinstated(expert_id=expert.expert_id)]


def test_the_committee_pages_through_open_cases_newest_first(identity, committee):
    experts = [ready(identity, email=f"expert{number}@conseil.example") for number in range(3)]
    for expert in experts:
        identity.submit(expert)
    identity.expert("silent@conseil.example")
    newest_first = sorted((expert.expert_id for expert in experts), reverse=True)

    def page(cursor=None, state=AdmissionState.SUBMITTED):
        call = rpc.ListAdmissions(actor=committee[0], state=state, cursor=cursor, limit=2)
        return identity.ask(admit_expert.list_admissions, call)

    first = page()
    second = page(first.next_cursor)

    assert [view.expert_id for view in (*first.items, *second.items)] == newest_first
    assert (first.next_cursor, second.next_cursor) == (newest_first[1], None)
    assert page(state=AdmissionState.ADMITTED).items == ()
    assert len(page(state=None).items) == 2
    with pytest.raises(Invalid):
        page(cursor="no cursor of ours")


def test_another_experts_case_does_not_exist(identity):
    expert, other = identity.expert(), identity.expert("luc@conseil.example")

    with pytest.raises(UnknownExpert):
        identity.ask(admit_expert.get_admission, rpc.GetAdmission(actor=other, expert_id=expert.expert_id))


def test_the_last_word_on_the_mandate_stands_though_it_was_heard_first(identity):
    expert = identity.expert()
    identity.sign_charter(expert)
    signed_at = identity.clock.now()

    for use_case, event, at in (
        (sign.note_mandate_revoked, MandateRevoked(expert_id=expert.expert_id, reason="x"), signed_at + timedelta(hours=1)),
        (sign.note_mandate_signed, MandateSigned(expert_id=expert.expert_id, version="1", signed_at=signed_at), signed_at),
    ):
        envelope = Envelope(id=f"evt_{at}", type="", version=1, occurred_at=at, correlation_id="", data={})
        identity.edge.run(use_case, event, envelope=envelope)

    with pytest.raises(AdmissionIncomplete) as refusal:
        identity.submit(expert, letters=1)
    assert refusal.value.details["missing"] == "mandate"
