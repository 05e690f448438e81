"""What is seen of every request: its correlation id, one access line, one metric; and the headers every response carries.

Neither line nor metric holds bodies, query values, secrets or addresses of pages: a request is named by its route.
"""

import re
import time

import structlog
from flask import Flask, Response, g, request
from prometheus_client import Histogram

from chassis import logs
from gateway.config import GatewayConfig
from gateway.exchange import Exchange
from kernel.clock import SystemClock
from kernel.ids import new_id

SECONDS = Histogram("http_request_seconds", "Time to answer, by route", ["method", "route", "status"])
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_CORRELATION = re.compile(r"[A-Za-z0-9._-]{8,80}")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_log = structlog.get_logger(__name__)


class WatchedFlask(Flask):
    """Flask with an exchange, a story and an access line around each request."""

    def __init__(self, name: str, config: GatewayConfig) -> None:
        super().__init__(name)
        self.gateway = config

    def full_dispatch_request(self) -> Response:
        began = time.perf_counter()
        exchange = g.exchange = Exchange(self.gateway, request, _correlation_id())
        with logs.story(exchange.correlation_id):
            response = super().full_dispatch_request()
            self._finish(exchange, response, time.perf_counter() - began)
        return response

    def _finish(self, exchange: Exchange, response: Response, seconds: float) -> None:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if self.gateway.secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        response.headers["X-Correlation-Id"] = exchange.correlation_id
        method = request.method if request.method in METHODS else "other"
        route = request.url_rule.rule if request.url_rule else "unmatched"
        SECONDS.labels(method, route, response.status_code).observe(seconds)
        _log.info(
            "request",
            method=method,
            route=route,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            role=exchange.actor.role.value,
            account_id=exchange.actor.account_id,
        )


def _correlation_id() -> str:
    """The caller's, when it is harmless in a log; else the host's; else a new one."""
    said = request.headers.get("X-Correlation-Id", "")
    if _CORRELATION.fullmatch(said):
        return said
    return request.environ.get("chassis.correlation_id") or new_id("cor", SystemClock().now())
