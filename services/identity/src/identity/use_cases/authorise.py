"""Who may call. Another party's object is not found rather than forbidden; a missing right is told by name.

Ids are looked at for their shape before they reach the database: whatever else a caller sends names nothing.
"""

from contracts.identity.v1.errors import NotAllowed, UnknownAccount, UnknownCompany, UnknownExpert
from contracts.wire import Actor, Right, Role
from kernel.errors import Unauthenticated
from kernel.ids import is_id


def account_of(actor: Actor) -> str:
    """The caller's account. Raises Unauthenticated."""
    if actor.account_id is None:
        raise Unauthenticated("Log in first")
    return actor.account_id


def expert_of(actor: Actor) -> str:
    """The calling expert. Raises Unauthenticated, NotAllowed."""
    account_of(actor)
    if actor.role is not Role.EXPERT or actor.expert_id is None:
        raise NotAllowed("This is for experts")
    return actor.expert_id


def company_of(actor: Actor, right: Right | None = None) -> str:
    """The calling member's company; with `right`, only members who have it. Raises Unauthenticated, NotAllowed."""
    account_of(actor)
    if actor.role is not Role.COMPANY or actor.company_id is None:
        raise NotAllowed("This is for companies")
    if right is not None and right not in actor.rights:
        raise NotAllowed(f"This needs the right {right.value}", right=right.value)
    return actor.company_id


def require_operator(actor: Actor, *rights: Right) -> str:
    """The account of an operator who has one of these rights. Raises Unauthenticated, NotAllowed."""
    account_id = account_of(actor)
    if actor.role is not Role.OPERATOR or not set(rights) & set(actor.rights):
        raise NotAllowed(f"This needs the right {rights[0].value}", right=rights[0].value)
    return account_id


def known_account(actor: Actor, account_id: str | None) -> str:
    """The account meant: one's own, or any for support and services. Raises Unauthenticated, NotAllowed, UnknownAccount."""
    if account_id is None or account_id == actor.account_id:
        return account_of(actor)
    _only_for(actor, UnknownAccount, Right.SUPPORT)
    if not is_id(account_id, "acc"):
        raise UnknownAccount()
    return account_id


def known_company(actor: Actor, company_id: str | None) -> str:
    """The company meant: one's own, or any for support and services. Raises Unauthenticated, NotAllowed, UnknownCompany."""
    if company_id is None or company_id == actor.company_id:
        return company_of(actor)
    _only_for(actor, UnknownCompany, Right.SUPPORT)
    if not is_id(company_id, "com"):
        raise UnknownCompany()
    return company_id


def known_expert(actor: Actor, expert_id: str | None, *rights: Right) -> str:
    """The expert meant: oneself, or any for services and operators with a right.

    Raises Unauthenticated, NotAllowed, UnknownExpert.
    """
    if expert_id is None or expert_id == actor.expert_id:
        return expert_of(actor)
    _only_for(actor, UnknownExpert, *rights)
    return expert_id_of(expert_id)


def expert_id_of(expert_id: str) -> str:
    """Raises UnknownExpert for what cannot be an expert's id."""
    if not is_id(expert_id, "exp"):
        raise UnknownExpert()
    return expert_id


def _only_for(actor: Actor, unknown: type[UnknownAccount | UnknownCompany | UnknownExpert], *rights: Right) -> None:
    if actor.role is Role.SERVICE:
        return
    account_of(actor)
    if actor.role is not Role.OPERATOR:
        raise unknown()
    require_operator(actor, *rights)
