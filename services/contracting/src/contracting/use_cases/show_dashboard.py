"""What is under way for an expert or a company, and the money of the last twelve months (M22, M64)."""

from datetime import datetime

from contracting.domain.access import company_of, expert_of
from contracting.use_cases.ports import Ports
from contracts.contracting.v1.rpc import DashboardView, GetDashboard
from contracts.wire import Role


def get_dashboard(call: GetDashboard, ports: Ports) -> DashboardView:
    """Raises NotYourCall."""
    since = a_year_before(ports.uow.now)
    if call.actor.role is Role.COMPANY:
        return ports.uow.figures.of_company(company_of(call.actor), since)
    return ports.uow.figures.of_expert(expert_of(call.actor), since)


def a_year_before(now: datetime) -> datetime:
    """The same moment twelve months ago; of a 29 February, the 28th."""
    leap_day = (now.month, now.day) == (2, 29)
    return now.replace(year=now.year - 1, day=28 if leap_day else now.day)
