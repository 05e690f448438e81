"""`python -m psp_sandbox`: the sandbox as a process of its own, at `PSP_SANDBOX_HTTP_ADDRESS`."""

import signal
import threading

from werkzeug.serving import make_server

from psp_sandbox.app import create_app
from psp_sandbox.running import build, work_in_background


def main() -> None:
    sandbox = build()
    host, _, port = sandbox.config.address.rpartition(":")
    server = make_server(host, int(port), create_app(sandbox), threaded=True)
    stopping = threading.Event()

    def stop(*_: object) -> None:
        stopping.set()
        threading.Thread(target=server.shutdown).start()

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop)
    worker = threading.Thread(target=work_in_background, args=(sandbox, stopping))
    worker.start()
    print(f"payment provider's sandbox at http://{sandbox.config.address}", flush=True)
    server.serve_forever()
    worker.join()


if __name__ == "__main__":
    main()
