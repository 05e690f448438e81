"""Contracting keeps its side of the contracts: every call answered, every subscribed event handled, every event of its own told."""

import inspect
import re
from pathlib import Path

import pytest

import contracting
from chassis import codec
from contracting.service import ContractingService
from contracts.contracting.v1 import errors, events, rpc
from contracts.topology import SUBSCRIPTIONS
from contracts.wire import Call, Command, Event, service_of, wire_name
from kernel.errors import Problem


def shapes(module, base):
    return {
        each
        for each in vars(module).values()
        if inspect.isclass(each) and issubclass(each, base) and each.__module__ == module.__name__
    }


def entrypoints(kind):
    """Method name by the shape it serves."""
    return {
        entrypoint.shape: name
        for name, method in inspect.getmembers(ContractingService, inspect.isfunction)
        for entrypoint in getattr(method, "nameko_entrypoints", ())
        if type(entrypoint).__name__ == kind
    }


def source():
    return "\n".join(path.read_text() for path in Path(contracting.__file__).parent.rglob("*.py"))


def test_every_call_of_the_contract_is_answered_under_its_own_name():
    answered = entrypoints("_Answers")

    ours = {shape: name for shape, name in answered.items() if service_of(shape) == "contracting"}
    assert set(ours) == shapes(rpc, Call)
    assert all(name == wire_name(shape) for shape, name in ours.items())


def test_every_subscribed_event_has_exactly_one_handler():
    assert set(entrypoints("_Handles")) == set(SUBSCRIPTIONS["contracting"])


@pytest.mark.parametrize("event", sorted(shapes(events, Event), key=lambda each: each.__name__), ids=lambda each: each.__name__)
def test_every_event_of_the_contract_is_told_somewhere(event):
    assert re.search(rf"\b{event.__name__}\(", source())


@pytest.mark.parametrize("error", sorted(shapes(errors, Problem), key=lambda each: each.__name__), ids=lambda each: each.__name__)
def test_every_error_of_the_contract_is_raised_somewhere(error):
    assert re.search(rf"\b{error.__name__}\b", source())


@pytest.mark.parametrize("call", sorted(shapes(rpc, Call), key=lambda each: each.__name__), ids=lambda each: each.__name__)
def test_every_call_and_its_answer_have_a_schema(call):
    assert {"actor"} <= set(codec.schema_of(call)["required"])
    assert issubclass(call, Command) == ("idempotency_key" in codec.schema_of(call)["required"])
    assert codec.schema_of(codec.answer_of(call))["type"] == "object"
