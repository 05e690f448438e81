"""The stacks that the journeys run on: both kinds, both policies, each started once and shared by its tests.

A stack that cannot be had is skipped with its reason; in CI that is a failure.
"""

from collections.abc import Iterator

import pytest

from embedded.cast import log_in
from embedded.demo_data import OPERATORS, PASSWORD
from testkit import rabbitmq
from testkit.postgres import Postgres
from testkit.pytest_plugin import real_broker
from testkit.stack import KINDS, EmbeddedStack, Operator, RealStack, Stack, running

POLICIES = ("akigora", "mission-internationale")
ACCOUNTS = tuple(Operator(email, PASSWORD, rights) for email, _, _, rights in OPERATORS)


def started(stack: Stack) -> Iterator[Stack]:
    """Running, with the team logged in: two `operators` with every right, a `clerk` with none."""
    with running(stack):
        team = (log_in(stack.base_url, each.email, each.password, patience_seconds=30) for each in stack.accounts)
        *stack.operators, stack.clerk = team
        yield stack


@pytest.fixture(scope="session", params=[(kind, policy) for kind in KINDS for policy in POLICIES], ids="-".join)
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    """`base_url`, `policy`, `operators`, `advance(days=)`, `logs(service)`: each kind with each policy."""
    kind, policy = request.param
    if kind == "embedded":
        yield from started(EmbeddedStack(policy, ACCOUNTS))
    else:
        yield from started(RealStack(policy, ACCOUNTS, request.getfixturevalue("postgres_server"), real_broker()))


@pytest.fixture(scope="session", params=POLICIES)
def restartable_stack(request: pytest.FixtureRequest, postgres_server: Postgres) -> Iterator[Stack]:
    """A real stack whose processes are killed, `kill(service)`, and whose broker is restarted, `restart_broker()`.

    On a RabbitMQ node of its own where the package is installed, else on the broker of this run.
    """
    try:
        broker, mine = rabbitmq.private(), True
    except rabbitmq.NoBroker:
        broker, mine = real_broker(), False
    try:
        yield from started(RealStack(request.param, ACCOUNTS, postgres_server, broker))
    finally:
        if mine:
            broker.stop()


@pytest.fixture(scope="session")
def embedded_stack() -> Iterator[Stack]:
    """One to be killed: `kill("embedded")`."""
    yield from started(EmbeddedStack(POLICIES[0], ACCOUNTS))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each journey is marked with the kind of its stack, so that the kinds can be run side by side."""
    for item in items:
        on = getattr(item, "callspec", None)
        real = (on and on.params.get("stack", ("",))[0] == "real") or "restartable_stack" in item.fixturenames
        item.add_marker("real" if real else "embedded")
