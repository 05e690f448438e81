"""The gateway with its neighbours faked at the contract: every call is kept, and answered with an example unless told otherwise."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chassis import codec
from chassis.clock import FileClock
from chassis.settings import Settings
from contracts.identity.v1.errors import SessionOver
from contracts.identity.v1.rpc import Authenticate
from contracts.wire import Actor, Call, Right, Role
from gateway.app import create_app
from gateway.config import config_of
from gateway.examples import example

EXPERT = Actor(role=Role.EXPERT, account_id="acc_E", expert_id="exp_01JDC3Q8V5N0Y7K2M4R6T8W9XA")
COMPANY = Actor(role=Role.COMPANY, account_id="acc_C", company_id="com_01JDC3Q8V5N0Y7K2M4R6T8W9XA", rights=tuple(Right))
OPERATOR = Actor(role=Role.OPERATOR, account_id="acc_O", rights=tuple(Right))


class FakeServices:
    """All six services: knows the secrets `expert`, `company`, `operator`, and what else `sessions` holds."""

    def __init__(self) -> None:
        self.sessions = {"expert": EXPERT, "company": COMPANY, "operator": OPERATOR}
        self.asked: list[Call[Any]] = []
        self.targets: list[str | None] = []
        self.deadlines: list[float] = []
        self._answers: dict[type, Callable[[Any], Any]] = {}

    def answer(self, call: type[Call[Any]], answer: Callable[[Any], Any]) -> None:
        self._answers[call] = answer

    def refuse(self, call: type[Call[Any]], error: Exception) -> None:
        def refuse(call: Call[Any]) -> Any:
            raise error

        self._answers[call] = refuse

    def ask(self, call: Call[Any], *, service: str | None, deadline_seconds: float) -> Any:
        if isinstance(call, Authenticate) and Authenticate not in self._answers:
            if call.secret not in self.sessions:
                raise SessionOver
            return self.sessions[call.secret]
        self.asked.append(call)
        self.targets.append(service)
        self.deadlines.append(deadline_seconds)
        if type(call) in self._answers:
            return self._answers[type(call)](call)
        shape = codec.answer_of(type(call))
        return codec.from_wire(shape, example(shape))


class Browser(FlaskClient):
    """A test client that can speak `as_` somebody, with a bearer token and a fresh idempotency key."""

    def as_(self, who: str, method: str, path: str, **more: Any) -> TestResponse:
        headers = {"Idempotency-Key": "key-1", **more.pop("headers", {})}
        headers = {name: value for name, value in headers.items() if value is not None}
        if who != "visitor":
            headers["Authorization"] = f"Bearer {who}"
        return self.open(f"/api/v1{path}", method=method, headers=headers, **more)


class Turn:
    """The services of the test whose turn it is: making the application anew for each of hundreds of tests would take a minute."""

    services = FakeServices()

    def ask(self, call: Call[Any], **how: Any) -> Any:
        return self.services.ask(call, **how)


@pytest.fixture(scope="session")
def turn() -> Turn:
    return Turn()


@pytest.fixture(scope="session")
def sandbox_clock(tmp_path_factory: pytest.TempPathFactory) -> FileClock:
    return FileClock(tmp_path_factory.mktemp("sandbox") / "clock")


@pytest.fixture(scope="session")
def make_app(turn: Turn, sandbox_clock: FileClock) -> Callable[..., Flask]:
    def make_app(**env: str) -> Flask:
        app = create_app(turn, config_of(Settings("gateway", {"SANDBOX": "1", **env}, clock=sandbox_clock)))
        app.test_client_class = Browser
        return app

    return make_app


@pytest.fixture(scope="session")
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def services(turn: Turn) -> FakeServices:
    turn.services = FakeServices()
    return turn.services


@pytest.fixture
def client(app: Flask, services: FakeServices) -> FlaskClient:
    """Of a gateway in a sandbox."""
    return app.test_client()


@pytest.fixture
def make(make_app: Callable[..., Flask], services: FakeServices) -> Callable[..., FlaskClient]:
    """`make(PUBLIC_URL="https://...")`: a client of a gateway with these settings; in a sandbox unless told otherwise."""
    return lambda **env: make_app(**env).test_client()
