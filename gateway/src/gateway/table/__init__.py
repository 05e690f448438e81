"""The table of routes: one row each, by subject. What a row means is in `gateway.route`; every row is in the OpenAPI document."""

from gateway.route import Route
from gateway.table import accounts, catalog, messaging, missions, money, operator, sandbox

ROUTES: tuple[Route, ...] = (
    *accounts.ROUTES,
    *catalog.ROUTES,
    *messaging.ROUTES,
    *missions.ROUTES,
    *money.ROUTES,
    *operator.ROUTES,
)


def routes(with_sandbox: bool) -> tuple[Route, ...]:
    """All routes below /api/v1; those of the sandbox only where there is one."""
    return ROUTES + sandbox.ROUTES if with_sandbox else ROUTES


def callers(rows: tuple[Route, ...]) -> list[tuple[str, str, str]]:
    """Who may call what: (method, path, caller such as `company:pay`), for documents and tests."""
    return [(row.method, row.path, str(who)) for row in rows for who in row.by]
