"""A RabbitMQ node of our own from the Debian package: any user, own ports, own folder, gone with the process that asked for it.

`python -m testkit.private_rabbitmq FOLDER PORT` keeps a node until its standard input closes; the line `restart` on it ends
the node and starts it anew on the same data, as an operator's restart would.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from testkit import runs

PROGRAMS = Path("/usr/lib/rabbitmq/bin")
VARIABLE = "TESTKIT_RABBITMQ_NODE"
SLOWEST_START_SECONDS = 90


class NotInstalled(Exception):
    """The Debian package rabbitmq-server is not on this machine, or its node does not start."""


class Node:
    """A running node at `uri`; `environment` is what `rabbitmqctl` needs to talk to it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.uri = f"amqp://guest:guest@127.0.0.1:{port}/"
        self.environment = _environment(folder, port)
        self.control_program = str(PROGRAMS / "rabbitmqctl")
        self._keeper: subprocess.Popen[str] | None = None

    @classmethod
    def of_this_run(cls) -> "Node | None":
        """The node that another process of this run started, if it did."""
        folder, _, port = os.environ.get(VARIABLE, "").rpartition(":")
        return cls(Path(folder), int(port)) if folder else None

    @classmethod
    def start(cls) -> "Node":
        """A fresh node, up when this returns (3-6 s). Raises NotInstalled."""
        if not (PROGRAMS / "rabbitmq-server").exists():
            raise NotInstalled("the package rabbitmq-server is not installed")
        node = cls(runs.folder("rabbitmq"), _free_port())
        command = [sys.executable, "-m", "testkit.private_rabbitmq", str(node.folder), str(node.port)]
        node._keeper = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        node._expect_ready()
        return node

    def share(self) -> None:
        """Lets the child processes of this one find it with `of_this_run`."""
        os.environ[VARIABLE] = f"{self.folder}:{self.port}"

    def restart(self) -> None:
        """Ends the node and starts it again on the same data; only where it was started."""
        self._keeper.stdin.write("restart\n")
        self._keeper.stdin.flush()
        self._expect_ready()

    def stop(self) -> None:
        self._keeper.stdin.close()
        self._keeper.wait()

    def _expect_ready(self) -> None:
        word = self._keeper.stdout.readline().strip()
        if word != "ready":
            raise NotInstalled(f"a private RabbitMQ node does not start: {word}")


def _environment(folder: Path, port: int) -> dict[str, str]:
    quiet = "+sbwt none +sbwtdcpu none +sbwtdio none +S 2:2"
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"node{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(port + 1),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(port + 2),
        "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
        "RABBITMQ_LOG_BASE": f"{folder}/log",
        "RABBITMQ_GENERATED_CONFIG_DIR": f"{folder}/generated",
        "RABBITMQ_SCHEMA_DIR": f"{folder}/schema",
        "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
        "RABBITMQ_PID_FILE": f"{folder}/pid",
        "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
        "RABBITMQ_ADVANCED_CONFIG_FILE": f"{folder}/advanced",
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-kernel inet_dist_use_interface {{127,0,0,1}} {quiet}",
    }


def _free_port() -> int:
    """The first of three neighbouring ports, outside the range that connections are given."""
    for port in range(20_000 + os.getpid() % 1000 * 3, 32_000, 3):
        if all(_is_free(port + offset) for offset in range(3)):
            return port
    raise NotInstalled("no three free ports for a private node")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _run(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Starts the node and waits until it greets. Raises NotInstalled when it ends instead."""
    with (folder / "out").open("ab") as output:
        command = [PROGRAMS / "rabbitmq-server"]
        server = subprocess.Popen(
            command,
            env=_environment(folder, port),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    end = time.monotonic() + SLOWEST_START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            raise NotInstalled(f"a private RabbitMQ node ended at its start: {(folder / 'out').read_text()[-300:]!r}")
        if _greets(port):
            return server
        time.sleep(0.05)
    _end(server)
    raise NotInstalled(f"a private RabbitMQ node was not up after {SLOWEST_START_SECONDS} s")


def _greets(port: int) -> bool:
    """An AMQP handshake: the port is open before the node takes connections."""
    try:
        with socket.create_connection(("127.0.0.1", port), 0.5) as probe:
            probe.sendall(b"AMQP\x00\x00\x09\x01")
            return bool(probe.recv(1))
    except OSError:
        return False


def _end(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def keep(folder: Path, port: int) -> None:
    (folder / "rabbitmq.conf").write_text("log.console = false\nlog.file.level = warning\n")
    for name in ("mnesia", "log", "generated", "schema"):
        (folder / name).mkdir(exist_ok=True)
    server = _run(folder, port)
    try:
        print("ready", flush=True)
        for line in sys.stdin:
            if line.strip() == "restart":
                _end(server)
                server = _run(folder, port)
                print("ready", flush=True)
    finally:
        _end(server)
        _stop_name_server(port)
        shutil.rmtree(folder, ignore_errors=True)


def _stop_name_server(port: int) -> None:
    """The node started an epmd of its own; it ends once no node is registered."""
    if epmd := shutil.which("epmd"):
        subprocess.run([epmd, "-port", str(port + 2), "-kill"], check=False, capture_output=True)


def main(arguments: list[str]) -> int:
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, lambda *_: sys.exit(0))
    try:
        keep(Path(arguments[0]), int(arguments[1]))
    except NotInstalled as failure:
        print(" ".join(str(failure).split()), flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
