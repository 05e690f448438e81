"""Who may see what: a mission's money belongs to its two parties; operators need the right to finance. Others find nothing."""

from contracts.payments.v1.errors import UnknownEscrow
from contracts.wire import Actor, Right, Role
from kernel.errors import Forbidden, Invalid
from kernel.ids import is_id
from payments.domain.escrow import Escrow
from payments.use_cases.ports import Ports

MOST = 100


def is_finance(actor: Actor) -> bool:
    return actor.role is Role.OPERATOR and Right.FINANCE in actor.rights


def need_finance(actor: Actor) -> None:
    """Raises Forbidden."""
    if not is_finance(actor):
        raise Forbidden("this needs an operator with the right to finance")


def need_service(actor: Actor) -> None:
    """Raises Forbidden."""
    if actor.role is not Role.SERVICE:
        raise Forbidden("services only")


def visible_escrow(mission_id: str, actor: Actor, ports: Ports) -> Escrow:
    """Raises UnknownEscrow when there is none, or none for this actor."""
    escrow = ports.escrows.get(mission_id)
    if escrow is None or not _may_see(escrow, actor):
        raise UnknownEscrow(mission_id=mission_id)
    return escrow


def page_size(limit: int) -> int:
    return max(1, min(limit, MOST))


def page_start(cursor: str | None, prefix: str) -> str | None:
    """The id that the page comes after. Raises Invalid (`cursor`)."""
    if cursor is not None and not is_id(cursor, prefix):
        raise Invalid("this cursor is not one of this list", field="cursor")
    return cursor


def _may_see(escrow: Escrow, actor: Actor) -> bool:
    if actor.role is Role.EXPERT:
        return actor.expert_id == escrow.expert_id
    if actor.role is Role.COMPANY:
        return actor.company_id == escrow.company_id
    return actor.role is Role.SERVICE or is_finance(actor)
