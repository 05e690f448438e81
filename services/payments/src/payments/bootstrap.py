"""The only place that wires adapters to use cases."""

from collections.abc import Callable

from sqlalchemy import Engine

from chassis.edge import Edge
from chassis.settings import Settings
from chassis.uow import UnitOfWork, Wiring
from payments import config
from payments.adapters import orm, repositories
from payments.adapters.ledger import SqlLedger
from payments.adapters.metrics import PrometheusMeter
from payments.adapters.stripe import StripeProvider
from payments.use_cases.ports import Policy, Ports
from payments.use_cases.provider import PaymentProvider

Apart = Callable[[Callable[[Ports], None]], None]


def build(settings: Settings, provider: PaymentProvider | None = None) -> Wiring[Ports]:
    """Raises BadSetting. `provider` takes the place of Stripe's adapter, for tests."""
    own, policy = config.read(settings), config.read_policy(settings)
    provider = provider or StripeProvider(own.api_key, own.api_base, own.webhook_secrets, settings.machine_clock, own.return_url)
    wiring = Wiring(metadata=orm.metadata, ports=lambda uow, _: ports(uow, _apart(wiring, settings, uow)))
    ports = _ports(settings, own, policy, provider)
    return wiring


def _apart(wiring: Wiring[Ports], settings: Settings, uow: UnitOfWork) -> Apart:
    """Steps on the same database in transactions of their own; what they tell wakes the relay when this unit of work ends."""

    def told() -> None:
        uow.told = True

    engine = uow.session.get_bind()
    assert isinstance(engine, Engine)
    return Edge(wiring, settings, engine=engine, on_told=told).background


def _ports(
    settings: Settings, own: config.Config, policy: Policy, provider: PaymentProvider
) -> Callable[[UnitOfWork, Apart], Ports]:
    def ports(uow: UnitOfWork, apart: Apart) -> Ports:
        session = uow.session
        return Ports(
            uow=uow,
            escrows=repositories.SqlEscrows(session),
            payins=repositories.SqlPayins(session),
            transfers=repositories.SqlTransfers(session),
            payers=repositories.SqlPayers(session),
            payees=repositories.SqlPayees(session),
            payouts=repositories.SqlPayouts(session),
            operations=repositories.SqlOperations(session),
            events=repositories.SqlProviderEvents(session),
            ledger=SqlLedger(session, lambda: uow.now),
            provider=provider,
            policy=policy,
            meter=PrometheusMeter(),
            machine_clock=settings.machine_clock,
            apart=apart,
            is_sandbox=own.is_sandbox,
            poll_seconds=own.poll_seconds,
        )

    return ports
