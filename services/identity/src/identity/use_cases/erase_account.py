"""Erasure pseudonymises (A55, GDPR article 17): the person is forgotten, the number stays for what the law keeps.

Issued documents are billing's and kept for ten years; here nothing but the pseudonym remains, and the proof of what was agreed
to.
"""

from contracts.identity.v1 import events, rpc
from contracts.identity.v1.errors import UnknownAccount
from contracts.shapes import Done
from identity.domain import fields
from identity.domain.account import Account
from identity.use_cases.authorise import known_account
from identity.use_cases.guard_password import prove_password
from identity.use_cases.ports import Ports


def erase_account(call: rpc.EraseAccount, ports: Ports) -> Done:
    """One's own with the password, or by support with a reason. Erasing twice changes nothing.

    Raises WrongCredentials, TooManyAttempts; Invalid (`reason`); UnknownAccount, NotAllowed, Unauthenticated."""
    account_id = known_account(call.actor, call.account_id)
    own = account_id == call.actor.account_id
    account = ports.uow.accounts.get(account_id)
    if account is None:
        raise UnknownAccount()
    if own:
        prove_password(ports, account.email, call.password, field="password")
    else:
        fields.text(call.reason, "reason", longest=1000, lines=True)
    account = ports.uow.accounts.get(account_id, lock=True)
    if account is not None and account.erased_at is None:
        _erase(account, ports)
    return Done(id=account_id)


def _erase(account: Account, ports: Ports) -> None:
    uow = ports.uow
    about = account.about
    last_of_company = account.company_id is not None and uow.accounts.colleagues_of(account) == 0
    uow.sessions.drop_all(account.id)
    uow.mail_tokens.drop_all(account.id)
    uow.consents.forget_origin(account.id)
    uow.accounts.forget_traces(account)
    if account.expert_id is not None:
        _erase_expert(account.expert_id, ports)
    if account.company_id is not None and last_of_company:
        company = uow.companies.get(account.company_id, lock=True)
        if company is not None:
            company.erase_person()
    account.erase(uow.now)
    gone_company = account.company_id if last_of_company else None
    uow.emit(events.AccountErased(account_id=account.id, expert_id=account.expert_id, company_id=gone_company), about=about)


def _erase_expert(expert_id: str, ports: Ports) -> None:
    """Everything known of the expert; `lock` so that no vote or document slips in between."""
    uow = ports.uow
    for found in (
        uow.experts.get(expert_id, lock=True),
        uow.legal_entities.get(expert_id, lock=True),
        uow.admissions.get(expert_id, lock=True),
        uow.kyc_cases.get(expert_id, lock=True),
    ):
        if found is not None:
            found.erase()
