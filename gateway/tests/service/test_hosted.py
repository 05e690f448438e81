"""The gateway as it really runs: in its container, over HTTP, its neighbours faked at the contract at the other end of a real bus."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from chassis import codec, health, settings
from chassis.clock import FileClock
from chassis.host import Host
from chassis.settings import BadSetting
from contracts.contracting.v1.errors import QuoteAlreadyAccepted
from contracts.contracting.v1.rpc import AcceptQuote, GetDashboard
from contracts.identity.v1.errors import SessionOver
from contracts.identity.v1.rpc import Authenticate, LogIn
from contracts.wire import Actor, Right, Role
from gateway.examples import example
from gateway.service import GatewayService

COMPANY = Actor(role=Role.COMPANY, account_id="acc_C", company_id="com_C", rights=tuple(Right))
QUOTE = "/api/v1/quotes/quo_01JDC3Q8V5N0Y7K2M4R6T8W9XA"


def examples_of(call: type[Any]) -> Callable[[Any], Any]:
    shape = codec.answer_of(call)
    return lambda said: codec.from_wire(shape, example(shape))


def somebody(call: Authenticate) -> Actor:
    if call.secret != "company":
        raise SessionOver
    return COMPANY


@pytest.fixture
def start(bus: Any, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """`start(SANDBOX="1")`: hosts the gateway on the bus; gives its base URL."""
    hosts = []

    def start(**env: str) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{probe.getsockname()[1]}"
        settings.use("gateway", {"AMQP_URI": bus.uri, "HTTP_ADDRESS": address, **env}, clock=FileClock(tmp_path / "clock"))
        host = Host([[GatewayService]])
        host.start()
        hosts.append(host)
        return f"http://{address}"

    yield start
    for host in hosts:
        host.stop()
    health.clear()


@pytest.fixture
def base_url(bus: Any, start: Callable[..., str]) -> str:
    bus.answer(Authenticate, somebody)
    return start(SANDBOX="1")


def as_company(method: str, url: str, **more: Any) -> requests.Response:
    headers = {"Authorization": "Bearer company", "Idempotency-Key": "key-1", **more.pop("headers", {})}
    return requests.request(method, url, headers=headers, timeout=10, **more)


def test_a_request_reaches_the_service_and_its_answer_comes_back(bus: Any, base_url: str) -> None:
    asked: list[AcceptQuote] = []

    def accept(call: AcceptQuote) -> Any:
        asked.append(call)
        return examples_of(AcceptQuote)(call)

    bus.answer(AcceptQuote, accept)

    response = as_company("POST", f"{base_url}{QUOTE}/accept", json={"version": 2}, headers={"User-Agent": "Firefox"})

    assert response.status_code == 200
    assert response.json()["quote_id"] == "quo_01JDC3Q8V5N0Y7K2M4R6T8W9XA"
    assert (asked[0].version, asked[0].actor, asked[0].idempotency_key) == (2, COMPANY, "key-1")
    assert (asked[0].ip, asked[0].user_agent) == ("127.0.0.1", "Firefox")


def test_a_refusal_of_a_service_is_a_problem_with_its_name(bus: Any, base_url: str) -> None:
    def refuse(call: AcceptQuote) -> Any:
        raise QuoteAlreadyAccepted(mission_id="mis_1")

    bus.answer(AcceptQuote, refuse)

    response = as_company("POST", f"{base_url}{QUOTE}/accept", json={"version": 2}, headers={"X-Correlation-Id": "story-2026-1"})

    assert response.status_code == 409
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "quote_already_accepted"
    assert response.json()["details"] == {"mission_id": "mis_1"}
    assert response.json()["correlation_id"] == response.headers["X-Correlation-Id"] == "story-2026-1"


def test_a_service_that_is_not_there_is_503_and_never_a_hang(base_url: str) -> None:
    response = as_company("GET", f"{base_url}/api/v1/kyc")
    away = as_company("GET", f"{base_url}/api/v1/dashboard")

    assert response.status_code == 403
    assert (away.status_code, away.json()["code"]) == (503, "neighbour_silent")
    assert away.headers["Retry-After"] == "1"
    assert away.elapsed.total_seconds() < 6


def test_a_cookie_session_works_over_real_http(bus: Any, base_url: str) -> None:
    bus.answer(LogIn, examples_of(LogIn))
    bus.answer(GetDashboard, examples_of(GetDashboard))
    cookie = {"entremise_session": "company"}

    opened = requests.post(f"{base_url}/api/v1/sessions", json={"email": "a@b.example", "password": "x"}, timeout=10)
    read = requests.get(f"{base_url}/api/v1/dashboard", cookies=cookie, timeout=10)
    changed = requests.put(f"{base_url}/api/v1/company", cookies=cookie, json={}, timeout=10)

    assert opened.cookies.get("entremise_session") == "shown-once-keep-it"
    assert read.status_code == 200
    assert changed.json()["code"] == "csrf_check_failed"


def test_what_no_web_framework_sees_is_refused_too(base_url: str) -> None:
    host, _, port = base_url.removeprefix("http://").partition(":")

    def send(text: bytes) -> bytes:
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(text)
            return connection.recv(65_536)

    huge = send(
        b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n"
    )
    chunked = b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    endless = send(chunked + b"80000\r\n" + b" " * 0x80000 + b"\r\n0\r\n\r\n")
    small = send(chunked + b"2\r\n{}\r\n0\r\n\r\n")

    assert huge.startswith(b"HTTP/1.1 413 ")
    assert endless.startswith(b"HTTP/1.1 413 ")
    assert small.startswith(b"HTTP/1.1 422 ")
    assert send(chunked + b"many\r\n").startswith(b"HTTP/1.1 400 ")
    assert send(b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 422 ")
    assert b" 400 " in send(b"POST /api/v1/sessions HTTP/1.1\r\nContent-Length: ten\r\n\r\n")
    assert b"400" in send(b"NONSENSE\r\n\r\n")


def test_an_address_without_end_is_a_problem_too(base_url: str) -> None:
    response = requests.get(f"{base_url}/api/v1/experts", params={"q": "x" * 20_000}, timeout=5)

    assert (response.status_code, response.headers["Content-Type"]) == (414, "application/problem+json")


def test_many_requests_at_once_each_get_their_own_answer(bus: Any, base_url: str) -> None:
    bus.answer(GetDashboard, examples_of(GetDashboard))
    seen: list[tuple[int, str]] = []

    def ask(number: int) -> None:
        response = as_company("GET", f"{base_url}/api/v1/dashboard", headers={"X-Correlation-Id": f"story-{number:04}"})
        seen.append((response.status_code, response.headers["X-Correlation-Id"]))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(seen) == [(200, f"story-{number:04}") for number in range(30)]


def test_the_probes_say_that_it_is_ready(base_url: str) -> None:
    assert requests.get(f"{base_url}/healthz", timeout=5).text == "ok\n"
    assert requests.get(f"{base_url}/readyz", timeout=5).status_code == 200
    assert "http_request_seconds" in requests.get(f"{base_url}/metrics", timeout=5).text


def test_a_bad_setting_stops_the_start_with_its_name(start: Callable[..., str]) -> None:
    with pytest.raises(BadSetting, match=r"^PUBLIC_URL: "):
        start(PUBLIC_URL="nowhere")
