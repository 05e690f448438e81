"""The real service on a real bus, with a real SMTP server: an event comes in, a mail goes out, once."""

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Handler
from contracts.contracting.v1.events import OfferSent
from contracts.identity.v1.events import AccountRegistered
from contracts.messaging.v1 import rpc
from contracts.messaging.v1.errors import InvalidMessage
from contracts.messaging.v1.events import ConversationOpened, MessageSent
from contracts.wire import Actor, Role

COMPANY = Actor(role=Role.COMPANY, account_id="acc_company", company_id="com_1")


class Inbox(Handler):
    def __init__(self) -> None:
        super().__init__()
        self.mails = []

    def handle_message(self, message) -> None:
        self.mails.append(message)


@pytest.fixture
def smtp():
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=0)
    controller.start()
    yield controller.server.sockets[0].getsockname()[1], inbox
    controller.stop()


def registered(account_id: str, role: Role, **more: str) -> AccountRegistered:
    names = {"email": f"{account_id}@mail.example", "first_name": "Hélène", "last_name": "Roche", "phone": "+33612345678"}
    return AccountRegistered(account_id=account_id, role=role, locale="fr", **names, **more)


def test_an_event_told_twice_is_one_mail(bus, database, smtp):
    port, inbox = smtp
    bus.start("messaging.service:MessagingService", DATABASE_URL=database("messaging"), MAIL_TRANSPORT=f"smtp://127.0.0.1:{port}")
    offer = OfferSent(offer_id="off_1", company_id="com_1", company_name="Atelier", expert_id="exp_1", title="Rebuts")

    bus.tell(offer, about="off_1", id="evt_1")  # before anybody knows the expert: it waits
    bus.tell(registered("acc_expert", Role.EXPERT, expert_id="exp_1"), about="acc_expert")
    bus.tell(offer, about="off_1", id="evt_1")

    bus.wait_until(lambda: inbox.mails, "the mail")
    (mail,) = inbox.mails
    assert mail["To"] == "acc_expert@mail.example"
    assert "Rebuts" in str(mail["Subject"])


def test_a_contact_is_answered_and_told(bus, database, tmp_path):
    env = {"DATABASE_URL": database("messaging"), "MAIL_DIRECTORY": str(tmp_path)}
    bus.start("messaging.service:MessagingService", **env)
    bus.tell(registered("acc_expert", Role.EXPERT, expert_id="exp_1"), about="acc_expert")
    bus.tell(registered("acc_company", Role.COMPANY, company_id="com_1"), about="acc_company")
    bus.wait_until_idle()

    call = rpc.ContactExpert(actor=COMPANY, idempotency_key="k", expert_id="exp_1", text="Bonjour")
    conversation = bus.ask(call)

    assert bus.wait_for(ConversationOpened).conversation_id == conversation.conversation_id
    assert bus.wait_for(MessageSent).author_role is Role.COMPANY
    with pytest.raises(InvalidMessage):
        bus.ask(rpc.ContactExpert(actor=COMPANY, idempotency_key="k2", expert_id="exp_1", text=" "))
