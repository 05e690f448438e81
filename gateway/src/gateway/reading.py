"""From an HTTP request to the fields of a call: strict JSON, strict query strings, strict headers.

JSON is UTF-8, without a name given twice, NaN or bottomless nesting; what cannot be read is MalformedRequest (400), what can be
read but not accepted BadInput (422) with every fault of path, query and body at once. Bodies and query strings are bounded before
they are read (413, 414).
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import Request
from pydantic import BaseModel
from werkzeug.exceptions import RequestEntityTooLarge, RequestURITooLarge, UnsupportedMediaType

from gateway.inputs import BadInput, Fault, MalformedRequest, read
from gateway.route import Key, Route
from kernel.errors import Invalid

BODY_BYTES = 256 * 1024
QUERY_BYTES = 8_000
FILE_BODY_BYTES = 15 * 1024 * 1024
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_NUMBERS: dict[type, tuple[re.Pattern[str], Any]] = {
    int: (re.compile(r"-?[0-9]{1,18}"), int),
    float: (re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?"), float),
    bool: (re.compile("true|false"), lambda text: text == "true"),
}


class IdempotencyKeyMissing(Invalid):
    """This operation needs the header Idempotency-Key."""


class IdempotencyKeyMalformed(Invalid):
    """Idempotency-Key is 1 to 200 visible ASCII characters."""


def fields_of(route: Route, request: Request, path: Mapping[str, str]) -> dict[str, Any]:
    """The values of the call's fields that the client gave. Raises BadInput, MalformedRequest, HTTP 413, 414 and 415."""
    texts: dict[type[BaseModel], str | bytes] = {
        route.path_model: json.dumps({name: _plain(route, name, text) for name, text in path.items()}),
        route.query_model: json.dumps(_query(route, request)),
    }
    if route.body_model:
        texts[route.body_model] = _body(request, FILE_BODY_BYTES if route.takes_file else BODY_BYTES)
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for model, text in texts.items():
        try:
            values |= read(model, text)
        except BadInput as bad:
            faults += bad.faults
    if faults:
        raise BadInput(faults)
    return values


def idempotency_key(route: Route, request: Request) -> str:
    """The client's key, "" when there is none."""
    key = request.headers.get("Idempotency-Key")
    if key is None and route.key is Key.REQUIRED:
        raise IdempotencyKeyMissing
    if key is not None and not _KEY.fullmatch(key):
        raise IdempotencyKeyMalformed
    return key or ""


def body_of(request: Request, limit: int) -> bytes:
    """The body, of fewer than `limit` bytes. Raises MalformedRequest when it breaks off, HTTP 413."""
    request.max_content_length = limit
    try:
        body = request.get_data(cache=False)
    except (OSError, ValueError):  # the client left, or its chunks are none
        raise MalformedRequest("the body breaks off") from None
    if len(body) >= limit:  # a body in chunks does not say its length beforehand, and is cut there
        raise RequestEntityTooLarge
    return body


def _query(route: Route, request: Request) -> dict[str, Any]:
    if len(request.query_string) > QUERY_BYTES:
        raise RequestURITooLarge
    try:
        pairs = parse_qsl(request.query_string.decode(), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:  # bytes that are not UTF-8, or too many parameters
        raise MalformedRequest("the query string cannot be read") from None
    values: dict[str, Any] = {}
    for name, text in pairs:
        if name in route.kinds and route.kinds[name][1]:
            values.setdefault(name, []).append(_plain(route, name, text))
        elif name in values:
            raise BadInput([Fault(name, "is given twice", "repeated")])
        else:
            values[name] = _plain(route, name, text)
    return values


def _plain(route: Route, name: str, text: str) -> Any:
    """The JSON value a parameter's text stands for; the text itself when it does not fit, for the model to refuse."""
    shape, value = _NUMBERS.get(route.kinds.get(name, (str, False))[0], (None, str))
    return value(text) if shape and shape.fullmatch(text) else text


def _body(request: Request, limit: int) -> bytes:
    body = body_of(request, limit)
    if not body:
        return b"{}"
    if request.mimetype != "application/json" or request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        raise UnsupportedMediaType("Send application/json in UTF-8.")
    try:
        json.loads(body.decode(), object_pairs_hook=_once_each, parse_constant=_no_constant)
    except RecursionError:
        raise MalformedRequest("the JSON is nested too deeply") from None
    except ValueError as error:
        raise MalformedRequest(f"the body is not JSON: {_told(error)}") from None
    return body


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name comes twice in the same object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _told(error: ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return error.msg if isinstance(error, json.JSONDecodeError) else str(error)
