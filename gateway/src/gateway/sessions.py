"""Who calls: a bearer token or the session cookie, asked of identity at every request, so that a revoked one ends at once.

A cookie comes along without the page's doing, so an unsafe request with a cookie must show that a page of ours sent it: with
the header `X-CSRF: 1`, which other sites cannot set, or an `Origin` of our own. A token that is over is refused everywhere; a
cookie that is over only where one must be logged in.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from chassis.neighbours import Neighbours
from contracts.identity.v1.rpc import Authenticate
from contracts.wire import VISITOR
from gateway.answers import COOKIE
from gateway.exchange import Exchange
from gateway.route import VISITOR as ANY_VISITOR
from gateway.route import Route
from kernel.errors import Forbidden, Unauthenticated

SAFE = ("GET", "HEAD", "OPTIONS")
_SECRET = re.compile(r"[\x21-\x7e]{1,200}")


class NotLoggedIn(Unauthenticated):
    """Log in first: this needs a session or a token."""


class CredentialUnusable(Unauthenticated):
    """The header Authorization must be `Bearer` and a token."""


class CsrfCheckFailed(Forbidden):
    """A change made with the session cookie needs the header X-CSRF: 1 or an Origin of this site."""


class RoleNotAllowed(Forbidden):
    """Another kind of account, or another right, is needed here."""


def identify(exchange: Exchange, rows: Sequence[Route], neighbours: Neighbours) -> Route:
    """Fills in who calls and gives the row of this caller. Raises Unauthenticated, Forbidden."""
    if rows[0].blind:
        return rows[0]
    _read_credential(exchange)
    if exchange.secret:
        try:
            exchange.actor = neighbours.ask(Authenticate(actor=VISITOR, secret=exchange.secret))
        except Unauthenticated:
            if not (exchange.from_cookie and any(ANY_VISITOR in row.by for row in rows)):
                raise
    if exchange.from_cookie and exchange.actor != VISITOR and exchange.request.method not in SAFE and not _from_here(exchange):
        raise CsrfCheckFailed
    for row in rows:
        if row.lets(exchange.actor):
            return row
    if exchange.actor == VISITOR:
        raise NotLoggedIn
    raise RoleNotAllowed(needs=", ".join(str(who) for row in rows for who in row.by))


def _read_credential(exchange: Exchange) -> None:
    header = exchange.request.headers.get("Authorization")
    if header is None:
        exchange.secret = exchange.request.cookies.get(COOKIE, "")
        exchange.from_cookie = bool(exchange.secret)
        if not _SECRET.fullmatch(exchange.secret):
            exchange.secret = ""
        return
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != "bearer" or not _SECRET.fullmatch(secret):
        raise CredentialUnusable
    exchange.secret = secret


def _from_here(exchange: Exchange) -> bool:
    request = exchange.request
    if request.headers.get("X-CSRF") == "1":
        return True
    origin = request.headers.get("Origin", "")
    return bool(urlsplit(origin).netloc) and origin in (exchange.config.public_url, f"{request.scheme}://{request.host}")
