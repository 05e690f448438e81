"""The table of routes against the API that was agreed on, row by row and caller by caller."""

import re
from typing import Any

import pytest

from contracts.wire import Actor, Call, Command, Right, Role
from gateway.answers import JSON
from gateway.examples import example_of_fields
from gateway.fields import example_id
from gateway.route import Key, Route
from gateway.table import callers, routes

AGREED = """
POST /accounts/companies | POST /accounts/experts | POST /accounts/confirm-email
POST /password/reset-request | POST /password/reset | POST /password/change
POST /sessions | DELETE /sessions/current | POST /tokens | GET /sessions | DELETE /sessions/{session_id}
GET /account | PATCH /account | DELETE /account
GET /company | PUT /company | POST /company/members | GET /legal-entity | PUT /legal-entity | GET /charter | POST /charter
GET /mandate | POST /mandate | POST /mandate/revoke
GET /admission | POST /admission | GET /operator/admissions | POST /operator/admissions/{expert_id}/votes
POST /operator/experts/{expert_id}/suspend | POST /operator/experts/{expert_id}/reinstate
POST /operator/experts/{expert_id}/confirm-legal-entity
GET /kyc | POST /kyc/documents | GET /referral
GET /profile | PUT /profile | PUT /profile/photo | POST /profile/publish | PUT /profile/visibility
PUT /operator/profiles/{expert_id}/visibility | GET /profile/statistics
GET /experts | GET /experts/{expert_id} | GET /experts/{expert_id}/photo | GET /experts/{expert_id}/reviews
GET /conversations | POST /conversations | GET /conversations/{conversation_id}/messages
POST /conversations/{conversation_id}/messages | POST /conversations/{conversation_id}/read
GET /notifications | GET /operator/notifications
GET /sheets | POST /sheets | POST /sheets/{sheet_id}/offers | GET /offers | POST /offers/{offer_id}/decline
GET /quotes | POST /quotes | GET /quotes/{quote_id} | PUT /quotes/{quote_id} | POST /quotes/{quote_id}/send
POST /quotes/{quote_id}/withdraw | POST /quotes/{quote_id}/decline | POST /quotes/{quote_id}/accept
GET /missions | GET /missions/{mission_id} | POST /missions/{mission_id}/start | POST /missions/{mission_id}/amend
POST /missions/{mission_id}/amendment-answer
POST /missions/{mission_id}/release-request | POST /missions/{mission_id}/instalments/{instalment}/approve-release
POST /missions/{mission_id}/report | POST /missions/{mission_id}/validate | POST /missions/{mission_id}/cancel
POST /missions/{mission_id}/review
GET /missions/{mission_id}/escrow | GET /missions/{mission_id}/ledger
POST /missions/{mission_id}/instalments/{instalment}/payments | GET /missions/{mission_id}/payments
GET /payments/{payin_id} | POST /payments/{payin_id}/cancel | GET /payouts | GET /missions/{mission_id}/documents | GET /documents
GET /documents/{document_id} | GET /documents/{document_id}/file | GET /dashboard
GET /operator/operations | POST /operator/operations/{operation_id}/replay | GET /operator/events/{service}
GET /operator/unallocated | POST /operator/events/{service}/{event_id}/replay | GET /operator/audit/{service}
POST /sandbox/transfers | POST /sandbox/clock | GET /sandbox/clock
"""
TABLE = routes(with_sandbox=True)
EVERYBODY = {"visitor": Role.VISITOR, "expert": Role.EXPERT, "company": Role.COMPANY, "operator": Role.OPERATOR}


def named(route: Route) -> str:
    return f"{route.method} {route.path} {route.operation}"


def address(route: Route) -> str:
    """The route's path with an example in each place."""
    places = {"instalment": "1", "service": "payments"}
    return re.sub(r"{(\w+)}", lambda place: places.get(place[1]) or example_id(place[1]), route.path)


def body(route: Route) -> dict[str, Any] | None:
    return example_of_fields(route.call, route.said.items()) if route.said and route.method != "GET" else None


def knock(client: Any, route: Route, who: str, **more: Any) -> Any:
    return client.as_(who, route.method, address(route), json=body(route), **more)


def test_the_api_is_exactly_what_was_agreed_on() -> None:
    agreed = {entry.strip() for entry in re.split(r"[|\n]", AGREED) if entry.strip()}

    assert {f"{route.method} {route.path}" for route in TABLE} == agreed


def test_outside_a_sandbox_its_routes_do_not_exist() -> None:
    outside = {route.path for route in routes(with_sandbox=False)}

    assert {route.path for route in TABLE} - outside == {"/sandbox/transfers", "/sandbox/clock"}


