"""A conversation: one a pair of company and expert, kept with its history (M78).

The company opens it (A71); an expert may only where the policy lets him, to a client he has worked with (M62, P16). Once it is
open both write freely.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from contracts.messaging.v1.errors import InvalidMessage
from contracts.wire import Role

LONGEST_MESSAGE = 10_000


@dataclass
class Conversation:
    """`last_message_id` orders conversations: ids are time-sortable. Unread counts are each side's."""

    conversation_id: str
    company_id: str
    expert_id: str
    opened_at: datetime
    opened_by: Role
    last_message_id: str
    last_message_at: datetime
    unread_by_company: int = 0
    unread_by_expert: int = 0

    def written(self, message: "Message") -> None:
        """A message was added: the other side has one more to read, the author has read all."""
        self.last_message_id, self.last_message_at = message.message_id, message.sent_at
        if message.author_role is Role.COMPANY:
            self.unread_by_expert += 1
            self.unread_by_company = 0
        else:
            self.unread_by_company += 1
            self.unread_by_expert = 0

    def read_by(self, role: Role) -> None:
        """This side has read everything."""
        if role is Role.COMPANY:
            self.unread_by_company = 0
        elif role is Role.EXPERT:
            self.unread_by_expert = 0

    def unread(self, role: Role) -> int:
        """How many messages this side has not read."""
        return self.unread_by_company if role is Role.COMPANY else self.unread_by_expert


@dataclass
class Message:
    message_id: str
    conversation_id: str
    author_account_id: str
    author_role: Role
    text: str
    sent_at: datetime


def message_text(text: str) -> str:
    """The text as it is kept: trimmed, control characters refused. Raises InvalidMessage."""
    kept = text.strip()
    if not 1 <= len(kept) <= LONGEST_MESSAGE:
        raise InvalidMessage(field="text")
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\r\t" for sign in kept):
        raise InvalidMessage("a message holds no control characters", field="text")
    return kept
