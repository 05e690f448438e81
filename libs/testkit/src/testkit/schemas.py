"""The contracts as JSON Schemas, for readers in any language, and the guard against breaking them.

`python -m testkit.schemas` (`make schemas`) writes `libs/contracts/schemas/<service>.v1.json` from the dataclasses, and refuses
a change that would break a service released earlier. Within v1 only optional additions are allowed: no removal, no renaming,
no other type, nothing newly required; a new value of an enumeration is an addition to what a call accepts but breaks whoever
reads an answer or an event. `--break` writes all the same, for a version that nothing is released with yet.
"""

import importlib
import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chassis import codec
from contracts.topology import SERVICES
from contracts.wire import Call, Event, service_of, wire_name
from kernel.errors import Problem
from testkit import events_page

FOLDER = Path(__file__).resolve().parents[3] / "contracts" / "schemas"
PUBLISHED = (*SERVICES, "operations")
Schema = dict[str, Any]


def contract_of(service: str) -> Schema:
    """All that can be asked of a service, that it tells, and how it refuses."""
    shapes = list(_shapes(service))
    calls = {wire_name(shape): shape for shape in shapes if issubclass(shape, Call)}
    return {
        "calls": {
            name: {"input": codec.schema_of(call), "answer": codec.schema_of(codec.answer_of(call))}
            for name, call in calls.items()
        },
        "events": {wire_name(shape): codec.schema_of(shape) for shape in shapes if issubclass(shape, Event)},
        "errors": {shape.code(): shape.__mro__[1].code() for shape in shapes if issubclass(shape, Problem)},
    }


def breaks(old: Schema, new: Schema) -> list[str]:
    """What of `new` would break a program written against `old`; empty when nothing would."""
    found: list[str] = []
    for kind in ("calls", "events", "errors"):
        found += [f"{kind}.{name} is gone" for name in sorted(old[kind].keys() - new[kind].keys())]
    for name in sorted(old["calls"].keys() & new["calls"].keys()):
        was, now = old["calls"][name], new["calls"][name]
        found += _Comparison(was["input"], now["input"], may_grow=True).run(f"calls.{name}")
        found += _Comparison(was["answer"], now["answer"], may_grow=False).run(f"calls.{name} -> answer")
    for name in sorted(old["events"].keys() & new["events"].keys()):
        found += _Comparison(old["events"][name], new["events"][name], may_grow=False).run(f"events.{name}")
    for name in sorted(old["errors"].keys() & new["errors"].keys()):
        if old["errors"][name] != new["errors"][name]:
            found.append(f"errors.{name} was {old['errors'][name]}, is {new['errors'][name]}")
    return found


class _Comparison:
    """Two schemas side by side, references followed; `may_grow`: whether new enumeration values do no harm."""

    def __init__(self, old: Schema, new: Schema, *, may_grow: bool) -> None:
        self._old, self._new, self._may_grow = old, new, may_grow
        self._seen: set[tuple[str, str]] = set()

    def run(self, path: str) -> list[str]:
        return list(self._compare(path, self._old, self._new))

    def _compare(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        names = (old.get("$ref", ""), new.get("$ref", ""))
        if names != ("", ""):
            if names in self._seen:
                return
            self._seen.add(names)
            old, new = _followed(old, self._old), _followed(new, self._new)
        yield from self._kinds(path, old, new)
        yield from self._values(path, old, new)
        yield from self._fields(path, old, new)
        for inner in ("items", "additionalProperties"):
            if isinstance(old.get(inner), dict) and isinstance(new.get(inner), dict):
                yield from self._compare(f"{path}[]", old[inner], new[inner])

    def _kinds(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        was, now = _alternatives(old), _alternatives(new)
        if was.keys() - now.keys():
            yield f"{path} no longer takes {', '.join(sorted(was.keys() - now.keys()))}"
        if now.keys() - was.keys() and not self._may_grow:
            yield f"{path} may now be {', '.join(sorted(now.keys() - was.keys()))}"
        if "anyOf" in old or "anyOf" in new:
            for kind in was.keys() & now.keys():
                yield from self._compare(path, was[kind], now[kind])

    def _values(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        was, now = _listed(old), _listed(new)
        if was is None or now is None:
            return
        if was - now:
            yield f"{path} lost the value {', '.join(sorted(was - now))}"
        if now - was and not self._may_grow:
            yield f"{path} has the new value {', '.join(sorted(now - was))}, which earlier readers refuse"

    def _fields(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        was, now = old.get("properties", {}), new.get("properties", {})
        for name in sorted(was.keys() - now.keys()):
            yield f"{path}.{name} is gone"
        for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
            yield f"{path}.{name} is newly required"
        for name in sorted(was.keys() & now.keys()):
            yield from self._compare(f"{path}.{name}", was[name], now[name])


def _followed(schema: Schema, root: Schema) -> Schema:
    reference = schema.get("$ref")
    return root["$defs"][reference.rpartition("/")[2]] if reference else schema


def _alternatives(schema: Schema) -> dict[str, Schema]:
    """The kinds of value a schema takes, each with its own schema."""
    return {_kind(choice): choice for choice in schema.get("anyOf", [schema])}


def _kind(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    return " ".join(str(schema[word]) for word in ("type", "format", "pattern") if word in schema)


def _listed(schema: Schema) -> set[str] | None:
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    return None if values is None else set(map(str, values))


def _shapes(service: str) -> Iterator[type[Any]]:
    for part in ("rpc", "events", "errors"):
        try:
            module = importlib.import_module(f"contracts.{service}.v1.{part}")
        except ModuleNotFoundError:
            continue
        for shape in vars(module).values():
            if (
                inspect.isclass(shape)
                and issubclass(shape, Call | Event | Problem)
                and shape.__module__ == module.__name__
                and service_of(shape) == service
            ):
                yield shape


def text_of(service: str) -> str:
    return json.dumps(contract_of(service), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def committed(service: str) -> Path:
    return FOLDER / f"{service}.v1.json"


def main(arguments: list[str]) -> int:
    FOLDER.mkdir(exist_ok=True)
    broken = [
        f"{service}: {change}"
        for service in PUBLISHED
        if committed(service).exists()
        for change in breaks(json.loads(committed(service).read_text()), contract_of(service))
    ]
    if broken and "--break" not in arguments:
        sys.stderr.write(
            "\n".join(["These changes break version 1; make them optional additions, or publish version 2:", *broken, ""])
        )
        return 1
    for service in PUBLISHED:
        committed(service).write_text(text_of(service))
    events_page.PAGE.write_text(events_page.page())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
