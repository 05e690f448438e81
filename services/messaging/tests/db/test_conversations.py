"""Conversations and notifications on the real PostgreSQL, at the edge: one call, one transaction."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import create_engine, select

from chassis import settings
from chassis.edge import Edge
from chassis.outbox import OUTBOX
from contracts.contracting.v1.events import MissionStarted, OfferSent
from contracts.identity.v1.events import AccountErased, AccountRegistered, AccountUpdated
from contracts.messaging.v1 import rpc
from contracts.messaging.v1.errors import FirstContactNotAllowed, UnknownConversation, UnknownRecipient
from contracts.wire import Actor, Envelope, Right, Role
from kernel.errors import Forbidden, Invalid, NotYet
from messaging import bootstrap
from messaging.adapters.orm import NOTIFICATION
from messaging.use_cases import converse, keep_directory
from messaging.use_cases.deliver_notifications import deliver_notifications
from messaging.use_cases.list_notifications import list_notifications
from messaging.use_cases.notify import notify
from messaging.use_cases.ports import Ports

COMPANY = Actor(role=Role.COMPANY, account_id="acc_company", company_id="com_1")
OTHER_COMPANY = Actor(role=Role.COMPANY, account_id="acc_other", company_id="com_2")
EXPERT = Actor(role=Role.EXPERT, account_id="acc_expert", expert_id="exp_1")
SUPPORT = Actor(role=Role.OPERATOR, account_id="acc_support", rights=(Right.SUPPORT,))
CLERK = Actor(role=Role.OPERATOR, account_id="acc_clerk")


def account(actor: Actor, first_name: str) -> AccountRegistered:
    return AccountRegistered(
        account_id=actor.account_id,
        role=actor.role,
        email=f"{actor.account_id}@mail.example",
        first_name=first_name,
        last_name="Roche",
        phone="+33612345678",
        locale="fr",
        expert_id=actor.expert_id,
        company_id=actor.company_id,
        company_name="Atelier" if actor.company_id else "",
    )


@pytest.fixture
def make_edge(database, clock, tmp_path: Path):
    def make(policy: str = "akigora", **env: str) -> Edge:
        env = {"DATABASE_URL": database("messaging"), "POLICY": policy, "MAIL_DIRECTORY": str(tmp_path), **env}
        told = settings.use("messaging", env, clock)
        edge = Edge(bootstrap.build(told), told)
        for actor, name in ((COMPANY, "Camille"), (OTHER_COMPANY, "Noé"), (EXPERT, "Hélène")):
            edge.run(keep_directory.account_registered, account(actor, name))
        return edge

    yield make
    settings.forget()


def contact(edge: Edge, key: str = "k1", text: str = "Bonjour") -> rpc.ConversationView:
    edge.settings.clock.advance(timedelta(seconds=1))
    call = rpc.ContactExpert(actor=COMPANY, idempotency_key=key, expert_id="exp_1", text=text)
    return edge.run(converse.contact_expert, call)


def told(edge: Edge) -> list[str]:
    with create_engine(edge.settings.database_url).connect() as connection:
        return list(connection.scalars(select(OUTBOX.c.type).order_by(OUTBOX.c.id)))


def test_a_company_contacts_an_expert_and_both_write_freely(make_edge):
    edge = make_edge()

    conversation = contact(edge)
    edge.settings.clock.advance(timedelta(seconds=1))
    edge.run(
        converse.send_message,
        rpc.SendMessage(actor=EXPERT, idempotency_key="k2", conversation_id=conversation.conversation_id, text="Bonjour, oui."),
    )

    page = edge.run(converse.list_messages, rpc.ListMessages(actor=COMPANY, conversation_id=conversation.conversation_id))
    assert [(each.author_name, each.text) for each in page.items] == [
        ("Hélène Roche", "Bonjour, oui."),
        ("Camille Roche", "Bonjour"),
    ]
    assert told(edge) == ["conversation_opened", "message_sent", "message_sent"]


def test_a_pair_has_one_conversation_however_often_it_is_opened(make_edge):
    edge = make_edge()

    first, again, repeated = contact(edge, "k1"), contact(edge, "k2", "Encore moi"), contact(edge, "k1")

    assert first.conversation_id == again.conversation_id == repeated.conversation_id
    page = edge.run(converse.list_messages, rpc.ListMessages(actor=EXPERT, conversation_id=first.conversation_id))
    assert [each.text for each in page.items] == ["Encore moi", "Bonjour"]


def test_another_company_cannot_read_the_conversation(make_edge):
    edge = make_edge()
    conversation = contact(edge)

    with pytest.raises(UnknownConversation):
        edge.run(converse.list_messages, rpc.ListMessages(actor=OTHER_COMPANY, conversation_id=conversation.conversation_id))


def test_an_expert_nobody_knows_cannot_be_contacted(make_edge):
    edge = make_edge()

    with pytest.raises(UnknownRecipient) as refused:
        edge.run(
            converse.contact_expert, rpc.ContactExpert(actor=COMPANY, idempotency_key="k", expert_id="exp_9", text="Bonjour")
        )

    assert refused.value.details["field"] == "expert_id"


@pytest.mark.parametrize("policy", ["akigora", "mission-internationale"])
def test_an_expert_cannot_write_first_to_a_company_he_does_not_know(make_edge, policy: str):
    edge = make_edge(policy)

    with pytest.raises(FirstContactNotAllowed):
        edge.run(
            converse.contact_company, rpc.ContactCompany(actor=EXPERT, idempotency_key="k", company_id="com_1", text="Bonjour")
        )

    assert told(edge) == []


def test_an_expert_may_write_first_to_a_former_client_where_the_policy_lets_him(make_edge):
    edge = make_edge("mission-internationale")
    worked = MissionStarted(mission_id="mis_1", reference="R", company_id="com_1", expert_id="exp_1", title="T", funded=True)
    edge.run(keep_directory.mission_started, worked)

    call = rpc.ContactCompany(actor=EXPERT, idempotency_key="k", company_id="com_1", text="Bonjour")
    conversation = edge.run(converse.contact_company, call)

    assert conversation.company_name == "Atelier"


def test_conversations_are_listed_page_by_page_the_latest_message_first(make_edge):
    edge = make_edge()
    contact(edge)
    edge.settings.clock.advance(timedelta(seconds=1))
    edge.run(
        converse.contact_expert, rpc.ContactExpert(actor=OTHER_COMPANY, idempotency_key="o", expert_id="exp_1", text="Bonsoir")
    )

    first = edge.run(converse.list_conversations, rpc.ListConversations(actor=EXPERT, limit=1))
    second = edge.run(converse.list_conversations, rpc.ListConversations(actor=EXPERT, limit=1, cursor=first.next_cursor))

    assert [page.items[0].company_id for page in (first, second)] == ["com_2", "com_1"]
    assert second.next_cursor is None


@pytest.mark.parametrize("cursor", ["garbage", "", "MA", "bXNnXzE", "é"])
def test_a_cursor_of_another_s_making_is_refused(make_edge, cursor):
    edge = make_edge()
    contact(edge)

    with pytest.raises(Invalid) as refusal:
        edge.run(converse.list_conversations, rpc.ListConversations(actor=EXPERT, cursor=cursor))

    assert refusal.value.details == {"field": "cursor"}


def offer() -> OfferSent:
    return OfferSent(offer_id="off_1", company_id="com_1", company_name="Atelier", expert_id="exp_1", title="Rebuts")


def test_an_event_becomes_a_mail_that_is_sent_once(make_edge, tmp_path: Path):
    edge = make_edge()
    edge.run(notify, offer())

    tried = [edge.background(deliver_notifications), edge.background(deliver_notifications)]

    (mail,) = tmp_path.glob("*.eml")
    assert tried == [1, 0]
    assert b"To: acc_expert@mail.example" in mail.read_bytes()


def test_a_mail_that_cannot_be_delivered_is_tried_again_later(make_edge, tmp_path: Path, clock):
    nobody = make_edge(MAIL_TRANSPORT="smtp://127.0.0.1:1")
    nobody.run(notify, offer())
    nobody.background(deliver_notifications)

    at_once = nobody.background(deliver_notifications)
    clock.advance(timedelta(seconds=31))
    later = nobody.background(deliver_notifications)

    shown = nobody.run(list_notifications, rpc.ListNotifications(actor=EXPERT)).items[0]
    assert (at_once, later, shown.state) == (0, 1, "queued")
    assert shown.error.startswith("ConnectionRefusedError")


class PickyMail:
    """Breaks on one subject, takes every other."""

    def __init__(self) -> None:
        self.taken = []

    def send(self, *, to: str, subject: str, text: str, message_id: str) -> None:
        if "cassé" in subject:
            raise ValueError("this text breaks the mail library")
        self.taken.append(subject)


def test_one_mail_that_cannot_even_be_written_holds_up_no_other(make_edge):
    edge, mail = make_edge(), PickyMail()
    for title in ("Titre cassé", "Rebuts"):
        edge.run(notify, replace(offer(), title=title))

    edge.background(lambda ports: deliver_notifications(replace(ports, mail=mail)))

    listed = edge.run(list_notifications, rpc.ListNotifications(actor=EXPERT)).items
    assert mail.taken == ["Une mission vous est proposée : Rebuts"]
    assert sorted((each.state, each.error) for each in listed) == [
        ("queued", "ValueError: this text breaks the mail library"),
        ("sent", ""),
    ]


def test_an_event_about_somebody_unknown_waits(make_edge):
    edge = make_edge()

    with pytest.raises(NotYet):
        edge.run(notify, OfferSent(offer_id="o", company_id="com_1", company_name="A", expert_id="exp_9", title="T"))


def test_support_reads_what_was_written_and_others_only_their_own(make_edge):
    edge = make_edge()
    edge.run(notify, offer())

    support = edge.run(list_notifications, rpc.ListNotifications(actor=SUPPORT, account_id="acc_expert"))
    own = edge.run(list_notifications, rpc.ListNotifications(actor=EXPERT))

    assert [each.kind for each in support.items] == [each.kind for each in own.items] == ["offer_received"]
    for curious in (COMPANY, CLERK):
        with pytest.raises(Forbidden):
            edge.run(list_notifications, rpc.ListNotifications(actor=curious, account_id="acc_expert"))


def test_an_erased_person_keeps_no_name_no_address_and_no_text(make_edge):
    edge = make_edge()
    conversation = contact(edge)
    edge.run(notify, offer())

    edge.run(keep_directory.account_erased, AccountErased(account_id="acc_expert", expert_id="exp_1"))

    view = edge.run(converse.list_conversations, rpc.ListConversations(actor=COMPANY)).items[0]
    mail = edge.run(list_notifications, rpc.ListNotifications(actor=SUPPORT, account_id="acc_expert")).items[0]
    assert (view.conversation_id, view.expert_name) == (conversation.conversation_id, "")
    assert (mail.subject, mail.text, mail.state) == ("", "", "failed")
    with pytest.raises(UnknownRecipient):
        contact(edge, "later")


def update(edge: Edge, email: str, at: datetime, use_case=keep_directory.account_updated) -> None:
    envelope = Envelope(id=f"evt_{email}", type="", version=1, occurred_at=at, correlation_id="", data={})
    person = {"first_name": "Hélène", "last_name": "Roche", "phone": "", "locale": "fr"}
    edge.run(use_case, AccountUpdated(account_id="acc_expert", email=email, **person), envelope=envelope)


def mailed_to(edge: Edge) -> list[str]:
    edge.run(notify, offer())
    with create_engine(edge.settings.database_url).connect() as connection:
        return list(connection.scalars(select(NOTIFICATION.c.address)))


def test_mail_goes_to_the_last_address_told_though_it_was_heard_first(make_edge):
    edge = make_edge()
    now = edge.settings.clock.now()

    update(edge, "new@mail.example", now + timedelta(hours=2))
    update(edge, "typo@mail.example", now + timedelta(hours=1))

    assert mailed_to(edge) == ["new@mail.example"]


def test_two_addresses_heard_at_once_leave_the_last_one_told(make_edge):
    edge = make_edge()
    now = edge.settings.clock.now()
    newer = Thread(target=update, args=(edge, "new@mail.example", now + timedelta(hours=2)))

    def older(event: AccountUpdated, ports: Ports) -> None:
        keep_directory.account_updated(event, ports)
        newer.start()
        newer.join(0.3)

    update(edge, "typo@mail.example", now + timedelta(hours=1), older)
    newer.join()

    assert mailed_to(edge) == ["new@mail.example"]
