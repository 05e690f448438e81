"""A company writes down what it needs (M73)."""

from contracting.domain.access import company_of
from contracting.domain.sheet import Sheet
from contracting.domain.window import Window
from contracting.use_cases.ports import Ports
from contracts.contracting.v1.errors import NotYourCall
from contracts.contracting.v1.rpc import CreateSheet, ListSheets, SheetView
from contracts.shapes import Page
from contracts.wire import Role


def create_sheet(call: CreateSheet, ports: Ports) -> SheetView:
    """Raises InvalidInput; PublishingForbidden (P23)."""
    sheet = Sheet.written(call, company_of(call.actor), ports.policy, ports.uow.now)
    ports.uow.sheets.add(sheet)
    return _view(sheet)


def list_sheets(call: ListSheets, ports: Ports) -> Page[SheetView]:
    """A company's own; for an expert, the published ones."""
    window = Window.of(call.cursor, call.limit, "she")
    if call.actor.role is Role.EXPERT:
        return window.page(ports.uow.sheets.published(window), _view)
    if call.actor.role is Role.COMPANY:
        return window.page(ports.uow.sheets.of_company(company_of(call.actor), window), _view)
    raise NotYourCall(needs=Role.COMPANY.value)


def _view(sheet: Sheet) -> SheetView:
    return SheetView(
        sheet_id=sheet.id,
        company_id=sheet.company_id,
        title=sheet.title,
        objectives=sheet.objectives,
        terms=sheet.terms,
        published=sheet.published,
        created_at=sheet.created_at,
    )
