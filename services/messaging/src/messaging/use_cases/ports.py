"""What messaging's use cases need from outside: their unit of work, texts, channels, the policy."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from contracts.shapes import Page
from contracts.wire import Event
from messaging.domain.contact import Contact
from messaging.domain.conversation import Conversation, Message
from messaging.domain.notification import Notification


@dataclass(frozen=True)
class MessagingPolicy:
    """The table [messaging]. P16: `never`, or `known_clients` (M62)."""

    expert_first_contact: str

    def __post_init__(self) -> None:
        if self.expert_first_contact not in ("never", "known_clients"):
            raise ValueError(f"expert_first_contact: never or known_clients, not {self.expert_first_contact!r}")


class Contacts(Protocol):
    """The directory of people."""

    def add(self, contact: Contact) -> None: ...
    def get(self, account_id: str, *, lock: bool = False) -> Contact | None: ...
    def of_expert(self, expert_id: str) -> list[Contact]: ...
    def of_company(self, company_id: str) -> list[Contact]: ...
    def remember_clients(self, expert_id: str, company_id: str) -> None: ...
    def are_known(self, expert_id: str, company_id: str) -> bool: ...


class Conversations(Protocol):
    def add(self, conversation: Conversation) -> None: ...
    def get(self, conversation_id: str, *, lock: bool = False) -> Conversation | None: ...
    def between(self, company_id: str, expert_id: str) -> Conversation | None:
        """Locked; a second opening of the same pair waits for the first."""
        ...

    def of(self, *, company_id: str | None, expert_id: str | None, cursor: str | None, limit: int) -> Page[Conversation]: ...
    def add_message(self, message: Message) -> None: ...
    def messages(self, conversation_id: str, *, cursor: str | None, limit: int) -> Page[Message]: ...


class Notifications(Protocol):
    def add(self, notification: Notification) -> None: ...
    def get(self, notification_id: str) -> Notification | None: ...
    def due(self, now: datetime, limit: int) -> list[Notification]:
        """Queued and due, locked; those another worker holds are left out."""
        ...

    def of(self, *, account_id: str | None, kind: str | None, cursor: str | None, limit: int) -> Page[Notification]: ...
    def forget(self, account_id: str) -> None:
        """Addresses and texts of an erased account."""
        ...


class UnitOfWork(Protocol):
    """One transaction of messaging."""

    @property
    def contacts(self) -> Contacts: ...
    @property
    def conversations(self) -> Conversations: ...
    @property
    def notifications(self) -> Notifications: ...
    @property
    def now(self) -> datetime: ...
    @property
    def occurred_at(self) -> datetime:
        """When the event that is being applied occurred, else now."""
        ...

    def emit(self, event: Event, *, about: str) -> None: ...
    def released(self) -> AbstractContextManager[None]: ...
    def commit_and_go_on(self) -> None: ...


@dataclass(frozen=True)
class Text:
    """A text ready to send; `subject` is empty for an SMS."""

    subject: str
    body: str


class Texts(Protocol):
    """The catalogues: raises KeyError for an unknown kind."""

    def write(self, kind: str, channel: str, locale: str, facts: dict[str, Any]) -> Text: ...


class NotDelivered(Exception):
    """The channel did not take it; the message says why."""


class Mail(Protocol):
    """Takes one mail or raises NotDelivered."""

    def send(self, *, to: str, subject: str, text: str, message_id: str) -> None: ...


class Sms(Protocol):
    """Takes one SMS or raises NotDelivered."""

    def send(self, *, to: str, text: str, reference: str) -> None: ...


@dataclass(frozen=True)
class Ports:
    uow: UnitOfWork
    policy: MessagingPolicy
    texts: Texts
    mail: Mail
    sms: Sms
