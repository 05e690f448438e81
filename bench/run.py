"""`make bench`: every figure of the README in one run, side by side. Each row: median and p99, in milliseconds.

The stack is the real one (RabbitMQ, PostgreSQL, a process a service) where it can be had, else the embedded one; the first line says
which. Nothing here asserts anything: a benchmark measures.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from embedded.cast import PASSWORD, log_in
from embedded.demo_data import OPERATORS
from embedded.journey import Journey
from testkit import postgres, rabbitmq, runs
from testkit.stack import EmbeddedStack, Operator, RealStack, Stack, running

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CALLS = 400
JOURNEYS = 5
STARTS = 5
BARE, GATEWAY = "bare nameko RPC", "through the gateway, authenticated"


@dataclass(frozen=True)
class Row:
    """One line of the table; seconds inside, milliseconds outside."""

    name: str
    seconds: list[float]

    def __str__(self) -> str:
        ordered = sorted(self.seconds)
        median, p99 = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, round(len(ordered) * 0.99))]
        return f"{self.name:<42} {median * 1000:>10.1f} {p99 * 1000:>10.1f} {len(ordered):>6}"


def measured(name: str, work: Callable[[], object], times: int) -> Row:
    """The wall time of each of `times` runs, one after the other, after one that does not count."""
    work()
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return Row(name, seconds)


def main() -> int:
    runs.this_run()
    rows: list[Row] = []
    with _stack() as stack:
        print(f"stack: {stack.kind} ({stack.servers})", flush=True)
        rows += _round_trips(stack)
        rows.append(_journeys(stack))
    rows.append(_demo_starts())
    print(f"{'':<42} {'median ms':>10} {'p99 ms':>10} {'runs':>6}")
    for row in rows:
        print(row)
    medians = {row.name: sorted(row.seconds)[len(row.seconds) // 2] for row in rows}
    if BARE in medians:
        print(f"through the gateway, authenticated / bare nameko RPC: {medians[GATEWAY] / medians[BARE]:.2f}")
    return 0


@contextmanager
def _stack() -> Iterator[Stack]:
    """The real stack where its servers can be had, else the embedded one; the team is logged in as `operators`."""
    accounts = [Operator(email, PASSWORD, rights) for email, _, _, rights in OPERATORS]
    server = postgres.find()
    try:
        broker = rabbitmq.find()
    except rabbitmq.NoBroker as reason:
        print(f"no RabbitMQ, so no real stack: {reason}")
        broker = None
    stack = RealStack("akigora", accounts, server, broker) if broker else EmbeddedStack("akigora", accounts)
    try:
        with running(stack):
            team = [log_in(stack.base_url, account.email, account.password, patience_seconds=30) for account in accounts]
            stack.operators = (team[0], team[1])
            yield stack
    finally:
        for started in (broker, server):
            if started:
                started.clean(this_run_too=True)
                started.stop()


def _round_trips(stack: Stack) -> list[Row]:
    rows = []
    if isinstance(stack, RealStack):
        rows.append(_bare_rpc(stack.amqp_uri))
    person = stack.operators[0]
    session = requests.Session()
    session.headers.update(person.credentials)

    def account() -> None:
        session.get(f"{stack.base_url}/api/v1/account", timeout=10).raise_for_status()

    def liveness() -> None:
        session.get(f"{stack.base_url}/healthz", timeout=10).raise_for_status()

    rows.append(measured("gateway alone (GET /healthz)", liveness, CALLS))
    rows.append(measured(GATEWAY, account, CALLS))
    return rows


def _bare_rpc(amqp_uri: str) -> Row:
    """A stock nameko service and a stock client, each in its own process, on the same broker."""
    service = subprocess.Popen([sys.executable, HERE / "bare_nameko.py", "serve", amqp_uri], stdout=subprocess.PIPE, text=True)
    try:
        assert service.stdout is not None
        service.stdout.readline()
        asked = [sys.executable, HERE / "bare_nameko.py", "ask", amqp_uri, str(CALLS)]
        seconds = json.loads(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)
    finally:
        service.kill()
        service.wait()
    return Row(BARE, seconds)


def _journeys(stack: Stack) -> Row:
    def journey() -> None:
        Journey(stack.base_url, stack.operators, stack.policy, patience_seconds=30).play()

    return measured("a whole journey", journey, JOURNEYS)


def _demo_starts() -> Row:
    """From the command to the line that says it is open, with the data there; the first start, which loads them, does not count."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        _start(Path(folder) / "demo")
        return Row("demo start, data there", [_start(Path(folder) / "demo") for _ in range(STARTS)])


def _start(folder: Path) -> float:
    env = {**os.environ, "FOLDER": str(folder), "PORT": str(_free_port())}
    began = time.perf_counter()
    demo = subprocess.Popen([sys.executable, "-m", "embedded", "demo"], env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert demo.stdout is not None
    for line in demo.stdout:
        if "is open" in line:
            break
    seconds = time.perf_counter() - began
    demo.terminate()
    demo.stdout.read()
    demo.wait()
    return seconds


def _free_port() -> int:
    """A port with a free one above it."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return int(port)


if __name__ == "__main__":
    sys.exit(main())
