"""Webhooks, the sandbox, limits of rate, settings."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chassis.clock import FileClock
from chassis.settings import BadSetting, Settings
from contracts.payments.v1.errors import ForgedWebhook, StaleWebhook
from contracts.payments.v1.rpc import ReceiveWebhook, SimulateTransfer
from contracts.wire import VISITOR
from gateway.config import config_of
from kernel.clock import SystemClock
from kernel.errors import Unavailable

HOOK = "/webhooks/stripe"
LOGIN = {"email": "a@b.example", "password": "x"}
TRANSFER = {"iban": "FR7630006000011234567890189", "reference": "EN-2026-00042", "amount": {"amount": 198_720, "currency": "EUR"}}


def test_a_webhook_is_handed_on_as_received(client: Any, services: Any) -> None:
    response = client.post(HOOK, data='{"id": "evt_1",  "é": 1}'.encode(), headers={"Stripe-Signature": "t=1,v1=ab"})

    call = services.asked[-1]
    assert response.status_code == 200
    assert isinstance(call, ReceiveWebhook)
    assert (call.body, call.signature, call.actor) == ('{"id": "evt_1",  "é": 1}', "t=1,v1=ab", VISITOR)


def test_the_same_webhook_signed_anew_is_another_call(client: Any, services: Any) -> None:
    for signature in ("t=1,v1=ab", "t=1,v1=ab", "t=2,v1=cd"):
        client.post(HOOK, data=b"{}", headers={"Stripe-Signature": signature})

    first, again, later = (call.idempotency_key for call in services.asked)
    assert first == again
    assert first != later


@pytest.mark.parametrize(("error", "status"), [(ForgedWebhook(), 400), (StaleWebhook(), 400), (Unavailable(), 503)])
def test_a_webhook_that_is_not_taken_says_whether_to_come_again(
    client: Any, services: Any, error: Exception, status: int
) -> None:
    services.refuse(ReceiveWebhook, error)

    assert client.post(HOOK, data=b"{}", headers={"Stripe-Signature": "t=1"}).status_code == status


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{}", {}, 400),
        (b"\xff", {"Stripe-Signature": "t=1"}, 400),
        (b"\x00", {"Stripe-Signature": "t=1"}, 400),
        (b"{}", {"Stripe-Signature": "x" * 2001}, 400),
        (b" " * 1_100_000, {"Stripe-Signature": "t=1"}, 413),
    ],
)
def test_a_webhook_nobody_can_read_is_refused(client: Any, services: Any, body: bytes, headers: Any, status: int) -> None:
    assert client.post(HOOK, data=body, headers=headers).status_code == status
    assert services.asked == []


def test_the_sandbox_s_time_is_moved_for_all(client: Any, sandbox_clock: FileClock) -> None:
    before = sandbox_clock.now()

    response = client.as_("operator", "POST", "/sandbox/clock", json={"advance_seconds": 3 * 86_400})

    assert response.status_code == 200
    assert sandbox_clock.now() - before > timedelta(days=2, hours=23)
    assert client.get("/api/v1/sandbox/clock").json["now"][:10] == sandbox_clock.now().date().isoformat()


def test_anybody_plays_the_client_s_bank_in_a_sandbox(client: Any, services: Any) -> None:
    response = client.as_("visitor", "POST", "/sandbox/transfers", json=TRANSFER)

    call = services.asked[-1]
    assert response.status_code == 200
    assert isinstance(call, SimulateTransfer)
    assert (call.iban, call.reference, call.amount.amount) == ("FR7630006000011234567890189", "EN-2026-00042", 198_720)


def test_outside_a_sandbox_there_is_nothing_of_it(make: Any, services: Any) -> None:
    client = make(SANDBOX="0")

    assert client.as_("operator", "POST", "/sandbox/clock", json={"advance_seconds": 1}).status_code == 404
    assert client.as_("visitor", "POST", "/sandbox/transfers", json=TRANSFER).status_code == 404
    assert "/api/v1/sandbox/clock" not in client.get("/api/v1/openapi.json").json["paths"]
    assert services.asked == []


def test_too_many_logins_from_one_address_must_wait(make: Any, services: Any) -> None:
    client = make(LOGIN_RATE="2/minute", TRUSTED_PROXIES="1")

    def log_in(ip: str, path: str = "/api/v1/sessions") -> Any:
        return client.post(path, json=LOGIN, headers={"X-Forwarded-For": ip})

    statuses = [log_in("192.0.2.1").status_code for _ in range(2)]
    refused = log_in("192.0.2.1", "/api/v1/tokens")
    other = log_in("192.0.2.2")

    assert statuses == [201, 201]
    assert (refused.status_code, refused.json["code"]) == (429, "too_many_requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    assert other.status_code == 201
    assert len(services.asked) == 3


def test_a_whole_ipv6_network_counts_as_one_address(make: Any) -> None:
    client = make(LOGIN_RATE="1/minute", TRUSTED_PROXIES="1")

    statuses = [
        client.post("/api/v1/sessions", json=LOGIN, headers={"X-Forwarded-For": ip}).status_code
        for ip in ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1")
    ]

    assert statuses == [201, 429, 201]


def test_without_a_proxy_nobody_chooses_his_address(make: Any, services: Any) -> None:
    client = make()

    client.post("/api/v1/sessions", json=LOGIN, headers={"X-Forwarded-For": "192.0.2.9"})

    assert services.asked[-1].ip == "127.0.0.1"


def test_a_user_agent_is_kept_short_and_printable(client: Any, services: Any) -> None:
    client.post("/api/v1/sessions", json=LOGIN, headers={"User-Agent": "x" * 600})

    assert services.asked[-1].user_agent == "x" * 500


@pytest.mark.parametrize(
    ("env", "name"),
    [
        ({"SANDBOX": "yes"}, "SANDBOX"),
        ({"PUBLIC_URL": "entremise.example"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://entremise.example/app"}, "PUBLIC_URL"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": "two"}, "TRUSTED_PROXIES"),
        ({"LOGIN_RATE": "often"}, "LOGIN_RATE"),
        ({"SIGN_UP_RATE": "5"}, "SIGN_UP_RATE"),
    ],
)
def test_a_bad_setting_stops_the_start_with_its_name(env: dict[str, str], name: str) -> None:
    with pytest.raises(BadSetting, match=rf"^{name}: "):
        config_of(Settings("gateway", env))


def test_a_sandbox_needs_a_clock_that_can_be_moved(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"^CLOCK_FILE: "):
        config_of(Settings("gateway", {"SANDBOX": "1"}, clock=SystemClock()))
    assert config_of(Settings("gateway", {"SANDBOX": "1"}, clock=FileClock(tmp_path / "clock"))).sandbox
