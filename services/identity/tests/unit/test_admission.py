"""The admission case as a state machine."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.identity.v1.errors import AdmissionClosed, AlreadyVoted
from contracts.identity.v1.rpc import AdmissionState
from identity.domain.admission import AdmissionCase
from identity.domain.expert import Expert
from identity.domain.policy import IdentityPolicy
from kernel.errors import Conflict

NOW = datetime(2026, 11, 2, tzinfo=UTC)
POLICY = IdentityPolicy(
    admission="committee",
    admission_min_age_years=50,
    admission_min_experience_years=30,
    admission_votes_required=2,
    admission_reference_letters_required=0,
    mandate_required_for_admission=False,
    refusals_may_suspend=True,
    individual_clients=False,
    insurer="AXA",
    insurance_certificate_required=False,
)
EXPERT = Expert(id="exp_1", account_id="acc_1", birth_date=date(1968, 4, 12), years_of_experience=28, charter_version="1")


def submitted() -> AdmissionCase:
    case = AdmissionCase(expert_id="exp_1")
    case.submit(EXPERT, POLICY, "1", 0, "Trente ans d'usines.", NOW)
    return case


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=8))
def test_the_first_side_with_two_different_members_decides(votes):
    case, counted = submitted(), {}
    for member, in_favour in votes:
        decided = max(list(counted.values()).count(side) for side in (True, False)) >= 2
        try:
            case.vote(member, in_favour, "Parce que.", NOW)
        except AlreadyVoted:
            assert member in counted
        except AdmissionClosed:
            assert decided
        else:
            assert not decided
            counted[member] = in_favour

    sides = list(counted.values())
    expected = AdmissionState.SUBMITTED
    if sides.count(True) >= 2:
        expected = AdmissionState.ADMITTED
    if sides.count(False) >= 2:
        expected = AdmissionState.REFUSED
    assert case.state is expected


@pytest.mark.parametrize(
    ("state", "allowed"),
    [("none", {"submit"}), ("submitted", {"vote"}), ("admitted", {"suspend"}), ("refused", set()), ("suspended", {"reinstate"})],
)
def test_an_illegal_step_is_refused_by_name_and_changes_nothing(state, allowed):
    for step in {"submit", "vote", "suspend", "reinstate"} - allowed:
        case = AdmissionCase(expert_id="exp_1", state=AdmissionState(state), votes_required=2)

        with pytest.raises(Conflict):
            take(step, case)

        assert (case.state, case.votes, case.reason) == (AdmissionState(state), [], "")


def take(step: str, case: AdmissionCase) -> None:
    if step == "submit":
        case.submit(EXPERT, POLICY, "1", 0, "Trente ans d'usines.", NOW)
    elif step == "vote":
        case.vote("acc_2", True, "Parce que.", NOW)
    elif step == "suspend":
        case.suspend("Refus systématiques.")
    else:
        case.reinstate()


def test_the_count_asked_for_is_frozen_at_submission():
    case = submitted()

    assert case.votes_required == 2
