"""Passwords, sessions, and how often one may try."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from contracts.identity.v1 import events, rpc
from contracts.identity.v1.errors import (
    SessionOver,
    TooManyAttempts,
    UnknownSession,
    UnknownToken,
    WeakPassword,
    WrongCredentials,
)
from contracts.wire import VISITOR, Role
from identity.use_cases import change_password, forget_expired, open_session
from kernel.errors import Invalid

EMAIL, PASSWORD = "jeanne.martin@conseil.example", "a long walk to the sea"


def rows(identity, query: str) -> list:
    with identity.edge.engine.connect() as connection:
        return list(connection.execute(text(query)))


def test_a_session_stands_for_its_account_until_it_ends(identity):
    registered = identity.expert()

    session = identity.log_in("Jeanne.Martin@conseil.example", purpose="cookie")

    actor = identity.who(session.secret)
    assert (actor.role, actor.account_id, actor.expert_id) == (Role.EXPERT, session.account.account_id, session.account.expert_id)
    assert actor == replace(registered, session_id=session.session_id)
    assert session.expires_at == identity.clock.now() + timedelta(days=14)
    identity.clock.advance(timedelta(days=14))
    with pytest.raises(SessionOver):
        identity.who(session.secret)


def test_a_token_for_programs_lasts_a_year_and_is_listed_by_its_name(identity):
    actor = identity.expert()

    token = identity.log_in(EMAIL, purpose="token", name="accounting export")

    assert token.expires_at == identity.clock.now() + timedelta(days=365)
    listed = identity.ask(open_session.list_sessions, rpc.ListSessions(actor=actor)).items
    assert [(session.purpose, session.name) for session in listed if session.session_id == token.session_id] == [
        ("token", "accounting export")
    ]


def test_a_secret_is_256_bits_and_nowhere_in_the_database(identity):
    identity.expert()

    session = identity.log_in(EMAIL)

    assert len(session.secret) == 43
    assert session.secret not in str(rows(identity, "SELECT * FROM session"))
    assert rows(identity, "SELECT 1 FROM idempotency WHERE call = 'log_in'") == []
    assert [kept.startswith("$argon2id$") for (kept,) in rows(identity, "SELECT password_hash FROM account")] == [True]


def test_an_unknown_secret_stands_for_nobody(identity):
    for secret in ("", "nobody's", "\x00", "\ud800"):
        with pytest.raises(SessionOver):
            identity.who(secret)


def test_the_use_of_a_session_is_noted_to_the_minute(identity):
    actor = identity.expert()
    session = identity.log_in(EMAIL)

    def last_used():
        listed = identity.ask(open_session.list_sessions, rpc.ListSessions(actor=actor)).items
        return next(each.last_used_at for each in listed if each.session_id == session.session_id)

    start = identity.clock.now()
    identity.who(session.secret)
    identity.clock.advance(timedelta(seconds=59))
    identity.who(session.secret)
    assert last_used() == start
    identity.clock.advance(timedelta(seconds=1))
    identity.who(session.secret)
    assert last_used() == start + timedelta(seconds=60)


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(identity):
    identity.expert()

    with pytest.raises(WrongCredentials) as wrong:
        identity.log_in(EMAIL, "not her password")
    with pytest.raises(WrongCredentials) as unknown:
        identity.log_in("nobody@conseil.example", "not her password")

    assert (wrong.value.message, wrong.value.details) == (unknown.value.message, unknown.value.details)


def test_an_impossible_password_is_a_wrong_one(identity):
    identity.expert()

    for password in ("", "x" * 5000, "\ud800"):
        with pytest.raises(WrongCredentials):
            identity.log_in(EMAIL, password)


def test_after_ten_tries_even_the_right_password_must_wait_a_quarter_of_an_hour(identity):
    identity.expert()
    for _ in range(10):
        with pytest.raises(WrongCredentials):
            identity.log_in(EMAIL, "a wrong password")
    identity.clock.advance(timedelta(minutes=5))

    with pytest.raises(TooManyAttempts) as refusal:
        identity.log_in(EMAIL)

    assert refusal.value.details["retry_after_seconds"] == 600
    identity.clock.advance(timedelta(seconds=600))
    assert identity.log_in(EMAIL).account.email == EMAIL


def test_unknown_addresses_are_counted_like_known_ones(identity):
    for _ in range(10):
        with pytest.raises(WrongCredentials):
            identity.log_in("nobody@conseil.example", "a wrong password")

    with pytest.raises(TooManyAttempts):
        identity.log_in("nobody@conseil.example", "a wrong password")


def test_a_good_login_forgives_the_failed_ones_before(identity):
    identity.expert()
    for _ in range(3):
        for _ in range(9):
            with pytest.raises(WrongCredentials):
                identity.log_in(EMAIL, "a wrong password")
        identity.log_in(EMAIL)


def test_one_machine_that_tries_many_addresses_is_stopped(make_identity):
    identity = make_identity(LOGIN_ATTEMPTS_PER_IP="3")
    identity.expert()
    for number in range(3):
        with pytest.raises(WrongCredentials):
            identity.log_in(f"someone{number}@conseil.example", ip="192.0.2.1")

    with pytest.raises(TooManyAttempts):
        identity.log_in(EMAIL, ip="192.0.2.1")
    assert identity.log_in(EMAIL, ip="192.0.2.2").account.email == EMAIL


def test_good_logins_do_not_use_up_a_shared_machine(make_identity):
    identity = make_identity(LOGIN_ATTEMPTS_PER_IP="2")
    identity.expert()

    assert [identity.log_in(EMAIL, ip="192.0.2.1").account.email for _ in range(5)] == [EMAIL] * 5


def test_guesses_sent_at_once_do_not_slip_through_together(identity):
    identity.expert()

    def guess(number: int) -> str:
        try:
            identity.log_in(EMAIL, f"wrong password {number}")
        except (WrongCredentials, TooManyAttempts) as refusal:
            return refusal.code()
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(16)))

    assert (answers.count("wrong_credentials"), answers.count("too_many_attempts")) == (10, 6)


def test_logging_out_ends_this_session_only(identity):
    identity.expert()
    here, there = identity.log_in(EMAIL), identity.log_in(EMAIL)

    identity.ask(open_session.log_out, rpc.LogOut(actor=VISITOR, idempotency_key="k", secret=here.secret))

    with pytest.raises(SessionOver):
        identity.who(here.secret)
    assert identity.who(there.secret).account_id == there.account.account_id


def test_nobody_ends_a_session_of_another(identity):
    expert, company = identity.expert(), identity.company()
    session = identity.log_in(EMAIL)

    def revoke(actor, session_id: str) -> None:
        call = rpc.RevokeSession(actor=actor, idempotency_key=identity.key(), session_id=session_id)
        identity.ask(open_session.revoke_session, call)

    for actor, session_id in ((company, session.session_id), (expert, "ses_" + "0" * 26), (expert, "\x00")):
        with pytest.raises(UnknownSession):
            revoke(actor, session_id)
    revoke(expert, session.session_id)

    with pytest.raises(SessionOver):
        identity.who(session.secret)


def test_a_purpose_is_a_cookie_or_a_token(identity):
    with pytest.raises(Invalid) as refusal:
        identity.log_in(EMAIL, purpose="master key")

    assert refusal.value.details["field"] == "purpose"


def change(identity, actor, current: str = PASSWORD, password: str = "another long walk"):
    call = rpc.ChangePassword(actor=actor, idempotency_key=identity.key(), current_password=current, new_password=password)
    return identity.ask(change_password.change_password, call)


def test_a_changed_password_ends_every_session_and_token_but_the_one_it_came_by(identity):
    """A54: who took a session or a token is out as soon as the password is changed."""
    identity.expert()
    here, stolen, token = identity.log_in(EMAIL), identity.log_in(EMAIL), identity.log_in(EMAIL, purpose="token", name="export")

    change(identity, identity.who(here.secret))

    for ended in (stolen, token):
        with pytest.raises(SessionOver):
            identity.who(ended.secret)
    assert identity.who(here.secret).session_id == here.session_id
    assert identity.log_in(EMAIL, "another long walk").account.email == EMAIL


def test_a_changed_password_ends_every_session_when_nobody_knows_by_which_it_came(identity):
    """A54."""
    expert = identity.expert()
    sessions = [identity.log_in(EMAIL), identity.log_in(EMAIL)]

    change(identity, expert)

    for ended in sessions:
        with pytest.raises(SessionOver):
            identity.who(ended.secret)


def test_a_refused_change_of_password_ends_nothing(identity):
    """A54."""
    identity.expert()
    here, there = identity.log_in(EMAIL), identity.log_in(EMAIL)

    with pytest.raises(WrongCredentials):
        change(identity, identity.who(here.secret), current="not her password")
    with pytest.raises(WeakPassword):
        change(identity, identity.who(here.secret), password="short")

    assert identity.who(there.secret).session_id == there.session_id


def request_reset(identity, email: str = EMAIL):
    call = rpc.RequestPasswordReset(actor=VISITOR, idempotency_key=identity.key(), email=email)
    return identity.ask(change_password.request_password_reset, call)


def reset(identity, token: str, password: str = "another long walk"):
    call = rpc.ResetPassword(actor=VISITOR, idempotency_key=identity.key(), token=token, new_password=password)
    return identity.ask(change_password.reset_password, call)


def test_a_forgotten_password_is_renewed_by_mail_and_every_session_ends(identity):
    identity.expert()
    old = identity.log_in(EMAIL)
    request_reset(identity)
    (mail,) = identity.told(events.PasswordResetRequested)

    with pytest.raises(WeakPassword) as refusal:
        reset(identity, mail.token, "short")
    reset(identity, mail.token)

    assert refusal.value.details["field"] == "new_password"
    with pytest.raises(SessionOver):
        identity.who(old.secret)
    with pytest.raises(WrongCredentials):
        identity.log_in(EMAIL)
    assert identity.log_in(EMAIL, "another long walk").account.email_confirmed


def test_a_link_works_once_within_the_hour_and_a_new_one_voids_it(identity):
    identity.expert()
    request_reset(identity)
    request_reset(identity)
    first, second = identity.told(events.PasswordResetRequested)

    with pytest.raises(UnknownToken):
        reset(identity, first.token)
    reset(identity, second.token)
    with pytest.raises(UnknownToken):
        reset(identity, second.token)
    request_reset(identity)
    identity.clock.advance(timedelta(hours=1))
    with pytest.raises(UnknownToken):
        reset(identity, identity.told(events.PasswordResetRequested)[2].token)


def test_an_unknown_address_gets_the_same_answer_and_no_mail(identity):
    identity.expert()

    assert request_reset(identity) == request_reset(identity, "nobody@conseil.example")
    assert len(identity.told(events.PasswordResetRequested)) == 1


def test_nobody_floods_a_mailbox(identity):
    for _ in range(5):
        request_reset(identity, "nobody@conseil.example")

    with pytest.raises(TooManyAttempts):
        request_reset(identity, "nobody@conseil.example")


def test_a_password_is_changed_by_who_knows_the_old_one(identity):
    actor = identity.expert()

    with pytest.raises(WrongCredentials) as wrong:
        change(identity, actor, current="not her password")
    assert wrong.value.details == {"field": "current_password"}
    change(identity, actor, current=PASSWORD, password="another long walk")

    assert identity.log_in(EMAIL, "another long walk").account.account_id == actor.account_id


def test_what_ended_long_ago_is_forgotten(identity):
    identity.expert()
    identity.log_in(EMAIL)
    identity.clock.advance(timedelta(days=44, seconds=1))
    kept = identity.log_in(EMAIL)

    swept = identity.edge.background(forget_expired.forget_expired)

    assert swept == 2  # the first session and the unused confirmation; the counter began anew
    assert [session_id for (session_id,) in rows(identity, "SELECT id FROM session")] == [kept.session_id]
