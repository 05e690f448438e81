"""Examples of contract shapes as plain JSON, made from the fields' names and types: for the OpenAPI document and for tests.

They have the right form, not a meaning: the ids are of nobody.
"""

import types
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from gateway.fields import rule

_CODES = {"currency": "EUR", "rating": 4.5, "score": 0.8}


def example(shape: Any) -> Any:
    """An example of a contract dataclass, `Page[...]` included."""
    return _of(shape, "", "")


def example_of_fields(shape: type, names: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """An example of some fields of a call; `names`: what the client calls each, and the field."""
    hints = get_type_hints(shape)
    return {said: _of(hints[name], shape.__name__, name) for said, name in names}


def _of(annotation: Any, shape: str, name: str) -> Any:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (types.UnionType, Union):
        return _of(next(part for part in inner if part is not types.NoneType), shape, name)
    if origin is tuple:
        return [_of(inner[0], shape, name)]
    if origin is dict:
        return {"overall": _of(inner[1], shape, name)}
    if is_dataclass(origin or annotation):
        return _of_dataclass(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return next(iter(annotation)).value
    return _of_plain(annotation, shape, name)


def _of_dataclass(annotation: Any) -> dict[str, Any]:
    shape: Any = get_origin(annotation) or annotation
    hints = get_type_hints(shape)
    meant = dict(zip(getattr(shape, "__parameters__", ()), get_args(annotation), strict=False))
    return {item.name: _of(_filled(hints[item.name], meant), shape.__name__, item.name) for item in fields(shape)}


def _filled(hint: Any, meant: dict[Any, Any]) -> Any:
    """`tuple[Item, ...]` as `tuple[QuoteView, ...]` within a `Page[QuoteView]`."""
    inner = [part for part in get_args(hint) if isinstance(part, TypeVar)]
    return hint[tuple(meant[part] for part in inner)] if inner else hint


def _of_plain(annotation: Any, shape: str, name: str) -> Any:
    if name in _CODES:
        return _CODES[name]
    if annotation is bool:
        return True
    if annotation is date:
        return "2027-03-01"
    if annotation is datetime:
        return "2027-03-01T09:00:00Z"
    return rule(shape, name, annotation).example
