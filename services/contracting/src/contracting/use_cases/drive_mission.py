"""The saga of a mission: what others tell and what time brings, and how the mission goes on.

| step                            | from            | to        | tells                                            |
|---------------------------------|-----------------|-----------|--------------------------------------------------|
| quote accepted (a command)      |                 | awaiting  | quote_accepted, instalment_due (at acceptance)   |
| instalment_funded, the first    | awaiting        | active    | mission_started                                  |
| instalment_funded, any          | (stays)         |           | release_authorised where released at funding     |
| release requested, approved     | active          |           | release_requested, instalment_due; r._authorised |
| report filed (a command)        | active          | reported  | report_filed, instalment_due for what is left    |
| time: a reminder                | reported        |           | report_reminder_due                              |
| validated, or silence (P8)      | reported        | validated | mission_validated, release_authorised for all    |
| instalment_released, the last,  |                 |           |                                                  |
| document_issued, the last two   | validated       | closed    | mission_closed                                   |
| amendment proposed, accepted    | awaiting,active | (stays)   | mission_amendment_proposed; mission_amended      |
| cancelled (a command)           | awaiting,active | cancelled | mission_cancelled                                |
| time: reviews                   | closed          |           | review_published                                 |

Commands are in `answer_quotes`, `perform_missions` and `review_missions`; the rules of each step in `domain/mission.py`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from contracting.domain import review
from contracting.domain.mission import Mission
from contracting.use_cases.ports import Ports
from contracts.billing.v1.events import DocumentIssued
from contracts.contracting.v1.errors import UnknownMission
from contracts.payments.v1.events import InstalmentFunded, InstalmentRefunded, InstalmentReleased
from contracts.wire import Event

STEPS: Mapping[type[Event], Callable[[Mission, Any, datetime], list[Event]]] = MappingProxyType(
    {
        InstalmentFunded: lambda mission, said, now: mission.instalment_funded(said.instalment, said.funded_at, now),
        InstalmentReleased: lambda mission, said, now: mission.instalment_released(said.instalment, said.released_at, now),
        InstalmentRefunded: lambda mission, said, now: mission.instalment_refunded(said.instalment, now),
        DocumentIssued: lambda mission, said, now: mission.document_issued(said.kind, said.final, now),
    }
)


def follow(event: InstalmentFunded | InstalmentReleased | InstalmentRefunded | DocumentIssued, ports: Ports) -> None:
    """A fact of payments or billing takes its mission on; a document of no mission is nothing to it. Raises UnknownMission."""
    if not event.mission_id:
        return
    mission = ports.uow.missions.locked(event.mission_id)
    if mission is None:
        raise UnknownMission(mission_id=event.mission_id)
    _tell(mission, STEPS[type(event)](mission, event, ports.uow.now), ports)


def remind_one(ports: Ports) -> bool:
    """One reminder to a silent company (M43); False when none is due. So for the two below."""
    mission = ports.uow.missions.reminder_due(ports.uow.now)
    return mission is not None and _tell(mission, mission.remind(), ports)


def end_one_silence(ports: Ports) -> bool:
    """One report that nobody answered counts as validated, where the policy says so (P8)."""
    mission = ports.uow.missions.silent(ports.uow.now)
    return mission is not None and _tell(mission, mission.validate_by_silence(ports.uow.now), ports)


def publish_one_review(ports: Ports) -> bool:
    """One review whose counterpart never came is published alone (P25)."""
    mission = ports.uow.missions.reviews_due(ports.uow.now)
    if mission is None:
        return False
    return _tell(mission, review.publish(mission, ports.uow.reviews.of_mission(mission.id), ports.uow.now), ports)


def _tell(mission: Mission, told: list[Event], ports: Ports) -> bool:
    for event in told:
        ports.uow.emit(event, about=mission.id)
    return True
