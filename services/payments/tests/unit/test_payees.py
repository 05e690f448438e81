"""Business days, verdicts on documents, and the journals' shapes."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.payments.v1.rpc import PayeeState
from kernel.money import Money
from payments.domain import ledger
from payments.domain.calendar import after_business_days, payout_day
from payments.domain.commission import Withheld
from payments.domain.payee import AccountStatus, PayeeDocument, judge


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 2), 2, date(2026, 11, 4)),
        (date(2026, 11, 6), 2, date(2026, 11, 10)),
        (date(2026, 12, 23), 2, date(2026, 12, 28)),
        (date(2026, 4, 2), 1, date(2026, 4, 7)),
        (date(2026, 4, 30), 1, date(2026, 5, 4)),
        (date(2026, 7, 13), 1, date(2026, 7, 14)),
    ],
)
def test_business_days_are_those_on_which_euros_move(day, count, expected):
    assert after_business_days(day, count) == expected


def test_a_release_late_in_the_evening_counts_from_the_day_in_paris():
    released_at = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)

    assert payout_day(released_at, "FR", {"FR": 2, "DEFAULT": 4}) == date(2026, 11, 5)
    assert payout_day(released_at, "PT", {"FR": 2, "DEFAULT": 4}) == date(2026, 11, 9)


def document(id: str, day: int, kind: str = "identity_proof", file_ref: str | None = "file_1") -> PayeeDocument:
    submitted_at = datetime(2026, 11, day, tzinfo=UTC)
    return PayeeDocument(document_id=id, expert_id="exp_1", kind=kind, submitted_at=submitted_at, file_ref=file_ref)


def status(**more: object) -> AccountStatus:
    return AccountStatus(account_ref="acct_1", state=PayeeState.PENDING, **more)


def test_a_document_being_checked_has_no_verdict():
    assert judge([document("doc_1", 1)], status(checking=("identity_proof",))) == []


def test_only_the_latest_document_of_a_kind_is_judged_and_only_once():
    old, new, other = document("old", 1), document("new", 2), document("other", 1, "articles")

    answered = judge([old, new, other], status(refused={"identity_proof": "too blurry"}, due=("identity_proof",)))
    again = judge([old, new, other], status())

    assert [(one.document_id, one.state, one.reason) for one in answered] == [
        ("new", "refused", "too blurry"),
        ("other", "validated", ""),
    ]
    assert again == []


def test_a_document_that_the_provider_does_not_have_yet_is_not_judged():
    assert judge([document("doc_1", 1, file_ref=None)], status()) == []


CENTS = st.integers(1, 10**9)


@given(CENTS, CENTS, st.integers(0, 10**6), st.integers(0, 10**6))
def test_every_journal_balances(amount, rest, ht, vat):
    withheld = Withheld(ht=Money(ht), vat=Money(vat))
    money = Money(amount)
    journals = [
        ledger.prepaid("mis", 1, money, key="k"),
        ledger.transfer_received("com", money, mission_id=None, key="k"),
        ledger.allocated("com", "mis", 1, money, key="k"),
        ledger.released("mis", 1, "exp", Money(rest) + withheld.ttc, withheld, key="k"),
        ledger.transferred("mis", "exp", money, key="k"),
        ledger.payout_sent("mis", "exp", money, key="k"),
        ledger.payout_paid("mis", "exp", money, key="k"),
        ledger.payout_failed("mis", "exp", money, key="k"),
        ledger.payout_returned("mis", "exp", money, key="k"),
        ledger.paid_in_excess("com", money, by_transfer=False, mission_id="mis", key="k"),
        ledger.paid_in_excess("com", money, by_transfer=True, mission_id="mis", key="k"),
        ledger.returned("com", money, of_payment=True, mission_id="mis", key="k"),
        ledger.returned("com", money, of_payment=False, mission_id=None, key="k"),
        ledger.refunded("mis", 1, money, key="k"),
    ]

    assert all(journal.is_balanced and len(journal.entries) >= 2 for journal in journals)
    assert all(entry.amount for journal in journals for entry in journal.entries)
