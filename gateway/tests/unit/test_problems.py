"""How refusals of the services reach the client: category by category, exception by exception."""

import json
from typing import Any

import pytest

from chassis.edge import IdempotencyKeyReused
from chassis.neighbours import NeighbourFailed, NeighbourSilent
from contracts.catalog.v1.errors import InvalidSearch
from contracts.catalog.v1.rpc import SearchProfiles
from contracts.contracting.v1.errors import CannotQuoteYet, InvalidQuote, QuoteAlreadyAccepted, StaleVersion, UnknownQuote
from contracts.contracting.v1.rpc import AcceptQuote
from contracts.identity.v1.errors import TooManyAttempts, WrongCredentials
from contracts.identity.v1.rpc import LogIn
from contracts.payments.v1.errors import MissingRight, ProviderSilent
from gateway.docs import listed
from kernel.errors import Problem

ACCEPT = "/quotes/quo_01JDC3Q8V5N0Y7K2M4R6T8W9XA/accept"
REFUSALS: list[tuple[Problem, int, str]] = [
    (InvalidQuote("No line.", field="content.lines"), 422, "invalid_quote"),
    (MissingRight(), 403, "missing_right"),
    (UnknownQuote(), 404, "unknown_quote"),
    (QuoteAlreadyAccepted(), 409, "quote_already_accepted"),
    (IdempotencyKeyReused(), 422, "idempotency_key_reused"),
    (ProviderSilent(), 503, "provider_silent"),
]


@pytest.mark.parametrize(("error", "status", "code"), REFUSALS)
def test_a_service_s_refusal_keeps_its_name(client: Any, services: Any, error: Problem, status: int, code: str) -> None:
    services.refuse(AcceptQuote, error)

    response = client.as_("company", "POST", ACCEPT, json={"version": 1}, headers={"X-Correlation-Id": "story-0001"})

    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert response.json["type"] == f"http://127.0.0.1:8000/api/docs/problems#{code}"
    assert response.json["code"] == code
    assert response.json["status"] == status
    assert response.json["detail"] == error.message
    assert response.json["instance"] == f"/api/v1{ACCEPT}"
    assert response.json["correlation_id"] == "story-0001"


def test_the_field_a_service_names_is_shown_beside_the_input(client: Any, services: Any) -> None:
    services.refuse(AcceptQuote, InvalidQuote("No line.", field="content.lines"))

    response = client.as_("company", "POST", ACCEPT, json={"version": 1})

    assert response.json["errors"] == [{"field": "content.lines", "reason": "No line.", "code": "invalid_quote"}]
    assert "details" not in response.json


def test_a_field_is_told_by_the_name_that_the_client_gave_it(client: Any, services: Any) -> None:
    services.refuse(SearchProfiles, InvalidSearch("No word.", field="query"))

    response = client.as_("visitor", "GET", "/experts?q=***")

    assert response.json["errors"] == [{"field": "q", "reason": "No word.", "code": "invalid_search"}]


def test_plain_details_of_an_error_are_kept(client: Any, services: Any) -> None:
    services.refuse(AcceptQuote, StaleVersion(current_version=3))

    response = client.as_("company", "POST", ACCEPT, json={"version": 1})

    assert response.json["details"] == {"current_version": 3}
    assert response.json["title"] == "The quote has a newer version than the one accepted: `current_version`"


def test_missing_parts_are_named(client: Any, services: Any) -> None:
    services.refuse(AcceptQuote, CannotQuoteYet(missing="legal_entity, mandate"))

    response = client.as_("company", "POST", ACCEPT, json={"version": 1})

    assert response.json["details"] == {"missing": "legal_entity, mandate"}


def test_who_must_wait_is_told_how_long(client: Any, services: Any) -> None:
    services.refuse(LogIn, TooManyAttempts(retry_after_seconds=42))

    response = client.as_("visitor", "POST", "/sessions", json={"email": "a@b.example", "password": "x"})

    assert (response.status_code, response.headers["Retry-After"]) == (429, "42")


@pytest.mark.parametrize(
    ("error", "code"),
    [(NeighbourSilent("contracting.x is not there"), "neighbour_silent"), (NeighbourFailed("contracting"), "neighbour_failed")],
)
def test_a_service_that_is_away_may_be_asked_again_and_is_not_named(
    client: Any, services: Any, error: Exception, code: str
) -> None:
    services.refuse(AcceptQuote, error)

    response = client.as_("company", "POST", ACCEPT, json={"version": 1})

    assert (response.status_code, response.headers["Retry-After"], response.json["code"]) == (503, "1", code)
    assert "contracting" not in response.text


def test_wrong_credentials_say_how_to_authenticate(client: Any, services: Any) -> None:
    services.refuse(LogIn, WrongCredentials())

    response = client.as_("visitor", "POST", "/sessions", json={"email": "a@b.example", "password": "x"})

    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_an_error_of_ours_tells_nothing_and_is_logged(client: Any, services: Any, capsys: Any) -> None:
    services.refuse(AcceptQuote, RuntimeError("password=hunter2 in /srv/app.py"))

    response = client.as_("company", "POST", ACCEPT, json={"version": 1})

    assert (response.status_code, response.json["code"]) == (500, "internal_error")
    assert "hunter2" not in response.text
    assert "/srv" not in response.text
    assert "hunter2" in capsys.readouterr().out


def test_every_problem_has_a_line_on_the_page_that_lists_them(client: Any) -> None:
    page = client.get("/api/docs/problems").text

    assert len(listed()) > 80
    assert [code for code, _, _ in listed() if f'id="{code}"' not in page] == []
    assert ("quote_already_accepted", 409, "This quote, or another one of the same offer round, is accepted already") in listed()
    assert ("forged_webhook", 400, "The signature does not match the body") in listed()
    assert ("csrf_check_failed", 403) in {(code, status) for code, status, _ in listed()}


def test_no_problem_of_a_contract_becomes_an_internal_error() -> None:
    assert json.dumps([entry for entry in listed() if entry[1] == 500]) == "[]"
