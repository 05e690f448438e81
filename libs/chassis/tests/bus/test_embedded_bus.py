"""The bus inside the process keeps AMQP's promises."""

from uuid import uuid4

import kombu
import pytest
from kombu.exceptions import ChannelError

from chassis import embedded_bus  # noqa: F401


@pytest.fixture
def connect():
    uri, made = f"embedded://localhost/{uuid4().hex}", []

    def connected() -> kombu.Connection:
        made.append(kombu.Connection(uri).connect().client)
        return made[-1]

    yield connected
    for connection in made:
        connection.release()


EXCHANGE = kombu.Exchange("shop.events", type="topic")
DESK = kombu.Queue("desk", EXCHANGE, routing_key="sold")
LEDGER = kombu.Queue("ledger", EXCHANGE, routing_key="#")


def publish(connection, body: int, routing_key: str = "sold", **options) -> None:
    channel = connection.channel()
    for queue in (DESK, LEDGER):
        queue(channel).declare()
    kombu.Producer(channel, EXCHANGE).publish(body, routing_key=routing_key, **options)


def consume(connection, queue, prefetch: int = 0) -> list:
    taken: list = []
    consumer = kombu.Consumer(connection.channel(), [queue], callbacks=[lambda body, message: taken.append(message)])
    consumer.qos(prefetch_count=prefetch)
    consumer.consume()
    return taken


def drain(connection) -> None:
    try:
        while True:
            connection.drain_events(timeout=0.01)
    except TimeoutError:
        pass


def test_each_bound_queue_gets_its_own_copy_and_settles_it_alone(connect) -> None:
    desk, ledger = connect(), connect()
    publish(desk, 1)
    at_desk, at_ledger = consume(desk, DESK), consume(ledger, LEDGER)

    drain(desk)
    drain(ledger)
    at_ledger[0].ack()
    at_desk[0].requeue()
    drain(desk)
    drain(ledger)

    assert [message.payload for message in at_desk] == [1, 1]
    assert [message.payload for message in at_ledger] == [1]


def test_a_consumer_takes_no_more_than_its_window_until_it_settles(connect) -> None:
    connection = connect()
    for number in range(4):
        publish(connection, number)
    taken = consume(connection, DESK, prefetch=2)

    drain(connection)
    assert [message.payload for message in taken] == [0, 1]
    taken[0].ack()
    drain(connection)

    assert [message.payload for message in taken] == [0, 1, 2]


def test_what_a_closed_connection_held_comes_again_in_its_place(connect) -> None:
    first, second = connect(), connect()
    for number in range(3):
        publish(first, number)
    held = consume(first, DESK, prefetch=2)
    drain(first)
    held[0].ack()

    first.release()
    taken = consume(second, DESK)
    drain(second)

    assert [message.payload for message in taken] == [1, 2]


def test_a_mandatory_message_without_a_queue_is_refused(connect) -> None:
    connection = connect()
    publish(connection, 1, mandatory=True)

    with pytest.raises(ChannelError, match="NO_ROUTE"):
        kombu.Producer(connection.channel(), kombu.Exchange("nameko-rpc")).publish(1, routing_key="shop.sell", mandatory=True)


def test_virtual_hosts_do_not_hear_each_other() -> None:
    with kombu.Connection("embedded://localhost/one") as one, kombu.Connection("embedded://localhost/other") as other:
        publish(one, 1)
        publish(other, 2)
        taken = consume(one, DESK)
        drain(one)

        assert [message.payload for message in taken] == [1]
