"""The OpenAPI 3.1 document, made from the table of routes and the contracts: what it says is what is checked.

Bodies and parameters come from the very models that requests are read with, answers from the contracts' dataclasses.
"""

import json
import re
from itertools import groupby
from typing import Any, cast

from pydantic import TypeAdapter

from chassis import codec
from contracts.wire import Role
from gateway.answers import COOKIE
from gateway.config import GatewayConfig
from gateway.examples import example, example_of_fields
from gateway.route import Key, Route

_REF = "#/components/schemas/{model}"
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_REFUSALS = {
    "400": "The request cannot be read, or a header is missing",
    "401": "Nobody is logged in, or the session is over",
    "403": "This caller may not do this",
    "404": "There is no such thing, or none that this caller may know of",
    "409": "The present state of the object does not allow this",
    "413": "The body is too large",
    "414": "The query string is too long",
    "415": "The body is not application/json",
    "422": "The input is wrong: `errors` names the fields",
    "429": "Too many tries: see Retry-After",
    "503": "A service does not answer now; the same request may succeed later",
}
_INTRODUCTION = """Programs send `Authorization: Bearer <token>` (POST /api/v1/tokens). Pages use the cookie that
POST /api/v1/sessions sets; a change made with it needs the header `X-CSRF: 1` or an `Origin` of this site. Amounts are
integer cents. Lists are read page by page with `cursor` and `limit`. A change sent again with the same `Idempotency-Key`
is done once and answered alike. Refusals are `application/problem+json` (RFC 9457) with a stable `code`."""


def document(table: tuple[Route, ...], config: GatewayConfig) -> dict[str, Any]:
    """The document as plain JSON values."""
    schemas, refs = _schemas(table)
    paths: dict[str, dict[str, Any]] = {}
    for (path, method), rows in groupby(sorted(table, key=_address), key=_address):
        paths.setdefault(f"/api/v1{path}", {})[method.lower()] = _operation(list(rows), refs, schemas)
    paths |= _other_paths()
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "Entremise", "version": "1", "description": _INTRODUCTION, "license": {"name": "see the repository"}},
        "servers": [{"url": config.public_url}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted((schemas | {"Problem": _problem_schema()}).items())),
            "responses": {f"Problem{code}": _refusal(text) for code, text in _REFUSALS.items()},
            "parameters": _headers(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Changes also need X-CSRF: 1"},
            },
        },
    }
    return json.loads(re.sub(r"Page_(\w+?)_\b", r"\1Page", json.dumps(whole)))  # type: ignore[no-any-return]


def _address(route: Route) -> tuple[str, str]:
    return route.path, route.method


def answer_shape(route: Route) -> Any:
    return route.answering.shape or codec.answer_of(cast(Any, route.call))


def _schemas(table: tuple[Route, ...]) -> tuple[dict[str, Any], dict[Any, Any]]:
    wanted: dict[Any, Any] = {}
    for route in table:
        if route.body_model and route.said:
            wanted[route.body_model, "validation"] = TypeAdapter(route.body_model)
        if route.answering.media == ("application/json",):
            wanted[answer_shape(route), "serialization"] = TypeAdapter(answer_shape(route))
    asked: Any = [(key, mode, adapter) for (key, mode), adapter in wanted.items()]
    refs, definitions = TypeAdapter.json_schemas(asked, ref_template=_REF)
    return definitions.get("$defs", {}), dict(refs)


