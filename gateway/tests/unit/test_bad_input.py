"""Whatever a client sends, it gets a 4xx problem that says what is wrong, and no service is asked."""

import json
from typing import Any

import pytest

MISSION = "/missions/mis_01JDC3Q8V5N0Y7K2M4R6T8W9XA"
SHEET = "/sheets/she_01JDC3Q8V5N0Y7K2M4R6T8W9XA"
QUOTE = "/quotes/quo_01JDC3Q8V5N0Y7K2M4R6T8W9XA"
LINE = {"description": "Day", "quantity": "2", "unit": "day", "unit_price": {"amount": 69_000}}
CONTENT = {
    "title": "Audit",
    "objectives": "An audit.",
    "deliverables": "A report.",
    "lines": [LINE],
    "starts_on": "2027-01-04",
    "ends_on": "2027-02-26",
}


def with_line(**change: Any) -> dict[str, Any]:
    return {"content": CONTENT | {"lines": [LINE | change]}}


def with_price(**price: Any) -> dict[str, Any]:
    return with_line(unit_price=price)


BODIES: list[tuple[str, str, str, Any, str, str]] = [
    # who, method, path, body, the field at fault, the code of the fault
    ("visitor", "POST", "/sessions", {"password": "x"}, "email", "missing"),
    ("visitor", "POST", "/sessions", {"email": 7, "password": "x"}, "email", "wrong_type"),
    ("visitor", "POST", "/sessions", {"email": "nobody", "password": "x"}, "email", "wrong_form"),
    ("visitor", "POST", "/sessions", {"email": f"{'a' * 60}@{'b' * 200}", "password": "x"}, "email", "too_long"),
    ("visitor", "POST", "/sessions", {"email": "a@b.example", "password": ""}, "password", "too_short"),
    ("visitor", "POST", "/sessions", {"email": "a@b.example", "password": "x" * 257}, "password", "too_long"),
    ("visitor", "POST", "/sessions", {"email": "a@b.example", "password": "x\x00y"}, "password", "wrong_form"),
    ("visitor", "POST", "/sessions", {"email": "a@b.example", "password": "x", "purpose": "token"}, "purpose", "unknown_field"),
    ("visitor", "POST", "/sessions", {"email": "a@b.example", "password": "x", "ip": "1.2.3.4"}, "ip", "unknown_field"),
    ("visitor", "POST", "/sessions", ["a"], "", "wrong_type"),
    ("visitor", "POST", "/sessions", None, "email", "missing"),
    ("visitor", "POST", "/accounts/experts", {"birth_date": "1968-02-30"}, "birth_date", "wrong_form"),
    ("visitor", "POST", "/accounts/experts", {"birth_date": "0001-01-01"}, "birth_date", "out_of_range"),
    ("visitor", "POST", "/accounts/experts", {"birth_date": -1}, "birth_date", "wrong_type"),
    ("visitor", "POST", "/accounts/experts", {"years_of_experience": 2**70}, "years_of_experience", "out_of_range"),
    ("visitor", "POST", "/accounts/experts", {"years_of_experience": "31"}, "years_of_experience", "wrong_type"),
    ("visitor", "POST", "/accounts/experts", {"years_of_experience": 31.5}, "years_of_experience", "wrong_type"),
    ("visitor", "POST", "/accounts/experts", {"years_of_experience": True}, "years_of_experience", "wrong_type"),
    ("visitor", "POST", "/accounts/experts", {"accept_terms": "yes"}, "accept_terms", "wrong_type"),
    ("visitor", "POST", "/accounts/companies", {"company_kind": "club"}, "company_kind", "unknown_value"),
    ("company", "PUT", "/company", {"name": "A", "address": {"line1": "1"}}, "address.postcode", "missing"),
    ("company", "PUT", "/company", {"name": "A", "address": "Lyon"}, "address", "wrong_type"),
    ("company", "PUT", "/company", {"address": {"country": "France"}}, "address.country", "too_long"),
    ("company", "PUT", "/company", {"actor": {"role": "operator"}}, "actor", "unknown_field"),
    ("company", "PUT", "/company", {"idempotency_key": "k"}, "idempotency_key", "unknown_field"),
    ("company", "POST", "/company/members", {"rights": ["everything"]}, "rights.0", "unknown_value"),
    ("expert", "POST", "/quotes", with_line(quantity="1e9"), "content.lines.0.quantity", "wrong_form"),
    ("expert", "POST", "/quotes", with_line(quantity=2), "content.lines.0.quantity", "wrong_type"),
    ("expert", "POST", "/quotes", with_price(amount=10**13), "content.lines.0.unit_price.amount", "out_of_range"),
    ("expert", "POST", "/quotes", with_price(amount=69_000.5), "content.lines.0.unit_price.amount", "wrong_type"),
    ("expert", "POST", "/quotes", with_price(amount=1, currency="eur"), "content.lines.0.unit_price.currency", "wrong_form"),
    ("expert", "POST", "/quotes", {"content": CONTENT | {"colour": "red"}}, "content.colour", "unknown_field"),
    ("expert", "POST", "/quotes", {"content": CONTENT, "offer_id": "offer-1"}, "offer_id", "wrong_form"),
    ("expert", "POST", "/quotes", {"content": CONTENT | {"weights": [1] * 101}}, "content.weights", "too_long"),
    ("company", "POST", f"{SHEET}/offers", {"expert_ids": ["x"]}, "expert_ids.0", "wrong_form"),
    ("company", "POST", f"{QUOTE}/accept", {"version": 0}, "version", "out_of_range"),
    ("company", "POST", f"{QUOTE}/accept", {"version": 1, "quote_id": "quo_1"}, "quote_id", "unknown_field"),
    ("company", "POST", f"{MISSION}/review", {"scores": {"overall": "5"}, "comment": ""}, "scores.overall", "wrong_type"),
    ("company", "POST", f"{MISSION}/review", {"scores": {"": 5}, "comment": ""}, "scores..[key]", "too_short"),
    ("expert", "POST", "/kyc/documents", {"file": {"filename": "../passport.png"}}, "file.filename", "wrong_form"),
    ("expert", "POST", "/kyc/documents", {"file": {"content": "not base 64!"}}, "file.content", "wrong_form"),
    ("expert", "POST", "/profile/publish", {"now": True}, "now", "unknown_field"),
    ("operator", "POST", "/sandbox/clock", {"advance_seconds": -1}, "advance_seconds", "out_of_range"),
]  # fmt: skip

