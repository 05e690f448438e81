"""Sessions: opened with a password, carried as an opaque secret, listed, ended."""

from contracts.identity.v1 import rpc
from contracts.identity.v1.errors import SessionOver, UnknownSession
from contracts.shapes import Done, Page
from contracts.wire import Actor
from identity.domain import fields
from identity.domain.session import LIFETIMES, Session, digest, new_secret, purpose_of
from identity.use_cases.authorise import account_of
from identity.use_cases.guard_password import prove_password
from identity.use_cases.ports import Ports
from identity.use_cases.show import show_account, show_session
from kernel.ids import is_id, new_id


def log_in(call: rpc.LogIn, ports: Ports) -> rpc.SessionView:
    """Opens a session. Raises WrongCredentials, TooManyAttempts, InvalidIdentifier, Invalid."""
    purpose = purpose_of(call.purpose)
    name = fields.text(call.name, "name", longest=100, required=False)
    account = prove_password(ports, fields.email_address(call.email), call.password, call.ip)
    secret, now = new_secret(), ports.uow.now
    session = Session(
        id=new_id("ses", now),
        account_id=account.id,
        secret_sha256=digest(secret),
        purpose=purpose,
        name=name,
        created_at=now,
        expires_at=now + LIFETIMES[purpose],
        ip=printable(call.ip, 64),
        user_agent=printable(call.user_agent, 300),
    )
    ports.uow.sessions.add(session)
    return rpc.SessionView(session_id=session.id, secret=secret, expires_at=session.expires_at, account=show_account(account))


def authenticate(call: rpc.Authenticate, ports: Ports) -> Actor:
    """Who stands behind a secret. Raises SessionOver."""
    found = ports.uow.sessions.by_secret(digest(call.secret))
    if found is None or not found[0].is_open(ports.uow.now):
        raise SessionOver()
    session, account = found
    session.touch(ports.uow.now)
    return account.actor(session.id)


def log_out(call: rpc.LogOut, ports: Ports) -> Done:
    """Ends the session of this secret; whoever holds it may. One that is over already stays so."""
    found = ports.uow.sessions.by_secret(digest(call.secret))
    if found is not None:
        found[0].revoke(ports.uow.now)
    return Done()


def list_sessions(call: rpc.ListSessions, ports: Ports) -> Page[rpc.SessionInfo]:
    """One's own, newest first. Raises Unauthenticated."""
    sessions = ports.uow.sessions.open_of(account_of(call.actor), ports.uow.now)
    return Page(items=tuple(show_session(session) for session in sessions))


def revoke_session(call: rpc.RevokeSession, ports: Ports) -> Done:
    """One's own. Raises Unauthenticated, UnknownSession."""
    account_id = account_of(call.actor)
    session = ports.uow.sessions.get(call.session_id) if is_id(call.session_id, "ses") else None
    if session is None or session.account_id != account_id:
        raise UnknownSession()
    session.revoke(ports.uow.now)
    return Done(id=session.id)


def printable(value: str, longest: int) -> str:
    """What a client says of itself, cut to size and without what is not text: noted, never refused."""
    return "".join(character for character in value[:longest] if character.isprintable())
