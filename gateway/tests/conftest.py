"""The gateway with its neighbours faked at the contract: every call is kept, and answered with an example unless told otherwise."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chassis import codec
from chassis.clock import FileClock
from chassis.settings import Settings
from contracts.identity.v1.errors import SessionOver
from contracts.identity.v1.rpc import Authenticate
from contracts.wire import Actor, Call, Right, Role

if getattr(sys.modules.get("gateway"), "__file__", None) is None:
    del sys.modules["gateway"]  # pytest took this folder for a package, as it has the name of the one that is tested

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


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def sandbox_clock(tmp_path: Path) -> FileClock:
    return FileClock(tmp_path / "clock")


@pytest.fixture
def make(services: FakeServices, sandbox_clock: FileClock) -> Callable[..., Browser]:
    """`make(PUBLIC_URL="https://...")`: the gateway with these settings; a sandbox unless told otherwise."""

    def make(**env: str) -> Browser:
        app = create_app(services, config_of(Settings("gateway", {"SANDBOX": "1", **env}, clock=sandbox_clock)))
        app.test_client_class = Browser
        return app.test_client(use_cookies=True)  # type: ignore[return-value]

    return make


@pytest.fixture
def client(make: Callable[..., Browser]) -> Browser:
    return make()
