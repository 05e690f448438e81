"""Each wall, shown an offence: a wall that cannot fail is no wall."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from testkit import walls
from testkit.walls import Source

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("identity", "catalog", "messaging", "contracting", "payments", "billing")
LAYERS = ("service", "bootstrap", "config", "adapters", "use_cases", "domain")
OTHERS = ("kernel", "contracts", "chassis", "testkit", "embedded", "gateway", "psp_sandbox")


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (walls.functions_fit_a_screen, "gateway/src/gateway/app.py", "def f():\n" + "    x = 1\n" * 70),
        (walls.files_are_short, "gateway/src/gateway/app.py", "x = 1\n" * 401),
        (walls.no_catch_alls, "services/payments/src/payments/utils.py", ""),
        (walls.no_catch_alls, "libs/common/src/common/dates.py", ""),
        (walls.the_way_out_stays_short, "services/payments/src/payments/adapters/stripe.py", "import eventlet.tpool"),
        (walls.the_way_out_stays_short, "gateway/src/gateway/app.py", "def f():\n    from nameko.rpc import rpc"),
        (walls.the_kernel_needs_nothing, "libs/kernel/src/kernel/money.py", "import pydantic"),
        (walls.the_kernel_needs_nothing, "libs/kernel/src/kernel/money.py", "from contracts.wire import Call"),
        (walls.the_kernel_needs_nothing, "libs/contracts/src/contracts/wire.py", "from sqlalchemy import Table"),
        (walls.frames_name_no_trade, "libs/chassis/src/chassis/edge.py", "class QuoteAccepted: ..."),
        (walls.frames_name_no_trade, "libs/kernel/src/kernel/ids.py", "PREFIX = 'mission'"),
        (walls.frames_name_no_trade, "libs/chassis/src/chassis/edge.py", "key = actor.company_id"),
        (walls.money_is_never_a_float, "services/payments/src/payments/domain/escrow.py", "share = 0.15 * amount"),
        (walls.money_is_never_a_float, "services/billing/src/billing/use_cases/issue.py", "total = float(amount)"),
        (walls.money_is_never_a_float, "libs/contracts/src/contracts/payments/v1/rpc.py", "amount: float"),
    ],
)
def test_an_offence_is_found(rule: walls.Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, text)))


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (walls.functions_fit_a_screen, "gateway/src/gateway/app.py", "def f():\n" + "    x = 1\n" * 69),
        (walls.files_are_short, "libs/contracts/src/contracts/payments/v1/rpc.py", "x = 1\n" * 401),
        (walls.the_way_out_stays_short, "services/payments/src/payments/service.py", "import nameko"),
        (walls.the_way_out_stays_short, "services/payments/tests/service/test_calls.py", "import eventlet"),
        (walls.the_kernel_needs_nothing, "libs/contracts/src/contracts/wire.py", "from kernel.money import Money"),
        (walls.frames_name_no_trade, "libs/chassis/src/chassis/settings.py", '"""For example `payments`."""'),
        (walls.money_is_never_a_float, "services/payments/src/payments/domain/retry.py", "pause_seconds = 1.5"),
    ],
)
def test_what_is_allowed_passes(rule: walls.Rule, path: str, text: str) -> None:
    assert not list(rule(Source(path, text)))


def test_lines_of_code_are_counted_without_texts_and_blanks() -> None:
    text = '"""What it is."""\n\n# why\nx = 1\n\n\ndef f():\n    """What it gives."""\n    return x\n'

    assert walls.code_lines(Source("a.py", text)) == 3


def test_marks_are_resolved_through_imports() -> None:
    text = (
        "from contracts.contracting.v1 import events as told\n"
        "from contracts.payments.v1.events import PayoutPaid\n"
        "@handles(told.QuoteAccepted)\ndef a(): ...\n"
        "@handles(PayoutPaid)\ndef b(): ...\n"
    )

    found = list(walls.marked(Source("services/billing/src/billing/service.py", text), "handles"))

    assert found == [("contracts.contracting.v1.events", "QuoteAccepted"), ("contracts.payments.v1.events", "PayoutPaid")]


def lint(house: Path) -> str:
    """What import-linter says about a small house with our own contracts."""
    shutil.copy(ROOT / "pyproject.toml", house / "pyproject.toml")
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--config", "pyproject.toml"]
    env = {**os.environ, "PYTHONPATH": str(house), "COLUMNS": "200"}
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=house, env=env).stdout


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for name in OTHERS:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    for service in SERVICES:
        (tmp_path / service).mkdir()
        for module in ("__init__", *LAYERS):
            (tmp_path / service / f"{module}.py").touch()
    return tmp_path


def test_import_linter_passes_a_house_in_order(house: Path) -> None:
    assert "0 broken" in lint(house)


def test_import_linter_finds_a_hole_in_every_wall(house: Path) -> None:
    (house / "payments/service.py").write_text("import billing.domain")
    (house / "billing/domain.py").write_text("import billing.adapters")
    (house / "chassis/__init__.py").write_text("import identity")
    (house / "kernel/__init__.py").write_text("import contracts")
    (house / "catalog/use_cases.py").write_text("import sqlalchemy")
    (house / "embedded/__init__.py").write_text("import testkit")

    said = lint(house)

    assert "0 kept, 6 broken" in said, said


def test_import_linter_finds_a_stray_module(house: Path) -> None:
    (house / "payments/things.py").touch()

    assert "1 broken" in lint(house)
