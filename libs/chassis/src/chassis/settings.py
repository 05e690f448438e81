"""Where a service's configuration comes from: the environment, and one policy file shared by all services.

`for_service("payments")` looks first at what `use` registered in this process (several services in one process, tests),
then at the environment, where `PAYMENTS_DATABASE_URL` wins over `DATABASE_URL`. A bad setting raises BadSetting with its name.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, overload

from chassis import codec
from chassis.clock import clock_of
from kernel.clock import Clock, SystemClock
from kernel.errors import Invalid

T = TypeVar("T")


class BadSetting(Exception):
    """The process cannot start with this setting; the message begins with its name."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name


@dataclass(frozen=True)
class Settings:
    """One service's settings. `clock` is the time of the trade; `machine_clock` paces retries and is never shifted."""

    service: str
    env: Mapping[str, str]
    clock: Clock = field(default_factory=SystemClock)
    machine_clock: Clock = field(default_factory=SystemClock)

    def get(self, name: str, default: str | None = None) -> str:
        """The value of `<SERVICE>_<NAME>`, else of `<NAME>`, else the default. Raises BadSetting when there is none."""
        value = self.env.get(f"{self.service.upper()}_{name}") or self.env.get(name) or default
        if value is None:
            raise BadSetting(name, "is not set")
        return value

    def integer(self, name: str, default: int | None = None) -> int:
        """A whole number. Raises BadSetting."""
        text = self.get(name, None if default is None else str(default))
        try:
            return int(text)
        except ValueError:
            raise BadSetting(name, f"is not a whole number: {text!r}") from None

    @property
    def database_url(self) -> str:
        """`DATABASE_URL`, always through psycopg2: the driver that lets other work run while it waits."""
        return driven_by_psycopg2(self.get("DATABASE_URL"))

    @property
    def amqp_uri(self) -> str:
        return self.get("AMQP_URI", "amqp://guest:guest@127.0.0.1:5672//")

    @property
    def max_workers(self) -> int:
        return self.integer("MAX_WORKERS", 10)

    @overload
    def policy(self, table: str) -> Mapping[str, Any]: ...
    @overload
    def policy(self, table: str, shape: type[T]) -> T: ...
    def policy(self, table: str, shape: type[Any] | None = None) -> Any:
        """One table of the policy file `POLICY` names (a preset such as `akigora`, or a path of a TOML file).

        With a dataclass as `shape`: as such a dataclass. Raises BadSetting naming the key at fault.
        """
        path = policy_file(self.get("POLICY", "akigora"))
        values = _read(path).get(table)
        if not isinstance(values, dict):
            raise BadSetting("POLICY", f"{path.name} has no table [{table}]")
        if shape is None:
            return values
        try:
            return codec.from_wire(shape, codec.to_wire(values))
        except Invalid as error:
            raise BadSetting("POLICY", f"{path.name} [{table}] {error.message}") from None


def driven_by_psycopg2(url: str) -> str:
    """The same database URL with the driver named."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.split("+")[0] not in ("postgresql", "postgres"):
        raise BadSetting("DATABASE_URL", "is not a postgresql:// URL")
    return f"postgresql+psycopg2://{rest}"


def policy_file(name: str) -> Path:
    """The TOML file of a preset or a path. Presets are looked up in `policies/` here, above, and above this package."""
    if name.endswith(".toml"):
        candidates = [Path(name)]
    else:
        roots = [Path.cwd(), *Path.cwd().parents, *Path(__file__).resolve().parents]
        candidates = [root / "policies" / f"{name}.toml" for root in roots]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise BadSetting("POLICY", f"no such preset or file: {name}")


@lru_cache(maxsize=16)
def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise BadSetting("POLICY", f"{path.name} is not TOML: {error}") from None


_registered: dict[str, Settings] = {}


def use(service: str, env: Mapping[str, str], clock: Clock | None = None, machine_clock: Clock | None = None) -> Settings:
    """Registers a service's settings for this process; they replace the environment altogether."""
    clock = clock or clock_of(env.get("CLOCK_FILE"))
    _registered[service] = Settings(service, env, clock, machine_clock or SystemClock())
    return _registered[service]


def forget() -> None:
    """Drops what `use` registered."""
    _registered.clear()


def for_service(service: str) -> Settings:
    """The registered settings of a service, else those of the environment."""
    return _registered.get(service) or Settings(service, os.environ, clock_of(os.environ.get("CLOCK_FILE")))
