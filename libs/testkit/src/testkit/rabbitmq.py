"""A RabbitMQ for tests, wherever one can be had, and virtual hosts of their own for each test.

Order: `AMQP_URI`, a local broker on the standard port, a private node from the Debian package, a container where Docker answers.
The default virtual host is never used: other programs live there. Where no virtual host can be made, the broker counts as none.
"""

import json
import os
import subprocess
import urllib.error
import urllib.request
from abc import abstractmethod
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol
from urllib.parse import quote, urlsplit

import amqp

from testkit import runs
from testkit.private_rabbitmq import Node, NotInstalled

LOCAL = "amqp://guest:guest@127.0.0.1:5672/"
FOUND = "TESTKIT_AMQP_URI"
NONE = "TESTKIT_NO_BROKER"
POOL = 8
_numbers = count(1)


class NoBroker(Exception):
    """No RabbitMQ can be had; the message says why."""


class Control(Protocol):
    """How virtual hosts are made on a broker we found."""

    @abstractmethod
    def add(self, names: list[str], user: str) -> None: ...

    @abstractmethod
    def delete(self, names: list[str]) -> None: ...

    @abstractmethod
    def names(self) -> list[str]: ...


class Ctl:
    """`rabbitmqctl`, of the local broker or of a private node. One call makes many: each costs a third of a second."""

    def __init__(self, node: Node | None = None) -> None:
        self._program = "rabbitmqctl" if node is None else node.control_program
        self._environment = None if node is None else node.environment

    def run(self, *arguments: str) -> str:
        command = [self._program, "--quiet", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60, env=self._environment).stdout

    def add(self, names: list[str], user: str) -> None:
        steps = (
            f'rabbit_vhost:add(<<"{name}">>, <<"test">>),'
            f'rabbit_auth_backend_internal:set_permissions(<<"{user}">>, <<"{name}">>, <<".*">>, <<".*">>, <<".*">>, <<"test">>)'
            for name in names
        )
        self.run("eval", f"begin {','.join(steps)} end.")

    def delete(self, names: list[str]) -> None:
        self.run("eval", "[" + ",".join(f'rabbit_vhost:delete(<<"{name}">>, <<"test">>)' for name in names) + "].")

    def names(self) -> list[str]:
        return self.run("list_vhosts", "name", "--no-table-headers").split("\n")


class ManagementApi:
    """The broker's HTTP interface, beside the AMQP port it was found on."""

    def __init__(self, uri: str) -> None:
        parts = urlsplit(uri)
        self._base = os.environ.get("RABBITMQ_API") or f"http://{parts.hostname}:{(parts.port or 5672) + 10_000}"
        self._login = b64encode(f"{parts.username}:{parts.password}".encode()).decode()

    def add(self, names: list[str], user: str) -> None:
        for name in names:
            self._ask("PUT", f"vhosts/{quote(name, safe='')}")
            self._ask("PUT", f"permissions/{quote(name, safe='')}/{user}", {"configure": ".*", "write": ".*", "read": ".*"})

    def delete(self, names: list[str]) -> None:
        for name in names:
            self._ask("DELETE", f"vhosts/{quote(name, safe='')}")

    def names(self) -> list[str]:
        return [vhost["name"] for vhost in self._ask("GET", "vhosts")]

    def _ask(self, method: str, path: str, body: object = None) -> list[dict[str, str]]:
        headers = {"Authorization": f"Basic {self._login}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self._base}/api/{path}", method=method, headers=headers, data=data)
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.loads(answer.read() or b"[]")


