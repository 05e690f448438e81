"""Calls of messaging: conversations and notifications."""

from dataclasses import dataclass
from datetime import datetime

from contracts.shapes import Done, Page
from contracts.wire import Call, Command, Role


@dataclass(frozen=True, kw_only=True)
class MessageView:
    message_id: str
    conversation_id: str
    author_role: Role
    author_name: str
    text: str
    sent_at: datetime


@dataclass(frozen=True, kw_only=True)
class ConversationView:
    conversation_id: str
    company_id: str
    company_name: str
    expert_id: str
    expert_name: str
    opened_at: datetime
    last_message_at: datetime
    unread: int


@dataclass(frozen=True, kw_only=True)
class ContactExpert(Command[ConversationView]):
    """A company writes to an expert for the first time, or again: one conversation a pair (A17, A71, M62)."""

    expert_id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ContactCompany(Command[ConversationView]):
    """An expert writes first: only where the policy lets him, to a client he knows (P16)."""

    company_id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class SendMessage(Command[MessageView]):
    """Either side, freely, once the conversation is open (A71)."""

    conversation_id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ListConversations(Call[Page[ConversationView]]):
    cursor: str | None = None
    limit: int = 20


@dataclass(frozen=True, kw_only=True)
class ListMessages(Call[Page[MessageView]]):
    """Newest first; reading marks them read."""

    conversation_id: str
    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True, kw_only=True)
class MarkRead(Command[Done]):
    conversation_id: str


@dataclass(frozen=True, kw_only=True)
class NotificationView:
    """`channel`: email or sms; `state`: queued, sent or failed. `kind` is the template's name."""

    notification_id: str
    account_id: str
    channel: str
    kind: str
    subject: str
    text: str
    state: str
    created_at: datetime
    sent_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class ListNotifications(Call[Page[NotificationView]]):
    """The caller's own; all, or one account's, for operators with the right to support."""

    account_id: str | None = None
    kind: str | None = None
    cursor: str | None = None
    limit: int = 50
