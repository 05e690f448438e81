"""What identity answers, tells and expects, held against libs/contracts."""

import inspect
from pathlib import Path

import pytest

from chassis import codec
from contracts import topology
from contracts.identity.v1 import events, rpc
from contracts.payments.v1.rpc import SubmitPayeeDocument
from contracts.shapes import FileContent
from contracts.wire import Call, Event, wire_name
from identity.adapters.payments_door import PaymentsDoor
from identity.service import IdentityService

CALLS = {
    shape
    for shape in vars(rpc).values()
    if inspect.isclass(shape) and issubclass(shape, Call) and shape.__module__ == rpc.__name__
}
EVENTS = {shape for shape in vars(events).values() if inspect.isclass(shape) and issubclass(shape, Event) and shape is not Event}


def shapes_of(kind: str) -> set[type]:
    """What the service's entrypoints of this kind were registered for."""
    methods = vars(IdentityService).values()
    found = (entrypoint for method in methods for entrypoint in getattr(method, "nameko_entrypoints", ()))
    return {entrypoint.shape for entrypoint in found if type(entrypoint).__name__ == kind}


def test_every_call_of_the_contract_is_answered_by_the_method_of_its_name():
    answered = shapes_of("_Answers")

    assert {shape for shape in answered if shape.__module__ == rpc.__name__} == CALLS
    assert {wire_name(call) for call in CALLS} <= set(vars(IdentityService))


def test_exactly_the_events_of_the_topology_are_handled():
    assert shapes_of("_Handles") == set(topology.SUBSCRIPTIONS["identity"])


def test_every_event_of_the_contract_is_told_by_some_use_case():
    source = "".join(path.read_text() for path in (Path(inspect.getfile(IdentityService)).parent / "use_cases").glob("*.py"))

    assert {event.__name__ for event in EVENTS if f"events.{event.__name__}(" not in source} == set()


@pytest.mark.parametrize("call", sorted(CALLS, key=lambda call: call.__name__))
def test_every_answer_can_travel(call):
    assert codec.schema_of(codec.answer_of(call))


class RecordingNeighbours:
    def __init__(self) -> None:
        self.asked: list[Call] = []

    def ask(self, call, *, service=None, deadline_seconds=5.0):
        self.asked.append(call)


def test_what_payments_is_asked_is_what_its_contract_takes():
    neighbours, file = RecordingNeighbours(), FileContent(filename="p.png", content_type="image/png", content="eA==")

    PaymentsDoor(neighbours).submit(expert_id="exp_1", document_id="kyd_1", kind="identity_proof", file=file)

    (call,) = neighbours.asked
    assert codec.from_wire(SubmitPayeeDocument, codec.to_wire(call)) == call
    assert (call.idempotency_key, call.document_id, call.file) == ("kyd_1", "kyd_1", file)
