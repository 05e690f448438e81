"""Every service, the payment provider's sandbox and the gateway in this process: production's services, configured otherwise.

Each has its own database on the embedded PostgreSQL and its own settings. The bus dies with the process, the outboxes do not:
what was told and not yet heard is told again at the next start (`embedded.bus`). The gateway starts last and stops first.
"""

import importlib
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import eventlet
import psycopg2
from psycopg2 import sql

from chassis import logs, migrations, settings
from chassis.host import Host
from contracts.topology import SERVICES
from embedded import bus
from embedded.postgres import EmbeddedPostgres

SANDBOX = "psp_sandbox"
BUS = "embedded://localhost/marketplace"
Say = Callable[[str], object]


@dataclass(frozen=True)
class Place:
    """Where one marketplace lives: its data in `folder`, its API at 127.0.0.1:`port`, the provider's sandbox one port above."""

    folder: Path
    port: int
    policy: str

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def sandbox_address(self) -> str:
        return f"127.0.0.1:{self.port + 1}"

    @property
    def base_url(self) -> str:
        return f"http://{self.address}"


@contextmanager
def prepared(place: Place, say: Say, *, throwaway: bool = False) -> Iterator[None]:
    """PostgreSQL up, every database migrated, every service's settings registered; PostgreSQL ends with the block."""
    place.folder.mkdir(parents=True, exist_ok=True)
    log = (place.folder / "log").open("w", buffering=1)
    logs.setup("INFO", log)
    say("PostgreSQL")
    postgres = EmbeddedPostgres(place.folder / "postgres", throwaway=throwaway)
    try:
        for service in (*SERVICES, SANDBOX):
            _ensure_database(postgres, service)
        _register(place, postgres)
        for service in SERVICES:
            say(f"the tables of {service}")
            migrations.migrate(service, postgres.url(service))
        yield
    finally:
        postgres.stop()
        log.close()


def run(when_ready: Callable[[], object]) -> int:
    """Starts everything, calls `when_ready`, and serves until a signal comes; gives the exit code."""
    bus.install()
    groups = [[_service_class(service) for service in group] for group in ((SANDBOX,), SERVICES, ("gateway",))]
    return _Announcing(groups, when_ready).run()


class _Announcing(Host):
    """Says when everything takes work, while it goes on serving."""

    def __init__(self, groups: list[list[type]], when_ready: Callable[[], object]) -> None:
        super().__init__(groups)
        self._when_ready = when_ready

    def stop(self) -> None:
        bus.stop_waiting()
        super().stop()

    def start(self) -> None:
        super().start()
        eventlet.spawn_n(self._when_ready)


def _ensure_database(postgres: EmbeddedPostgres, name: str) -> None:
    connection = psycopg2.connect(postgres.url())
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            if not cursor.fetchone():
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    finally:
        connection.close()


def _register(place: Place, postgres: EmbeddedPostgres) -> None:
    """The settings of each service, as its environment would give them in production."""
    secret = _secrets(place.folder / "secrets.json")
    shared = {
        "AMQP_URI": BUS,
        "POLICY": place.policy,
        "PUBLIC_URL": place.base_url,
        "CLOCK_FILE": str(place.folder / "clock"),
        "STRIPE_API_KEY": "sk_test_sandbox",
        "STRIPE_API_BASE": f"http://{place.sandbox_address}",
        "STRIPE_WEBHOOK_SECRET": secret["webhook"],
    }
    own = {
        "catalog": {"INDEX_DIRECTORY": str(place.folder / "index")},
        "messaging": {"MAIL_TRANSPORT": "directory", "MAIL_DIRECTORY": str(place.folder / "mail")},
        "gateway": {"HTTP_ADDRESS": place.address, "SANDBOX": "1", "VISITOR_SECRET": secret["visitor"]},
        SANDBOX: {
            "HTTP_ADDRESS": place.sandbox_address,
            "SANDBOX_PUBLIC_URL": f"http://{place.sandbox_address}",
            "SANDBOX_WEBHOOK_URL": f"{place.base_url}/webhooks/stripe",
        },
    }
    for service in (*SERVICES, "gateway", SANDBOX):
        settings.use(service, {**shared, "DATABASE_URL": postgres.url(service), **own.get(service, {})})


def _secrets(file: Path) -> dict[str, str]:
    """Made once, for this folder only."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(json.dumps({"webhook": f"whsec_{secrets.token_hex(24)}", "visitor": secrets.token_hex(32)}))
    return dict(json.loads(file.read_text()))


def _service_class(service: str) -> type[Any]:
    """The one that `python -m <service> serve` starts."""
    classes = vars(importlib.import_module(f"{service}.service")).values()
    return next(each for each in classes if isinstance(each, type) and getattr(each, "name", None) == service)
