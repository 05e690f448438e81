"""One HTTP request on its way: who sent it, from where, in which story. What routes fill calls from and answers are made with."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Request, g

from contracts.wire import VISITOR, Actor
from gateway.config import GatewayConfig
from gateway.visitors import is_bot, visitor_key
from kernel.ids import key_for


@dataclass
class Exchange:
    """`secret` is the caller's session secret or token, "" without; `from_cookie` says where it came from.

    `said` is the route's: what the client calls a field -> the field of the call."""

    config: GatewayConfig
    request: Request
    correlation_id: str
    actor: Actor = VISITOR
    secret: str = ""
    from_cookie: bool = False
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def ip(self) -> str:
        return self.request.remote_addr or ""

    @property
    def user_agent(self) -> str:
        return "".join(letter for letter in self.request.user_agent.string[:500] if letter.isprintable())

    @property
    def visitor_key(self) -> str:
        return visitor_key(self.config, self.actor.account_id or f"{self.ip} {self.user_agent}")

    @property
    def bot(self) -> bool:
        return self.actor == VISITOR and is_bot(self.user_agent)

    def key(self, given: str) -> str:
        """The idempotency key of a command: the client's; without one, one that nobody used before.

        A visitor's is his address's too, as services keep all visitors' keys together.
        """
        if not given:
            return secrets.token_urlsafe(24)
        return given if self.actor.account_id else key_for(self.ip, given)


def current() -> Exchange:
    """The exchange that is being answered."""
    return g.exchange  # type: ignore[no-any-return]
