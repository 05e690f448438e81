"""The sandbox hosted beside services, in the process of the embedded marketplace. It listens at `PSP_SANDBOX_HTTP_ADDRESS`."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from nameko.extensions import DependencyProvider

from chassis.host import Wsgi
from psp_sandbox.app import create_app
from psp_sandbox.running import build, work_in_background

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class RunningSandbox(DependencyProvider):  # type: ignore[misc]
    """The sandbox's WSGI application, and its work in the background while the service runs."""

    def setup(self) -> None:
        self._sandbox, self._stopping = build(), threading.Event()
        self._app: WsgiApp = create_app(self._sandbox)

    def start(self) -> None:
        self._working = self.container.spawn_managed_thread(lambda: work_in_background(self._sandbox, self._stopping))

    def stop(self) -> None:
        self._stopping.set()
        self._working.wait()
        self._sandbox.engine.dispose()

    def get_dependency(self, context: Any) -> WsgiApp:
        return self._app


class SandboxService:
    name = "psp_sandbox"
    application = RunningSandbox()

    @Wsgi.decorator  # type: ignore[untyped-decorator]
    def serve(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return self.application(environ, start_response)  # type: ignore[no-any-return]
