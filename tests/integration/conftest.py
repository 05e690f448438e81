"""The stacks that the journeys run on: both kinds, both policies, each started once and shared by its tests.

A stack that cannot be had is skipped with its reason; in CI that is a failure.
"""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from embedded.demo_data import OPERATORS, PASSWORD
from embedded.journey import log_in
from testkit import rabbitmq
from testkit.postgres import Postgres
from testkit.pytest_plugin import real_broker
from testkit.stack import KINDS, EmbeddedStack, Operator, RealStack, Stack, running

POLICIES = ("akigora", "mission-internationale")
ACCOUNTS = tuple(Operator(email, PASSWORD) for email, *_ in OPERATORS)


def started(stack: Stack) -> Iterator[Stack]:
    """Running, with the team logged in as `operators`."""
    with running(stack):
        stack.operators = tuple(log_in(stack.base_url, each.email, each.password, patience_seconds=30) for each in stack.accounts)
        yield stack


def make(kind: str, policy: str, server: Callable[[], Postgres], broker: Callable[[], rabbitmq.Broker]) -> Stack:
    return RealStack(policy, ACCOUNTS, server(), broker()) if kind == "real" else EmbeddedStack(policy, ACCOUNTS)


@pytest.fixture(scope="session", params=[(kind, policy) for kind in KINDS for policy in POLICIES], ids="-".join)
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    """`base_url`, `policy`, `operators`, `kill(service)`, `advance(days=)`, `logs(service)`."""
    kind, policy = request.param
    yield from started(make(kind, policy, partial(request.getfixturevalue, "postgres_server"), real_broker))


@pytest.fixture(scope="session", params=POLICIES)
def restartable_stack(request: pytest.FixtureRequest, postgres_server: Postgres) -> Iterator[Stack]:
    """A real stack whose broker can be restarted: a private node where the package is installed, else the broker of this run."""
    try:
        broker, mine = rabbitmq.private(), True
    except rabbitmq.NoBroker:
        broker, mine = real_broker(), False
    try:
        yield from started(RealStack(request.param, ACCOUNTS, postgres_server, broker))
    finally:
        if mine:
            broker.stop()
