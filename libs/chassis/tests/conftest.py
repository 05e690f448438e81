"""A shop with ten pens and no paper on a real PostgreSQL."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis import settings
from chassis.edge import Edge, engine_of
from kernel.clock import ManualClock
from testkit.postgres import Postgres

sys.path.insert(0, str(Path(__file__).parent))

from chassis_sample.databases import emptied
from chassis_sample.shop import service as shop


@pytest.fixture(scope="session")
def databases(postgres_server: Postgres) -> Iterator[dict[str, str]]:
    """The URL of each sample service's database."""
    names = {service: postgres_server.create(service) for service in ("shop", "desk")}
    yield {service: postgres_server.url_of(name) for service, name in names.items()}
    for name in names.values():
        postgres_server.drop(name)


@pytest.fixture
def shop_settings(databases: dict[str, str], clock: ManualClock) -> Iterator[settings.Settings]:
    made = settings.use("shop", {"DATABASE_URL": databases["shop"]}, clock=clock, machine_clock=clock)
    engine = engine_of(made)
    emptied(engine, shop.METADATA)
    shop.fill(engine)
    engine.dispose()
    yield made
    settings.forget()


@pytest.fixture
def edge(shop_settings: settings.Settings) -> Iterator[Edge[shop.Ports]]:
    made = Edge(shop.build(shop_settings), shop_settings)
    yield made
    made.engine.dispose()
