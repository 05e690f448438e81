"""Wrong inputs made from the contracts: for each field of a call, every way in which a client may get its form wrong.

No field is listed by hand, so a route that is added is tried the day it is added. The base is a request of the right form
(`gateway.examples`); each variant changes one thing in it.
"""

import copy
import types
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from gateway.examples import example_of_fields
from gateway.route import Route

TOO_LONG = 60_000
FILE_TOO_LONG = 14_000_001
"""base64 of more than 10 MB."""
TOO_MANY = 101
MAY_BE_EMPTY = {"comment"}
WRONG_IDS = ("1", "exp_1", "exp_01jdc3q8v5n0y7k2m4r6t8w9xa", "exp_01JDC3Q8V5N0Y7K2M4R6T8W9XAA", "' OR 1=1 --")
WRONG_DATES = ("2026-02-30", "tomorrow", "20261201", "2026-12-01T10:00:00", "0001-01-01", "9999-12-31")
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Wrong:
    """One thing wrong with a body: at `field` (dotted), `what`, as the code of a fault where the form alone tells it."""

    field: str
    what: str
    body: Any


def right_body(route: Route) -> dict[str, Any]:
    """A body of the right form, whose ids are of nobody."""
    return example_of_fields(route.call, route.said.items())


def wrong_bodies(route: Route) -> Iterator[Wrong]:
    """Every variant of the route's body that must be refused for its form."""
    body = right_body(route)
    yield from (Wrong("", "wrong_type", whole) for whole in ([body], "text", 7, None))
    yield Wrong("colour", "unknown_field", body | {"colour": "red"})
    hints = get_type_hints(route.call)
    by_name = {item.name: item for item in fields(route.call)}
    for said, name in route.said.items():
        for path, what, value in _of_field(by_name[name], hints[name], (said,)):
            yield Wrong(".".join(map(str, path)), what, _changed(body, path, value))


def _of_field(item: Any, hint: Any, path: Path) -> Iterator[tuple[Path, str, Any]]:
    required = item.default is MISSING and item.default_factory is MISSING
    if required:
        yield path, "missing", MISSING
    yield from _of(hint, path, required)


def _of(hint: Any, path: Path, required: bool) -> Iterator[tuple[Path, str, Any]]:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, Union):
        yield from _of(next(part for part in inner if part is not types.NoneType), path, required)
        return
    yield from ((path, "wrong_type", value) for value in _of_another_type(hint, origin))
    if not _may_be_null(hint):
        yield path, "null", None
    if origin is tuple:
        yield path, "too_long", [0] * TOO_MANY
        yield from _of(inner[0], (*path, 0), required=True)
    elif origin is dict:
        yield path, "too_long", {str(number): 1 for number in range(TOO_MANY)}
        yield from _of(inner[1], (*path, "overall"), required=True)
    elif is_dataclass(hint):
        yield (*path, "colour"), "unknown_field", "red"
        hints = get_type_hints(hint)
        for item in fields(hint):
            yield from _of_field(item, hints[item.name], (*path, item.name))
    elif hint is str:
        yield from _wrong_texts(path, required)
    elif hint is date:
        yield from ((path, "bad_date", value) for value in WRONG_DATES)
    elif hint is int:
        yield from ((path, "out_of_range", value) for value in (10**30, -(10**30)))
    elif isinstance(hint, type) and issubclass(hint, Enum):
        yield from ((path, "unknown_value", value) for value in ("everything", "", "x" * TOO_LONG))
