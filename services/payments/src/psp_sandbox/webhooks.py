"""Webhooks out: each event posted to one address with Stripe's signature, again and again until it is taken.

The signature's time is the machine's, as a receiver compares it with his own.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import requests
from sqlalchemy import select, update

from psp_sandbox import passing
from psp_sandbox.app import Sandbox
from psp_sandbox.store import DELIVERIES, OBJECTS, turn

MAX_ATTEMPTS = 16
LONGEST_WAIT_SECONDS = 3_600
_DEADLINE_SECONDS = 10


def signature(secret: str, body: str, at: int) -> str:
    """The `Stripe-Signature` header: HMAC-SHA256 of time and body."""
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def pass_time(sandbox: Sandbox) -> None:
    with turn(sandbox.engine, sandbox.clock, bool(sandbox.config.webhook_url)) as store:
        passing.catch_up(store)


def deliver_due(sandbox: Sandbox, post: Callable[..., requests.Response] = requests.post) -> int:
    """Posts what is due, oldest first; answers how many were taken."""
    now = datetime.now(UTC)
    due = (
        select(DELIVERIES.c.event_id, DELIVERIES.c.attempts, OBJECTS.c.data)
        .join(OBJECTS, OBJECTS.c.id == DELIVERIES.c.event_id)
        .where(DELIVERIES.c.next_attempt_at <= now)
        .order_by(OBJECTS.c.seq)
        .limit(50)
    )
    with sandbox.engine.connect() as connection:
        waiting = connection.execute(due).all()
    taken = 0
    for event_id, attempts, event in waiting:
        delivered = _post(sandbox, json.dumps(event), post)
        taken += delivered
        wait = timedelta(seconds=min(LONGEST_WAIT_SECONDS, 2**attempts))
        later = None if delivered or attempts + 1 >= MAX_ATTEMPTS else now + wait
        with sandbox.engine.begin() as connection:
            mine = DELIVERIES.c.event_id == event_id
            connection.execute(update(DELIVERIES).where(mine).values(attempts=attempts + 1, next_attempt_at=later))
    return taken


def _post(sandbox: Sandbox, body: str, post: Callable[..., requests.Response]) -> bool:
    header = signature(sandbox.config.webhook_secret, body, int(time.time()))
    headers = {"Stripe-Signature": header, "Content-Type": "application/json"}
    try:
        return post(sandbox.config.webhook_url, data=body.encode(), headers=headers, timeout=_DEADLINE_SECONDS).ok
    except requests.RequestException:
        return False
