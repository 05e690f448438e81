"""Fixtures on real servers: `database`, `empty_database`, `broker_uri`, `rabbitmq_uri`, `clock`, `bus`; see README.md.

eventlet is patched as this is imported, before all other plugins (`-p testkit.pytest_plugin` in pyproject.toml): as in a
service's own process, nothing may have been imported unpatched. pytest-xdist hangs in such a process, so `testkit.suite` runs
whole groups side by side instead. What a run made on shared servers goes with it, also when it is interrupted.
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import eventlet

eventlet.monkey_patch()

import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from kernel.clock import ManualClock
from testkit import postgres, rabbitmq, runs

if TYPE_CHECKING:
    from testkit.bus import ServiceBus


def pytest_configure() -> None:
    if runs.owns_run():
        runs.clean_folders(this_run_too=False)


def pytest_unconfigure() -> None:
    """Cleans up what was used, if this process is the run's owner."""
    if not runs.owns_run():
        return
    for server in (_server, _broker):
        if server.cache_info().currsize:
            found = server()
            if not isinstance(found, rabbitmq.NoBroker):
                found.clean(this_run_too=True)
                found.stop()
    runs.clean_folders(this_run_too=True)


@cache
def _server() -> postgres.Postgres:
    server = postgres.find()
    server.clean(this_run_too=False)
    return server


@cache
def _broker() -> rabbitmq.Broker | rabbitmq.NoBroker:
    """The broker, or why there is none: asked for once a process, because looking takes seconds."""
    try:
        broker = rabbitmq.find()
    except rabbitmq.NoBroker as reason:
        return reason
    broker.clean(this_run_too=False)
    return broker


def real_broker() -> rabbitmq.Broker:
    """The broker of this run; skips the test where none can be had, and fails it in CI."""
    broker = _broker()
    if isinstance(broker, rabbitmq.NoBroker):
        if os.environ.get("CI") == "true":
            pytest.fail(f"no RabbitMQ in CI: {broker}")
        pytest.skip(f"no RabbitMQ: {broker}")
    return broker


@pytest.fixture(scope="session")
def postgres_server() -> postgres.Postgres:
    return _server()


@pytest.fixture
def database(postgres_server: postgres.Postgres) -> Iterator[Callable[[str], str]]:
    """`database("payments")`: the URL of a fresh, migrated database of that service."""
    yield from _databases(postgres_server, postgres_server.migrated)


@pytest.fixture
def empty_database(postgres_server: postgres.Postgres) -> Iterator[Callable[[], str]]:
    """`empty_database()`: the URL of a database without tables."""
    yield from _databases(postgres_server, lambda: postgres_server.create("empty"))


def _databases(server: postgres.Postgres, make: Callable[..., str]) -> Iterator[Callable[..., str]]:
    made: list[str] = []

    def fresh(*of: str) -> str:
        made.append(make(*of))
        return server.url_of(made[-1])

    yield fresh
    for name in made:
        server.drop(name)


@pytest.fixture
def rabbitmq_uri() -> str:
    """A virtual host of its own on the real broker."""
    return real_broker().virtual_host()


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def broker_uri(request: pytest.FixtureRequest) -> str:
    """An empty bus, once in process and once on the real broker."""
    return f"embedded://localhost/{uuid4().hex}" if request.param == "embedded" else real_broker().virtual_host()


@pytest.fixture
def clock() -> ManualClock:
    """Stands at 2026-11-02 09:00 UTC until it is moved."""
    return ManualClock()


@pytest.fixture
def bus(broker_uri: str, clock: ManualClock) -> "Iterator[ServiceBus]":
    """The service under test on a real bus, its neighbours faked at their contracts."""
    from testkit.bus import ServiceBus

    made = ServiceBus(broker_uri, clock)
    yield made
    made.stop()
