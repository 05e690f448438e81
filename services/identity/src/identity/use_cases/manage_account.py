"""A person's own data: seen, corrected (A53, A54)."""

from contracts.identity.v1 import events, rpc
from contracts.identity.v1.errors import UnknownAccount
from identity.domain import fields
from identity.use_cases.authorise import account_of, known_account
from identity.use_cases.ports import Ports
from identity.use_cases.show import show_account


def get_account(call: rpc.GetAccount, ports: Ports) -> rpc.AccountView:
    """One's own; any for support. Raises UnknownAccount, NotAllowed, Unauthenticated."""
    account = ports.uow.accounts.get(known_account(call.actor, call.account_id))
    if account is None:
        raise UnknownAccount()
    return show_account(account)


def update_account(call: rpc.UpdateAccount, ports: Ports) -> rpc.AccountView:
    """What is None stays. Told only when something changed.

    Raises Invalid, InvalidIdentifier, UnknownAccount, Unauthenticated.
    """
    account = ports.uow.accounts.get(account_of(call.actor), lock=True)
    if account is None or account.erased_at is not None:
        raise UnknownAccount()
    before = show_account(account)
    if call.first_name is not None:
        account.first_name = fields.text(call.first_name, "first_name", longest=100)
    if call.last_name is not None:
        account.last_name = fields.text(call.last_name, "last_name", longest=100)
    if call.phone is not None:
        account.phone = fields.phone_number(call.phone)
    if call.locale is not None:
        account.locale = fields.accepted_locale(call.locale)
    after = show_account(account)
    if after != before:
        changed = events.AccountUpdated(
            account_id=account.id,
            email=account.email,
            first_name=account.first_name,
            last_name=account.last_name,
            phone=account.phone,
            locale=account.locale,
        )
        ports.uow.emit(changed, about=account.about)
    return after