ADDRESSES = [
    # who, path, the field at fault, the code of the fault
    ("visitor", "/experts?limit=0", "limit", "out_of_range"),
    ("visitor", "/experts?limit=101", "limit", "out_of_range"),
    ("visitor", "/experts?limit=ten", "limit", "wrong_type"),
    ("visitor", "/experts?limit=", "limit", "wrong_type"),
    ("visitor", "/experts?limit=٣", "limit", "wrong_type"),
    ("visitor", "/experts?limit=5&limit=6", "limit", "repeated"),
    ("visitor", "/experts?min_rating=nan", "min_rating", "wrong_type"),
    ("visitor", "/experts?min_rating=6", "min_rating", "out_of_range"),
    ("visitor", "/experts?min_day_rate_cents=-1", "min_day_rate_cents", "out_of_range"),
    ("visitor", "/experts?max_day_rate_cents=99999999999999999999", "max_day_rate_cents", "wrong_type"),
    ("visitor", "/experts?q=%00", "q", "wrong_form"),
    ("visitor", f"/experts?q={'x' * 501}", "q", "too_long"),
    ("visitor", "/experts?query=x", "query", "unknown_field"),
    ("visitor", "/experts?visitor_key=x", "visitor_key", "unknown_field"),
    ("visitor", "/experts?cursor=a%20b", "cursor", "wrong_form"),
    ("visitor", "/experts?cursor=", "cursor", "wrong_form"),
    ("visitor", "/experts/1", "expert_id", "wrong_form"),
    ("visitor", "/experts/exp_01jdc3q8v5n0y7k2m4r6t8w9xa", "expert_id", "wrong_form"),
    ("visitor", "/experts/%00", "expert_id", "wrong_form"),
    ("visitor", "/experts/%FF%FE", "expert_id", "wrong_form"),
    ("visitor", f"/experts/{'x' * 5000}", "expert_id", "too_long"),
    ("company", "/missions?state=lost", "state", "unknown_value"),
    ("operator", "/operator/events/nobody", "service", "unknown_value"),
    ("operator", "/operator/admissions?state=", "state", "unknown_value"),
]

UNREADABLE = [
    # content type, body, status, code
    ("application/json", b"{", 400, "malformed_request"),
    ("application/json", b"", 422, "bad_input"),
    ("application/json", b"null", 422, "bad_input"),
    ("application/json", b'{"email": "\xff"}', 400, "malformed_request"),
    ("application/json", b'{"email": "\\ud800", "password": "x"}', 400, "malformed_request"),
    ("application/json", b'{"email": "a@b.example", "email": "c@d.example", "password": "x"}', 400, "malformed_request"),
    ("application/json", b'{"email": NaN}', 400, "malformed_request"),
    ("application/json", b'{"email": ' + b"9" * 5000 + b"}", 400, "malformed_request"),
    ("application/json", b"[" * 100_000, 400, "malformed_request"),
    ("application/json", b"[" * 400 + b"]" * 400, 400, "malformed_request"),
    ("application/json; charset=latin-1", b"{}", 415, "unsupported_media_type"),
    ("application/x-www-form-urlencoded", b"email=a", 415, "unsupported_media_type"),
    ("text/plain", b"{}", 415, "unsupported_media_type"),
    ("", b"{}", 415, "unsupported_media_type"),
    ("application/json", b'{"email": "' + b"x" * 300_000 + b'"}', 413, "request_entity_too_large"),
]


def problem(response: Any) -> dict[str, Any]:
    assert response.mimetype == "application/problem+json"
    told: dict[str, Any] = response.json
    assert told["status"] == response.status_code
    assert told["correlation_id"] == response.headers["X-Correlation-Id"]
    assert {"type", "title", "detail", "instance", "code", "errors"} <= set(told)
    return told


