"""One JSON line per log record, on standard output, with the correlation id that ties HTTP, calls and events together.

No secrets and no bodies of calls are logged: a line says who, what, how long and how it ended.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TextIO

import structlog

_correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")


def correlation_id() -> str:
    """The id of the story that the present work belongs to; empty outside of any."""
    return _correlation_id.get()


def begin_story(correlation: str, **facts: Any) -> None:
    """From here on, this greenlet's work belongs to this correlation id; its log lines carry it and `facts`."""
    _correlation_id.set(correlation)
    structlog.contextvars.bind_contextvars(correlation_id=correlation, **facts)


@contextmanager
def story(correlation: str, **facts: Any) -> Iterator[None]:
    """The same for the work inside only."""
    token = _correlation_id.set(correlation)
    with structlog.contextvars.bound_contextvars(correlation_id=correlation, **facts):
        try:
            yield
        finally:
            _correlation_id.reset(token)


def setup(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Sends everything logged in this process, by libraries too, to `stream` as JSON lines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for talkative in ("nameko", "amqp", "kombu", "alembic"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    logging.getLogger("nameko.containers").setLevel(logging.CRITICAL)  # the chassis logs how each handler ended