@dataclass
class Broker:
    """A broker on which virtual hosts can be made."""

    uri: str
    origin: str
    version: str
    control: Control
    node: Node | None = None
    stop: Callable[[], None] = lambda: None
    _spare: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"RabbitMQ {self.version}"

    def virtual_host(self) -> str:
        """The URI of a fresh virtual host of this run."""
        if not self._spare:
            self._spare = [f"{runs.this_run()}{os.getpid()}_{next(_numbers)}" for _ in range(POOL)]
            self.control.add(self._spare, urlsplit(self.uri).username or "guest")
        return urlsplit(self.uri)._replace(path=f"/{self._spare.pop(0)}").geturl()

    def share(self) -> None:
        """Lets the child processes of this one use it without looking again."""
        os.environ[FOUND] = self.uri
        if self.node:
            self.node.share()

    def restart(self, uri: str) -> None:
        """Restarts a private node; on a broker that others use too, breaks all connections of this virtual host instead."""
        if self.node:
            self.node.restart()
        elif isinstance(self.control, Ctl):
            self.control.run("close_all_connections", "--vhost", urlsplit(uri).path.lstrip("/"), "restart")
        else:
            raise NoBroker("this broker cannot be restarted from here")

    def clean(self, *, this_run_too: bool) -> None:
        """Deletes the virtual hosts that dead runs left, and those of this run."""
        made = [
            name for name in self.control.names() if runs.is_dead(name) or (this_run_too and name.startswith(runs.this_run()))
        ]
        if made:
            self.control.delete(made)


def find() -> Broker:
    """The broker of this run. Raises NoBroker with the reason."""
    if reason := os.environ.get(NONE):
        raise NoBroker(reason)
    reasons: list[str] = []
    for candidate in (_told, _local, _private, _in_docker):
        try:
            return candidate()
        except NoBroker as reason:
            reasons.append(str(reason))
    raise NoBroker("; ".join(reasons))


def private() -> Broker:
    """A node of our own from the Debian package, that can be restarted at will. Raises NoBroker."""
    return _private()


def _told() -> Broker:
    if told := os.environ.get(FOUND):
        return _at(told, "this run's", Node.of_this_run())
    if told := os.environ.get("AMQP_URI"):
        return _at(told, "AMQP_URI")
    raise NoBroker("AMQP_URI is not set")


def _local() -> Broker:
    return _at(LOCAL, "127.0.0.1:5672")


def _private() -> Broker:
    try:
        node = Node.start()
    except NotInstalled as reason:
        raise NoBroker(str(reason)) from reason
    return Broker(node.uri, "a private node", _greet(node.uri), Ctl(node), node, node.stop)


def _in_docker() -> Broker:
    from testkit.docker import answers

    if not answers():
        raise NoBroker("Docker does not answer")
    from testcontainers.rabbitmq import RabbitMqContainer

    container = RabbitMqContainer("rabbitmq:3-management").with_exposed_ports(5672, 15672).start()
    host = container.get_container_host_ip()
    os.environ["RABBITMQ_API"] = f"http://{host}:{container.get_exposed_port(15672)}"
    broker = _at(f"amqp://guest:guest@{host}:{container.get_exposed_port(5672)}/", "a container")
    broker.stop = container.stop
    return broker


def _at(uri: str, origin: str, node: Node | None = None) -> Broker:
    version = _greet(uri)
    for control in (Ctl(node), ManagementApi(uri)):
        if _works(control, uri):
            return Broker(uri, origin, version, control)
    raise NoBroker(f"{origin} answers, but neither rabbitmqctl nor its management API lets us make a virtual host")


def _works(control: Control, uri: str) -> bool:
    """Tries it: a `rabbitmqctl` that answers may belong to another broker than the one in the URI."""
    name = f"{runs.this_run()}{os.getpid()}_try"
    try:
        control.add([name], urlsplit(uri).username or "guest")
        try:
            _greet(urlsplit(uri)._replace(path=f"/{name}").geturl())
        finally:
            control.delete([name])
    except (subprocess.SubprocessError, urllib.error.URLError, OSError, NoBroker):
        return False
    return True


def _greet(uri: str) -> str:
    """Logs in and gives the broker's version; raises NoBroker when it does not let us in."""
    parts = urlsplit(uri)
    vhost = parts.path.lstrip("/") or "/"
    try:
        with amqp.Connection(
            f"{parts.hostname}:{parts.port or 5672}",
            parts.username or "guest",
            parts.password or "guest",
            virtual_host=vhost,
            connect_timeout=3,
        ) as connection:
            return str(connection.server_properties["version"])
    except (OSError, amqp.AMQPError) as error:
        raise NoBroker(f"{parts.hostname}:{parts.port or 5672} does not let us in ({error})") from error