@pytest.mark.parametrize("route", TABLE, ids=named)
def test_the_documented_example_of_a_route_reaches_the_service_that_owns_it(client: Any, services: Any, route: Route) -> None:
    response = knock(client, route, route.by[-1].role.value)

    assert response.status_code == route.status, response.text
    assert response.mimetype in (*route.answering.media, "application/octet-stream")
    if route.here is None:
        call: Call[Any] = services.asked[-1]
        assert type(call) is route.call
        assert call.actor.role in ({Role.VISITOR} if route.blind else {route.by[-1].role})
        assert all(getattr(call, name) not in (None, "", ()) for name in route.said.values() if route.method != "GET")


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_not_call_a_route_is_refused_before_the_service_is_asked(client: Any, services: Any, who: str) -> None:
    refusal = (401, "not_logged_in") if who == "visitor" else (403, "role_not_allowed")
    open_to = {(row.method, row.path) for row in TABLE if EVERYBODY[who] in {person.role for person in row.by}}
    closed = [row for row in TABLE if (row.method, row.path) not in open_to]

    answers = {named(row): knock(client, row, who) for row in closed}

    told = {name: (answer.status_code, answer.json["code"]) for name, answer in answers.items()}
    assert told == dict.fromkeys(answers, refusal)
    assert services.asked == []
    assert len(closed) > 20


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_call_a_route_reaches_the_service(client: Any, services: Any, who: str) -> None:
    open_to = [row for row in TABLE if EVERYBODY[who] in {person.role for person in row.by}]

    answers = {named(row): knock(client, row, who).status_code for row in open_to}

    assert answers == {named(row): row.status for row in open_to}


@pytest.mark.parametrize("route", [row for row in TABLE if any(who.right for who in row.by)], ids=named)
def test_a_right_that_is_asked_for_and_missing_is_refused(client: Any, services: Any, route: Route) -> None:
    who = next(who for who in route.by if who.right)
    asked_for = {each.right for each in route.by if each.role is who.role}
    others = tuple(right for right in Right if right not in asked_for)
    services.sessions["without"] = Actor(role=who.role, account_id="acc_W", rights=others)

    response = knock(client, route, "without")

    assert response.status_code == 403
    assert str(who) in response.json["details"]["needs"]
    assert services.asked == []


@pytest.mark.parametrize("route", [row for row in TABLE if row.key is Key.REQUIRED], ids=named)
def test_what_costs_something_needs_an_idempotency_key(client: Any, services: Any, route: Route) -> None:
    response = knock(client, route, route.by[-1].role.value, headers={"Idempotency-Key": None})

    assert (response.status_code, response.json["code"]) == (400, "idempotency_key_missing")
    assert services.asked == []


def test_what_moves_money_or_binds_somebody_is_among_what_needs_a_key() -> None:
    costly = {route.operation for route in TABLE if route.key is Key.REQUIRED}

    assert costly == {
        "send_offers", "draft_quote", "send_quote", "accept_quote", "pay_instalment", "request_release", "approve_release",
        "cancel_payin", "validate_report", "cancel_mission", "replay_operation", "replay_event", "simulate_transfer",
    }  # fmt: skip


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [route.operation for route in TABLE]

    assert sorted(names) == sorted(set(names))


def test_reading_never_is_a_command() -> None:
    assert {route.operation for route in TABLE if route.method == "GET" and issubclass(route.call, Command)} == set()


def test_what_changes_something_is_a_command_but_for_logging_in_whose_answer_is_a_secret() -> None:
    asking = {route.operation for route in TABLE if route.method != "GET" and not issubclass(route.call, Command)}

    assert asking == {"log_in", "create_token"}


def test_the_table_of_callers_can_be_walked() -> None:
    table = callers(TABLE)

    assert ("POST", "/quotes/{quote_id}/accept", "company:accept_quotes") in table
    assert ("GET", "/experts", "visitor") in table
    assert ("GET", "/missions/{mission_id}/ledger", "operator:finance") in table


def test_the_team_reads_and_switches_only_with_the_right_that_the_owning_service_asks_for() -> None:
    """P14, P19."""
    team: dict[str, set[str]] = {}
    for method, path, who in callers(TABLE):
        if who.startswith("operator"):
            team.setdefault(f"{method} {path}", set()).add(who)

    for read in ("GET /quotes/{quote_id}", "GET /missions", "GET /missions/{mission_id}", "POST /missions/{mission_id}/cancel"):
        assert team[read] == {"operator:support", "operator:mediator"}
    assert team["PUT /operator/profiles/{expert_id}/visibility"] == {"operator:support"}
    for any_service in (
        "GET /operator/events/{service}",
        "POST /operator/events/{service}/{event_id}/replay",
        "GET /operator/audit/{service}",
    ):
        assert team[any_service] == {"operator:support", "operator:finance", "operator:mediator"}


def test_a_row_that_names_a_field_the_call_does_not_have_stops_the_start() -> None:
    known = next(route for route in TABLE if route.answering is JSON)

    with pytest.raises(ValueError, match="has no"):
        Route("GET", "/x", known.call, known.by, hides=("no_such_field",))
