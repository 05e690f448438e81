"""The sandbox made ready from its settings, and its work in the background: time passing, webhooks going out."""

import logging
import threading

from sqlalchemy import create_engine

from chassis import settings
from psp_sandbox import config, store, webhooks
from psp_sandbox.app import Sandbox

PAUSE_SECONDS = 0.5
_log = logging.getLogger(__name__)


def build() -> Sandbox:
    """Raises BadSetting. Settings named `PSP_SANDBOX_...` win, so that it may share an environment with the services."""
    own = settings.for_service("psp_sandbox")
    engine = create_engine(own.database_url, pool_size=10, max_overflow=10, pool_pre_ping=True)
    store.prepare(engine)
    return Sandbox(engine=engine, clock=own.clock, config=config.read(own))


def work_in_background(sandbox: Sandbox, stopping: threading.Event) -> None:
    """Until told to stop; a failure is logged and tried again."""
    while not stopping.wait(PAUSE_SECONDS):
        try:
            webhooks.pass_time(sandbox)
            if sandbox.config.webhook_url:
                webhooks.deliver_due(sandbox)
        except Exception:
            _log.warning("the sandbox's background work failed, trying again", exc_info=True)
