"""Every endpoint x every role, and every object x a stranger: on the whole stack, so that the owner of the object answers."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import requests
from amounts import EXAMPLES

from embedded.journey import Journey
from gateway.table import callers, routes

ROWS = sorted({(row.method, row.path) for row in routes(with_sandbox=True)})
ALLOWED = callers(routes(with_sandbox=True))
EMPTY_LIST = {"items": [], "next_cursor": None}  # a list shows a stranger nothing of what is not his
BODIES: dict[str, dict[str, Any]] = {
    "/conversations/{conversation_id}/messages": {"text": "Bonjour"},
    "/sheets/{sheet_id}/offers": {"expert_ids": ["exp_00000000000000000000000000"]},
    "/quotes/{quote_id}/accept": {"version": 1},
    "/missions/{mission_id}/amend": {"scope": "Plus large"},
    "/missions/{mission_id}/amendment-answer": {"accept": True},
    "/missions/{mission_id}/report": {"text": "Fait."},
    "/missions/{mission_id}/cancel": {"reason": "Plus besoin"},
    "/missions/{mission_id}/review": {"scores": {"overall": 5}, "comment": "Bien."},
    "/missions/{mission_id}/instalments/{instalment}/payments": {"means": "card", "payment_method": "pm_card_visa"},
}


@pytest.fixture(scope="module")
def world(stack) -> dict[str, Any]:
    """A mission under way, with somebody of each role who has a part in it and somebody who has none."""
    example = next(example for example in EXAMPLES if example.policy == stack.policy)
    journey = Journey(stack.base_url, stack.operators, stack.policy, example.case, patience_seconds=30)
    journey.begin()
    journey.agree()
    payin = journey.fund(1)
    journey.wait_mission("active")
    stranger = Journey(stack.base_url, stack.operators, stack.policy, example.case, patience_seconds=30)
    stranger.sign_up_company()
    outsider = stranger.sign_up_expert("Ines", "Autre", title="Autre", skills=("autre",))
    return {
        "base_url": stack.base_url,
        "people": {
            "visitor": journey.visitor,
            "expert": journey.winner.person,
            "company": journey.company,
            "operator": stack.operators[0],
        },
        "strangers": {"expert": outsider.person, "company": stranger.company},
        "bodies": {("PUT", "/quotes/{quote_id}"): {"content": journey.quote_content()}},
        "ids": {
            "mission_id": journey.mission_id,
            "quote_id": journey.quotes[journey.winner.expert_id]["quote_id"],
            "offer_id": journey.offers[journey.experts[1].expert_id],
            "sheet_id": journey.sheet_id,
            "conversation_id": journey.conversation_id,
            "payin_id": payin["payin_id"],
            "document_id": journey.documents(journey.company)[0]["document_id"],
            "instalment": "1",
        },
    }


def test_every_endpoint_refuses_every_role_that_is_not_listed(world):
    wrong = []
    for method, path in ROWS:
        for role, person in world["people"].items():
            if any((method, path) == (m, p) and who.split(":")[0] == role for m, p, who in ALLOWED):
                continue
            status = asked(person, method, filled(path, lambda name: world["ids"].get(name, anything(name))))
            if status != (401 if role == "visitor" else 403):
                wrong.append((role, method, path, status))

    assert wrong == []


def test_every_object_of_others_does_not_exist_for_a_stranger(world):
    wrong, tried = [], 0
    for method, path in ROWS:
        if path.startswith("/operator") or not any("{" + name + "}" in path for name in world["ids"] if name != "instalment"):
            continue
        for role, person in world["strangers"].items():
            if not any((method, path) == (m, p) and who.split(":")[0] == role for m, p, who in ALLOWED):
                continue
            tried += 1
            body = world["bodies"].get((method, path)) or BODIES.get(path, {})
            answer = ask(person, method, filled(path, lambda name: world["ids"][name]), body)
            if answer.status_code not in (403, 404) and answer.json() != EMPTY_LIST:
                wrong.append((role, method, path, answer.status_code, answer.text[:200]))

    assert wrong == []
    assert tried > 25


def test_an_operator_without_the_right_is_refused(stack):
    """The rights of the team are checked one by one: `stack.clerk` has none."""
    wrong = []
    for method, path, who in ALLOWED:
        if who.startswith("operator:"):
            status = asked(stack.clerk, method, filled(path, anything), {"reason": "curieux", "in_favour": True, "visible": True})
            if status != 403:
                wrong.append((method, path, status))

    assert wrong == []


def asked(person: Any, method: str, path: str, body: dict[str, Any] | None = None) -> int:
    return ask(person, method, path, body).status_code


def ask(person: Any, method: str, path: str, body: dict[str, Any] | None = None) -> requests.Response:
    headers = {"Idempotency-Key": str(uuid.uuid4()), **person.credentials}
    url = f"{person.base_url}/api/v1{path}"
    return requests.request(method, url, json=None if method == "GET" else (body or {}), headers=headers, timeout=20)


def filled(path: str, value: Callable[[str], str]) -> str:
    for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
        path = path.replace("{" + name + "}", value(name))
    return path


def anything(name: str) -> str:
    """An id of the right shape that is nobody's."""
    prefixes = {"expert_id": "exp", "session_id": "ses", "operation_id": "ope", "event_id": "evt"}
    if name == "service":
        return "payments"
    return "1" if name == "instalment" else f"{prefixes.get(name, 'xyz')}_{'0' * 26}"
