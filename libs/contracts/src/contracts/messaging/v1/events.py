"""What messaging tells."""

from dataclasses import dataclass

from contracts.wire import Event, Role


@dataclass(frozen=True, kw_only=True)
class ConversationOpened(Event):
    conversation_id: str
    company_id: str
    expert_id: str
    opened_by: Role


@dataclass(frozen=True, kw_only=True)
class MessageSent(Event):
    conversation_id: str
    message_id: str
    company_id: str
    expert_id: str
    author_role: Role


@dataclass(frozen=True, kw_only=True)
class NotificationFailed(Event):
    notification_id: str
    account_id: str
    channel: str
    reason: str
