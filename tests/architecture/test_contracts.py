"""Contracts between services: published, unbroken, and answered by somebody."""

import copy
import importlib
import inspect
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from contracts.topology import SERVICES, SUBSCRIPTIONS
from contracts.wire import Call, service_of
from testkit import schemas, walls

ROOT = Path(__file__).resolve().parents[2]
PAYMENTS = schemas.contract_of("payments")


def marks(service: str, decorator: str) -> Counter[str]:
    """What the classes of a service are decorated with, and how often."""
    folder = ROOT / "services" / service / "src" / service
    return Counter(f"{module}.{name}" for source in walls.sources(folder) for module, name in walls.marked(source, decorator))


@pytest.mark.parametrize("service", SERVICES)
def test_each_subscription_has_exactly_one_handler(service: str) -> None:
    subscribed = Counter(f"{event.__module__}.{event.__name__}" for event in SUBSCRIPTIONS.get(service, ()))

    assert marks(service, "handles") == subscribed


@pytest.mark.parametrize("service", SERVICES)
def test_each_call_is_answered_exactly_once(service: str) -> None:
    module = importlib.import_module(f"contracts.{service}.v1.rpc")
    calls = [
        shape
        for shape in vars(module).values()
        if inspect.isclass(shape) and issubclass(shape, Call) and service_of(shape) == service
    ]

    assert marks(service, "answers") == Counter(f"{call.__module__}.{call.__name__}" for call in calls)


@pytest.mark.parametrize("service", schemas.PUBLISHED)
def test_what_is_published_is_what_the_code_says(service: str) -> None:
    published = json.loads(schemas.committed(service).read_text())

    assert schemas.breaks(published, schemas.contract_of(service)) == []
    assert schemas.committed(service).read_text() == schemas.text_of(service), "an addition: run `make schemas`"


def changed(*path: str | int, to: Any = None, by: str = "set") -> dict[str, Any]:
    """The contract of payments with one thing changed."""
    new = copy.deepcopy(PAYMENTS)
    place: Any = new
    for step in path[:-1]:
        place = place[step]
    if by == "drop":
        place.pop(path[-1])
    elif by == "append":
        place[path[-1]] = [*place.get(path[-1], []), to]
    else:
        place[path[-1]] = to
    return new


EVENT = ("events", "payout_sent")
CALL = ("calls", "get_escrow")


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (changed(*EVENT, by="drop"), "events.payout_sent is gone"),
        (changed(*CALL, by="drop"), "calls.get_escrow is gone"),
        (changed("errors", "already_funded", by="drop"), "errors.already_funded is gone"),
        (changed("errors", "already_funded", to="invalid"), "errors.already_funded was conflict, is invalid"),
        (changed(*EVENT, "properties", "expert_id", by="drop"), "events.payout_sent.expert_id is gone"),
        (
            changed(*EVENT, "properties", "instalment", "type", to="string"),
            "events.payout_sent.instalment no longer takes integer",
        ),
        (changed(*CALL, "input", "required", to="since", by="append"), "calls.get_escrow.since is newly required"),
        (
            changed(*EVENT, "$defs", "Money", "properties", "amount", "type", to="number"),
            "events.payout_sent.amount.amount no longer takes integer",
        ),
        (
            changed(*CALL, "answer", "$defs", "InstalmentState", "enum", to="frozen", by="append"),
            "has the new value frozen, which earlier readers refuse",
        ),
    ],
)
def test_a_breaking_change_is_found(new: dict[str, Any], said: str) -> None:
    assert any(said in change for change in schemas.breaks(PAYMENTS, new)), schemas.breaks(PAYMENTS, new)


@pytest.mark.parametrize(
    "new",
    [
        PAYMENTS,
        changed("events", "payout_noticed", to={"type": "object"}),
        changed(*EVENT, "properties", "note", to={"type": "string", "default": ""}),
        changed(*CALL, "input", "properties", "since", to={"type": "string"}),
    ],
)
def test_an_optional_addition_breaks_nothing(new: dict[str, Any]) -> None:
    assert schemas.breaks(PAYMENTS, new) == []


def test_a_breaking_change_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(schemas, "FOLDER", tmp_path)
    monkeypatch.setattr(schemas.events_page, "PAGE", tmp_path / "events.md")
    older = changed(*EVENT, "properties", "colour", to={"type": "string"})
    (tmp_path / "payments.v1.json").write_text(json.dumps(older))

    assert schemas.main([]) == 1
    assert "events.payout_sent.colour is gone" in capsys.readouterr().err
    assert json.loads((tmp_path / "payments.v1.json").read_text()) == older

    assert schemas.main(["--break"]) == 0
    assert json.loads((tmp_path / "payments.v1.json").read_text()) == PAYMENTS
