"""Bad input gets a 4xx problem that says which field is wrong and why; never a 5xx, and nothing is changed.

Every wrong form of every field of every command (`wrong_inputs`), and by hand what has the right form and breaks a rule
(`broken_rules`); then addresses, keys, sessions and other people's objects.
"""

import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from broken_rules import CARD, COMPANY, MISSION, PASSWORD, REVIEWS, ROWS, quoted
from contracts.wire import Role, service_of
from embedded.client import Person
from gateway.route import Key, Route
from world import COMMANDS, QUOTE, ROUTES, World, mission_under_way, nobodys
from wrong_inputs import CODES, right_body, wrong_bodies

DAY = 86_400
LISTS = [route for route in ROUTES if "cursor" in route.said]
WITH_IDS = [route for route in ROUTES if route.path_names]
COSTLY = [route for route in COMMANDS if route.key is Key.REQUIRED]
EMPTY_FOR_NOBODY = {"/experts/{expert_id}/reviews", "/missions/{mission_id}/documents", "/operator/events/{service}", "/operator/audit/{service}"}
"""Lists that anybody may ask about anybody's id: nothing is found."""
UNREADABLE = [
    # body, content type, status, code
    ("{", "application/json", 400, "malformed_request"),
    ('{"a": 1, "a": 2}', "application/json", 400, "malformed_request"),
    ('{"a": NaN}', "application/json", 400, "malformed_request"),
    (b'{"a": "\xff"}', "application/json", 400, "malformed_request"),
    ("[" * 50_000, "application/json", 400, "malformed_request"),
    ("a=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
    ("{}", "text/plain", 415, "unsupported_media_type"),
    ('{"a": "' + "x" * 15_728_640 + '"}', "application/json", 413, "request_entity_too_large"),
]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with mission_under_way() as world:
        yield world


@pytest.fixture(scope="module")
def before(world: World) -> dict[str, Any]:
    """What everybody saw before all this."""
    return world.settled()


def named(route: Route) -> str:
    return f"{route.method} {route.path} {route.operation}"


def caller(route: Route) -> str:
    return route.by[-1].role.value


def refused(answer: requests.Response, status: int, code: str) -> dict[str, Any]:
    """The problem, after a look at its form."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert (problem["status"], problem["correlation_id"]) == (status, answer.headers["X-Correlation-Id"])
    assert all(problem[part] for part in ("type", "title", "detail", "instance"))
    assert all(fault["reason"] and fault["code"] for fault in problem["errors"])
    return problem


@pytest.mark.parametrize("route", COMMANDS, ids=named)
def test_every_wrong_form_of_every_field_is_refused_with_its_field(world: World, before: Any, route: Route) -> None:
    accepted = []
    for wrong in wrong_bodies(route):
        answer = world.ask(caller(route), route.method, route.path.replace("{session_id}", nobodys("session_id")), wrong.body)
        problem = refused(answer, 422, "bad_input")
        faults = [(fault["field"], fault["code"]) for fault in problem["errors"]]
        if not any(field == wrong.field and code in CODES[wrong.what] for field, code in faults):
            accepted.append((wrong.field, wrong.what, faults[:5]))

    assert accepted == []


@pytest.mark.parametrize("route", COMMANDS, ids=named)
def test_what_cannot_be_read_is_refused(world: World, route: Route) -> None:
    ...


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[1]} {row[2]} {row[5]} {row[6]}")
def test_a_broken_rule_is_told_by_name_and_field(world: World, before: Any, row: Any) -> None:
    who, method, path, body, status, code, field = row

    answer = world.ask(who, method, path, body)

    problem = refused(answer, status, code)
    assert (field or None) == next((fault["field"] for fault in problem["errors"] if fault["field"] == field), None)
    if service := owner(method, path):
        assert not world.took_effect(answer, service)


def owner(method: str, path: str) -> str | None:
    return None
