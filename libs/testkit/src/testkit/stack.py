"""The whole marketplace, started as it is in a demo or in production, for tests that know nothing but its HTTP API.

`embedded`: one process, PostgreSQL from the wheel, the bus in memory. `real`: RabbitMQ and PostgreSQL, one process for each
service, the payment provider's sandbox and the gateway. Either way a supervisor starts again what dies, as production's does.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from contracts.topology import SERVICES
from testkit import runs
from testkit.postgres import Postgres
from testkit.rabbitmq import Broker

KINDS = ("embedded", "real")
NOTES = "TESTKIT_NOTES"
SANDBOX = "psp_sandbox"
READY_SECONDS = 90.0
_ROOT = Path(__file__).resolve().parents[4]


@dataclass(frozen=True)
class Operator:
    """An account of the operator's team, made at installation with these rights."""

    email: str
    password: str
    rights: tuple[str, ...] = ()


class Process:
    """A process that is started again whenever it dies, until it is stopped. Its output is kept in `log`."""

    def __init__(self, name: str, command: Sequence[str], env: dict[str, str], folder: Path) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self._command, self._env, self._folder = command, env, folder
        self._stopping = False
        self._start()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)
        self._supervisor.start()

    def kill(self) -> None:
        """SIGKILL; the supervisor starts it again."""
        self._process.kill()

    def stop(self, sign: signal.Signals) -> None:
        """Ends it for good: with SIGTERM it settles what it holds; SIGKILL follows when it takes longer than 20 s."""
        self._stopping = True
        self._supervisor.join()
        self._process.send_signal(sign)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> None:
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                env=self._env,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _supervise(self) -> None:
        while not self._stopping:
            if self._process.poll() is not None and not self._stopping:
                self._start()
            time.sleep(0.1)


class Stack(ABC):
    """A running marketplace: `base_url`, `policy`, and what can be done to it."""

    kind: str

    def __init__(self, policy: str, operators: Sequence[Operator]) -> None:
        self.policy = policy
        self.folder = runs.folder(self.kind)
        self.port = free_ports(2)
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.accounts = tuple(operators)
        self.processes: dict[str, Process] = {}

    @abstractmethod
    def start(self) -> None:
        """Returns once the API answers and the operators can log in."""

    @abstractmethod
    def stop(self) -> None:
        """Ends every process and removes what they made."""

    @property
    @abstractmethod
    def servers(self) -> str:
        """On what it runs, for people."""

    def kill(self, service: str) -> None:
        """SIGKILL to the process that runs this service; it is started again."""
        self.processes[service].kill()

    def restart_broker(self) -> None:
        """The broker goes away and comes back; connections break."""
        raise NotImplementedError(f"the {self.kind} stack has no broker of its own")

    def logs(self, service: str) -> str:
        """What a service's process has said so far."""
        return self.processes[service].log.read_text(errors="replace")

    def advance(self, *, days: int = 0, seconds: int = 0) -> None:
        """Moves the time of the whole marketplace ahead."""
        first = self.accounts[0]
        login = {"email": first.email, "password": first.password, "name": "stack"}
        token = self._post("/tokens", login, {})["secret"]
        self._post("/sandbox/clock", {"advance_seconds": days * 86_400 + seconds}, {"Authorization": f"Bearer {token}"})

    def note(self) -> None:
        """Tells the suite that this stack has run."""
        if notes := os.environ.get(NOTES):
            with Path(notes).open("a") as file:
                file.write(json.dumps({"kind": self.kind, "servers": self.servers}) + "\n")

    def _post(self, path: str, body: dict[str, object], headers: dict[str, str]) -> dict[str, str]:
        key = {"Idempotency-Key": secrets.token_hex(16)}
        answer = requests.post(f"{self.base_url}/api/v1{path}", json=body, headers={**headers, **key}, timeout=10)
        answer.raise_for_status()
        return dict(answer.json())

    def _wait_until_ready(self, url: str, process: str) -> None:
        """Raises RuntimeError with the end of the log when it does not come up."""
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            try:
                if requests.get(url, timeout=5).status_code == 200:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"{process} is not ready after {READY_SECONDS:g} s:\n{self.logs(process)[-3000:]}")


