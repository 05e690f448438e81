"""Companies and experts write to one another (A5, A17, A71, M62, M78)."""

from contracts.messaging.v1 import rpc
from contracts.messaging.v1.errors import FirstContactNotAllowed, UnknownConversation, UnknownRecipient
from contracts.messaging.v1.events import ConversationOpened, MessageSent
from contracts.shapes import Done, Page
from contracts.wire import Actor, Role
from kernel.errors import Forbidden
from kernel.ids import new_id
from messaging.domain.conversation import Conversation, Message, message_text
from messaging.use_cases.ports import Ports


def contact_expert(call: rpc.ContactExpert, ports: Ports) -> rpc.ConversationView:
    """The company writes: for the first time, or again into the same conversation."""
    company_id = _company(call.actor)
    if not any(contact.reachable for contact in ports.uow.contacts.of_expert(call.expert_id)):
        raise UnknownRecipient(field="expert_id")
    conversation = _write(call.actor, company_id, call.expert_id, call.text, ports)
    return _view(conversation, call.actor, ports)


def contact_company(call: rpc.ContactCompany, ports: Ports) -> rpc.ConversationView:
    """The expert writes first, where the policy lets him, to a client he has worked with (P16)."""
    expert_id = _expert(call.actor)
    if not any(contact.reachable for contact in ports.uow.contacts.of_company(call.company_id)):
        raise UnknownRecipient(field="company_id")
    if ports.uow.conversations.between(call.company_id, expert_id) is None:
        known = ports.uow.contacts.are_known(expert_id, call.company_id)
        if ports.policy.expert_first_contact == "never" or not known:
            raise FirstContactNotAllowed(company_id=call.company_id)
    conversation = _write(call.actor, call.company_id, expert_id, call.text, ports)
    return _view(conversation, call.actor, ports)


def send_message(call: rpc.SendMessage, ports: Ports) -> rpc.MessageView:
    conversation = _own(call.conversation_id, call.actor, ports, lock=True)
    message = _add(call.actor, conversation, call.text, ports)
    return _message_view(message, conversation, ports)


def list_conversations(call: rpc.ListConversations, ports: Ports) -> Page[rpc.ConversationView]:
    """The caller's own, the latest message first."""
    if call.actor.role not in (Role.COMPANY, Role.EXPERT):
        raise Forbidden("only a company or an expert has conversations")
    page = ports.uow.conversations.of(
        company_id=call.actor.company_id, expert_id=call.actor.expert_id, cursor=call.cursor, limit=call.limit
    )
    return Page(items=tuple(_view(each, call.actor, ports) for each in page.items), next_cursor=page.next_cursor)


def list_messages(call: rpc.ListMessages, ports: Ports) -> Page[rpc.MessageView]:
    conversation = _own(call.conversation_id, call.actor, ports)
    page = ports.uow.conversations.messages(conversation.conversation_id, cursor=call.cursor, limit=call.limit)
    return Page(items=tuple(_message_view(each, conversation, ports) for each in page.items), next_cursor=page.next_cursor)


def mark_read(call: rpc.MarkRead, ports: Ports) -> Done:
    conversation = _own(call.conversation_id, call.actor, ports, lock=True)
    conversation.read_by(call.actor.role)
    return Done(id=conversation.conversation_id)


def _write(actor: Actor, company_id: str, expert_id: str, text: str, ports: Ports) -> Conversation:
    conversation = ports.uow.conversations.between(company_id, expert_id)
    if conversation is None:
        message_text(text)  # refuse a bad first message before anything is opened
        conversation = Conversation(
            conversation_id=new_id("con", ports.uow.now),
            company_id=company_id,
            expert_id=expert_id,
            opened_at=ports.uow.now,
            opened_by=actor.role,
            last_message_id="",
            last_message_at=ports.uow.now,
        )
        ports.uow.conversations.add(conversation)
        opened = ConversationOpened(
            conversation_id=conversation.conversation_id, company_id=company_id, expert_id=expert_id, opened_by=actor.role
        )
        ports.uow.emit(opened, about=conversation.conversation_id)
    _add(actor, conversation, text, ports)
    return conversation


def _add(actor: Actor, conversation: Conversation, text: str, ports: Ports) -> Message:
    message = Message(
        message_id=new_id("msg", ports.uow.now),
        conversation_id=conversation.conversation_id,
        author_account_id=actor.account_id or "",
        author_role=actor.role,
        text=message_text(text),
        sent_at=ports.uow.now,
    )
    ports.uow.conversations.add_message(message)
    conversation.written(message)
    sent = MessageSent(
        conversation_id=conversation.conversation_id,
        message_id=message.message_id,
        company_id=conversation.company_id,
        expert_id=conversation.expert_id,
        author_role=actor.role,
    )
    ports.uow.emit(sent, about=conversation.conversation_id)
    return message


def _company(actor: Actor) -> str:
    if actor.role is not Role.COMPANY or actor.company_id is None:
        raise Forbidden("only a company contacts experts (A17)")
    return actor.company_id


def _expert(actor: Actor) -> str:
    if actor.role is not Role.EXPERT or actor.expert_id is None:
        raise Forbidden("only an expert contacts companies this way")
    return actor.expert_id


def _own(conversation_id: str, actor: Actor, ports: Ports, *, lock: bool = False) -> Conversation:
    """Another pair's conversation does not exist for the caller."""
    conversation = ports.uow.conversations.get(conversation_id, lock=lock)
    if conversation is None:
        raise UnknownConversation(conversation_id=conversation_id)
    is_company = actor.role is Role.COMPANY and actor.company_id == conversation.company_id
    is_expert = actor.role is Role.EXPERT and actor.expert_id == conversation.expert_id
    if not (is_company or is_expert):
        raise UnknownConversation(conversation_id=conversation_id)
    return conversation


def _view(conversation: Conversation, actor: Actor, ports: Ports) -> rpc.ConversationView:
    return rpc.ConversationView(
        conversation_id=conversation.conversation_id,
        company_id=conversation.company_id,
        company_name=_company_name(conversation.company_id, ports),
        expert_id=conversation.expert_id,
        expert_name=_expert_name(conversation.expert_id, ports),
        opened_at=conversation.opened_at,
        last_message_at=conversation.last_message_at,
        unread=conversation.unread(actor.role),
    )


def _message_view(message: Message, conversation: Conversation, ports: Ports) -> rpc.MessageView:
    author = ports.uow.contacts.get(message.author_account_id)
    return rpc.MessageView(
        message_id=message.message_id,
        conversation_id=conversation.conversation_id,
        author_role=message.author_role,
        author_name=author.name if author else "",
        text=message.text,
        sent_at=message.sent_at,
    )


def _company_name(company_id: str, ports: Ports) -> str:
    return next((contact.company_name for contact in ports.uow.contacts.of_company(company_id)), "")


def _expert_name(expert_id: str, ports: Ports) -> str:
    return next((contact.name for contact in ports.uow.contacts.of_expert(expert_id)), "")
