"""Who may write to whom, and what a message is."""

from datetime import UTC, datetime

import pytest

from contracts.messaging.v1.errors import InvalidMessage
from contracts.wire import Role
from messaging.domain.conversation import Conversation, Message, message_text

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def conversation() -> Conversation:
    return Conversation("con_1", "com_1", "exp_1", NOON, Role.COMPANY, "", NOON)


def message(role: Role, number: int = 1) -> Message:
    return Message(f"msg_{number}", "con_1", "acc_1", role, "Bonjour", NOON)


def test_a_message_is_unread_for_the_other_side_only():
    talk = conversation()

    talk.written(message(Role.COMPANY))

    assert (talk.unread(Role.EXPERT), talk.unread(Role.COMPANY)) == (1, 0)


def test_answering_is_having_read():
    talk = conversation()
    talk.written(message(Role.COMPANY, 1))
    talk.written(message(Role.COMPANY, 2))

    talk.written(message(Role.EXPERT, 3))

    assert (talk.unread(Role.EXPERT), talk.unread(Role.COMPANY)) == (0, 1)
    assert talk.last_message_id == "msg_3"


def test_a_text_is_kept_without_the_white_space_around_it():
    assert message_text("  Bonjour,\n\nà demain ? \n") == "Bonjour,\n\nà demain ?"


@pytest.mark.parametrize("text", ["", "   \n", "a" * 10_001, "bell \x07", "nul \x00"])
def test_an_empty_a_too_long_or_a_binary_text_is_refused(text: str):
    with pytest.raises(InvalidMessage) as refused:
        message_text(text)

    assert refused.value.details["field"] == "text"