class EmbeddedStack(Stack):
    """What `make demo` runs, without the demo's data."""

    kind = "embedded"
    servers = "embedded PostgreSQL 18, in-process bus"

    def start(self) -> None:
        env = {**_clean_environment(), "FOLDER": str(self.folder / "data"), "PORT": str(self.port), "POLICY": self.policy}
        process = Process("embedded", (sys.executable, "-m", "embedded", "serve"), env, self.folder)
        self.processes = dict.fromkeys((*SERVICES, SANDBOX, "gateway", "embedded"), process)
        self._wait_until_ready(f"{self.base_url}/api/v1/openapi.json", "embedded")
        self.note()

    def stop(self) -> None:
        self.processes["embedded"].stop(signal.SIGTERM)  # PostgreSQL ends with it, before the folder goes
        shutil.rmtree(self.folder, ignore_errors=True)


class RealStack(Stack):
    """One process for each service on a RabbitMQ and a PostgreSQL, in a virtual host and databases of its own."""

    kind = "real"

    def __init__(self, policy: str, operators: Sequence[Operator], postgres: Postgres, broker: Broker) -> None:
        super().__init__(policy, operators)
        self._postgres, self._broker = postgres, broker
        self.amqp_uri = broker.virtual_host()
        self._databases: dict[str, str] = {}

    @property
    def servers(self) -> str:
        return f"{self._broker}, {self._postgres}"

    def start(self) -> None:
        self._databases = {service: self._postgres.migrated(service) for service in SERVICES}
        self._databases[SANDBOX] = self._postgres.create(SANDBOX)
        health = {name: free_ports(1) for name in (*SERVICES, "gateway")}
        for name in (SANDBOX, *SERVICES, "gateway"):
            env = self._environment(name) | ({"HTTP_HEALTH_ADDRESS": f"127.0.0.1:{health[name]}"} if name in health else {})
            command = (sys.executable, "-m", name, *(("serve",) if name != SANDBOX else ()))
            self.processes[name] = Process(name, command, env, self.folder)
        self._make_operators()
        for name, port in health.items():
            self._wait_until_ready(f"http://127.0.0.1:{port}/readyz", name)
        self.note()

    def stop(self) -> None:
        for process in self.processes.values():
            process.stop(signal.SIGKILL)  # everything they could save is deleted next
        for database in self._databases.values():
            self._postgres.drop(database)
        shutil.rmtree(self.folder, ignore_errors=True)

    def restart_broker(self) -> None:
        """Restarts a private node; on a shared broker, breaks every connection of this stack's virtual host instead."""
        self._broker.restart(self.amqp_uri)

    def _environment(self, name: str) -> dict[str, str]:
        """The configuration of one process: all there is to tell it."""
        sandbox = f"127.0.0.1:{self.port + 1}"
        shared = {
            "AMQP_URI": self.amqp_uri,
            "POLICY": str(_ROOT / "policies" / f"{self.policy}.toml"),
            "CLOCK_FILE": str(self.folder / "clock"),
            "PUBLIC_URL": self.base_url,
            "STRIPE_API_BASE": f"http://{sandbox}",
            "STRIPE_API_KEY": "sk_test_sandbox",
            "STRIPE_WEBHOOK_SECRET": "whsec_of_the_tests",
        }
        own = {
            "gateway": {"HTTP_ADDRESS": f"127.0.0.1:{self.port}", "SANDBOX": "1"},
            "messaging": {"MAIL_TRANSPORT": "directory", "MAIL_DIRECTORY": str(self.folder / "mail")},
            SANDBOX: {"HTTP_ADDRESS": sandbox, "SANDBOX_WEBHOOK_URL": f"{self.base_url}/webhooks/stripe"},
        }
        database = {"DATABASE_URL": self._postgres.url_of(self._databases[name])} if name in self._databases else {}
        return _clean_environment() | shared | database | own.get(name, {})

    def _make_operators(self) -> None:
        for operator in self.accounts:
            rights = [word for right in operator.rights for word in ("--right", right)]
            command = [sys.executable, "-m", "identity", "create-operator", operator.email, *rights]
            env = self._environment("identity") | {"OPERATOR_PASSWORD": operator.password}
            subprocess.run(command, check=True, env=env, capture_output=True)


@contextmanager
def running(stack: Stack) -> Iterator[Stack]:
    """Starts it and stops it, also when the start fails."""
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def free_ports(count: int) -> int:
    """The first of `count` neighbouring ports that nobody listens at now."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = probe.getsockname()[1]
        if all(_is_free(first + offset) for offset in range(count)):
            return int(first)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _clean_environment() -> dict[str, str]:
    """What a process needs of ours: nothing that configures a service or a test."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "USER", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"PYTHONUNBUFFERED": "1"}
