"""From a contract call to the model of the request that carries it, so that handlers need no parsing of their own.

`model_of` narrows the fields of a contract dataclass by the table in `fields.py`: unknown fields are refused by name, numbers
are not taken for text, and nested models come out as the contract's own dataclasses. `read` gives the values, or `BadInput`
with every fault: the dotted path of the field, what is wrong, and a code.
"""

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, create_model
from pydantic import Field as Limits

from gateway.fields import FIRST_DAY, LAST_DAY, LIST_LIMIT, rule, told_of
from kernel.errors import Invalid

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)
FAULTS_SHOWN = 50
_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_pattern_mismatch": "wrong_form",
    "date_parsing": "wrong_form",
    "datetime_parsing": "wrong_form",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_too_short": "too_short",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "enum": "unknown_value",
}
"""Ours, so that clients do not depend on a library; any other fault is of type."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the input: `field` is its dotted path as the client wrote it."""

    field: str
    reason: str
    code: str


class MalformedRequest(Invalid):
    """The request cannot be read: its JSON, its encoding or its address is broken."""


class BadInput(Invalid):
    """The input is wrong; `errors` says where and why."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)[:FAULTS_SHOWN]
        super().__init__(f"{self.faults[0].field}: {self.faults[0].reason}" if self.faults else "")


def model_of(title: str, shape: type, names: Mapping[str, str], all_required: bool = False) -> type[BaseModel]:
    """A model of some fields of a contract dataclass. `names`: what the client calls a field -> the field."""
    hints = get_type_hints(shape)
    by_name = {field.name: field for field in fields(shape)}
    members: dict[str, Any] = {}
    for said, name in names.items():
        default = ... if all_required else _default(by_name[name])
        annotation = _narrowed(shape.__name__, name, hints[name], required=default is ...)
        members[name] = (annotation, Limits(default, alias=said) if said != name else default)
    return create_model(title, __config__=STRICT, __doc__=shape.__doc__ if _told(shape) else "", **members)


def read(model: type[BaseModel], text: bytes | str) -> dict[str, Any]:
    """The fields the client gave, as the values a call is made of. `text` is JSON. Raises BadInput."""
    try:
        said = model.model_validate_json(text, by_alias=True)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        if found[0]["type"] == "json_invalid":
            raise MalformedRequest(found[0]["msg"]) from None
        raise BadInput(_fault(details) for details in found) from None
    return {name: getattr(said, name) for name in said.model_fields_set}


def _fault(details: Any) -> Fault:
    field = ".".join(str(part) for part in details["loc"])[:200]
    reason = details["msg"]
    if details["type"] == "extra_forbidden":
        reason = "there is no such field here"
    elif details["type"] == "string_pattern_mismatch":
        reason = told_of(details["ctx"]["pattern"])
    return Fault(field, reason, _CODES.get(details["type"], "wrong_type"))


def _default(field: "Field[Any]") -> Any:
    if field.default_factory is not MISSING:
        return Limits(default_factory=field.default_factory)
    return ... if field.default is MISSING else field.default


def _narrowed(shape: str, name: str, annotation: Any, required: bool) -> Any:
    """The type of a field with the limits of its name."""
    if annotation in (str, int, float):
        return Annotated[annotation, rule(shape, name, annotation).field(required)]
    if annotation is date:
        return Annotated[date, Limits(ge=FIRST_DAY, le=LAST_DAY)]
    if is_dataclass(annotation):
        return _nested(cast(Any, annotation))
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is tuple:
        item = _narrowed(shape, name, inner[0], required=True)
        return Annotated[tuple.__class_getitem__((item, ...)), Limits(max_length=LIST_LIMIT)]
    if origin is dict:
        key = Annotated[str, Limits(min_length=1, max_length=60)]
        value = _narrowed(shape, name, inner[1], required=True)
        return Annotated[dict.__class_getitem__((key, value)), Limits(max_length=LIST_LIMIT)]
    if origin in (types.UnionType, Union):
        return Union[tuple(part if part is types.NoneType else _narrowed(shape, name, part, required) for part in inner)]  # noqa: UP007
    return annotation  # bool, an enumeration, a moment


def plain_kind(annotation: Any) -> tuple[type, bool]:
    """The type of one value of a field, and whether it takes several: (str, True) for `tuple[str, ...] | None`."""
    if get_origin(annotation) in (types.UnionType, Union):
        annotation = next(part for part in get_args(annotation) if part is not types.NoneType)
    if get_origin(annotation) is tuple:
        return get_args(annotation)[0], True
    return annotation, False


@cache
def _nested(shape: type) -> Any:
    model = model_of(f"{shape.__name__}Input", shape, {field.name: field.name for field in fields(shape)})
    return Annotated[model, AfterValidator(_maker(shape))]


def _maker(shape: Callable[..., Any]) -> Callable[[BaseModel], Any]:
    return lambda said: shape(**{name: getattr(said, name) for name in said.model_fields_set})


def _told(shape: type) -> bool:
    """Whether somebody wrote the docstring: dataclasses without one get their signature for it."""
    return bool(shape.__doc__) and not (shape.__doc__ or "").startswith(f"{shape.__name__}(")
