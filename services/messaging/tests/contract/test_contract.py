"""What messaging tells and answers is what its contract says, and every event it hears has a text or a use."""

import inspect
from datetime import UTC, datetime

import pytest

from chassis.codec import from_wire, to_wire
from contracts.messaging.v1 import events, rpc
from contracts.topology import SUBSCRIPTIONS
from contracts.wire import Call, Event, Role, wire_name
from messaging.service import MessagingService
from messaging.use_cases.notify import NOTICES

FOR_THE_DIRECTORY = {"AccountRegistered", "AccountUpdated", "AccountErased"}
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def test_every_call_of_the_contract_is_answered_under_its_name():
    calls = [
        each
        for each in vars(rpc).values()
        if inspect.isclass(each) and issubclass(each, Call) and each.__module__ == rpc.__name__
    ]

    assert [call.__name__ for call in calls if not hasattr(MessagingService, wire_name(call))] == []


def test_every_event_heard_is_written_about_or_kept_in_the_directory():
    heard = {event for event in SUBSCRIPTIONS["messaging"] if event.__name__ not in FOR_THE_DIRECTORY}

    assert heard == set(NOTICES)


@pytest.mark.parametrize(
    "told",
    [
        events.ConversationOpened(conversation_id="con_1", company_id="com_1", expert_id="exp_1", opened_by=Role.COMPANY),
        events.MessageSent(conversation_id="con_1", message_id="msg_1", company_id="c", expert_id="e", author_role=Role.EXPERT),
        events.NotificationFailed(notification_id="ntf_1", account_id="acc_1", channel="email", reason="mailbox unknown"),
    ],
)
def test_what_is_told_can_be_read_by_whoever_knows_more_or_less_fields(told: Event):
    on_the_wire = to_wire(told) | {"a_field_of_tomorrow": 1}

    assert from_wire(type(told), on_the_wire) == told


def test_a_view_keeps_its_names_on_the_wire():
    view = rpc.MessageView(
        message_id="msg_1", conversation_id="con_1", author_role=Role.EXPERT, author_name="Hélène", text="Oui.", sent_at=NOON
    )

    assert to_wire(view) == {
        "message_id": "msg_1",
        "conversation_id": "con_1",
        "author_role": "expert",
        "author_name": "Hélène",
        "text": "Oui.",
        "sent_at": "2026-11-02T12:00:00Z",
    }
