"""The OpenAPI document against the running marketplace: whatever fits it, and whatever does not, is answered as it says.

`schemathesis` asks each operation as somebody who may call it, on a mission under way: with the boundary values of every field,
missing and doubled parameters, and seeded random requests, right and wrong. No answer is a 5xx, each has a documented status, type
and shape, and nothing wrong is accepted. Each role sends a random request to all that it may call; the boundary values, which are
the bulk, are sent once for each operation, by the first role that may call it.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from world import ROUTES, World, mission_under_way

from gateway.route import Route

ROLES = ("visitor", "expert", "company", "operator")
LEFT_OUT = {
    "advance_clock": "every session would be over within a few jumps",
    "erase_account": "the account in use would be gone",
    "log_out": "the token in use would be over",
    "revoke_session": "schemathesis learns the ids of GET /sessions, and so revokes the token in use",
}
LARGE = {"save_profile", "set_legal_entity", "draft_quote", "edit_quote"}
"""Hundreds of boundary values each, which the table of bad input tries one by one: random requests only."""
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
)
SEED, RANDOM_REQUESTS = 20261102, 2


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with mission_under_way() as world:
        yield world


def operations() -> dict[str, list[str]]:
    """The document's operations, and the roles that may call each, the most modest first."""

    def address(route: Route) -> tuple[str, str]:
        return route.path, route.method

    found = {}
    for _, same in groupby(sorted(ROUTES, key=address), key=address):
        rows = list(same)
        if not {row.operation for row in rows} & LEFT_OUT.keys():
            callers = {who.role.value for row in rows for who in row.by}
            found["_or_".join(row.operation for row in rows)] = [role for role in ROLES if role in callers]
    return found


def settings(world: World, role: str) -> dict[str, Any]:
    """Tokens and the ids of the mission; boundary values and random requests only where this role is the first."""
    mine = [name for name, roles in operations().items() if role in roles]
    others = [name for name in mine if operations()[name][0] != role]
    without_boundaries = {"phases": {"coverage": {"enabled": False}}}
    return {
        "seed": SEED,
        "continue-on-failure": True,
        "headers": world.people[role].credentials,
        "parameters": {f"path.{name}": value for name, value in world.ids.items()},
        "generation": {"max-examples": RANDOM_REQUESTS, "database": "none"},
        "checks": {"enabled": False, **{name: {"enabled": True} for name in CHECKS}},
        "phases": {"examples": {"enabled": False}, "stateful": {"enabled": False}, "coverage": {"unexpected-methods": []}},
        "operations": [
            {"include-operation-id": others, "generation": {"max-examples": 1}, **without_boundaries},
            {"include-operation-id": sorted(LARGE), "generation": {"max-examples": 5}, **without_boundaries},
            {"exclude-operation-id": mine, "enabled": False},
        ],
    }


@pytest.mark.parametrize("role", ROLES)
def test_every_operation_answers_as_the_document_says(world: World, tmp_path: Path, role: str) -> None:
    lines = [f"{name} = {toml(value)}" for name, value in settings(world, role).items()]
    (tmp_path / "schemathesis.toml").write_text("\n".join(lines))
    document = f"{world.journey.base_url}/api/v1/openapi.json"
    command = (sys.executable, "-m", "schemathesis.cli", "run", document, "--no-color")

    done = subprocess.run(
        [*command, "--report", "json", "--report-json-path", "report.json"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, done.stdout[-10_000:] + done.stderr[-2_000:]
    report = json.loads((tmp_path / "report.json").read_text())
    mine = [name for name, roles in operations().items() if role in roles]
    assert (report["operations"]["tested"], report["test_cases"]["with_failures"]) == (len(mine), 0)
    assert world.ask(role, "GET", "/account").status_code == (401 if role == "visitor" else 200)  # the token was good to the end


def toml(value: Any) -> str:
    """A plain value as TOML writes it within a line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {toml(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)
