"""Keeps the copy of people's names and addresses that writing to them needs; identity owns them."""

from contracts.contracting.v1.events import MissionStarted
from contracts.identity.v1.events import AccountErased, AccountRegistered, AccountUpdated
from kernel.errors import NotYet
from messaging.domain.contact import Contact
from messaging.use_cases.notify import notify
from messaging.use_cases.ports import Ports


def account_registered(event: AccountRegistered, ports: Ports) -> None:
    """A second telling changes nothing."""
    if ports.uow.contacts.get(event.account_id) is None:
        ports.uow.contacts.add(
            Contact(
                account_id=event.account_id,
                role=event.role,
                email=event.email,
                phone=event.phone,
                first_name=event.first_name,
                last_name=event.last_name,
                locale=event.locale,
                expert_id=event.expert_id,
                company_id=event.company_id,
                company_name=event.company_name,
            )
        )


def account_updated(event: AccountUpdated, ports: Ports) -> None:
    contact = ports.uow.contacts.get(event.account_id, lock=True)
    if contact is None:
        raise NotYet(f"account {event.account_id} is not known yet")
    contact.update(event, ports.uow.occurred_at)


def account_erased(event: AccountErased, ports: Ports) -> None:
    """Names, addresses and texts go; who wrote when stays for disputes (M78), without a name."""
    contact = ports.uow.contacts.get(event.account_id, lock=True)
    if contact is None:
        raise NotYet(f"account {event.account_id} is not known yet")
    contact.erase()
    ports.uow.notifications.forget(event.account_id)


def mission_started(event: MissionStarted, ports: Ports) -> None:
    """Both are told, and who has worked together may be written to first (M62)."""
    ports.uow.contacts.remember_clients(event.expert_id, event.company_id)
    notify(event, ports)
