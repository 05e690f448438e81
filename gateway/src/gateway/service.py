"""Where the web application meets nameko: the only module of the gateway that knows of it."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from chassis.app import NeighboursProvider
from chassis.host import Wsgi
from gateway.app import create_app
from gateway.config import config_of


class WebApplication(NeighboursProvider):  # the dependency's value is the application, not the way it asks
    """The Flask application of this process, made at its start: a bad setting stops it."""

    def setup(self) -> None:
        super().setup()
        self._app = create_app(self.runtime.way, config_of(self.runtime.settings))

    def get_dependency(self, context: Any) -> Flask:  # type: ignore[override]
        return self._app


class GatewayService:
    """Each HTTP request is a worker of this container."""

    name = "gateway"
    web = WebApplication()

    @Wsgi.decorator  # type: ignore[untyped-decorator]
    def serve(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["wsgi.input"].chunked_input:
            environ["wsgi.input_terminated"] = True  # eventlet ends a body in chunks; without this it would be taken for none
        return self.web.wsgi_app(environ, start_response)  # type: ignore[no-any-return]
