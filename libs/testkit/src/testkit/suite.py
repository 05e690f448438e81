"""`make test` and `make check`: groups of checks, three at a time, each with its result, and a closing line that tells the stacks.

Nothing is skipped silently: what a group skips is printed with its reason, and a stack that did not run is named. In CI
(`CI=true`) a missing real stack is a failure. Interrupted, it ends its groups and removes what they made on shared servers.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue

from testkit import postgres, rabbitmq, runs, stack

ROOT = Path(__file__).resolve().parents[4]
LANES = 3
COUNTED = ("passed", "failed", "skipped", "error", "errors")
PYTEST = (sys.executable, "-m", "pytest", "-q")


@dataclass
class Group:
    """Commands that are run one after the other; `output` and `failed` once they ended."""

    name: str
    commands: list[tuple[str, ...]]
    output: str = ""
    failed: bool = False
    seconds: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    def run(self) -> None:
        began = time.monotonic()
        for command in self.commands:
            with subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            ) as process:
                self.process = process
                said = process.communicate()[0]
            self.output += said
            self.failed |= process.returncode != 0
            for count, word in re.findall(r"(\d+) (\w+)", _summary(said)):
                self.counts[word] = self.counts.get(word, 0) + int(count)
        self.seconds = time.monotonic() - began

    def interrupt(self) -> None:
        """As Ctrl-C would: pytest ends the test and cleans up."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()

    def report(self) -> str:
        told = ", ".join(f"{self.counts[word]} {word}" for word in COUNTED if word in self.counts) or (
            "failed" if self.failed else "ok"
        )
        lines = [f"{'FAILED' if self.failed else 'ok':<7}{self.name:<24}{told} in {self.seconds:.1f} s"]
        lines += [self.output] if self.failed else re.findall(r"^SKIPPED .*$", self.output, re.MULTILINE)
        return "\n".join(lines)


def groups(kind: str) -> list[Group]:
    """The longest first, so that the lanes end at about the same time: they wait more than they work."""
    quick = [
        Group("unit", [(*PYTEST, *_folders("unit"))]),
        Group("types", [(sys.executable, "-m", "mypy", *_typed())]),
        Group("walls", [(*PYTEST, "tests/architecture")]),
        Group(
            "lint",
            [
                (sys.executable, "-m", "ruff", "check", "--quiet", "."),
                (sys.executable, "-m", "ruff", "format", "--check", "--quiet", "."),
            ],
        ),
    ]
    if kind == "check":
        return quick
    on_servers = [
        Group(name, [(*PYTEST, *_folders(*parts))])
        for name, parts in (("service", ("service", "bus")), ("db", ("db",)), ("contract", ("contract",)))
    ]
    journeys = [Group(f"integration on {kind}", [(*PYTEST, "tests/integration", "-m", kind)]) for kind in stack.KINDS]
    return [*reversed(journeys), *on_servers, *quick]


def _folders(*parts: str) -> list[str]:
    """The folders of this kind of test, of every package."""
    found = [folder for part in parts for folder in ROOT.glob(f"*/*/tests/{part}")] + [
        folder for part in parts for folder in ROOT.glob(f"*/tests/{part}")
    ]
    return sorted(str(folder.relative_to(ROOT)) for folder in found if any(folder.rglob("test_*.py")))


def _typed() -> list[str]:
    """What mypy --strict reads: the libraries, and every domain and use case."""
    services = [folder for part in ("domain", "use_cases") for folder in ROOT.glob(f"services/*/src/*/{part}")]
    return [
        "libs/kernel/src",
        "libs/contracts/src",
        "libs/chassis/src",
        *sorted(str(folder.relative_to(ROOT)) for folder in services),
    ]


def _summary(output: str) -> str:
    """pytest's closing line, where there is one."""
    lines = [line for line in output.splitlines() if re.search(r"\d+ (passed|failed|errors?|skipped)\b.* in [\d.]+s", line)]
    return lines[-1] if lines else ""


def run(todo: list[Group]) -> None:
    """Runs them in lanes and prints each as it ends. Interrupted, it ends those that run and starts no more."""
    queue: Queue[Group] = Queue()
    for group in todo:
        queue.put(group)
    stopping = threading.Event()

    def lane() -> None:
        while not stopping.is_set():
            try:
                group = queue.get_nowait()
            except Empty:
                return
            group.run()
            print(group.report(), flush=True)

    lanes = [threading.Thread(target=lane) for _ in range(LANES)]
    for each in lanes:
        each.start()
    try:
        for each in lanes:
            each.join()
    except KeyboardInterrupt:
        print("interrupted; ending the groups and removing what they made", flush=True)
        stopping.set()
        for group in todo:
            group.interrupt()
        for each in lanes:
            each.join()
        raise


class Servers:
    """Found once for all groups; cleaned of what the run made when it ends."""

    def __init__(self) -> None:
        self.postgres = postgres.find()
        os.environ[postgres.FOUND] = self.postgres.url
        self.broker: rabbitmq.Broker | None = None
        self.missing = ""
        try:
            self.broker = rabbitmq.find()
        except rabbitmq.NoBroker as reason:
            self.missing = os.environ[rabbitmq.NONE] = str(reason)
        else:
            self.broker.share()
        for server in (self.postgres, self.broker):
            if server:
                server.clean(this_run_too=False)

    def __str__(self) -> str:
        broker = f"{self.broker} ({self.broker.origin})" if self.broker else f"no RabbitMQ: {self.missing}"
        return f"on {self.postgres} ({self.postgres.origin}); {broker}"

    def end(self) -> None:
        for server in (self.postgres, self.broker):
            if server:
                server.clean(this_run_too=True)
                server.stop()
        runs.clean_folders(this_run_too=True)


def main(kind: str) -> int:
    runs.this_run()
    for sign in (signal.SIGINT, signal.SIGTERM):  # also where a shell in the background had SIGINT ignored
        signal.signal(sign, signal.default_int_handler)
    todo = groups(kind)
    if kind == "check":
        run(todo)
        return _close(todo)
    servers = Servers()
    print(servers, flush=True)
    with tempfile.NamedTemporaryFile("w+", suffix=".jsonl") as notes:
        os.environ[stack.NOTES] = notes.name
        try:
            run(todo)
            ran = [json.loads(line) for line in Path(notes.name).read_text().splitlines()]
        finally:
            servers.end()
    return _close(todo) | _close_stacks(ran, servers.missing)


def _close(todo: list[Group]) -> int:
    """The closing count; 1 when something failed."""
    failed = [group.name for group in todo if group.failed]
    total = {word: sum(group.counts.get(word, 0) for group in todo) for word in COUNTED}
    if failed:
        print(f"failed: {', '.join(failed)}")
    wrong = max(total["failed"] + total["error"] + total["errors"], len(failed))
    print(f"{total['passed']} passed, {wrong} failed, {total['skipped']} skipped", flush=True)
    return int(bool(failed))


def _close_stacks(ran: list[dict[str, str]], missing: str) -> int:
    """The line that tells the stacks; 1 when one did not run that had to."""
    on = {note["kind"]: note["servers"] for note in ran}
    told = [
        f"{kind} ({on[kind]}) ran" if kind in on else f"{kind} did NOT run: {missing or 'its tests failed before it started'}"
        for kind in stack.KINDS
    ]
    print(f"stacks: {'; '.join(told)}", flush=True)
    required = stack.KINDS if os.environ.get("CI") == "true" else ("embedded",)
    return int(any(kind not in on for kind in required))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except KeyboardInterrupt:
        sys.exit(130)
