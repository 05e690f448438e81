"""The commands of a service: `python -m <service> serve | relay | migrate | check`.

eventlet patches the standard library before anything else is imported: hence the imports inside the functions.
"""

import importlib
import sys
import warnings
from typing import Any


def main(path: str, arguments: list[str] | None = None) -> None:
    """`path` is `package.module:ServiceClass`. Ends the process: 0 done, 1 failed or wrong use, 78 a bad setting."""
    warnings.filterwarnings("ignore", r"\s*Eventlet is deprecated")
    import eventlet
    from eventlet import debug

    eventlet.monkey_patch()
    debug.hub_exceptions(False)  # who waits for a greenlet reports its error
    from chassis import logs, settings

    package = path.partition(".")[0]
    commands = {"serve": _serve, "relay": _relay, "migrate": _migrate, "check": _check}
    name = (arguments or sys.argv[1:] or [""])[0]
    if name not in commands:
        sys.exit(f"usage: python -m {package} {' | '.join(commands)}")
    try:
        own = settings.for_service(package)
        logs.setup(own.get("LOG_LEVEL", "INFO"))
        sys.exit(commands[name](path, own))
    except settings.BadSetting as bad:
        sys.stderr.write(f"{bad}\n")
        sys.exit(78)


def _service(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


def _serve(path: str, own: Any) -> int:
    from chassis import health, host

    hosting = host.Host([[_service(path)]])
    health.serve_if_asked(own)
    return hosting.run()


def _relay(path: str, own: Any) -> int:
    import signal

    from chassis import bus, health
    from chassis.edge import engine_of
    from chassis.outbox import Relay

    relay = Relay(engine_of(own), own, bus.Publisher(own.amqp_uri), bus.topology())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: relay.stop())
    health.serve_if_asked(own)
    relay.run()
    return 0


def _migrate(path: str, own: Any) -> int:
    from chassis import migrations

    migrations.migrate(own.service, own.database_url)
    return 0


def _check(path: str, own: Any) -> int:
    """Whether the service could start: settings, policy, wiring, migrations. Says what is wrong."""
    from chassis import app, migrations

    for provider in vars(_service(path)).values():
        if isinstance(provider, app.App):
            provider.build(own)
    current = migrations.is_current(own.service, own.database_url)
    sys.stdout.write(f"{own.service}: {'ok' if current else 'the database lacks migrations, run `migrate`'}\n")
    return 0 if current else 1
