"""The sandbox's own truth, in its own database: every object as JSON, in the order of creation.

One request is one transaction, and requests take turns (an advisory lock): what the provider says is never half done. Keys that
begin with an underscore are the provider's own knowledge and are never shown.
"""

import secrets
import string
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Engine,
    Identity,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from kernel.clock import Clock
from psp_sandbox.errors import ApiError, invalid, missing

API_VERSION = "2026-05-27.dahlia"
METADATA = MetaData()
OBJECTS = Table(
    "object",
    METADATA,
    Column("seq", BigInteger, Identity(), primary_key=True),
    Column("id", String, unique=True, nullable=False),
    Column("kind", String, nullable=False, index=True),
    Column("account", String, nullable=False),  # the connected account it belongs to, else empty
    Column("data", JSONB, nullable=False),
)
ANSWERS = Table(
    "saved_answer",
    METADATA,
    Column("account", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("input_hash", String, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False),
)
DELIVERIES = Table(
    "delivery",
    METADATA,
    Column("event_id", String, primary_key=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", DateTime(timezone=True)),  # of the machine's clock; empty once delivered or given up
)
_TURN = 7_704_201
_PLAIN = ("account", "person", "bank_account", "file", "refund")  # have no livemode
_ALPHABET = string.ascii_letters + string.digits


def prepare(engine: Engine) -> None:
    """Makes the tables; several processes may start at once."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
        METADATA.create_all(connection)


class Store:
    """The objects, within one transaction."""

    def __init__(self, session: Session, now: datetime, webhooks: bool) -> None:
        self.session, self.now, self._webhooks = session, now, webhooks

    @property
    def timestamp(self) -> int:
        return int(self.now.timestamp())

    def new(self, kind: str, prefix: str, data: Mapping[str, Any], account: str = "") -> dict[str, Any]:
        object_id = prefix + "_" + "".join(secrets.choice(_ALPHABET) for _ in range(24))
        made = {"id": object_id, "object": kind, **({} if kind in _PLAIN else {"livemode": False}), **data}
        if kind != "bank_account":
            made["created"] = self.timestamp
        self.session.execute(insert(OBJECTS), {"id": object_id, "kind": kind, "account": account, "data": made})
        return made

    def get(self, kind: str, id: str, account: str = "", *, param: str = "id") -> dict[str, Any]:
        """Raises ApiError (resource_missing)."""
        found = self.session.scalar(select(OBJECTS.c.data).where(*self._is(kind, account), OBJECTS.c.id == id))
        if found is None:
            raise missing(kind, id, param)
        return dict(found)

    def save(self, changed: Mapping[str, Any]) -> None:
        self.session.execute(update(OBJECTS).where(OBJECTS.c.id == changed["id"]).values(data=changed))

    def all(self, kind: str, owner: str | None = "", /, **equal: Any) -> list[dict[str, Any]]:
        """Oldest first, those whose fields are as given; of every account for None."""
        query = select(OBJECTS.c.data).where(*self._is(kind, owner), OBJECTS.c.data.contains(equal)).order_by(OBJECTS.c.seq)
        return [dict(data) for data in self.session.scalars(query)]

    def account_of(self, id: str) -> str:
        """The connected account an object belongs to."""
        return self.session.scalar(select(OBJECTS.c.account).where(OBJECTS.c.id == id)) or ""

    def page(self, kind: str, params: Mapping[str, Any], url: str, owner: str = "", /, **equal: Any) -> dict[str, Any]:
        """A list as Stripe pages it: newest first, `starting_after` older ones, `ending_before` newer ones."""
        limit = int(params.get("limit", 10))
        if not 1 <= limit <= 100:
            raise invalid("limit must be between 1 and 100", param="limit")
        where = [*self._is(kind, owner), OBJECTS.c.data.contains(equal)]
        if since := (params.get("created") or {}).get("gte"):
            where.append(OBJECTS.c.data["created"].as_integer() >= int(since))
        order = OBJECTS.c.seq.desc()
        if "starting_after" in params:
            where.append(OBJECTS.c.seq < self._seq(kind, params["starting_after"], owner, "starting_after"))
        if "ending_before" in params:
            where.append(OBJECTS.c.seq > self._seq(kind, params["ending_before"], owner, "ending_before"))
            order = OBJECTS.c.seq
        found = [
            dict(data)
            for data in self.session.scalars(select(OBJECTS.c.data).where(and_(*where)).order_by(order).limit(limit + 1))
        ]
        page, more = found[:limit], len(found) > limit
        return {"object": "list", "url": url, "has_more": more, "data": page[::-1] if "ending_before" in params else page}

    def tell(self, type: str, about: Mapping[str, Any], account: str = "") -> None:
        """An event with the object as it is now, to be listed and delivered."""
        data = {
            "api_version": API_VERSION,
            "type": type,
            "data": {"object": shown(about)},
            "pending_webhooks": int(self._webhooks),
        }
        data |= {"request": {"id": None, "idempotency_key": None}, **({"account": account} if account else {})}
        event = self.new("event", "evt", data, account)
        if self._webhooks:
            self.session.execute(insert(DELIVERIES), {"event_id": event["id"], "next_attempt_at": datetime.now().astimezone()})

    def _is(self, kind: str, account: str | None) -> list[Any]:
        return [OBJECTS.c.kind == kind] + ([] if account is None else [OBJECTS.c.account == account])

    def _seq(self, kind: str, id: str, account: str, param: str) -> int:
        found = self.session.scalar(select(OBJECTS.c.seq).where(*self._is(kind, account), OBJECTS.c.id == id))
        if found is None:
            raise missing(kind, id, param)
        return found


@contextmanager
def turn(engine: Engine, clock: Clock, webhooks: bool) -> Iterator[Store]:
    """One transaction, alone."""
    with Session(engine) as session:
        session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
        yield Store(session, clock.now(), webhooks)
        session.commit()


def saved_answer(store: Store, account: str, key: str, input_hash: str) -> tuple[int, Any] | None:
    """The answer given under this key within 24 hours. Raises ApiError for another input."""
    where = and_(ANSWERS.c.account == account, ANSWERS.c.key == key)
    known = store.session.execute(select(ANSWERS).where(where)).first()
    if known is None:
        return None
    if store.now - known.saved_at > timedelta(hours=24):
        store.session.execute(ANSWERS.delete().where(where))
        return None
    if known.input_hash != input_hash:
        raise ApiError(400, "idempotency_error", "Keys for idempotent requests can only be used with the same parameters.")
    return known.status, known.body


def save_answer(store: Store, account: str, key: str, input_hash: str, status: int, body: Any) -> None:
    row = {"account": account, "key": key, "input_hash": input_hash, "status": status, "body": body, "saved_at": store.now}
    store.session.execute(insert(ANSWERS), row)


def shown(value: Any) -> Any:
    """Without the provider's own knowledge."""
    if isinstance(value, Mapping):
        return {name: shown(part) for name, part in value.items() if not name.startswith("_")}
    return [shown(part) for part in value] if isinstance(value, list) else value
