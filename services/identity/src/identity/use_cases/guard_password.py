"""Proves a password, slowly and not too often.

An attempt is counted and committed before the password is looked at, so that guesses sent at once cannot slip through and a
refusal does not undo the count. An unknown address is answered in the same time and with the same error as a wrong password.
"""

import hashlib

from contracts.identity.v1.errors import WrongCredentials
from identity.domain.account import NO_PASSWORD, Account
from identity.domain.attempts import AttemptWindow, Limit
from identity.domain.password import LONGEST, is_text
from identity.use_cases.ports import Ports


def prove_password(ports: Ports, email: str, password: str, ip: str = "", field: str | None = None) -> Account:
    """The account this password opens; `field` is told where the address is not asked for.

    Raises WrongCredentials; TooManyAttempts with `retry_after_seconds`."""
    uow = ports.uow
    _windows(ports, email, ip, count=True)
    uow.commit_and_go_on()
    account = uow.accounts.by_email(email)
    known_hash = account.password_hash if account else NO_PASSWORD
    with uow.released():
        fits = _verify(ports, known_hash, password)
        fresh_hash = ports.passwords.hash(password) if fits and ports.passwords.is_outdated(known_hash) else known_hash
    account = uow.accounts.by_email(email)
    if account is None or not fits or account.password_hash != known_hash:
        raise WrongCredentials("The password is wrong.", field=field) if field else WrongCredentials()
    account.password_hash = fresh_hash
    by_account, *by_ip = _windows(ports, email, ip, count=False)
    by_account.forgive_all()
    for window in by_ip:
        window.forgive_one()
    return account


def count_mail(ports: Ports, email: str) -> None:
    """Mails asked for this address, known or not. Raises TooManyAttempts."""
    _window(ports, "mail", email, ports.rules.mails_per_address)


def _verify(ports: Ports, known_hash: str, password: str) -> bool:
    """A password that no account can have costs the same time as any other."""
    possible = len(password) <= LONGEST and is_text(password)
    return ports.passwords.verify(known_hash, password if possible else "") and possible


def _windows(ports: Ports, email: str, ip: str, *, count: bool) -> list[AttemptWindow]:
    """The counter of the address, then that of the machine; always locked in this order."""
    windows = [_window(ports, "login", email, ports.rules.logins_per_account if count else None)]
    if ip:
        windows.append(_window(ports, "login-ip", ip, ports.rules.logins_per_ip if count else None))
    return windows


def _window(ports: Ports, what: str, whom: str, limit: Limit | None) -> AttemptWindow:
    """Addresses are counted under their hash: what strangers type in is not collected."""
    key = f"{what}:{hashlib.sha256(whom.encode('utf-8', 'surrogatepass')).hexdigest()}"
    window = ports.uow.attempts.window(key, ports.uow.now)
    if limit is not None:
        window.count_one(limit, ports.uow.now)
    return window
