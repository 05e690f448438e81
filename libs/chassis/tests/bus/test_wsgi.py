"""A web application in a container: each request a worker, streams as they come, neighbours at hand."""

import socket
import time
import urllib.error
import urllib.request

import eventlet
import pytest
from chassis_sample.shop.contract import GetStock

from chassis import settings
from chassis.app import NeighboursProvider
from chassis.host import Host, Wsgi
from contracts.wire import VISITOR


class Window:
    name = "window"
    neighbours = NeighboursProvider()

    @Wsgi.decorator
    def application(self, environ, start_response):
        if environ["PATH_INFO"] == "/stream":
            start_response("200 OK", [("Content-Type", "text/event-stream")])
            return self._stream()
        if environ["PATH_INFO"] == "/broken":
            raise RuntimeError("the secret reason")
        if environ["PATH_INFO"] == "/slow":
            eventlet.sleep(0.5)
        stock = self.neighbours.ask(GetStock(actor=VISITOR, item_id="pen"))
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [f"{stock.left} left, {environ['chassis.correlation_id']}".encode()]

    def _stream(self):
        for number in range(1000):
            yield f"data: {number}\n\n".encode()
            eventlet.sleep(0.05)


@pytest.fixture
def window(stack):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.use("window", {"AMQP_URI": stack.uri, "HTTP_ADDRESS": f"127.0.0.1:{port}"})
    host = Host([[Window]])
    host.start()
    stack.hosts.insert(0, host)
    host.url = f"http://127.0.0.1:{port}"
    return host


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.read().decode()


def test_a_request_asks_a_neighbour_under_its_own_correlation_id(stack, window) -> None:
    answer, _, story = get(window.url).partition(", ")

    assert answer == "10 left"
    stack.eventually(lambda: stack.logged("handled", handler="get_stock", correlation_id=story))
    assert story.startswith("cor_")


def test_a_request_that_fails_gets_a_500_without_the_reason(stack, window) -> None:
    with pytest.raises(urllib.error.HTTPError) as failure:
        get(f"{window.url}/broken")

    with failure.value as answer:
        assert answer.code == 500
        assert b"secret" not in answer.read()
    assert stack.logged("handler failed", service="window")


def test_stopping_finishes_requests_under_way_and_cuts_streams(window) -> None:
    slow = eventlet.spawn(get, f"{window.url}/slow")
    with urllib.request.urlopen(f"{window.url}/stream", timeout=5) as stream:
        first = stream.readline()
        began = time.monotonic()

        window.stop()

        assert first == b"data: 0\n"
        assert time.monotonic() - began < 3
    assert slow.wait().startswith("10 left")
    with pytest.raises(OSError):
        get(window.url)
