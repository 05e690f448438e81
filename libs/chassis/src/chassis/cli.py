"""The commands of a service: `python -m <service> serve | relay | migrate | check`."""

import importlib
import sys
import warnings
from typing import Any


def main(path: str, arguments: list[str] | None = None) -> None:
    """`path` is `package.module:ServiceClass`. Ends the process: 0 done, 1 failed, 2 wrong use, 78 a bad setting."""
    commands = {"serve": _serve, "relay": _relay, "migrate": _migrate, "check": _check}
    name = (arguments or sys.argv[1:] or [""])[0]
    if name not in commands:
        sys.exit(f"usage: python -m {path.partition('.')[0]} {' | '.join(commands)}")
    warnings.filterwarnings("ignore", r"\s*Eventlet is deprecated")
    import eventlet

    eventlet.monkey_patch()
    from chassis import logs, settings

    package = path.partition(".")[0]
    try:
        own = settings.for_service(package)
        logs.setup(own.get("LOG_LEVEL", "INFO"))
        sys.exit(commands[name](path, own))
    except settings.BadSetting as bad:
        print(bad, file=sys.stderr)
        sys.exit(78)


def _service(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


def _serve(path: str, own: Any) -> int:
    from chassis import health, host

    hosting = host.Host([[_service(path)]])
    if own.get("HTTP_HEALTH_ADDRESS", ""):
        health.serve(own.get("HTTP_HEALTH_ADDRESS"))
    return hosting.run()


def _relay(path: str, own: Any) -> int:
    import signal

    from chassis import bus
    from chassis.edge import engine_of
    from chassis.outbox import Relay

    relay = Relay(engine_of(own), own, bus.Publisher(own.amqp_uri), bus.topology())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: relay.stop())
    relay.run()
    return 0


def _migrate(path: str, own: Any) -> int:
    from chassis import migrations

    migrations.migrate(own.service, own.database_url)
    return 0


def _check(path: str, own: Any) -> int:
    """Whether the service could start: settings, policy, wiring, migrations. Says what is wrong."""
    from chassis import migrations
    from chassis.app import App

    service = _service(path)
    for app in vars(service).values():
        if isinstance(app, App):
            app.build(own)
    if not migrations.is_current(own.service, own.database_url):
        print(f"{own.service}: the database lacks migrations: run `migrate`", file=sys.stderr)
        return 1
    print(f"{own.service}: ok")
    return 0
