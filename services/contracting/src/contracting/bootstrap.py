"""The only place that wires adapters to use cases."""

from chassis.neighbours import Neighbours
from chassis.settings import Settings
from chassis.uow import UnitOfWork, Wiring
from contracting import config
from contracting.adapters import orm
from contracting.adapters.repositories import ContractingUnitOfWork
from contracting.use_cases.ports import Ports


def build(settings: Settings) -> Wiring[Ports]:
    """Raises BadSetting."""
    settled = config.load(settings)

    def ports(uow: UnitOfWork, neighbours: Neighbours) -> Ports:
        return Ports(
            uow=ContractingUnitOfWork(uow), neighbours=neighbours, policy=settled.policy, policy_name=settled.policy_name
        )

    return Wiring(metadata=orm.metadata, ports=ports)
