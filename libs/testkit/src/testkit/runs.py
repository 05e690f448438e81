"""A test run's name, carried by every database, virtual host and folder it makes, so that a dead run's can be told and removed.

`tk_<host>_<pid>_<start>_`: the process that owns the run, and when it started (clock ticks since boot), because process numbers
come again. Only runs of this host are ever judged dead. Child processes share their parent's run through the environment.
"""

import hashlib
import os
import re
import shutil
import socket
import tempfile
from pathlib import Path

VARIABLE = "TESTKIT_RUN"
_SHAPE = re.compile(r"tk_(?P<host>[0-9a-f]{6})_(?P<pid>\d+)_(?P<start>\d+)_")
_HOST = hashlib.sha256((socket.gethostname() + Path("/proc/sys/kernel/random/boot_id").read_text()).encode()).hexdigest()[:6]


def this_run() -> str:
    """The prefix of everything this run makes; begins a run when there is none."""
    return os.environ.setdefault(VARIABLE, f"tk_{_HOST}_{os.getpid()}_{_started(os.getpid())}_")


def owns_run() -> bool:
    """Whether this very process began the run, and so cleans up after it."""
    return this_run().startswith(f"tk_{_HOST}_{os.getpid()}_")


def is_dead(name: str) -> bool:
    """Whether `name` belongs to a run of this host that has ended."""
    run = _SHAPE.match(name)
    return run is not None and run["host"] == _HOST and _started(int(run["pid"])) != int(run["start"])


def folder(purpose: str) -> Path:
    """A fresh temporary folder of this run, open to other users (a PostgreSQL that may not run as root)."""
    made = Path(tempfile.mkdtemp(prefix=f"{this_run()}{purpose}_"))
    made.chmod(0o755)
    return made


def clean_folders(*, this_run_too: bool) -> None:
    """Removes what dead runs left in the temporary folder, and what this run made."""
    for left in Path(tempfile.gettempdir()).glob("tk_*"):
        if is_dead(left.name) or (this_run_too and left.name.startswith(this_run())):
            shutil.rmtree(left) if left.is_dir() else left.unlink()


def _started(pid: int) -> int | None:
    """When a process started; None when there is no such process."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except (FileNotFoundError, ProcessLookupError):
        return None
