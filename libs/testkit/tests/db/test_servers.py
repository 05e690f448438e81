"""Databases and virtual hosts of a run: fresh, and gone afterwards."""

import os
import subprocess
import sys
from collections.abc import Callable

import psycopg2
import pytest

from testkit import postgres, rabbitmq, runs
from testkit.private_rabbitmq import PROGRAMS


def test_each_database_is_another_one(empty_database: Callable[[], str]) -> None:
    first, second = empty_database(), empty_database()

    for url in (first, second):
        with psycopg2.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE only_here (id int)")

    assert first != second


def test_a_killed_run_leaves_nothing_after_the_next_one(postgres_server: postgres.Postgres) -> None:
    program = (
        "import os; from testkit import postgres; print(postgres.find().create('left'), flush=True); os.kill(os.getpid(), 9)"
    )
    env = {name: value for name, value in os.environ.items() if name != runs.VARIABLE} | {"DATABASE_URL": postgres_server.url}
    left = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, env=env).stdout.strip()
    assert left in postgres_server.names()

    postgres_server.clean(this_run_too=False)

    assert left not in postgres_server.names()


def test_the_wheel_serves_where_there_is_no_other_server() -> None:
    server = postgres._from_the_wheel()
    try:
        name = server.create("here")

        assert name in server.names()
        assert server.version.startswith("18.")
    finally:
        server.stop()


def test_a_virtual_host_is_made_for_each_test(rabbitmq_uri: str) -> None:
    assert "/tk_" in rabbitmq_uri
    assert rabbitmq._greet(rabbitmq_uri)


@pytest.mark.rabbitmq
@pytest.mark.skipif(not (PROGRAMS / "rabbitmq-server").exists(), reason="needs the Debian package rabbitmq-server")
def test_a_private_node_keeps_its_virtual_hosts_over_a_restart() -> None:
    broker = rabbitmq.private()
    try:
        uri = broker.virtual_host()

        broker.node.restart()

        assert rabbitmq._greet(uri) == broker.version
    finally:
        broker.stop()
    with pytest.raises(rabbitmq.NoBroker):
        rabbitmq._greet(broker.uri)


def test_a_broker_that_lets_nobody_in_is_named() -> None:
    with pytest.raises(rabbitmq.NoBroker, match=r"127\.0\.0\.1:1 does not let us in"):
        rabbitmq._greet("amqp://guest:guest@127.0.0.1:1/")
