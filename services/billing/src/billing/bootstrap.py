"""The only place that wires billing's adapters to its use cases."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from billing import config
from billing.adapters import data_files, orm, vies
from billing.adapters.repositories import BillingUnitOfWork
from billing.adapters.typst_press import TypstPress
from billing.domain.desk import Desk
from billing.use_cases.ports import Ports, VatRegister
from chassis.neighbours import Neighbours
from chassis.settings import BadSetting, Settings
from chassis.uow import UnitOfWork, Wiring


def directly(function: Callable[..., Any], *arguments: Any) -> Any:
    """Runs the work here and now: for commands and tests, where nobody else waits."""
    return function(*arguments)


def build(settings: Settings, in_thread: Callable[..., Any] = directly) -> Wiring[Ports]:
    """`in_thread` runs what would hold up everybody else: the typesetting. Raises BadSetting."""
    read = config.read(settings)
    desk = Desk(read.platform, data_files.wording(), data_files.tax_tables())
    register, press, texts = _register(read, desk), TypstPress(in_thread), data_files.mandate_texts()

    def ports(uow: UnitOfWork, neighbours: Neighbours) -> Ports:
        return Ports(uow=BillingUnitOfWork(uow), register=register, press=press, desk=desk, texts=texts, policy=read.policy)

    return Wiring(metadata=orm.metadata, ports=ports)


def _register(read: config.Config, desk: Desk) -> VatRegister:
    if read.vies == "rest":
        return vies.RestVies(read.vies_url, read.vies_timeout_seconds, desk.platform.vat_id, desk.tables)
    try:
        answers = vies.read_answers(Path(read.vies or str(files("billing").joinpath("data", "vies_recorded.toml"))))
    except (OSError, ValueError) as error:
        raise BadSetting("VIES", str(error)) from None
    return vies.RecordedVies(answers, desk.tables)
