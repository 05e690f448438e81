"""Driving operations, in three transactions: the lease; what the call needs; and, the provider asked with none open, the outcome.

Whatever fails in between, the operation is found again when its lease ends and goes on under the same idempotency key. A silence is
never an answer: unknown is looked up before anything is tried anew, once the provider may have forgotten the key, repeats an error, or
refuses what it may have done before.
"""

from typing import Any

from contracts.payments.v1.errors import OperationNotParked, UnknownOperation
from contracts.payments.v1.rpc import ListOperations, OperationView, ReplayOperation
from contracts.shapes import Page
from kernel.errors import Invalid
from payments.domain.operation import DECLINED, DONE, LEASED, PARKED, STATES, Operation
from payments.use_cases.access import need_finance, page_size, page_start
from payments.use_cases.effects import EFFECTS
from payments.use_cases.effects.effect import Effect, Obsolete, lease_seconds
from payments.use_cases.ports import Ports
from payments.use_cases.provider import Bug, Declined, Outcome, Pending, Retry, Succeeded, Unknown

NOT_YET_SECONDS = 3.0


def drive_next(ports: Ports) -> bool:
    """Drives one operation that is due; False when none is."""
    operation = ports.operations.take_due(ports.machine_clock.now())
    if operation is None:
        return False
    if operation.is_hopeless:
        operation.give_up("its outcome cannot be booked, or its workers die of it: see the log")
        EFFECTS[operation.kind].forget(operation, ports)
    else:
        attempt(operation, ports)
    return True


def drive_at_once(operation_id: str, ports: Ports) -> None:
    """Drives an operation that was just written down, while somebody waits for it."""
    operation = ports.operations.lock(operation_id)
    if operation is not None and operation.is_open and operation.state != LEASED:
        attempt(operation, ports)


def drive_apart(operation_id: str, ports: Ports) -> None:
    """The same for a command: what became of it is kept even when a second copy of the command has answered meanwhile."""
    ports.uow.commit_and_go_on()
    with ports.uow.released():
        ports.apart(lambda own: drive_at_once(operation_id, own))


def attempt(operation: Operation, ports: Ports) -> None:
    """One attempt at a locked operation. The edge commits the outcome."""
    effect = EFFECTS[operation.kind]
    operation.lease(ports.machine_clock.now(), lease_seconds(effect))
    number = operation.attempts
    ports.uow.commit_and_go_on()
    request = _prepare(operation, number, effect, ports)
    if request is None:
        return
    look_up = operation.must_look_up
    ports.uow.commit_and_go_on()
    outcome = effect.look_up(request, operation, ports.provider) if look_up else effect.call(request, operation, ports.provider)
    if not _is_held(operation, number, ports):
        return  # the lease was over and another worker has it now: its outcome counts
    if look_up and isinstance(outcome, Succeeded) and outcome.value is None:
        operation.find_nothing(ports.machine_clock.now())
    else:
        _take(operation, effect, outcome, ports, looked_up=look_up)
    if not operation.is_open:
        effect.forget(operation, ports)


def _prepare(operation: Operation, number: int, effect: Effect[Any, Any], ports: Ports) -> Any:
    """What the call needs; None when it is not to be made now."""
    if not _is_held(operation, number, ports):
        return None
    now = ports.machine_clock.now()
    try:
        request = effect.prepare(operation, ports)
    except Obsolete:
        operation.end(DECLINED, now, error="no longer wanted")
        effect.forget(operation, ports)
        return None
    if request is None:
        operation.postpone(now, "waits for something else", NOT_YET_SECONDS)
    else:
        operation.begin_call(now)
    return request


def _is_held(operation: Operation, number: int, ports: Ports) -> bool:
    """Locks it again, as it is now; whether this worker's lease still holds."""
    locked = ports.operations.lock(operation.id)
    return locked is not None and locked.state == LEASED and locked.attempts == number


def _take(operation: Operation, effect: Effect[Any, Any], outcome: Outcome[Any], ports: Ports, *, looked_up: bool) -> None:
    now = ports.machine_clock.now()
    if isinstance(outcome, Bug | Declined) and operation.doubtful and not looked_up:
        operation.doubt(now, f"refused after a silence: {outcome}")
        return
    if isinstance(outcome, Bug) and effect.bug_declines and not looked_up:
        operation.error = outcome.reason
        outcome = Declined("refused_by_provider")
    match outcome:
        case Succeeded(value) | Pending(value) if isinstance(outcome, Succeeded) or not effect.waits:
            operation.end(DONE, now, ref=effect.settle(operation, value, ports))
        case Pending(value):
            operation.ref = value
            operation.leave_unknown(now, "under way at the provider", answered=True)
        case Declined(code):
            operation.renew_key()
            if effect.decline(operation, code, ports):
                operation.end(DECLINED, now, error=operation.error or code)
            else:
                operation.park(f"the provider refused: {code}")
        case Retry(reason, after_seconds):
            operation.again(now, reason, after_seconds)
        case Bug(reason):
            operation.blame(now, reason)
        case Unknown(reason, answered):
            operation.leave_unknown(now, reason, answered=answered)


def measure(ports: Ports) -> None:
    """Shows what waits and what needs a person."""
    ports.meter.show(ports.operations.open_by_state())


def list_operations(call: ListOperations, ports: Ports) -> Page[OperationView]:
    """Newest first. Raises Forbidden, Invalid (`state`, `cursor`)."""
    need_finance(call.actor)
    if call.state is not None and call.state not in STATES:
        raise Invalid(f"state is one of {', '.join(STATES)}", field="state")
    limit = page_size(call.limit)
    found = ports.operations.page(call.state, page_start(call.cursor, "op"), limit + 1)
    cursor = found[limit - 1].id if len(found) > limit else None
    return Page(items=tuple(_view(operation) for operation in found[:limit]), next_cursor=cursor)


def replay_operation(call: ReplayOperation, ports: Ports) -> OperationView:
    """An operator tries a parked operation again. Raises UnknownOperation, OperationNotParked."""
    need_finance(call.actor)
    operation = ports.operations.lock(call.operation_id)
    if operation is None:
        raise UnknownOperation(operation_id=call.operation_id)
    if operation.state != PARKED:
        raise OperationNotParked(operation_id=operation.id, state=operation.state)
    operation.replay(ports.machine_clock.now())
    return _view(operation)


def _view(operation: Operation) -> OperationView:
    return OperationView(
        operation_id=operation.id,
        kind=operation.kind,
        subject=operation.subject,
        state=operation.state,
        attempts=operation.attempts,
        created_at=operation.created_at,
        next_attempt_at=operation.next_attempt_at,
        error=operation.error,
    )
