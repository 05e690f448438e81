"""A shop with ten pens and no paper on a real PostgreSQL."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from chassis import settings
from chassis.edge import Edge, engine_of
from kernel.clock import ManualClock

sys.path.insert(0, str(Path(__file__).parent))

from chassis_sample.shop import service as shop


@pytest.fixture
def shop_settings(empty_database: Callable[[], str], clock: ManualClock) -> Iterator[settings.Settings]:
    url = empty_database()
    made = settings.use("shop", {"DATABASE_URL": url}, clock=clock, machine_clock=clock)
    engine = engine_of(made)
    shop.METADATA.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(shop.STOCK), [{"item_id": "pen", "count": 10}, {"item_id": "paper", "count": 0}])
    engine.dispose()
    yield made
    settings.forget()


@pytest.fixture
def edge(shop_settings: settings.Settings) -> Iterator[Edge[shop.Ports]]:
    made = Edge(shop.build(shop_settings), shop_settings)
    yield made
    made.engine.dispose()
