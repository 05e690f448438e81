"""From a service's answer to an HTTP response: JSON of the contract's fields, a file's bytes, or a session's cookie.

JSON is never stored by anybody on the way. Files carry their hash as ETag and are never taken by a browser for another type
than said.
"""

import base64
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, send_file

from chassis import codec
from contracts.identity.v1.rpc import AccountView, SessionView
from contracts.shapes import FileContent
from gateway.exchange import Exchange

COOKIE = "entremise_session"


@dataclass(frozen=True)
class Answering:
    """How an answer is shown: `media` types, and `shape` where it is not the call's own answer."""

    respond: Callable[[Any, int, Exchange], Response]
    media: tuple[str, ...] = ("application/json",)
    shape: Any = None


@dataclass(frozen=True, kw_only=True)
class OpenedSession:
    """The secret is in the cookie only, where no script reads it."""

    account: AccountView
    expires_at: datetime


def as_json(answer: Any, status: int, exchange: Exchange) -> Response:
    body = json.dumps(codec.to_wire(answer), ensure_ascii=False).encode()
    return Response(body, status, content_type="application/json", headers={"Cache-Control": "no-store"})


def opens_cookie(answer: SessionView, status: int, exchange: Exchange) -> Response:
    response = as_json(OpenedSession(account=answer.account, expires_at=answer.expires_at), status, exchange)
    response.set_cookie(
        COOKIE, answer.secret, expires=answer.expires_at, path="/", secure=exchange.config.secure, httponly=True, samesite="Lax"
    )
    return response


def closes_cookie(answer: Any, status: int, exchange: Exchange) -> Response:
    return without_cookie(as_json(answer, status, exchange), exchange)


def without_cookie(response: Response, exchange: Exchange) -> Response:
    response.delete_cookie(COOKIE, path="/", secure=exchange.config.secure, httponly=True, samesite="Lax")
    return response


def _file(attachment: bool, caching: str, media: tuple[str, ...]) -> Answering:
    def respond(answer: FileContent, status: int, exchange: Exchange) -> Response:
        content = base64.b64decode(answer.content)
        kind = answer.content_type if answer.content_type in media else "application/octet-stream"
        name = "".join(letter for letter in answer.filename if letter.isprintable() and letter not in '/\\"') or "file"
        etag = hashlib.sha256(content).hexdigest()
        response = send_file(io.BytesIO(content), kind, as_attachment=attachment, download_name=name, etag=etag)
        response.headers["Cache-Control"] = caching
        return response

    return Answering(respond, media)


JSON = Answering(as_json)
OPENS_COOKIE = Answering(opens_cookie, shape=OpenedSession)
CLOSES_COOKIE = Answering(closes_cookie)
PHOTO = _file(False, "public, max-age=300", ("image/jpeg", "image/png"))
PDF = _file(True, "private, no-cache", ("application/pdf",))
