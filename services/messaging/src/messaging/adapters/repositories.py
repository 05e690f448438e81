"""Messaging's repositories on PostgreSQL. Ids are time-sortable, so a page's cursor is the last id it showed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.uow import UnitOfWork
from contracts.shapes import Page
from contracts.wire import Event
from kernel.errors import Invalid
from kernel.ids import is_id
from messaging.adapters.orm import CONVERSATION, KNOWN_CLIENT, MESSAGE, NOTIFICATION
from messaging.domain.contact import Contact
from messaging.domain.conversation import Conversation, Message
from messaging.domain.notification import DeliveryState, Notification

T = TypeVar("T")
LARGEST_PAGE = 100


class SqlContacts:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, contact: Contact) -> None:
        self._session.add(contact)

    def get(self, account_id: str, *, lock: bool = False) -> Contact | None:
        return self._session.get(Contact, account_id, with_for_update=lock or None)

    def of_expert(self, expert_id: str) -> list[Contact]:
        return list(self._session.scalars(select(Contact).filter_by(expert_id=expert_id)))

    def of_company(self, company_id: str) -> list[Contact]:
        return list(self._session.scalars(select(Contact).filter_by(company_id=company_id).order_by("account_id")))

    def remember_clients(self, expert_id: str, company_id: str) -> None:
        row = insert(KNOWN_CLIENT).values(expert_id=expert_id, company_id=company_id)
        self._session.execute(row.on_conflict_do_nothing())

    def are_known(self, expert_id: str, company_id: str) -> bool:
        row = select(KNOWN_CLIENT).filter_by(expert_id=expert_id, company_id=company_id)
        return self._session.execute(row).first() is not None


class SqlConversations:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, conversation: Conversation) -> None:
        self._session.add(conversation)
        self._session.flush()

    def get(self, conversation_id: str, *, lock: bool = False) -> Conversation | None:
        return self._session.get(Conversation, conversation_id, with_for_update=lock or None)

    def between(self, company_id: str, expert_id: str) -> Conversation | None:
        pair = func.hashtextextended(f"{company_id} {expert_id}", 0)
        self._session.execute(select(func.pg_advisory_xact_lock(pair)))
        return self._session.scalar(select(Conversation).filter_by(company_id=company_id, expert_id=expert_id).with_for_update())

    def of(self, *, company_id: str | None, expert_id: str | None, cursor: str | None, limit: int) -> Page[Conversation]:
        query = select(Conversation).order_by(CONVERSATION.c.last_message_id.desc())
        query = query.filter_by(company_id=company_id) if company_id else query.filter_by(expert_id=expert_id)
        return _page(self._session, query, CONVERSATION.c.last_message_id, "msg", cursor, limit)

    def add_message(self, message: Message) -> None:
        self._session.add(message)

    def messages(self, conversation_id: str, *, cursor: str | None, limit: int) -> Page[Message]:
        query = select(Message).filter_by(conversation_id=conversation_id).order_by(MESSAGE.c.message_id.desc())
        return _page(self._session, query, MESSAGE.c.message_id, "msg", cursor, limit)


class SqlNotifications:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, notification: Notification) -> None:
        self._session.add(notification)

    def get(self, notification_id: str) -> Notification | None:
        return self._session.get(Notification, notification_id)

    def due(self, now: datetime, limit: int) -> list[Notification]:
        table = NOTIFICATION.c
        queued = select(Notification).where(table.state == DeliveryState.QUEUED, table.next_attempt_at <= now)
        oldest = queued.order_by(table.notification_id).limit(limit).with_for_update(skip_locked=True)
        return list(self._session.scalars(oldest))

    def of(self, *, account_id: str | None, kind: str | None, cursor: str | None, limit: int) -> Page[Notification]:
        query = select(Notification).order_by(NOTIFICATION.c.notification_id.desc())
        if account_id is not None:
            query = query.filter_by(account_id=account_id)
        if kind is not None:
            query = query.filter_by(kind=kind)
        return _page(self._session, query, NOTIFICATION.c.notification_id, "ntf", cursor, limit)

    def forget(self, account_id: str) -> None:
        theirs = update(Notification).where(NOTIFICATION.c.account_id == account_id)
        self._session.execute(theirs.values(address="", subject="", text=""))
        queued = theirs.where(NOTIFICATION.c.state == DeliveryState.QUEUED)
        self._session.execute(queued.values(state=DeliveryState.FAILED, error="the account was erased"))


class MessagingUnitOfWork:
    """Messaging's repositories on one unit of work of the chassis."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self.contacts = SqlContacts(uow.session)
        self.conversations = SqlConversations(uow.session)
        self.notifications = SqlNotifications(uow.session)

    @property
    def now(self) -> datetime:
        return self._uow.now

    @property
    def occurred_at(self) -> datetime:
        return self._uow.occurred_at

    def emit(self, event: Event, *, about: str) -> None:
        self._uow.emit(event, about=about)

    def released(self) -> AbstractContextManager[None]:
        return self._uow.released()

    def commit_and_go_on(self) -> None:
        self._uow.commit_and_go_on()


def _page(session: Session, query: Select[Any], column: Any, prefix: str, cursor: str | None, limit: int) -> Page[Any]:
    """Before the cursor's row, by ids of this prefix. Raises Invalid (`cursor`)."""
    limit = max(1, min(limit, LARGEST_PAGE))
    if cursor is not None:
        query = query.where(column < _decoded(cursor, prefix))
    found: Sequence[Any] = session.scalars(query.limit(limit + 1)).all()
    last = getattr(found[limit - 1], column.name) if len(found) > limit else None
    return Page(items=tuple(found[:limit]), next_cursor=_encoded(last) if last else None)


def _encoded(last_id: str) -> str:
    return urlsafe_b64encode(last_id.encode()).decode().rstrip("=")


def _decoded(cursor: str, prefix: str) -> str:
    try:
        last_id = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except ValueError:
        last_id = ""
    if not is_id(last_id, prefix):
        raise Invalid("this cursor was not given by this list", field="cursor")
    return last_id
