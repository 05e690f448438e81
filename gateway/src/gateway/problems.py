"""Every refusal as `application/problem+json` (RFC 9457): one table from kinds of errors to HTTP.

`type` leads to the page that lists all problems, `code` is the stable name to program against, `errors` says which fields are
at fault, `details` holds the plain ids and values of the error. What nobody foresaw is a 500 that tells nothing but its
correlation id.
"""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from flask import Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from contracts.wire import VISITOR
from gateway.answers import without_cookie
from gateway.exchange import current
from gateway.inputs import BadInput
from kernel.errors import Conflict, Forbidden, Invalid, NotFound, Problem, TooMany, Unauthenticated, Unavailable

CATEGORIES: tuple[tuple[type[Problem], int], ...] = (
    (Invalid, 422),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (TooMany, 429),
    (Unavailable, 503),
)
EXCEPTIONS: dict[str, int] = {
    "malformed_request": 400,
    "idempotency_key_missing": 400,
    "idempotency_key_malformed": 400,
    "idempotency_key_reused": 422,
    "forged_webhook": 400,
    "stale_webhook": 400,
}
"""By code: what the category alone would get wrong."""
RETRY_AFTER_SECONDS = 1
_log = structlog.get_logger(__name__)


def status_of(problem: type[Problem]) -> int:
    """The HTTP status of a kind of problem; 500 for one of no known category."""
    by_category = next((status for category, status in CATEGORIES if issubclass(problem, category)), 500)
    return EXCEPTIONS.get(problem.code(), by_category)


def title_of(problem: type[Problem]) -> str:
    return (problem.__doc__ or problem.code()).strip().split("\n")[0].rstrip(".")


def from_problem(problem: Problem) -> Response:
    """A rule said no."""
    if type(problem).__module__.startswith("chassis.") and isinstance(problem, Unavailable):
        return _away(problem)
    status, details = status_of(type(problem)), dict(problem.details)
    errors: list[dict[str, Any]] = []
    if isinstance(problem, BadInput):
        errors = [{"field": fault.field, "reason": fault.reason, "code": fault.code} for fault in problem.faults]
    elif field := details.pop("field", None):
        errors = [{"field": _as_said(field), "reason": problem.message, "code": problem.code()}]
    response = _response(status, problem.code(), title_of(type(problem)), problem.message, errors, details)
    if status in (429, 503):
        response.headers["Retry-After"] = str(details.get("retry_after_seconds", RETRY_AFTER_SECONDS))
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
        if current().from_cookie and current().actor == VISITOR:  # else the session is fine, and a password was wrong
            without_cookie(response, current())
    return response


def _as_said(field: str) -> str:
    """A dotted path as the client wrote it: a route may call a field otherwise than the contract does."""
    first, *inner = field.split(".")
    return ".".join([next((said for said, name in current().said.items() if name == first), first), *inner])


def _away(problem: Unavailable) -> Response:
    """Which service was asked for what is for the log, not for the client."""
    _log.warning("a service is not available", code=problem.code(), detail=problem.message)
    response = _response(503, problem.code(), title_of(type(problem)), "The same request may succeed in a moment.")
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def from_http(error: HTTPException) -> Response:
    """The frame itself said no: no such address, method, too large."""
    if isinstance(error, RequestRedirect) or error.code is None:
        return error.get_response(current().request.environ)  # type: ignore[return-value]
    status = HTTPStatus(error.code)
    response = _response(error.code, status.name.lower(), status.phrase, error.description or "")
    for name, value in error.get_headers(current().request.environ):
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    if error.code == 413:
        response.headers["Connection"] = "close"  # the rest of the body is not worth reading
    return response


def from_anything(error: Exception) -> Response:
    """An error of ours: the log has the traceback, the client the correlation id."""
    if isinstance(error, Problem):
        return from_problem(error)
    if isinstance(error, HTTPException):
        return from_http(error)
    _log.error("request failed", exc_info=error)
    return _response(500, "internal_error", "Internal error", "Something failed here; it is logged under the correlation id.")


def _response(
    status: int, code: str, title: str, detail: str, errors: Sequence[Any] = (), details: Mapping[str, Any] | None = None
) -> Response:
    exchange = current()
    body = {
        "type": f"{exchange.config.public_url}/api/docs/problems#{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": exchange.request.path,
        "code": code,
        "correlation_id": exchange.correlation_id,
        "errors": list(errors),
    }
    if details:
        body["details"] = details
    return Response(json.dumps(body), status, content_type="application/problem+json", headers={"Cache-Control": "no-store"})
