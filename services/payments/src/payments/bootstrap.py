"""The only place that wires adapters to use cases."""

from collections.abc import Callable

from chassis.neighbours import Neighbours
from chassis.settings import Settings
from chassis.uow import UnitOfWork, Wiring
from payments import config
from payments.adapters import orm, repositories
from payments.adapters.ledger import SqlLedger
from payments.adapters.metrics import PrometheusMeter
from payments.adapters.stripe import StripeProvider
from payments.use_cases.ports import Policy, Ports
from payments.use_cases.provider import PaymentProvider


def build(settings: Settings, provider: PaymentProvider | None = None) -> Wiring[Ports]:
    """Raises BadSetting. `provider` takes the place of Stripe's adapter, for tests."""
    own, policy = config.read(settings), config.read_policy(settings)
    provider = provider or StripeProvider(own.api_key, own.api_base, own.webhook_secrets, settings.machine_clock, own.return_url)
    return Wiring(metadata=orm.metadata, ports=_ports(settings, own, policy, provider))


def _ports(
    settings: Settings, own: config.Config, policy: Policy, provider: PaymentProvider
) -> Callable[[UnitOfWork, Neighbours], Ports]:
    def ports(uow: UnitOfWork, _neighbours: Neighbours) -> Ports:
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
            is_sandbox=own.is_sandbox,
            poll_seconds=own.poll_seconds,
        )

    return ports
