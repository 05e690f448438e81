"""Copies of what identity and messaging told: names, and who is in contact with whom. Erased people keep a pseudonym (A55)."""

from contracting.domain.account import Account, pseudonym
from contracting.use_cases.ports import Ports
from contracts.identity.v1.events import AccountErased, AccountRegistered, AccountUpdated
from contracts.messaging.v1.events import ConversationOpened
from kernel.errors import NotYet


def register(event: AccountRegistered, ports: Ports) -> None:
    if ports.uow.directory.get(event.account_id) is None:
        ports.uow.directory.add(Account.registered(event))


def update(event: AccountUpdated, ports: Ports) -> None:
    """Raises NotYet before the registration is known."""
    _account(event.account_id, ports).update(event, ports.uow.occurred_at)


def erase(event: AccountErased, ports: Ports) -> None:
    """A company without anybody left loses its name too: it may be a person's (P22). Raises NotYet."""
    account = _account(event.account_id, ports)
    account.erase()
    if account.company_id is None:
        return
    colleagues = ports.uow.directory.colleagues(account.company_id)
    if all(colleague.erased for colleague in colleagues):
        for colleague in colleagues:
            colleague.company_name = pseudonym(account.company_id)


def introduce(event: ConversationOpened, ports: Ports) -> None:
    ports.uow.directory.introduce(event.company_id, event.expert_id)


def _account(account_id: str, ports: Ports) -> Account:
    account = ports.uow.directory.locked(account_id)
    if account is None:
        raise NotYet(f"{account_id} is not registered here yet")
    return account
