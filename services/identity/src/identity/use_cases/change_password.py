"""A password is changed by who knows the old one, or renewed by who reads the mailbox (A54)."""

from contracts.identity.v1 import events, rpc
from contracts.identity.v1.errors import UnknownAccount, UnknownToken
from contracts.shapes import Done
from identity.domain import fields
from identity.domain.password import check_password
from identity.domain.session import RESET_LIFETIME, MailPurpose, digest
from identity.use_cases.authorise import account_of
from identity.use_cases.guard_password import count_mail, prove_password
from identity.use_cases.ports import Ports
from identity.use_cases.register import note_email_confirmed, send_secret


def request_password_reset(call: rpc.RequestPasswordReset, ports: Ports) -> Done:
    """The same answer whether the address is known or not (A54). Raises InvalidIdentifier; TooManyAttempts, known or not."""
    uow, email = ports.uow, fields.email_address(call.email)
    count_mail(ports, email)
    account = uow.accounts.by_email(email)
    if account is not None:
        secret, expires_at = send_secret(account, MailPurpose.RESET_PASSWORD, RESET_LIFETIME, uow)
        uow.emit(events.PasswordResetRequested(account_id=account.id, token=secret, expires_at=expires_at), about=account.about)
    return Done()


def reset_password(call: rpc.ResetPassword, ports: Ports) -> Done:
    """With the token of the mail, once; ends every session. Raises UnknownToken, WeakPassword (the token stays good)."""
    uow, token_sha256 = ports.uow, digest(call.token)
    token = uow.mail_tokens.find(token_sha256, MailPurpose.RESET_PASSWORD, uow.now)
    account = uow.accounts.get(token.account_id) if token else None
    if account is None:
        raise UnknownToken()
    password = check_password(call.new_password, account.email, "new_password")
    with uow.released():
        password_hash = ports.passwords.hash(password)
    account_id = uow.mail_tokens.take(token_sha256, MailPurpose.RESET_PASSWORD, uow.now)
    account = uow.accounts.get(account_id, lock=True) if account_id else None
    if account is None:
        raise UnknownToken()
    account.password_hash = password_hash
    note_email_confirmed(account, uow)
    uow.sessions.revoke_all(account.id, uow.now)
    return Done(id=account.id)


def change_password(call: rpc.ChangePassword, ports: Ports) -> Done:
    """Ends every session and token but the one the call came by: who had taken one is out (A54).

    Raises WrongCredentials, TooManyAttempts, WeakPassword.
    """
    account = ports.uow.accounts.get(account_of(call.actor))
    if account is None:
        raise UnknownAccount()
    password = check_password(call.new_password, account.email, "new_password")
    prove_password(ports, account.email, call.current_password, field="current_password")
    with_hash = _hashed_outside(ports, password)
    account = ports.uow.accounts.get(account_of(call.actor), lock=True)
    if account is None:
        raise UnknownAccount()
    account.password_hash = with_hash
    ports.uow.sessions.revoke_all(account.id, ports.uow.now, but=call.actor.session_id)
    return Done(id=account.id)


def _hashed_outside(ports: Ports, password: str) -> str:
    """The counters are settled and committed first: no transaction waits for the hash."""
    ports.uow.commit_and_go_on()
    return ports.passwords.hash(password)
