"""The process: starts containers group by group, stops them in the opposite order, and ends when one of them dies.

SIGTERM or SIGINT: readiness off, consumers take no more, what is held is settled (10 s at most), then the process ends. A second
signal ends it at once. `Wsgi` hosts a web application, each request a worker.
"""

import os
import signal
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from threading import Event
from typing import Any

import eventlet
import nameko
import structlog
from eventlet import wsgi
from eventlet.event import Event as Once
from eventlet.greenthread import getcurrent
from eventlet.support.greenlets import GreenletExit
from nameko.containers import ServiceContainer
from nameko.extensions import Entrypoint

from chassis import health, settings
from chassis.app import App
from kernel.clock import SystemClock
from kernel.ids import new_id

STOP_SECONDS = 10.0
_log = structlog.get_logger(__name__)


class Host:
    """`groups` of service classes: the last starts last and stops first (the one that takes requests). Raises BadSetting."""

    def __init__(self, groups: Sequence[Sequence[type]]) -> None:
        self._groups = [[_container(service) for service in group] for group in groups]
        self._containers = [container for group in self._groups for container in group]
        self._over, self._started = Event(), False
        self._failure: Exception | None = None
        health.add("started", lambda: self._started)

    def start(self) -> None:
        """Returns when everything takes work. Raises what a service's start raises, with nothing left running."""
        try:
            for group in self._groups:
                for starting in [eventlet.spawn(container.start) for container in group]:
                    starting.wait()
        except BaseException:
            for container in self._containers:
                container.kill()
            raise
        for container in self._containers:
            eventlet.spawn(self._watch, container)
        self._started = True

    def run(self) -> int:
        """Starts, waits for a signal or a death, stops; gives the exit code. Raises what starting raises."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        eventlet.spawn(self._start)
        self._over.wait()
        if self._started:
            self.stop()
        if isinstance(self._failure, settings.BadSetting):
            raise self._failure
        return 1 if self._failure else 0

    def stop(self) -> None:
        """Settles what is held, group by group from the last; kills what takes longer than the deadline."""
        self._over.set()
        self._started = False
        for group in reversed(self._groups):
            for stopping in [eventlet.spawn(_stop, container) for container in group]:
                stopping.wait()

    def _start(self) -> None:
        try:
            self.start()
            _log.info("ready", services=[container.service_name for container in self._containers])
        except Exception as error:
            self._fail(error)

    def _on_signal(self, number: int, frame: object) -> None:
        if self._over.is_set():
            os._exit(130)
        eventlet.spawn_n(self._over.set)

    def _watch(self, container: ServiceContainer) -> None:
        try:
            container.wait()
        except Exception as error:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, settings.BadSetting):
            _log.error("service died", exc_info=error)
        self._failure = error
        self._over.set()


def _container(service: Any) -> ServiceContainer:
    workers = settings.for_service(service.name).max_workers
    with nameko.config.patch({"max_workers": workers}):
        container = ServiceContainer(service)
    for dependency in container.dependencies:
        if isinstance(dependency, App):
            dependency.wire()
    return container


def _stop(container: ServiceContainer) -> None:
    with eventlet.Timeout(STOP_SECONDS, False):
        container.stop()
        return
    _log.warning("not settled in time, killed; its messages come again", service=container.service_name)
    container.kill()


class Wsgi(Entrypoint):  # type: ignore[misc]
    """The method is a WSGI application, `def app(self, environ, start_response)`, listening at HTTP_ADDRESS.

    `environ["chassis.correlation_id"]` is the request's; chunks of a stream are sent as they come. On stop, requests under way
    are finished and event streams are cut.
    """

    def start(self) -> None:
        address = settings.for_service(self.container.service_name).get("HTTP_ADDRESS", "127.0.0.1:8000")
        self._socket = health.listen("HTTP_ADDRESS", address)
        self._streams: set[Any] = set()
        self._serving = self.container.spawn_managed_thread(self._serve)

    def stop(self) -> None:
        for stream in list(self._streams):
            stream.kill()
        self._serving.kill()
        with suppress(GreenletExit):  # eventlet's server ends once the requests under way are answered
            self._serving.wait()

    def _serve(self) -> None:
        # the limit to addresses is wide: an application has its own, and words for it
        wsgi.server(self._socket, self._handle, _log, log_output=False, debug=False, socket_timeout=60, url_length_limit=2**16)

    def _handle(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["eventlet.minimum_write_chunk_size"] = 1
        story = environ["chassis.correlation_id"] = new_id("cor", SystemClock().now())

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if any(value.startswith("text/event-stream") for _, value in headers):
                self._streams.add(thread)
                thread.link(self._streams.discard)
            return start_response(status, headers, *more)

        thread, done = getcurrent(), Once()
        settle = partial(self._answered, done)
        self.container.spawn_worker(self, (environ, start), {}, context_data={"correlation_id": story}, handle_result=settle)
        return done.wait()  # type: ignore[no-any-return]

    def _answered(self, done: Once, context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        done.send_exception(*exc_info) if exc_info else done.send(result)
        return result, exc_info
