"""Secrets, and how long what they open stays open."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.domain.account import new_referral_code
from identity.domain.session import Purpose, Session, digest, new_secret

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def session() -> Session:
    return Session(
        id="ses_1",
        account_id="acc_1",
        secret_sha256=digest("s"),
        purpose=Purpose.COOKIE,
        name="",
        created_at=NOON,
        expires_at=NOON + timedelta(days=14),
        ip="",
        user_agent="",
    )


def test_a_session_is_open_until_it_expires_or_is_revoked():
    opened = session()
    last_moment = NOON + timedelta(days=14) - timedelta(microseconds=1)

    assert opened.is_open(last_moment)
    assert not opened.is_open(NOON + timedelta(days=14))
    opened.revoke(NOON)
    opened.revoke(NOON + timedelta(hours=1))
    assert opened.revoked_at == NOON
    assert not opened.is_open(NOON)


def test_a_secret_cannot_be_guessed_from_another():
    secrets = {new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert {len(secret) for secret in secrets} == {43}


def test_what_is_kept_of_a_secret_is_its_sha256():
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_looked_up(text):
    assert len(digest(text)) == 64


@pytest.mark.parametrize("ambiguous", "01OI")
def test_a_referral_code_has_no_letters_that_are_mistaken_for_digits(ambiguous):
    codes = [new_referral_code() for _ in range(50)]

    assert {len(code) for code in codes} == {8}
    assert ambiguous not in "".join(codes)
