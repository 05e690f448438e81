"""The commands around the embedded marketplace: `demo`, `serve`, `reset`, `story`.

A demo keeps its data in `var/demo/<policy>`. Data that were not loaded to the end are not data: an interrupted first start is
begun again.
"""

import os
import shutil
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

from embedded import demo_data
from embedded.cast import log_in
from embedded.client import Person, Refused
from embedded.postgres import PostgresFailed, forget

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 5.0
POLICIES = sorted(file.stem for file in (ROOT / "policies").glob("*.toml"))


class CannotRun(Exception):
    """The command cannot do its work; the message says why and what to do."""


class Progress:
    """One line a step, with the seconds since the start."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, what: str) -> None:
        print(f"  {time.monotonic() - self._began:5.1f} s  {what}", flush=True)


def demo(folder: Path, port: int, policy: str) -> int:
    """The marketplace with its demo data, until Ctrl-C."""
    if folder.exists() and not (folder / "loaded").exists():
        print("The last start was interrupted before all data were loaded: beginning again.")
        reset(folder)
    return _serve(folder, port, policy, with_data=True, throwaway=False)


def serve(folder: Path, port: int, policy: str) -> int:
    """The same without data, on a database that a power cut may cost: for tests and benchmarks."""
    return _serve(folder, port, policy, with_data=False, throwaway=True)


def reset(folder: Path) -> int:
    """Forgets all of a demo that is not running. Raises CannotRun."""
    try:
        forget(folder / "postgres")
    except PostgresFailed as failure:
        raise CannotRun(f"{failure}. Is the demo still running?") from failure
    shutil.rmtree(folder, ignore_errors=True)
    return 0


def story(port: int, policy: str) -> int:
    """One mission, told, on the running demo."""
    from embedded import story as told

    base_url = f"http://127.0.0.1:{port}"
    try:
        operators = _operators(base_url)
    except (OSError, Refused) as error:
        raise CannotRun(f"no demo answers at {base_url} ({error}): start it with `make demo`, or say PORT=...") from error
    return told.main(base_url, operators, policy)


def _serve(folder: Path, port: int, policy: str, *, with_data: bool, throwaway: bool) -> int:
    from embedded import marketplace

    place = marketplace.Place(folder, port, policy)
    for needed in (port, port + 1):
        _check_free(needed, port)
    say = Progress()
    failures: list[Exception] = []

    def when_ready() -> None:
        try:
            _populate(place.base_url, folder, policy, say, with_data=with_data)
            print(_greeting(place.base_url, folder, policy) if with_data else f"ready {place.base_url}", flush=True)
        except Exception as error:
            failures.append(error)
            os.kill(os.getpid(), signal.SIGTERM)

    print(f"Entremise, policy {policy}", flush=True)
    try:
        with marketplace.prepared(place, say, throwaway=throwaway):
            _install_operators(folder)
            say("six services, the payment provider's sandbox, the gateway")
            code = marketplace.run(when_ready)
            print("\nStopping.", flush=True)
    except PostgresFailed as failure:
        raise CannotRun(str(failure)) from failure
    if failures:
        raise CannotRun(f"the demo data could not be loaded: {failures[0]!r}; see {folder / 'log'}") from failures[0]
    return code


def _populate(base_url: str, folder: Path, policy: str, say: Progress, *, with_data: bool) -> None:
    loaded = folder / "loaded"
    if with_data and not loaded.exists():
        demo_data.load(base_url, _operators(base_url), policy, say)
        loaded.touch()


def _install_operators(folder: Path) -> None:
    """The team's accounts, made on the machine itself, as `create-operator` does in production; each once."""
    from contracts.identity.v1.errors import EmailTaken
    from identity.operators import create_operator

    done = folder / "operators"
    if done.exists():
        return
    for email, first_name, last_name, rights in demo_data.OPERATORS:
        with suppress(EmailTaken):  # an interrupted first start goes on where it was
            create_operator(email, demo_data.PASSWORD, rights, first_name, last_name)
    done.touch()


def _operators(base_url: str) -> tuple[Person, Person]:
    team = [email for email, _, _, rights in demo_data.OPERATORS if rights]
    first, second = (log_in(base_url, email, demo_data.PASSWORD, patience_seconds=5) for email in team)
    return first, second


def _check_free(needed: int, port: int) -> None:
    """Raises CannotRun with what to do: before anything is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", needed))
        except OSError as error:
            more = "" if needed == port else f" (the payment provider's sandbox, one above {port})"
            raise CannotRun(
                f"port {needed}{more} is taken: {error.strerror}. Another demo? Choose another one: make demo PORT={port + 100}"
            ) from error


def _greeting(base_url: str, folder: Path, policy: str) -> str:
    lines = ["", f"  {base_url} is open.", "", f"  accounts, all with the password: {demo_data.PASSWORD}"]
    lines += [f"    {role:<18} {email}" for role, email in demo_data.accounts(policy)]
    lines += ["", "  to try"] + [f"    {line}" for line in demo_data.to_try(base_url)]
    try:
        shown = folder.relative_to(Path.cwd())
    except ValueError:
        shown = folder
    lines += ["", f"  log: {shown}/log   mails: {shown}/mail   Ctrl-C stops all of it; the data stay.", ""]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """`demo | serve | reset | story`, configured by PORT, POLICY and FOLDER."""
    try:
        port, policy = _port(os.environ.get("PORT") or "8000"), os.environ.get("POLICY") or "akigora"
        if policy not in POLICIES:
            raise CannotRun(f"POLICY={policy} is unknown; there are: {', '.join(POLICIES)}")
        folder = Path(os.environ.get("FOLDER") or ROOT / "var" / "demo" / policy)
        match arguments:
            case ["demo"]:
                return demo(folder, port, policy)
            case ["serve"]:
                return serve(folder, port, policy)
            case ["reset"]:
                return reset(folder)
            case ["story"]:
                return story(port, policy)
    except CannotRun as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print("usage: python -m embedded demo | serve | reset | story", file=sys.stderr)
    return 2


def _port(text: str) -> int:
    if not text.isdigit() or not 1024 <= int(text) <= 65_534:
        raise CannotRun(f"PORT={text} is no port between 1024 and 65534")
    return int(text)
