"""Contract dataclasses to and from the plain JSON values that travel and are stored.

Strict on the way in: a number is not accepted as text nor a text as a number, and what does not fit raises
`kernel.errors.Invalid` whose detail `field` is the dotted path of the first fault ("address.postcode"). Unknown fields are
ignored, so a producer may add optional ones.
"""

import json
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python

from contracts.wire import Call
from kernel.errors import Invalid

T = TypeVar("T")


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def to_wire(value: Any) -> Any:
    """The plain JSON value (dict, list, str, int, bool, None) of a contract value; decimals and times become text."""
    return to_jsonable_python(value)


def from_wire(shape: type[T], data: Any) -> T:
    """`data` as a `shape`. Raises Invalid with `field` when it does not fit."""
    try:
        return cast(T, _adapter(shape).validate_json(json.dumps(data), strict=True))  # type: ignore[arg-type]
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(part) for part in fault["loc"])
        raise Invalid(f"{field}: {fault['msg']}" if field else fault["msg"], field=field) from None
    except TypeError as error:  # a value object's own check, such as an amount that is not a whole number
        raise Invalid(str(error)) from None


def schema_of(shape: Any) -> dict[str, Any]:
    """The JSON Schema of a contract shape."""
    return _adapter(shape).json_schema()


def answer_of(call: type[Call[Any]]) -> Any:
    """The type a call is answered with: `View` of `class OpenAccount(Command[View])`. TypeError for a call that names none."""
    for base in call.__mro__:
        for origin in base.__dict__.get("__orig_bases__", ()):
            made_of, answer = get_origin(origin), get_args(origin)[:1]
            if isinstance(made_of, type) and issubclass(made_of, Call) and not isinstance(answer[0], TypeVar):
                return answer[0]
    raise TypeError(f"{call.__name__} does not name its answer: write `class {call.__name__}(Call[Answer])`")
