"""The document: valid, complete, and made of what is checked."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource

from gateway.table import routes


@pytest.fixture
def document(client: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/openapi.json").json
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(method, path, operation) for path, methods in document["paths"].items() for method, operation in methods.items()]


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    validate(document)

    assert document["openapi"] == "3.1.0"


def test_every_route_is_in_it(document: dict[str, Any]) -> None:
    missing = [
        f"{route.method} {route.path}"
        for route in routes(with_sandbox=True)
        if route.method.lower() not in document["paths"].get(f"/api/v1{route.path}", {})
    ]

    assert missing == []
    assert "post" in document["paths"]["/webhooks/stripe"]


def test_every_operation_has_a_name_of_its_own_a_summary_and_says_who_may_call_it(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]

    assert len(names) == len(set(names))
    assert [name for _, _, operation in operations(document) if not (name := operation["summary"])] == []
    silent = [path for _, path, operation in operations(document) if path.startswith("/api/v1/") and "responses" not in operation]
    assert silent == []


def test_every_body_and_every_answer_comes_with_an_example_that_fits_its_schema(document: dict[str, Any]) -> None:
    registry: Registry[Any] = Registry().with_resource("urn:doc", Resource.opaque(document))
    wrong = []
    for method, path, operation in operations(document):
        contents = [operation.get("requestBody", {}).get("content", {})]
        contents += [response.get("content", {}) for code, response in operation["responses"].items() if code < "300"]
        for content in contents:
            described = content.get("application/json", {})
            if "schema" not in described:
                continue
            examples = [value["value"] for value in described.get("examples", {}).values()] or [described["example"]]
            validator = Draft202012Validator(absolute(described["schema"]), registry=registry)
            wrong += [(method, path, error.message) for example in examples for error in validator.iter_errors(example)]

    assert wrong == []


def absolute(schema: Any) -> Any:
    """The schema with its references leading into the whole document."""
    if isinstance(schema, dict):
        return {key: f"urn:doc{value}" if key == "$ref" else absolute(value) for key, value in schema.items()}
    return [absolute(part) for part in schema] if isinstance(schema, list) else schema


def test_limits_are_shown(document: dict[str, Any]) -> None:
    email = document["components"]["schemas"]["RegisterCompany"]["properties"]["email"]
    limit = next(each for each in document["paths"]["/api/v1/experts"]["get"]["parameters"] if each.get("name") == "limit")
    amount = document["components"]["schemas"]["MoneyInput"]["properties"]["amount"]

    assert email["maxLength"] == 254
    assert (limit["schema"]["minimum"], limit["schema"]["maximum"], limit["schema"]["default"]) == (1, 100, 20)
    assert amount["maximum"] == 1_000_000_000_000
    assert document["components"]["schemas"]["RegisterCompany"]["additionalProperties"] is False


def test_every_text_that_is_taken_has_a_longest_length(document: dict[str, Any]) -> None:
    endless = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        if schema.get("additionalProperties") is False
        for field, shape in schema["properties"].items()
        for choice in (shape, *shape.get("anyOf", ()), shape.get("items", {}))
        if choice.get("type") == "string" and "maxLength" not in choice and choice.get("format") not in ("date", "date-time")
    ]

    assert endless == []


def test_who_needs_to_be_logged_in_is_said(document: dict[str, Any]) -> None:
    assert document["paths"]["/api/v1/account"]["get"]["security"] == [{"token": []}, {"cookie": []}]
    assert document["paths"]["/api/v1/experts"]["get"]["security"] == [{"token": []}, {"cookie": []}, {}]
    assert "security" not in document["paths"]["/api/v1/sessions"]["post"]
    accept = document["paths"]["/api/v1/quotes/{quote_id}/accept"]["post"]
    assert accept["description"] == "May be called by: company:accept_quotes."
    assert {"$ref": "#/components/parameters/RequiredIdempotencyKey"} in accept["parameters"]


@pytest.mark.parametrize(
    ("path", "can_be_missing"),
    [("/payouts", True), ("/profile", True), ("/quotes/{quote_id}", True), ("/quotes", False), ("/experts", False)],
)
def test_reading_what_may_not_be_there_says_404(document: dict[str, Any], path: str, can_be_missing: bool) -> None:
    """A list that names an object, `?mission_id=`, does not exist where the object does not."""
    assert ("404" in document["paths"][f"/api/v1{path}"]["get"]["responses"]) is can_be_missing


def test_the_page_to_browse_it_fetches_nothing_from_elsewhere(client: Any) -> None:
    assert client.get("/api/docs").status_code == 308
    page = client.get("/api/docs/")

    assert page.status_code == 200
    assert "/api/v1/openapi.json" in page.text
    assert "http://" not in page.text.replace("http://localhost/", "")
    assert "https://" not in page.text
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "index.css", "swagger-ui-standalone-preset.js"):
        assert client.get(f"/api/docs/{asset}", buffered=True).status_code == 200
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
