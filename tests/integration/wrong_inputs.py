"""Wrong inputs made from the contracts: for each field of a call, every way in which a client may get its form wrong.

No field is listed by hand, so a route is tried the day it is added. The base is a body of the right form (`gateway.examples`);
each variant changes one thing in it.
"""

import copy
import types
from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from gateway.examples import example_of_fields
from gateway.route import Route

CODES = {
    "missing": {"missing"},
    "unknown field": {"unknown_field"},
    "wrong type": {"wrong_type", "unknown_value"},
    "null": {"wrong_type", "unknown_value"},
    "empty": {"too_short", "wrong_form", "unknown_value"},
    "too long": {"too_long", "unknown_value"},
    "control character": {"wrong_form", "unknown_value"},
    "unknown value": {"unknown_value"},
    "wrong id": {"wrong_form", "too_long"},
    "bad date": {"wrong_form", "wrong_type", "out_of_range"},
    "out of range": {"out_of_range", "wrong_type"},
}
"""What is wrong -> the codes of a fault that say so."""
WRONG_IDS = ("1", "exp_1", "exp_01jdc3q8v5n0y7k2m4r6t8w9xa", "exp_01JDC3Q8V5N0Y7K2M4R6T8W9XAA", "' OR 1=1 --")
WRONG_DATES = ("2026-02-30", "tomorrow", "0001-01-01", "9999-12-31", "")
LONG = 60_000
LONG_FILE = 14_000_001
MANY = 101
MAY_BE_EMPTY = {"comment"}
Path = tuple[str | int, ...]
Variants = Iterator[tuple[Path, str, Any]]


@dataclass(frozen=True)
class Wrong:
    """A body in which `field`, a dotted path, is `what`: a key of CODES."""

    field: str
    what: str
    body: Any


def right_body(route: Route) -> dict[str, Any]:
    """A body of the right form, whose ids are nobody's."""
    return example_of_fields(route.call, route.said.items())


def wrong_bodies(route: Route) -> Iterator[Wrong]:
    """Each must be refused, whoever's ids the path holds."""
    body = right_body(route)
    yield from (Wrong("", "wrong type", whole) for whole in ([body], "text", 7, None))
    yield Wrong("colour", "unknown field", body | {"colour": "red"})
    hints = get_type_hints(route.call)
    by_name = {item.name: item for item in fields(route.call)}
    for said, name in route.said.items():
        for path, what, value in _of_field(by_name[name], hints[name], (said,)):
            yield Wrong(".".join(map(str, path)), what, _changed(body, path, value))


def _of_field(item: "Field[Any]", hint: Any, path: Path) -> Variants:
    required = item.default is MISSING and item.default_factory is MISSING
    if required:
        yield path, "missing", MISSING
    yield from _of(hint, path, required)


def _of(hint: Any, path: Path, required: bool) -> Variants:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, Union):
        plain = next(part for part in inner if part is not types.NoneType)
        yield from (variant for variant in _of(plain, path, required) if variant[2] is not None or variant[0] != path)
        return
    yield path, "null", None
    yield from ((path, "wrong type", value) for value in _of_other_types(origin or hint))
    if origin is tuple:
        yield path, "too long", lambda items: items * MANY
        yield from _of(inner[0], (*path, 0), True)
    elif origin is dict:
        yield path, "too long", {str(number): 1 for number in range(MANY)}
        yield from _of(inner[1], (*path, "overall"), True)
    elif is_dataclass(hint):
        yield (*path, "colour"), "unknown field", "red"
        hints = get_type_hints(hint)
        for item in fields(hint):
            yield from _of_field(item, hints[item.name], (*path, item.name))
    else:
        yield from _of_plain(hint, path, required)


def _of_plain(hint: type, path: Path, required: bool) -> Variants:
    if hint is str:
        yield from _of_text(path, required)
    elif hint is int:
        yield from ((path, "out of range", number) for number in (10**12 + 1, -(10**12) - 1, 10**30))
    elif hint is date:
        yield from ((path, "bad date", value) for value in WRONG_DATES)
    elif issubclass(hint, Enum):
        yield from ((path, "unknown value", value) for value in ("everything", "", "\x00"))


def _of_text(path: Path, required: bool) -> Variants:
    name = next(part for part in reversed(path) if isinstance(part, str))
    yield path, "too long", "A" * (LONG_FILE if name == "content" else LONG)
    yield path, "control character", "\x00"
    if required and name not in MAY_BE_EMPTY:
        yield path, "empty", ""
    if name.endswith(("_id", "_ids")) and name != "vat_id":
        yield from ((path, "wrong id", value) for value in WRONG_IDS)


def _of_other_types(kind: Any) -> list[Any]:
    """Values of JSON that are not of this type."""
    if kind is bool:
        return ["yes", "true", 1, []]
    if kind is int:
        return ["7", "", 7.5, True, [7], {}]
    if kind is tuple:
        return ["text", 7, {"0": 1}]
    if kind is dict or is_dataclass(kind):
        return ["text", 7, [], True]
    return [7, 7.5, True, ["text"], {"text": "text"}]  # text, a date or one of an enumeration


def _changed(body: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    whole = copy.deepcopy(body)
    inner: Any = whole
    for step in path[:-1]:
        inner = inner[step]
    if value is MISSING:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value(inner[path[-1]]) if callable(value) else value
    return whole
