"""Tables of messaging and how its nouns are mapped to them."""

from sqlalchemy import Column, DateTime, Enum, ForeignKey, Index, Integer, String, Table, UniqueConstraint
from sqlalchemy.orm import registry

from chassis.tables import add_chassis_tables
from contracts.wire import Role
from messaging.domain.contact import Contact
from messaging.domain.conversation import Conversation, Message
from messaging.domain.notification import Channel, DeliveryState, Notification

mapper = registry()
metadata = mapper.metadata


def _words(of: type) -> Enum:
    return Enum(of, values_callable=lambda words: [word.value for word in words], native_enum=False, length=20)


CONTACT = Table(
    "contact",
    metadata,
    Column("account_id", String, primary_key=True),
    Column("role", _words(Role), nullable=False),
    Column("email", String, nullable=False),
    Column("phone", String, nullable=False),
    Column("first_name", String, nullable=False),
    Column("last_name", String, nullable=False),
    Column("locale", String, nullable=False),
    Column("expert_id", String, index=True),
    Column("company_id", String, index=True),
    Column("company_name", String, nullable=False),
    Column("as_of", DateTime(timezone=True)),
)
KNOWN_CLIENT = Table(
    "known_client",
    metadata,
    Column("expert_id", String, primary_key=True),
    Column("company_id", String, primary_key=True),
)
CONVERSATION = Table(
    "conversation",
    metadata,
    Column("conversation_id", String, primary_key=True),
    Column("company_id", String, nullable=False, index=True),
    Column("expert_id", String, nullable=False, index=True),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("opened_by", _words(Role), nullable=False),
    Column("last_message_id", String, nullable=False),
    Column("last_message_at", DateTime(timezone=True), nullable=False),
    Column("unread_by_company", Integer, nullable=False),
    Column("unread_by_expert", Integer, nullable=False),
    UniqueConstraint("company_id", "expert_id", name="one_conversation_a_pair"),
)
MESSAGE = Table(
    "message",
    metadata,
    Column("message_id", String, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.conversation_id"), nullable=False),
    Column("author_account_id", String, nullable=False),
    Column("author_role", _words(Role), nullable=False),
    Column("text", String, nullable=False),
    Column("sent_at", DateTime(timezone=True), nullable=False),
    Index("message_of_conversation", "conversation_id", "message_id"),
)
NOTIFICATION = Table(
    "notification",
    metadata,
    Column("notification_id", String, primary_key=True),
    Column("account_id", String, nullable=False, index=True),
    Column("channel", _words(Channel), nullable=False),
    Column("kind", String, nullable=False),
    Column("address", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("text", String, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("next_attempt_at", DateTime(timezone=True), nullable=False),
    Column("state", _words(DeliveryState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    Column("error", String, nullable=False),
)
Index("notification_due", NOTIFICATION.c.next_attempt_at, postgresql_where=NOTIFICATION.c.state == "queued")
add_chassis_tables(metadata)

mapper.map_imperatively(Contact, CONTACT)
mapper.map_imperatively(Conversation, CONVERSATION)
mapper.map_imperatively(Message, MESSAGE)
mapper.map_imperatively(Notification, NOTIFICATION)
