"""Missions as their two parties, the operator's support and mediators, and the other services see them."""

from contracting.domain.access import company_of, expert_of, must_see_all, sees
from contracting.domain.mission import Mission
from contracting.domain.window import Window
from contracting.use_cases.ports import Ports
from contracts.contracting.v1.errors import UnknownMission
from contracts.contracting.v1.rpc import GetMission, ListMissions, MissionView
from contracts.shapes import Page
from contracts.wire import Actor, Role


def get_mission(call: GetMission, ports: Ports) -> MissionView:
    """Raises UnknownMission."""
    return show(visible(ports.uow.missions.get(call.mission_id), call.mission_id, call.actor), ports)


def list_missions(call: ListMissions, ports: Ports) -> Page[MissionView]:
    """The caller's; all of them for the operator's support and mediators. Raises NotYourCall, MissingRight."""
    window, missions = Window.of(call.cursor, call.limit, "mis"), ports.uow.missions
    match call.actor.role:
        case Role.EXPERT:
            rows = missions.of_expert(expert_of(call.actor), call.state, window)
        case Role.COMPANY:
            rows = missions.of_company(company_of(call.actor), call.state, window)
        case _:
            must_see_all(call.actor)
            rows = missions.all(call.state, window)
    return window.page(rows, lambda mission: show(mission, ports))


def visible(mission: Mission | None, mission_id: str, actor: Actor) -> Mission:
    """The mission, if this caller may know of it. Raises UnknownMission."""
    if mission is None or not sees(actor, mission):
        raise UnknownMission(mission_id=mission_id)
    return mission


def show(mission: Mission, ports: Ports) -> MissionView:
    names = ports.uow.directory
    return MissionView(
        mission_id=mission.id,
        reference=mission.reference,
        state=mission.state,
        quote_id=mission.quote_id,
        quote_version=mission.quote_version,
        company_id=mission.company_id,
        company_name=names.name_of(mission.company_id),
        expert_id=mission.expert_id,
        expert_name=names.name_of(mission.expert_id),
        title=mission.title,
        ht=mission.ht,
        ttc=mission.ttc,
        starts_on=mission.starts_on,
        ends_on=mission.ends_on,
        policy=mission.policy.name,
        policy_version=mission.policy.version,
        evidence=mission.evidence,
        instalments=tuple(instalment.status for instalment in mission.instalments),
        accepted_at=mission.accepted_at,
        started_at=mission.started_at,
        closed_at=mission.closed_at,
        report=mission.report.view if mission.report else None,
        scope_amendments=tuple(amendment.scope for amendment in mission.amendments if amendment.scope),
        pending_amendment=mission.pending_amendment.view if mission.pending_amendment else None,
    )
