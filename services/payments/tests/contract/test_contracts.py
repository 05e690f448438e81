"""What payments answers, hears and tells, against the contracts."""

import ast
import inspect
from pathlib import Path

import payments
from contracts import topology
from contracts.payments.v1 import errors, events, rpc
from contracts.wire import Call, Event
from payments.service import PaymentsService


def entrypoints(kind):
    methods = inspect.getmembers(PaymentsService, inspect.isfunction)
    every = [entry for _, method in methods for entry in getattr(method, "nameko_entrypoints", ())]
    return {entry.shape for entry in every if type(entry).__name__.strip("_") == kind}


def shapes(module, base):
    return {
        one
        for one in vars(module).values()
        if inspect.isclass(one) and issubclass(one, base) and one.__module__ == module.__name__
    }


def names_used():
    sources = Path(payments.__file__).parent.rglob("*.py")
    trees = [ast.parse(source.read_text()) for source in sources]
    return {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_every_call_of_the_contract_is_answered():
    assert shapes(rpc, Call) <= entrypoints("Answers")


def test_every_subscription_has_its_handler():
    assert entrypoints("Handles") == set(topology.SUBSCRIPTIONS["payments"])


def test_every_event_of_the_contract_is_told_somewhere():
    assert {event.__name__ for event in shapes(events, Event)} <= names_used()


def test_every_error_of_the_contract_is_raised_somewhere():
    assert {error.__name__ for error in shapes(errors, Exception)} <= names_used()
