"""Who may do what: the caller as the gateway established him, checked on every call.

What a caller may not know of is answered by the object's own Unknown... error; what he knows but may not do by a Forbidden.
"""

from typing import Protocol

from contracts.contracting.v1.errors import MissingRight, NotYourCall
from contracts.wire import Actor, Right, Role

TEAM = (Right.SUPPORT, Right.MEDIATOR)
"""The rights with which an operator sees, and ends, what two parties agreed on: one of them is enough."""


class Shared(Protocol):
    """Something between one expert and one company."""

    @property
    def expert_id(self) -> str: ...
    @property
    def company_id(self) -> str: ...


def expert_of(actor: Actor) -> str:
    """The expert who calls. Raises NotYourCall."""
    if actor.role is not Role.EXPERT or not actor.expert_id:
        raise NotYourCall(needs=Role.EXPERT.value)
    return actor.expert_id


def company_of(actor: Actor) -> str:
    """The company a member calls for. Raises NotYourCall."""
    if actor.role is not Role.COMPANY or not actor.company_id:
        raise NotYourCall(needs=Role.COMPANY.value)
    return actor.company_id


def signatory_of(actor: Actor) -> str:
    """The company, when this member may bind it: accept, decline, release, validate, cancel. Raises NotYourCall, MissingRight."""
    company_id = company_of(actor)
    if Right.ACCEPT_QUOTES not in actor.rights:
        raise MissingRight(right=Right.ACCEPT_QUOTES.value)
    return company_id


def must_see_all(actor: Actor) -> None:
    """Another service, or an operator with a right of `TEAM`. Raises NotYourCall, MissingRight."""
    if actor.role not in (Role.OPERATOR, Role.SERVICE):
        raise NotYourCall(needs=Role.EXPERT.value)
    if not _sees_all(actor):
        raise MissingRight(right=TEAM[0].value)


def side_of(actor: Actor, thing: Shared) -> Role | None:
    """EXPERT or COMPANY for one of the two parties, None for anybody else."""
    if actor.role is Role.EXPERT and actor.expert_id == thing.expert_id:
        return Role.EXPERT
    if actor.role is Role.COMPANY and actor.company_id == thing.company_id:
        return Role.COMPANY
    return None


def sees(actor: Actor, thing: Shared) -> bool:
    """The two parties, operators with a right of `TEAM`, the other services."""
    return _sees_all(actor) or side_of(actor, thing) is not None


def _sees_all(actor: Actor) -> bool:
    return actor.role is Role.SERVICE or (actor.role is Role.OPERATOR and bool(set(TEAM) & set(actor.rights)))