def _operation(rows: list[Route], refs: dict[Any, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    first = rows[0]
    operation: dict[str, Any] = {
        "operationId": "_or_".join(row.operation for row in rows),
        "summary": _summary(rows),
        "description": "May be called by: " + ", ".join(str(who) for row in rows for who in row.by) + ".",
        "tags": [first.path.split("/")[1]],
        "parameters": _parameters(first, schemas),
        "responses": {str(first.status): _success(first, refs)} | {code: _response_ref(code) for code in _codes(first)},
    }
    if not first.blind:
        anonymous = any(who.role is Role.VISITOR for who in first.by)
        operation["security"] = [{"token": []}, {"cookie": []}] + ([{}] if anonymous else [])
    if first.body_model and any(row.said for row in rows):
        operation["requestBody"] = _body(rows, refs)
    return operation


def _summary(rows: list[Route]) -> str:
    texts = [(row.call.__doc__ or "").strip().split("\n")[0] for row in rows]
    said = [text for text, row in zip(texts, rows, strict=True) if text and not text.startswith(f"{row.call.__name__}(")]
    return " ".join(said) or rows[0].operation.replace("_", " ").capitalize()


def _parameters(route: Route, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for where, model in (("path", route.path_model), ("query", route.query_model)):
        schema = model.model_json_schema(ref_template=_REF)
        schemas.update(schema.get("$defs", {}))
        names = dict(route.said) | {name: name for name in route.path_names if name != "service"}
        examples = example_of_fields(route.call, [(said, names[said]) for said in schema.get("properties", {}) if said in names])
        for said, shape in schema.get("properties", {}).items():
            parameter = {"name": said, "in": where, "required": said in schema.get("required", ()), "schema": _given(shape)}
            found.append(parameter | ({"example": examples[said]} if said in examples and where == "path" else {}))
    if route.is_command:
        required = "Required" if route.key is Key.REQUIRED else ""
        found.append({"$ref": f"#/components/parameters/{required}IdempotencyKey"})
    return [*found, {"$ref": "#/components/parameters/CorrelationId"}]


def _given(shape: dict[str, Any]) -> dict[str, Any]:
    """The schema of a parameter when it is there: an address has no null."""
    choices = [choice for choice in shape.get("anyOf", ()) if choice != {"type": "null"}]
    kept = {name: value for name, value in shape.items() if name not in ("anyOf", "title") and (name, value) != ("default", None)}
    return kept | (choices[0] if len(choices) == 1 else {"anyOf": choices} if choices else {})


def _body(rows: list[Route], refs: dict[Any, Any]) -> dict[str, Any]:
    choices = [refs[row.body_model, "validation"] for row in rows]
    examples = {row.operation: {"value": example_of_fields(row.call, row.said.items())} for row in rows}
    content = {"schema": choices[0] if len(choices) == 1 else {"anyOf": choices}, "examples": examples}
    required = any("required" in ((row.body_model and row.body_model.model_json_schema()) or {}) for row in rows)
    return {"required": required, "content": {"application/json": content}}


def _success(route: Route, refs: dict[Any, Any]) -> dict[str, Any]:
    headers = {"X-Correlation-Id": {"schema": {"type": "string"}}}
    if route.answering.media != ("application/json",):
        return {"description": "The file", "headers": headers, "content": {kind: {} for kind in route.answering.media}}
    shape = answer_shape(route)
    content = {"schema": refs[shape, "serialization"], "example": example(shape)}
    return {"description": "Done", "headers": headers, "content": {"application/json": content}}


def _codes(route: Route) -> list[str]:
    codes = ["400", "401", "403", "414", "422", "503"]
    names_something = route.path_names or any(name.endswith("_id") for name in route.said.values())
    codes += ["404"] if names_something or "cursor" not in route.said else []
    codes += ["409"] if route.is_command else []
    codes += ["413", "415"] if route.body_model else []
    codes += ["429"] if route.rate or route.is_command else []
    return sorted(codes)


def _response_ref(code: str) -> dict[str, str]:
    return {"$ref": f"#/components/responses/Problem{code}"}


def _refusal(text: str) -> dict[str, Any]:
    return {"description": text, "content": {"application/problem+json": {"schema": _PROBLEM}}}


def _problem_schema() -> dict[str, Any]:
    text = {"type": "string"}
    parts = ("field", "reason", "code")
    fault = {"type": "object", "properties": dict.fromkeys(parts, text), "required": [*parts]}
    properties: dict[str, Any] = dict.fromkeys(("type", "title", "detail", "instance", "code", "correlation_id"), text)
    properties |= {"status": {"type": "integer"}, "errors": {"type": "array", "items": fault}}
    return {
        "type": "object",
        "description": "A refusal (RFC 9457). `errors` names the fields at fault, `details` holds plain ids and values.",
        "properties": properties | {"details": {"type": "object"}},
        "required": [*properties],
    }


def _headers() -> dict[str, Any]:
    key = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[\\x21-\\x7e]+$"}
    idempotency = {"name": "Idempotency-Key", "in": "header", "schema": key, "example": "5f0c7d1e-quote-accept-1"}
    correlation = {
        "name": "X-Correlation-Id",
        "in": "header",
        "required": False,
        "schema": {"type": "string"},
        "description": "Goes with everything the request causes, when it is 8 to 80 letters, digits, `.`, `_` or `-`; else a new one.",
    }
    return {
        "IdempotencyKey": idempotency | {"required": False},
        "RequiredIdempotencyKey": idempotency | {"required": True},
        "CorrelationId": correlation,
    }


def _other_paths() -> dict[str, Any]:
    """What is not a call of a client: the provider's webhook, the probes, this document."""
    signature = {"name": "Stripe-Signature", "in": "header", "required": True, "schema": {"type": "string", "maxLength": 2000}}
    body = {"application/json": {"schema": {"type": "object"}, "example": {"id": "evt_1"}}}
    webhook = {
        "operationId": "receive_stripe_webhook",
        "summary": "What the payment provider tells, signed.",
        "tags": ["webhooks"],
        "parameters": [signature],
        "requestBody": {"required": True, "content": body},
        "responses": {"200": {"description": "Taken"}} | {code: _response_ref(code) for code in ("400", "413", "503")},
    }
    paths: dict[str, Any] = {"/webhooks/stripe": {"post": webhook}}
    for path, what, kind in (
        ("/healthz", "It lives", "text/plain"),
        ("/readyz", "It can work", "text/plain"),
        ("/metrics", "For Prometheus", "text/plain"),
        ("/api/v1/openapi.json", "This document", "application/json"),
    ):
        success = {"200": {"description": what, "content": {kind: {}}}}
        busy = {"503": {"description": "Not ready", "content": {kind: {}}}} if path == "/readyz" else {}
        name = re.sub(r"\W+", "_", path).strip("_")
        paths[path] = {"get": {"operationId": name, "summary": what, "tags": ["process"], "responses": success | busy}}
    return paths
