"""The sandbox over HTTP: Stripe's manners around the resources.

Bearer key; form in, JSON out; the answer of a POST with an `Idempotency-Key` is saved and repeated; errors in an envelope. Time
passes (`passing`) before each request, so that what is due has happened whether or not anything runs in the background.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request
from sqlalchemy import Engine
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from kernel.clock import Clock
from psp_sandbox import form, passing
from psp_sandbox.config import Config
from psp_sandbox.errors import ApiError, invalid
from psp_sandbox.resources import accounts, customers, events, payments, transfers
from psp_sandbox.resources.call import Call
from psp_sandbox.store import Store, save_answer, saved_answer, shown, turn

RESOURCES = (customers, accounts, payments, transfers, events)
_SAVED_STATUSES = (200, 402)


@dataclass(frozen=True)
class Sandbox:
    engine: Engine
    clock: Clock
    config: Config


def create_app(sandbox: Sandbox) -> Flask:
    """The WSGI application. The tables must be there (`store.prepare`)."""
    app = Flask("psp_sandbox")
    routes = Map([Rule(path, methods=[method], endpoint=handler) for part in RESOURCES for method, path, handler in part.ROUTES])

    @app.route("/v1/<path:_path>", methods=["GET", "POST", "DELETE"])
    def api(_path: str) -> Response:
        try:
            _authenticate(sandbox.config)
            handler, arguments = routes.bind("").match(request.path, method=request.method)
        except ApiError as error:
            return _answer(error.status, error.body)
        except HTTPException:
            return _answer(404, invalid(f"Unrecognized request URL ({request.method}: {request.path}).").body)
        return _once(sandbox, handler, arguments)

    @app.get("/3ds/<intent_id>")
    def challenge(intent_id: str) -> Response:
        """Where the card's holder proves who he is: opening the page does, unless `?outcome=fail`."""
        with turn(sandbox.engine, sandbox.clock, bool(sandbox.config.webhook_url)) as store:
            try:
                payments.finish_challenge(store, intent_id, passed=request.args.get("outcome") != "fail")
            except ApiError as error:
                return _answer(error.status, error.body)
        return Response(
            "<!doctype html><title>3-D Secure</title><p>Done. You can go back to the marketplace.", mimetype="text/html"
        )

    return app


def _authenticate(config: Config) -> None:
    key = request.authorization.token if request.authorization and request.authorization.type == "bearer" else None
    if key != config.api_key:
        raise ApiError(401, "invalid_request_error", "Invalid API Key provided.")


def _once(sandbox: Sandbox, handler: Callable[..., Any], arguments: dict[str, Any]) -> Response:
    """Handles the request in one transaction, or repeats the answer it was given before."""
    account = request.headers.get("Stripe-Account", "")
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    input_hash = _input_hash()
    with turn(sandbox.engine, sandbox.clock, bool(sandbox.config.webhook_url)) as store:
        passing.catch_up(store)
        store.session.flush()
        try:
            known = saved_answer(store, account, key, input_hash) if key else None
            if known:
                return _answer(*known, replayed=True)
            status, body = _handle(store, sandbox.config, handler, arguments, account)
        except ApiError as error:
            return _answer(error.status, error.body)
        if key and status in _SAVED_STATUSES:
            save_answer(store, account, key, input_hash, status, body)
    return _answer(status, body)


def _handle(store: Store, config: Config, handler: Any, arguments: dict[str, Any], account: str) -> tuple[int, Any]:
    params = form.decode((request.form if request.method == "POST" else request.args).items(multi=True))
    upload = request.files.get("file")
    call = Call(store=store, config=config, params=params, account=account, filename=upload.filename or "" if upload else "")
    savepoint = store.session.begin_nested()
    try:
        body = shown(handler(call, **arguments))
    except ApiError as error:
        if error.status == 402:  # a declined card is a fact to keep, not a request that did nothing
            savepoint.commit()
        else:
            savepoint.rollback()
        return error.status, shown(error.body)
    savepoint.commit()
    return 200, body


def _input_hash() -> str:
    files = {name: (file.filename, len(file.read())) for name, file in request.files.items()}
    for file in request.files.values():
        file.seek(0)
    said = [request.method, request.path, sorted(request.form.items(multi=True)), sorted(files.items())]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _answer(status: int, body: Any, *, replayed: bool = False) -> Response:
    response = Response(json.dumps(body), status=status, mimetype="application/json")
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response
