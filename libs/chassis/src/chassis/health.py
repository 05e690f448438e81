"""One small HTTP server a process: `/healthz` (it lives), `/readyz` (it can work: database and bus answer), `/metrics`."""

from collections.abc import Callable, Iterable
from typing import Any

import eventlet
import structlog
from eventlet import wsgi
from prometheus_client import make_wsgi_app
from sqlalchemy import Engine, text

from chassis.settings import BadSetting, Settings

_checks: dict[str, Callable[[], bool]] = {}
_metrics: Any = make_wsgi_app()


def add(name: str, check: Callable[[], bool]) -> None:
    """Readiness asks for it too, from now on."""
    _checks[name] = check


def clear() -> None:
    _checks.clear()


def failing() -> list[str]:
    """The names of what keeps this process from working; empty when it is ready."""
    return [name for name, check in _checks.items() if not check()]


def database_answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            return bool(connection.scalar(text("SELECT 1")))
    except Exception:
        return False


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The probes as a WSGI application."""
    path = environ["PATH_INFO"]
    if path == "/metrics":
        return _metrics(environ, start_response)  # type: ignore[no-any-return]
    wrong = failing() if path == "/readyz" else []
    known = path in ("/healthz", "/readyz")
    status = "503 Service Unavailable" if wrong else "200 OK" if known else "404 Not Found"
    start_response(status, [("Content-Type", "text/plain")])
    return [("\n".join(f"failing: {name}" for name in wrong) or ("ok" if known else "unknown")).encode() + b"\n"]


def serve_if_asked(own: Settings) -> None:
    """Listens at HTTP_HEALTH_ADDRESS in the background, if it is set. Raises BadSetting."""
    if address := own.get("HTTP_HEALTH_ADDRESS", ""):
        listening = listen("HTTP_HEALTH_ADDRESS", address)
        eventlet.spawn(wsgi.server, listening, application, log=structlog.get_logger(__name__), log_output=False, debug=False)


def listen(setting: str, address: str) -> Any:
    """A listening socket at `host:port`. Raises BadSetting naming the setting when the address is wrong or taken."""
    host, _, port = address.rpartition(":")
    try:
        return eventlet.listen((host or "0.0.0.0", int(port)), reuse_port=False)  # noqa: S104
    except (OSError, ValueError) as error:
        raise BadSetting(setting, f"cannot listen at {address}: {error}") from None