@pytest.mark.parametrize(("who", "method", "path", "body", "field", "code"), BODIES)
def test_a_wrong_body_is_refused_with_the_field_at_fault(
    client: Any, services: Any, who: str, method: str, path: str, body: Any, field: str, code: str
) -> None:
    response = client.as_(who, method, path, json=body)

    told = problem(response)
    assert (response.status_code, told["code"]) == (422, "bad_input")
    assert (field, code) in {(fault["field"], fault["code"]) for fault in told["errors"]}
    assert services.asked == []


@pytest.mark.parametrize(("who", "path", "field", "code"), ADDRESSES)
def test_a_wrong_address_is_refused_with_the_field_at_fault(
    client: Any, services: Any, who: str, path: str, field: str, code: str
) -> None:
    response = client.as_(who, "GET", path)

    told = problem(response)
    assert response.status_code == 422
    assert (field, code) in {(fault["field"], fault["code"]) for fault in told["errors"]}
    assert services.asked == []


@pytest.mark.parametrize(("content_type", "body", "status", "code"), UNREADABLE)
def test_a_body_that_cannot_be_read_is_refused(
    client: Any, services: Any, content_type: str, body: bytes, status: int, code: str
) -> None:
    response = client.post("/api/v1/sessions", data=body, content_type=content_type)

    assert (response.status_code, problem(response)["code"]) == (status, code)
    assert services.asked == []


def test_all_faults_of_a_request_are_told_at_once(client: Any) -> None:
    response = client.as_("company", "POST", "/quotes/quo_1/accept?now=1", json={"version": "x", "why": 1})

    assert [(fault["field"], fault["code"]) for fault in response.json["errors"]] == [
        ("quote_id", "wrong_form"),
        ("now", "unknown_field"),
        ("version", "wrong_type"),
        ("why", "unknown_field"),
    ]


def test_a_flood_of_unknown_fields_gets_a_short_answer(client: Any) -> None:
    response = client.as_("visitor", "POST", "/sessions", json={f"{number}{'x' * 500}": 1 for number in range(400)})

    assert response.status_code == 422
    assert len(response.json["errors"]) == 50
    assert len(response.data) < 30_000


@pytest.mark.parametrize("query", ["q=%FF", "&".join(f"skill={number}" for number in range(150))])
def test_a_query_string_that_cannot_be_read_is_refused(client: Any, query: str) -> None:
    response = client.get(f"/api/v1/experts?{query}")

    assert (response.status_code, problem(response)["code"]) == (400, "malformed_request")


@pytest.mark.parametrize("path", ["/experts", "/missions/mis_01JDC3Q8V5N0Y7K2M4R6T8W9XA"])
def test_an_address_without_end_is_refused(client: Any, services: Any, path: str) -> None:
    response = client.as_("company", "GET", f"{path}?q={'x' * 8_000}")

    assert (response.status_code, problem(response)["code"]) == (414, "request_uri_too_long")
    assert services.asked == []


@pytest.mark.parametrize("path", ["/", "/api", "/api/v1/", "/api/v1/missions/", "/api/v1/nothing", "/%00", "/%FF", "/metrics/x"])
def test_an_unknown_address_is_a_problem_too(client: Any, path: str) -> None:
    response = client.get(path)

    assert (response.status_code, problem(response)["code"]) == (404, "not_found")


@pytest.mark.parametrize("method", ["POST", "DELETE", "TRACE", "BREW"])
def test_an_unknown_method_is_a_problem_too(client: Any, method: str) -> None:
    response = client.open("/api/v1/experts", method=method)

    assert (response.status_code, problem(response)["code"]) == (405, "method_not_allowed")
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 201, "\t"])
def test_a_malformed_idempotency_key_is_refused(client: Any, services: Any, key: str) -> None:
    headers = {"Idempotency-Key": key.encode().decode("latin-1")}

    response = client.as_("company", "POST", f"{MISSION}/validate", headers=headers)

    assert (response.status_code, response.json["code"]) == (400, "idempotency_key_malformed")
    assert services.asked == []


def test_a_body_for_a_file_may_be_larger_than_others(client: Any, services: Any) -> None:
    document = {
        "kind": "identity_proof",
        "file": {"filename": "a.pdf", "content_type": "application/pdf", "content": "A" * 400_000},
    }

    taken = client.as_("expert", "POST", "/kyc/documents", json=document)
    refused = client.as_("expert", "PUT", "/profile", json={"content": {"summary": "A" * 400_000}})
    huge = client.as_("expert", "POST", "/kyc/documents", data=b" " * (16 * 1024 * 1024), content_type="application/json")

    assert (taken.status_code, refused.status_code, huge.status_code) == (201, 413, 413)
    assert huge.headers["Connection"] == "close"


def test_reading_ignores_a_body(client: Any) -> None:
    assert client.get("/api/v1/experts", data=json.dumps({"x": 1}), content_type="application/json").status_code == 200
