"""Who calls: tokens, cookies, and the proof that a page of ours sent a change."""

from typing import Any

import pytest

from contracts.catalog.v1.rpc import SearchProfiles
from contracts.contracting.v1.rpc import AcceptQuote, ListQuotes
from contracts.identity.v1.errors import WrongCredentials
from contracts.identity.v1.rpc import Authenticate, ChangePassword, LogIn, LogOut, RegisterCompany
from contracts.wire import VISITOR, Role
from gateway.examples import example_of_fields
from gateway.table import ROUTES
from kernel.errors import Unavailable

QUOTE = "/quotes/quo_01JDC3Q8V5N0Y7K2M4R6T8W9XA"
PROFILE = "/api/v1/profile/publish"
LOGIN = {"email": "a@b.example", "password": "x"}
SIGN_UP = next(example_of_fields(row.call, row.said.items()) for row in ROUTES if row.call is RegisterCompany)


def test_logging_in_sets_a_cookie_that_no_script_reads_and_no_other_site_sends(client: Any, services: Any) -> None:
    response = client.post("/api/v1/sessions", json=LOGIN, headers={"User-Agent": "Firefox"})

    cookie = response.headers["Set-Cookie"]
    assert response.status_code == 201
    assert cookie.startswith("entremise_session=shown-once-keep-it; Expires=Mon, 01 Mar 2027 09:00:00 GMT;")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert set(response.json) == {"account", "expires_at"}
    call = services.asked[-1]
    assert (call.purpose, call.ip, call.user_agent) == ("cookie", "127.0.0.1", "Firefox")


def test_behind_https_the_cookie_is_secure_and_the_site_asks_for_https(make: Any) -> None:
    response = make(PUBLIC_URL="https://entremise.example").post("/api/v1/sessions", json=LOGIN)

    assert "Secure" in response.headers["Set-Cookie"]
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_token_is_shown_once_and_sets_no_cookie(client: Any, services: Any) -> None:
    response = client.post("/api/v1/tokens", json={**LOGIN, "name": "nightly export"})

    assert response.json["secret"] == "shown-once-keep-it"
    assert "Set-Cookie" not in response.headers
    assert (services.asked[-1].purpose, services.asked[-1].name) == ("token", "nightly export")


def test_a_token_says_who_calls(client: Any, services: Any) -> None:
    client.as_("expert", "GET", "/quotes")

    assert services.asked[-1].actor.role is Role.EXPERT
    assert services.asked[-1].actor.account_id == "acc_E"


def test_a_cookie_says_who_calls(client: Any, services: Any) -> None:
    client.set_cookie("entremise_session", "expert")

    assert client.get("/api/v1/quotes").status_code == 200
    assert services.asked[-1].actor.role is Role.EXPERT


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"X-CSRF": "1"}, 200),
        ({"X-CSRF": "0"}, 403),
        ({"Origin": "http://127.0.0.1:8000"}, 200),
        ({"Origin": "http://localhost"}, 200),  # the address the test client speaks to
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://127.0.0.1:8000.evil.example"}, 403),
    ],
)
def test_a_change_with_a_cookie_must_come_from_a_page_of_ours(client: Any, services: Any, headers: Any, status: int) -> None:
    client.set_cookie("entremise_session", "expert")

    response = client.post(PROFILE, headers=headers)

    assert response.status_code == status
    assert len(services.asked) == (status == 200)
    if status == 403:
        assert response.json["code"] == "csrf_check_failed"


def test_a_change_with_a_token_needs_no_such_proof(client: Any) -> None:
    assert client.post(PROFILE, headers={"Authorization": "Bearer expert"}).status_code == 200


def test_a_token_goes_before_a_cookie(client: Any, services: Any) -> None:
    client.set_cookie("entremise_session", "company")

    client.post(PROFILE, headers={"Authorization": "Bearer expert"})

    assert services.asked[-1].actor.role is Role.EXPERT


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic ZXhwZXJ0", "expert", "Bearer ex pert", f"Bearer {'x' * 300}", "Bearer \u00e9"]
)
def test_an_unusable_authorization_is_refused_everywhere(client: Any, services: Any, header: str) -> None:
    for path in ("/api/v1/quotes", "/api/v1/experts"):
        response = client.get(path, headers={"Authorization": header})

        assert (response.status_code, response.json["code"]) == (401, "credential_unusable")
    assert services.asked == []


