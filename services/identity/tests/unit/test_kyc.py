"""The KYC case under messages in any order, twice and late."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.identity.v1.rpc import KycState
from contracts.payments.v1.rpc import PayeeState
from identity.domain.kyc import KycCase

NOW = datetime(2026, 11, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def case_in(state: KycState) -> KycCase:
    return KycCase(expert_id="exp_1", state=state)


@pytest.mark.parametrize(
    ("before", "said", "after"),
    [
        ("not_started", "pending", "pending"),
        ("not_started", "incomplete", "not_started"),
        ("pending", "verified", "validated"),
        ("pending", "incomplete", "pending"),
        ("pending", "rejected", "refused"),
        ("refused", "pending", "refused"),
        ("refused", "verified", "validated"),
        ("validated", "pending", "validated"),
        ("validated", "incomplete", "validated"),
        ("validated", "restricted", "restricted"),
        ("restricted", "verified", "validated"),
        ("restricted", "pending", "restricted"),
    ],
)
def test_only_legal_transitions_are_applied(before, said, after):
    case = case_in(KycState(before))

    told = case.heard(PayeeState(said), NOW)

    assert case.state == after
    assert told is (before != after)


def test_a_late_refusal_of_a_document_that_was_brought_again_changes_nothing():
    case = case_in(KycState.NOT_STARTED)
    case.submitted("kyd_1", "identity_proof", NOW)
    case.submitted("kyd_2", "identity_proof", LATER)

    assert not case.checked("kyd_1", "identity_proof", accepted=False, reason="Flou.", now=LATER)

    assert case.state is KycState.PENDING
    assert [(document.state, document.reason) for document in case.documents] == [("refused", "Flou."), ("pending", "")]


def test_a_refusal_after_the_account_was_validated_is_noted_only():
    case = case_in(KycState.NOT_STARTED)
    case.submitted("kyd_1", "identity_proof", NOW)
    case.heard(PayeeState.VERIFIED, NOW)

    assert not case.checked("kyd_1", "identity_proof", accepted=False, reason="Flou.", now=LATER)

    assert (case.state, case.documents[0].state) == (KycState.VALIDATED, "refused")


def test_what_the_provider_said_of_the_account_before_changes_nothing_any_more():
    case = case_in(KycState.PENDING)
    case.heard(PayeeState.RESTRICTED, LATER)

    assert not case.heard(PayeeState.VERIFIED, NOW)
    assert case.state is KycState.RESTRICTED

    assert case.heard(PayeeState.VERIFIED, LATER + timedelta(microseconds=1))
    assert case.state is KycState.VALIDATED


def test_a_reason_that_comes_after_the_erasure_is_not_kept():
    case = case_in(KycState.NOT_STARTED)
    case.submitted("kyd_1", "identity_proof", NOW)
    case.erase()

    assert not case.checked("kyd_1", "identity_proof", accepted=False, reason="The name is not Jeanne Martin's.", now=LATER)

    assert [(document.state, document.reason) for document in case.documents] == [("refused", "")]


def test_what_is_asked_is_what_is_neither_under_way_nor_accepted():
    case = case_in(KycState.NOT_STARTED)
    case.submitted("kyd_1", "identity_proof", NOW)
    case.submitted("kyd_2", "articles", NOW)
    case.checked("kyd_2", "articles", accepted=False, reason="Ancien.", now=LATER)

    assert case.asked(legal_form_known=True, sole_trader=False) == ("articles", "registration_proof")


MESSAGES = st.one_of(
    st.sampled_from(list(PayeeState)),
    st.tuples(st.sampled_from(["kyd_1", "kyd_2"]), st.booleans()),
    st.sampled_from(["kyd_1", "kyd_2"]),
)


@given(st.lists(MESSAGES, max_size=20))
def test_every_message_twice_is_as_good_as_once(messages):
    case = case_in(KycState.NOT_STARTED)
    for message in messages:
        apply(case, message)
        before = (case.state, [(document.id, document.state) for document in case.documents])

        assert not apply(case, message)
        assert before == (case.state, [(document.id, document.state) for document in case.documents])


def apply(case: KycCase, message) -> bool:
    if isinstance(message, PayeeState):
        return case.heard(message, NOW)
    if isinstance(message, str):
        return case.submitted(message, "identity_proof", NOW)
    document_id, accepted = message
    return case.checked(document_id, "identity_proof", accepted, "Flou.", NOW)
