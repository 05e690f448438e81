"""The yardstick: a stock nameko service that answers its argument, and a stock client that asks it, one call after the other."""

import warnings

warnings.filterwarnings("ignore")

import eventlet  # noqa: E402

eventlet.monkey_patch()

import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

import nameko  # noqa: E402

role, uri, *rest = sys.argv[1:]
nameko.config.setup({"AMQP_URI": uri, "HEARTBEAT": 0})

from nameko.containers import ServiceContainer  # noqa: E402
from nameko.rpc import rpc  # noqa: E402
from nameko.standalone.rpc import ServiceRpcClient  # noqa: E402


class Echo:
    name = "bench_echo"

    @rpc
    def echo(self, value: str) -> str:
        return value


if role == "serve":
    container = ServiceContainer(Echo)
    container.start()
    print("ready", flush=True)
    container.wait()
else:
    with ServiceRpcClient("bench_echo") as client:
        client.echo("warm")
        seconds = []
        for _ in range(int(rest[0])):
            began = time.perf_counter()
            client.echo("hello")
            seconds.append(time.perf_counter() - began)
    print(json.dumps(seconds))