def test_a_token_that_is_over_is_refused_even_where_none_is_needed(client: Any, services: Any) -> None:
    response = client.as_("over", "GET", "/experts")

    assert (response.status_code, response.json["code"]) == (401, "session_over")
    assert services.asked == []


def test_a_cookie_that_is_over_reads_what_everybody_reads(client: Any, services: Any) -> None:
    client.set_cookie("entremise_session", "over")

    assert client.get("/api/v1/experts").status_code == 200
    assert isinstance(services.asked[-1], SearchProfiles)
    assert services.asked[-1].actor == VISITOR


def test_a_cookie_that_is_over_is_refused_and_removed_where_one_must_be_logged_in(client: Any) -> None:
    client.set_cookie("entremise_session", "over")

    response = client.get("/api/v1/quotes")

    assert (response.status_code, response.json["code"]) == (401, "session_over")
    assert "entremise_session=;" in response.headers["Set-Cookie"]


def test_a_wrong_password_does_not_log_out(client: Any, services: Any) -> None:
    client.set_cookie("entremise_session", "expert")
    services.refuse(ChangePassword, WrongCredentials(field="current_password"))

    change = {"current_password": "x", "new_password": "a long walk by the sea"}
    response = client.post("/api/v1/password/change", json=change, headers={"X-CSRF": "1"})

    assert (response.status_code, response.json["errors"][0]["field"]) == (401, "current_password")
    assert "Set-Cookie" not in response.headers


def test_a_cookie_that_is_no_secret_at_all_is_nobody(client: Any, services: Any) -> None:
    client.set_cookie("entremise_session", "a b\u00e9")

    assert client.get("/api/v1/quotes").status_code == 401
    assert services.asked == []


def test_logging_in_works_with_a_session_that_is_over(client: Any, services: Any) -> None:
    client.set_cookie("entremise_session", "over")

    assert client.post("/api/v1/sessions", json=LOGIN).status_code == 201
    assert services.asked[-1].actor == VISITOR


def test_logging_out_ends_this_session_and_removes_the_cookie(client: Any, services: Any) -> None:
    client.set_cookie("entremise_session", "expert")

    response = client.delete("/api/v1/sessions/current", headers={"X-CSRF": "1"})

    assert response.status_code == 200
    assert isinstance(services.asked[-1], LogOut)
    assert services.asked[-1].secret == "expert"
    assert "entremise_session=;" in response.headers["Set-Cookie"]


def test_a_session_is_asked_for_at_every_request_so_that_a_revoked_one_ends_at_once(client: Any, services: Any) -> None:
    assert client.as_("expert", "GET", "/quotes").status_code == 200

    del services.sessions["expert"]

    assert client.as_("expert", "GET", "/quotes").status_code == 401


def test_when_identity_is_away_nobody_passes(client: Any, services: Any) -> None:
    services.refuse(Authenticate, Unavailable())

    assert client.as_("expert", "GET", "/quotes").status_code == 503
    assert not any(isinstance(call, ListQuotes) for call in services.asked)


def test_the_key_of_an_account_is_passed_on_as_it_is(client: Any, services: Any) -> None:
    client.as_("company", "POST", f"{QUOTE}/accept", json={"version": 1}, headers={"Idempotency-Key": "k-1"})

    assert isinstance(services.asked[-1], AcceptQuote)
    assert services.asked[-1].idempotency_key == "k-1"


def test_the_key_of_a_visitor_is_his_address_s_too(make: Any, services: Any) -> None:
    client = make(TRUSTED_PROXIES="1")
    for ip in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        headers = {"X-Forwarded-For": ip, "Idempotency-Key": "k-1"}
        client.post("/api/v1/accounts/companies", json=SIGN_UP, headers=headers)

    first, again, other = (call.idempotency_key for call in services.asked)

    assert first == again
    assert first != other


def test_without_a_key_every_change_is_a_new_one(client: Any, services: Any) -> None:
    for _ in range(2):
        client.post(PROFILE, headers={"Authorization": "Bearer expert"})

    first, second = (call.idempotency_key for call in services.asked)
    assert first != second


def test_a_login_is_no_command_and_takes_no_key(client: Any, services: Any) -> None:
    assert client.post("/api/v1/sessions", json=LOGIN, headers={"Idempotency-Key": "k-1"}).status_code == 201
    assert isinstance(services.asked[-1], LogIn)
