"""Bad input gets a 4xx problem that says which field is wrong and why; never a 5xx, and nothing is changed.

Every wrong form of every field of every command (`wrong_inputs`), and by hand what has the right form and breaks a rule
(`broken_rules`); then addresses, keys, sessions and other people's objects. The order counts: first all that changes nothing.
"""

import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from broken_rules import COMPANY, REVIEWS, ROWS, Row, quoted
from world import COMMANDS, NOTHING, QUOTE, ROUTES, World, mission_under_way, nobodys
from wrong_inputs import CODES, right_body, wrong_bodies

from contracts.wire import Role
from embedded.cast import PASSWORD
from gateway.route import Key, Route

DAY = 86_400
LISTS = [route for route in ROUTES if "cursor" in route.said]
WITH_IDS = [route for route in ROUTES if set(route.path_names) - {"service"}]
COSTLY = [route for route in COMMANDS if route.key is Key.REQUIRED]
EMPTY_FOR_NOBODY = {"/experts/{expert_id}/reviews", "/missions/{mission_id}/documents"}
"""Lists that know nothing of their subject but what they hold."""
UNREADABLE = [
    # body, content type, status, code
    (b"{", "application/json", 400, "malformed_request"),
    (b'{"a": 1, "a": 2}', "application/json", 400, "malformed_request"),
    (b'{"a": NaN}', "application/json", 400, "malformed_request"),
    (b'{"a": "\xff"}', "application/json", 400, "malformed_request"),
    (b"[" * 50_000, "application/json", 400, "malformed_request"),
    (b"a=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
    (b"{}", "text/plain", 415, "unsupported_media_type"),
    (b'{"a": "' + b"x" * 262_144 + b'"}', "application/json", 413, "request_entity_too_large"),
]
WRONG_WINDOWS = [
    # query, the field at fault
    ("cursor=garbage", "cursor"),
    ("cursor=MA", "cursor"),
    ("cursor=99999999999999999999", "cursor"),
    ("cursor=", "cursor"),
    ("limit=0", "limit"),
    ("limit=101", "limit"),
    ("limit=ten", "limit"),
    ("colour=red", "colour"),
]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with mission_under_way() as world:
        yield world


@pytest.fixture(scope="module", autouse=True)
def before(world: World) -> dict[str, Any]:
    """What everybody could read before the first bad input."""
    return world.settled()


@pytest.fixture(scope="module")
def closed(world: World) -> World:
    """The mission is done, paid and closed."""
    journey = world.journey
    journey.release_mid_mission(2)
    journey.report()
    journey.fund(3)
    journey.validate()
    journey.wait_mission("closed")
    return world


def named(route: Route) -> str:
    return f"{route.method} {route.operation}"


def caller(route: Route) -> str:
    """Somebody who may use the route: refusals are for the input alone."""
    return route.by[-1].role.value if route.by[0].role is not Role.VISITOR else "visitor"


def address(route: Route, **ids: str) -> str:
    """The route's path, with somebody's real ids where the world has them."""
    path = route.path
    for name in route.path_names:
        path = path.replace("{" + name + "}", ids.get(name, "{" + name + "}"))
    return path


def refused(answer: requests.Response, status: int, code: str) -> dict[str, tuple[str, ...]]:
    """The fields at fault and their codes; the problem has the form of one."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text[:500]
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert (problem["status"], problem["correlation_id"]) == (status, answer.headers["X-Correlation-Id"])
    assert all(problem[part] for part in ("type", "title", "detail", "instance"))
    assert all(fault["reason"] and fault["code"] for fault in problem["errors"])
    faults: dict[str, tuple[str, ...]] = {}
    for fault in problem["errors"]:
        faults[fault["field"]] = (*faults.get(fault["field"], ()), fault["code"])
    return faults


@pytest.mark.parametrize("route", COMMANDS, ids=named)
def test_every_wrong_form_of_every_field_is_refused_with_its_field(world: World, route: Route) -> None:
    untold = []
    for wrong in wrong_bodies(route):
        answer = world.ask(caller(route), route.method, address(route), wrong.body)
        faults = refused(answer, 422, "bad_input")
        if not CODES[wrong.what].intersection(faults.get(wrong.field, ())):
            untold.append((wrong.field, wrong.what, faults))

    assert untold == []


@pytest.mark.parametrize("route", COMMANDS, ids=named)
def test_what_cannot_be_read_is_refused(world: World, route: Route) -> None:
    for body, content_type, status, code in UNREADABLE:
        if status == 413 and route.takes_file:
            continue
        answer = world.ask(caller(route), route.method, address(route), data=body, headers={"Content-Type": content_type})

        refused(answer, status, code)


@pytest.mark.parametrize("route", COSTLY, ids=named)
def test_what_costs_something_needs_a_readable_key(world: World, route: Route) -> None:
    ask = (caller(route), route.method, address(route), right_body(route))

    refused(world.ask(*ask, headers={"Idempotency-Key": None}), 400, "idempotency_key_missing")
    for key in ("", "a b", "é".encode(), "x" * 201):
        refused(world.ask(*ask, headers={"Idempotency-Key": key}), 400, "idempotency_key_malformed")


@pytest.mark.parametrize("route", WITH_IDS, ids=named)
def test_an_id_of_another_form_is_refused_with_its_name(world: World, route: Route) -> None:
    for name in set(route.path_names) - {"service"}:
        wrong = ("0", "-1", "1e3", "one", "9" * 30) if name == "instalment" else ("1", "null", "exp_1", "%00", "x" * 300, "%27--")
        for value in wrong:
            body = right_body(route) if route.is_command else NOTHING
            answer = world.ask(caller(route), route.method, address(route, **{name: value}), body)

            assert name in refused(answer, 422, "bad_input")


@pytest.mark.parametrize("route", WITH_IDS, ids=named)
def test_what_nobody_has_is_not_found(world: World, route: Route) -> None:
    ids = {name: nobodys(name) for name in route.path_names}
    body = {**right_body(route), **({"content": QUOTE} if "content" in route.said else {})} if route.is_command else NOTHING
    for role in {who.role.value for who in route.by}:
        answer = world.ask(role, route.method, address(route, **ids), body)

        if route.path in EMPTY_FOR_NOBODY:
            assert answer.json() == {"items": [], "next_cursor": None}
        else:
            assert refused(answer, 404, answer.json()["code"]) == {}
            assert answer.json()["code"].startswith(("unknown_", "not_found"))


@pytest.mark.parametrize("route", LISTS, ids=named)
def test_a_wrong_cursor_or_limit_is_refused_with_its_name(world: World, route: Route) -> None:
    for query, field in WRONG_WINDOWS:
        answer = world.ask(caller(route), "GET", f"{address(route)}?{query}")

        assert field in refused(answer, 422, answer.json().get("code")), (query, answer.text[:300])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]} {row[2]} {row[5]} {row[6]}")
def test_a_broken_rule_is_told_by_name_and_field(world: World, row: Row) -> None:
    who, method, path, body, status, code, field = row

    answer = world.ask(who, method, path, body)

    assert list(refused(answer, status, code)) == ([field] if field else [])


@pytest.mark.parametrize("credential", ["Bearer unknown", "Bearer", "Bearer a b", "Basic YTpi", "bearer \x7f", "x" * 5_000])
def test_a_credential_of_nobody_is_refused(world: World, credential: str) -> None:
    for method, path in (("GET", "/missions"), ("POST", "/sheets"), ("GET", "/experts")):
        answer = requests.request(
            method, f"{world.journey.base_url}/api/v1{path}", headers={"Authorization": credential}, timeout=10
        )

        assert refused(answer, 401, answer.json()["code"]) == {}


def test_none_of_this_changed_anything(world: World, before: dict[str, Any]) -> None:
    assert world.settled() == before


MESSAGES = "/conversations/{conversation_id}/messages"
ONCE = [
    # who, path, body, another body, the list that shows the effect
    ("company", "/sheets", {"title": "Une", "objectives": "?"}, {"title": "Autre", "objectives": "?"}, "/sheets"),
    ("company", MESSAGES, {"text": "Une"}, {"text": "Autre"}, MESSAGES),
    ("company", "/sheets/{sheet_id}/offers", {"expert_ids": ["{loser_id}"]}, {"expert_ids": ["{expert_id}"]}, "/offers"),
    ("expert", "/quotes", quoted(), quoted(title="Autre"), "/quotes"),
    ("company", "/missions/{mission_id}/instalments/2/payments", {"means": "card", "payment_method": "pm_card_chargeDeclined"},
     {"means": "card", "payment_method": "pm_card_visa"}, "/missions/{mission_id}/payments"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "path", "body", "other", "shown"), ONCE, ids=lambda value: value if str(value)[:1] == "/" else ""
)
def test_a_key_works_once(world: World, who: str, path: str, body: Any, other: Any, shown: str) -> None:
    """The same key and input: the same answer, one effect. Another input: refused."""
    count = len(world.ask(who, "GET", shown).json()["items"])
    key = f"once {path}".replace(" ", "-")

    first = world.ask(who, "POST", path, body, key=key)
    again = [world.ask(who, "POST", path, body, key=key) for _ in range(2)]
    changed = world.ask(who, "POST", path, other, key=key)

    assert first.status_code == 201
    assert [(answer.status_code, answer.json()) for answer in again] == [(201, first.json())] * 2
    assert list(refused(changed, 422, "idempotency_key_reused")) == []
    assert len(world.ask(who, "GET", shown).json()["items"]) == count + 1


def test_a_key_used_many_times_at_once_works_once(world: World) -> None:
    count = len(world.ask("stranger", "GET", "/sheets?limit=100").json()["items"])
    body, answers = {"title": "Toutes ensemble", "objectives": "?"}, []
    asking = [
        threading.Thread(target=lambda: answers.append(world.ask("stranger", "POST", "/sheets", body, key="at-once")))
        for _ in range(8)
    ]

    for each in asking:
        each.start()
    for each in asking:
        each.join()

    assert {(answer.status_code, answer.text) for answer in answers} == {(201, answers[0].text)}
    assert len(world.ask("stranger", "GET", "/sheets?limit=100").json()["items"]) == count + 1


def test_a_key_belongs_to_who_used_it_and_a_refusal_does_not_use_it_up(world: World) -> None:
    key, body = str(uuid.uuid4()), {"title": "La mienne", "objectives": "?"}
    refused(world.ask("company", "POST", "/sheets", body | {"title": " "}, key=key), 422, "invalid_input")

    mine = world.ask("company", "POST", "/sheets", body, key=key)
    theirs = world.ask("stranger", "POST", "/sheets", body | {"title": "La leur"}, key=key)

    assert (mine.status_code, mine.json()["title"]) == (201, "La mienne")
    assert (theirs.status_code, theirs.json()["title"]) == (201, "La leur")


def test_a_visitor_s_key_opens_one_account(world: World) -> None:
    first, again = (world.ask("visitor", "POST", "/accounts/companies", COMPANY, key="sign-up") for _ in range(2))
    changed = world.ask("visitor", "POST", "/accounts/companies", COMPANY | {"email": "autre@nouvelle.example"}, key="sign-up")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    refused(changed, 422, "idempotency_key_reused")


@pytest.mark.parametrize(("body", "code", "field"), REVIEWS)
def test_a_review_keeps_to_the_criteria_and_their_scale(closed: World, body: Any, code: str, field: str) -> None:
    answer = closed.ask("company", "POST", "/missions/{mission_id}/review", body)

    assert list(refused(answer, 422, code)) == [field]
    assert closed.ask("visitor", "GET", "/experts/{expert_id}/reviews").json()["items"] == []


@pytest.mark.parametrize(
    ("who", "path", "body"),
    [
        ("expert", "report", {"text": "Encore fait."}),
        ("company", "validate", {}),
        ("expert", "amend", {"scope": "Plus large"}),
        ("operator", "cancel", {"reason": "Trop tard"}),
        ("company", "instalments/3/payments", {"means": "transfer"}),
    ],
)
def test_a_closed_mission_stays_as_it_is(closed: World, who: str, path: str, body: Any) -> None:
    before = closed.ask("company", "GET", "/missions/{mission_id}").json()

    answer = closed.ask(who, "POST", f"/missions/{{mission_id}}/{path}", body)

    refused(answer, 409, answer.json()["code"])
    assert closed.ask("company", "GET", "/missions/{mission_id}").json() == before


def opened(world: World, path: str) -> tuple[str, dict[str, Any]]:
    """A session of the stranger's: its secret, and what was told of it."""
    login = {"email": world.stranger_email, "password": PASSWORD} | ({"name": "another"} if path == "/tokens" else {})
    answer = world.ask("visitor", "POST", path, login)
    assert answer.status_code == 201
    world.sessions.clear()  # a cookie would come along
    return answer.cookies.get("entremise_session") or answer.json()["secret"], answer.json()


def asked_with(world: World, secret: str, method: str, path: str) -> list[requests.Response]:
    """As a bearer token, and as a cookie with the header that a page of ours sends."""
    url = f"{world.journey.base_url}/api/v1{path}"
    body = {"title": "Trop tard", "objectives": "?"} if method == "POST" else None
    ways = ({"Authorization": f"Bearer {secret}"}, {"Cookie": f"entremise_session={secret}", "X-CSRF": "1"})
    return [requests.request(method, url, json=body, headers=way, timeout=10) for way in ways]


def check_over(world: World, secret: str) -> None:
    sheets = world.ask("stranger", "GET", "/sheets").json()
    for method, path in (("GET", "/sheets"), ("POST", "/sheets"), ("GET", "/account"), ("DELETE", "/sessions/current")):
        for answer in asked_with(world, secret, method, path):
            assert refused(answer, 401, "session_over") == {}
    assert world.ask("stranger", "GET", "/sheets").json() == sheets


def test_a_revoked_session_is_over(world: World) -> None:
    secret, session = opened(world, "/tokens")
    assert [answer.status_code for answer in asked_with(world, secret, "GET", "/sheets")] == [200, 200]

    assert world.ask("stranger", "DELETE", f"/sessions/{session['session_id']}").status_code == 200

    check_over(world, secret)


def test_logging_out_ends_the_session(world: World) -> None:
    secret, _ = opened(world, "/sessions")

    assert asked_with(world, secret, "DELETE", "/sessions/current")[0].status_code == 200

    check_over(world, secret)


def test_a_cookie_is_over_after_a_fortnight_and_a_wrong_password_does_not_end_it(world: World) -> None:
    secret, _ = opened(world, "/sessions")
    cookie = {"Cookie": f"entremise_session={secret}", "X-CSRF": "1"}
    change = {"current_password": "wrong", "new_password": "a quiet evening in 2027"}
    url = f"{world.journey.base_url}/api/v1/password/change"
    wrong = requests.post(url, json=change, headers=cookie, timeout=10)
    assert list(refused(wrong, 401, "wrong_credentials")) == ["current_password"]
    assert "Set-Cookie" not in wrong.headers

    world.journey.advance(13 * DAY)
    assert {answer.status_code for answer in asked_with(world, secret, "GET", "/sheets")} == {200}
    world.journey.advance(2 * DAY)

    check_over(world, secret)
    assert "entremise_session=;" in asked_with(world, secret, "GET", "/sheets")[1].headers["Set-Cookie"]


def test_a_token_is_over_after_a_year(world: World) -> None:
    secret, _ = opened(world, "/tokens")
    world.journey.advance(351 * DAY)
    stranger = {"Authorization": f"Bearer {secret}"}
    assert requests.get(f"{world.journey.base_url}/api/v1/sheets", headers=stranger, timeout=10).status_code == 200

    assert refused(world.ask("expert", "GET", "/quotes"), 401, "session_over") == {}
    assert refused(world.ask("expert", "POST", "/quotes", quoted()), 401, "session_over") == {}
