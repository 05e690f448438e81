"""What the parties do in a mission: start, amend, answer an amendment, ask for money, agree to it, report, validate, cancel."""

from contracting.domain import text
from contracting.domain.access import must_see_all, side_of, signatory_of
from contracting.domain.mission import Mission
from contracting.use_cases.ports import Ports
from contracting.use_cases.show_missions import show, visible
from contracts.contracting.v1 import rpc
from contracts.contracting.v1.errors import CancellationByOperator, InvalidInput, NotYourCall
from contracts.wire import Actor, Event, Role


def start_mission(call: rpc.StartMission, ports: Ports) -> rpc.MissionView:
    """The expert begins before the funds are there. Raises UnknownMission, MissionNotInState, NotFunded (P9, M47)."""
    mission = _own(call.mission_id, call.actor, ports, only=Role.EXPERT)
    return _done(mission, mission.start(ports.uow.now), ports)


def amend_mission(call: rpc.AmendMission, ports: Ports) -> rpc.MissionView:
    """Either party proposes, the other is told (M19, M20): nothing changes before it agrees.

    Raises RateLocked (M29), ScopeLocked, MissionNotInState, AmendmentPending, InvalidQuote, InvalidInput.
    """
    mission = _own(call.mission_id, call.actor, ports)
    scope = text.checked(call.scope, "scope", at_most=10_000, required=False)
    if not scope and call.ends_on is None and call.day_rate is None:
        raise InvalidInput("nothing to amend: give a scope or an end", field="scope")
    told = mission.amend(call.actor.role, scope, call.ends_on, call.day_rate, ports.uow.now)
    return _done(mission, told, ports)


def answer_amendment(call: rpc.AnswerAmendment, ports: Ports) -> rpc.MissionView:
    """The other party's yes or no. Raises UnknownMission, MissingRight, MissionNotInState, NoAmendmentPending, NotYourCall."""
    mission = _own(call.mission_id, call.actor, ports)
    return _done(mission, mission.answer_amendment(call.actor.role, call.accept, ports.uow.now), ports)


def request_release(call: rpc.RequestRelease, ports: Ports) -> rpc.MissionView:
    """Raises UnknownMission, MissionNotInState, NothingToRelease (A65, P6)."""
    mission = _own(call.mission_id, call.actor, ports, only=Role.EXPERT)
    message = text.checked(call.message, "message", at_most=2_000, required=False)
    return _done(mission, mission.request_release(message, ports.uow.now), ports)


def approve_release(call: rpc.ApproveRelease, ports: Ports) -> rpc.MissionView:
    """Raises UnknownMission, MissingRight, MissionNotInState, NothingToRelease."""
    mission = _own(call.mission_id, call.actor, ports, only=Role.COMPANY)
    return _done(mission, mission.approve_release(call.instalment, ports.uow.now), ports)


def file_report(call: rpc.FileReport, ports: Ports) -> rpc.MissionView:
    """Raises UnknownMission, MissionNotInState, InvalidInput."""
    mission = _own(call.mission_id, call.actor, ports, only=Role.EXPERT)
    report = text.checked(call.text, "text", at_most=50_000)
    return _done(mission, mission.file_report(report, ports.uow.now), ports)


def validate_report(call: rpc.ValidateReport, ports: Ports) -> rpc.MissionView:
    """Raises UnknownMission, MissingRight, NotYourValidation (P7), AlreadyValidated, MissionNotInState."""
    mission = _own(call.mission_id, call.actor, ports)
    return _done(mission, mission.validate(call.actor.role, ports.uow.now), ports)


def cancel_mission(call: rpc.CancelMission, ports: Ports) -> rpc.MissionView:
    """By the operator's support or mediators; by either party where cancelling is self-service (P19: A39, M50).

    Raises UnknownMission, MissingRight, CancellationByOperator, MissionNotInState, InvalidInput.
    """
    if call.actor.role is Role.OPERATOR:
        must_see_all(call.actor)
        mission = visible(ports.uow.missions.locked(call.mission_id), call.mission_id, call.actor)
    else:
        mission = _own(call.mission_id, call.actor, ports)
        if mission.rules.cancellation == "operator":
            raise CancellationByOperator(mission_id=mission.id)
    reason = text.checked(call.reason, "reason", at_most=2_000)
    return _done(mission, mission.cancel(reason, ports.uow.now), ports)


def _own(mission_id: str, actor: Actor, ports: Ports, *, only: Role | None = None) -> Mission:
    """The mission, locked, for one of its parties; a company's member must be able to bind it.

    Raises UnknownMission, NotYourCall, MissingRight.
    """
    mission = visible(ports.uow.missions.locked(mission_id), mission_id, actor)
    side = side_of(actor, mission)
    if side is None or (only is not None and side is not only):
        raise NotYourCall(needs=(only or Role.EXPERT).value)
    if side is Role.COMPANY:
        signatory_of(actor)
    return mission


def _done(mission: Mission, told: list[Event], ports: Ports) -> rpc.MissionView:
    for event in told:
        ports.uow.emit(event, about=mission.id)
    return show(mission, ports)
