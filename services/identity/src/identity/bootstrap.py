"""The only place that wires identity's adapters to its use cases."""

from collections.abc import Callable
from typing import Any

from chassis.neighbours import Neighbours
from chassis.settings import Settings
from chassis.uow import UnitOfWork, Wiring
from identity import config
from identity.adapters import orm
from identity.adapters.argon2_hasher import Argon2Hasher
from identity.adapters.payments_door import PaymentsDoor
from identity.adapters.repositories import IdentityUnitOfWork
from identity.use_cases.ports import Ports


def directly(function: Callable[..., Any], *arguments: Any) -> Any:
    """Runs the work here and now: for commands and tests, where nobody else waits."""
    return function(*arguments)


def build(settings: Settings, in_thread: Callable[..., Any] = directly) -> Wiring[Ports]:
    """`in_thread` runs what would hold up everybody else: the hashing of passwords. Raises BadSetting."""
    rules, passwords = config.read(settings), Argon2Hasher(in_thread)

    def ports(uow: UnitOfWork, neighbours: Neighbours) -> Ports:
        return Ports(uow=IdentityUnitOfWork(uow), rules=rules, passwords=passwords, payee_documents=PaymentsDoor(neighbours))

    return Wiring(metadata=orm.metadata, ports=ports)
