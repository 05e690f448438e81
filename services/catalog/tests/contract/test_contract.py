"""Catalog answers every call of its contract, tells nothing else than its events, and listens to what the topology says."""

import inspect
from typing import Any

import pytest

from catalog.service import CatalogService
from chassis.codec import from_wire, to_wire
from contracts.catalog.v1 import events, rpc
from contracts.topology import SUBSCRIPTIONS
from contracts.wire import Call, Event, wire_name


def shapes(kind: str) -> dict[str, type[Any]]:
    """The contract shape of each entrypoint of this kind, by the name of the method."""
    found = {}
    for name, method in inspect.getmembers(CatalogService, inspect.isfunction):
        for entrypoint in getattr(method, "nameko_entrypoints", ()):
            if type(entrypoint).__name__ == kind:
                found[name] = entrypoint.shape
    return found


def test_every_call_of_the_contract_is_answered_under_its_name():
    calls = {
        call
        for call in vars(rpc).values()
        if inspect.isclass(call) and issubclass(call, Call) and call.__module__ == rpc.__name__
    }

    answered = {name: shape for name, shape in shapes("_Answers").items() if shape.__module__ == rpc.__name__}

    assert set(answered.values()) == calls
    assert {name: wire_name(shape) for name, shape in answered.items()} == {name: name for name in answered}


def test_every_event_of_the_topology_has_one_handler():
    handled = shapes("_Handles").values()

    assert sorted(map(wire_name, handled)) == sorted(map(wire_name, SUBSCRIPTIONS["catalog"]))


@pytest.mark.parametrize(
    ("event", "data"),
    [
        (events.ProfilePublished, {"expert_id": "exp_1"}),
        (events.ProfileHidden, {"expert_id": "exp_1", "reason": "suspended"}),
        (events.ProfileViewed, {"expert_id": "exp_1", "day": "2026-11-02"}),
    ],
)
def test_what_is_told_reads_as_consumers_read_it(event: type[Event], data: dict[str, Any]):
    assert to_wire(from_wire(event, data)) == data
