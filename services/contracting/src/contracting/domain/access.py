"""Who may do what: the caller as the gateway established him, checked on every call.

What a caller may not know of is answered by the object's own Unknown... error; what he knows but may not do by a Forbidden.
"""

from typing import Protocol

from contracts.contracting.v1.errors import MissingRight, NotYourCall
from contracts.wire import Actor, Right, Role


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


def side_of(actor: Actor, thing: Shared) -> Role | None:
    """EXPERT or COMPANY for one of the two parties, None for anybody else."""
    if actor.role is Role.EXPERT and actor.expert_id == thing.expert_id:
        return Role.EXPERT
    if actor.role is Role.COMPANY and actor.company_id == thing.company_id:
        return Role.COMPANY
    return None


def sees(actor: Actor, thing: Shared) -> bool:
    """The two parties, the operator's team, the other services."""
    return actor.role in (Role.OPERATOR, Role.SERVICE) or side_of(actor, thing) is not None
