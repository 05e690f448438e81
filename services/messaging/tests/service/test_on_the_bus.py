"""The real service on a real bus, with a real SMTP server: an event comes in, a mail goes out, once."""

import mailbox
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from contracts.contracting.v1.events import OfferSent
from contracts.identity.v1.events import AccountRegistered
from contracts.messaging.v1 import rpc
from contracts.messaging.v1.errors import InvalidMessage, UnknownRecipient
from contracts.messaging.v1.events import ConversationOpened, MessageSent
from contracts.wire import Actor, Role

COMPANY = Actor(role=Role.COMPANY, account_id="acc_company", company_id="com_1")


@pytest.fixture
def smtp(tmp_path: Path):
    """A real SMTP server in a process of its own: (its URL, the mails it took)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path / "mails"
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Mailbox", str(folder)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 10
    while not _listens(port) and time.monotonic() < end:
        time.sleep(0.05)
    yield f"smtp://127.0.0.1:{port}", lambda: list(mailbox.Maildir(folder))
    server.terminate()
    server.wait()


def registered(account_id: str, role: Role, **more: str) -> AccountRegistered:
    names = {"email": f"{account_id}@mail.example", "first_name": "Hélène", "last_name": "Roche", "phone": "+33612345678"}
    return AccountRegistered(account_id=account_id, role=role, locale="fr", **names, **more)


def test_an_event_told_twice_is_one_mail(bus, database, smtp):
    url, mails = smtp
    bus.start("messaging.service:MessagingService", DATABASE_URL=database("messaging"), MAIL_TRANSPORT=url)
    offer = OfferSent(offer_id="off_1", company_id="com_1", company_name="Atelier", expert_id="exp_1", title="Rebuts")

    bus.tell(offer, id="evt_1")  # before anybody knows the expert: it waits
    bus.tell(registered("acc_expert", Role.EXPERT, expert_id="exp_1"))
    bus.tell(offer, id="evt_1")

    (mail,) = bus.until(mails, "the mail")
    time.sleep(2)
    assert len(mails()) == 1
    assert mail["To"] == "acc_expert@mail.example"
    assert "Rebuts" in str(mail["Subject"])


def test_a_contact_is_answered_and_told(bus, database, tmp_path):
    env = {"DATABASE_URL": database("messaging"), "MAIL_DIRECTORY": str(tmp_path)}
    bus.start("messaging.service:MessagingService", **env)
    bus.tell(registered("acc_expert", Role.EXPERT, expert_id="exp_1"))
    bus.tell(registered("acc_company", Role.COMPANY, company_id="com_1"))
    call = rpc.ContactExpert(actor=COMPANY, idempotency_key="k", expert_id="exp_1", text="Bonjour")

    conversation = bus.until(lambda: attempt(lambda: bus.ask(call)), "the expert is known")

    assert bus.wait_for(ConversationOpened).conversation_id == conversation.conversation_id
    assert bus.wait_for(MessageSent).author_role is Role.COMPANY
    with pytest.raises(InvalidMessage):
        bus.ask(rpc.ContactExpert(actor=COMPANY, idempotency_key="k2", expert_id="exp_1", text=" "))


def attempt(ask):
    try:
        return ask()
    except UnknownRecipient:
        return None


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
