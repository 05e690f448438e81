"""The web application: every request through the same few steps, whatever its route.

1. A correlation id, accepted or made, that goes with everything the request causes. 2. Who calls, and may they: 401, 403. 3.
How often: 429. 4. What they say: 400, 413, 415, 422, all before a service is asked. 5. The call, with a deadline: the owner's
answer or its named problem. 6. Security headers, one access line without secrets, one metric. `create_app` needs no bus:
anything that answers calls will do.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from itertools import groupby
from typing import Any

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from chassis import health
from chassis.neighbours import Asks, Neighbours
from contracts.wire import Call
from gateway import docs, openapi, problems, watch, webhooks
from gateway.config import GatewayConfig
from gateway.exchange import Exchange, current
from gateway.rates import Rates
from gateway.reading import fields_of, idempotency_key
from gateway.route import FACTS, Route
from gateway.sessions import identify
from gateway.table import routes

API = "/api/v1"


def create_app(way: Asks, config: GatewayConfig) -> Flask:
    """The gateway as a WSGI application; `way` is how services are asked."""
    app = watch.WatchedFlask("gateway", config)
    app.url_map.strict_slashes = True
    app.register_error_handler(Exception, problems.from_anything)
    neighbours, rates = Neighbours(way), Rates({"login": config.login_rate, "sign_up": config.sign_up_rate})
    table = routes(config.sandbox)
    for (path, method), rows in groupby(sorted(table, key=_address), key=_address):
        view = _view(tuple(rows), neighbours, rates)
        rule = API + path.replace("{", "<").replace("}", ">")
        app.add_url_rule(rule, f"{method} {path}", view, methods=[method])
    for probe in ("/healthz", "/readyz", "/metrics"):
        app.add_url_rule(probe, probe, lambda: Response.from_app(health.application, request.environ, buffered=True))
    app.add_url_rule("/webhooks/stripe", "stripe", webhooks.stripe(neighbours), methods=["POST"])
    docs.add_to(app, lambda: openapi.document(table, config), f"{API}/openapi.json")
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _address(route: Route) -> tuple[str, str]:
    return route.path, route.method


def _view(rows: Sequence[Route], neighbours: Neighbours, rates: Rates) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        exchange = current()
        route = identify(exchange, rows, neighbours)
        exchange.said = route.said
        if route.rate:
            rates.count(route.rate, exchange.ip)
        call, service = call_of(route, exchange, path)
        if route.here:
            answer = route.here(call, exchange.config.clock)
        else:
            answer = neighbours.ask(call, service=service, deadline_seconds=route.deadline)
        return route.answering.respond(answer, route.status, exchange)

    return view


def call_of(route: Route, exchange: Exchange, path: Mapping[str, str]) -> tuple[Call[Any], str | None]:
    """The contract call of a request, and the service it goes to where the call does not say. Raises Invalid."""
    key = idempotency_key(route, exchange.request)
    values = fields_of(route, exchange.request, path)
    service = values.pop("service", None)
    for name, filling in route.fills.items():
        values[name] = filling(exchange) if callable(filling) else filling
    for item in fields(route.call):
        if item.name in FACTS:
            values[item.name] = getattr(exchange, item.name)
    if route.is_command:
        values["idempotency_key"] = exchange.key(key)
    return route.call(actor=exchange.actor, **values), service and service.value
