"""On the bus of the embedded marketplace an event is confirmed when every listener has settled it, and not before."""

import threading

import eventlet
import pytest
from kombu import Connection, Consumer, Exchange, Producer, Queue
from kombu.transport import TRANSPORT_ALIASES

from embedded import bus

EVENTS = Exchange("shop.events", type="topic")
LISTENERS = [Queue(f"{name}.events", EVENTS, routing_key="sold") for name in ("desk", "store")]


@pytest.fixture
def connection(monkeypatch):
    monkeypatch.setitem(TRANSPORT_ALIASES, "embedded", "embedded.bus:Transport")
    with Connection("embedded://localhost/settling") as connection:
        for queue in LISTENERS:
            queue(connection.channel()).declare()
        yield connection


def taken(queue: Queue) -> list:
    """What a listener holds and has not settled."""
    held = []
    connection = Connection("embedded://localhost/settling")
    consumer = Consumer(connection.channel(), [queue], on_message=held.append)
    consumer.consume()
    connection.drain_events(timeout=2)
    return held


def test_an_event_is_confirmed_when_all_have_settled_it(connection):
    producer = Producer(connection.channel())

    telling = eventlet.spawn(producer.publish, {}, exchange=EVENTS, routing_key="sold", message_id="evt_1")
    eventlet.sleep(0.05)
    held = [*taken(LISTENERS[0]), *taken(LISTENERS[1])]
    seen = [telling.dead]
    held[0].ack()
    eventlet.sleep(0.05)
    seen.append(telling.dead)
    held[1].ack()
    eventlet.sleep(0.05)
    seen.append(telling.dead)

    assert seen == [False, False, True]


def test_an_event_that_nobody_settles_is_not_confirmed(connection, monkeypatch):
    monkeypatch.setattr(bus, "SETTLE_SECONDS", 0.05)
    producer = Producer(connection.channel())

    with pytest.raises(bus.NotSettled):
        producer.publish({}, exchange=EVENTS, routing_key="sold", message_id="evt_2")


def test_a_marketplace_that_stops_does_not_wait(connection, monkeypatch):
    monkeypatch.setattr(bus, "_over", threading.Event())
    producer = Producer(connection.channel())
    telling = eventlet.spawn(producer.publish, {}, exchange=EVENTS, routing_key="sold", message_id="evt_3")
    eventlet.sleep(0.05)

    bus.stop_waiting()

    with pytest.raises(bus.NotSettled):
        telling.wait()


def test_a_call_is_not_waited_for(connection):
    producer = Producer(connection.channel())

    producer.publish({}, exchange=EVENTS, routing_key="sold", correlation_id="cor_1")
