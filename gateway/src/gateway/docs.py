"""The document, the page to browse and try it, and the list of problems.

The page is Swagger UI from its package: nothing is fetched from elsewhere.
"""

import importlib
import json
from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask, Response, render_template
from flask_swagger_ui import get_swaggerui_blueprint  # type: ignore[import-untyped]

from contracts.topology import SERVICES
from gateway import inputs, rates, reading, sessions
from gateway.problems import status_of, title_of
from kernel.errors import Problem

PAGE = "/api/docs"
_INLINE = "'self' 'unsafe-inline'"
_POLICY = f"default-src 'self'; script-src {_INLINE}; style-src {_INLINE}; img-src 'self' data:; frame-ancestors 'none'"


def add_to(app: Flask, document: Callable[[], dict[str, Any]], address: str) -> None:
    """Serves `document` at `address`, and the pages below /api/docs. Made when it is first asked for."""

    @cache
    def text() -> bytes:
        return json.dumps(document(), ensure_ascii=False).encode()

    def openapi() -> Response:
        return Response(text(), content_type="application/json", headers={"Cache-Control": "no-cache"})

    def problems() -> str:
        return render_template("problems.html", problems=listed())

    def loosen(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        return response

    pages = get_swaggerui_blueprint(PAGE, address, {"app_name": "Entremise API", "validatorUrl": None}, blueprint_name="docs")
    pages.add_url_rule("/problems", "problems", problems)
    pages.after_request(loosen)
    app.register_blueprint(pages)
    app.add_url_rule(address, "openapi", openapi)


def listed() -> list[tuple[str, int, str]]:
    """(code, HTTP status, title) of every named problem, by code."""
    modules = [importlib.import_module(f"contracts.{service}.v1.errors") for service in SERVICES]
    found = {
        (shape.code(), status_of(shape), title_of(shape))
        for module in (*modules, inputs, rates, reading, sessions)
        for shape in vars(module).values()
        if isinstance(shape, type) and issubclass(shape, Problem) and shape.__module__ == module.__name__
    }
    return sorted(found)
