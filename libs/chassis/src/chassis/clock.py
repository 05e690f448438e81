"""The clock of a sandbox: the machine's time moved by what a shared file says, so that a demo can jump ahead."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from kernel.clock import Clock, SystemClock


class FileClock:
    """The machine's time plus the whole seconds written in `path`; a missing or empty file means no shift.

    The file is read again on every call: all processes that share it move together.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._shift_seconds())

    def advance(self, by: timedelta) -> None:
        """Moves the time of every process that reads the same file. Time never runs backwards."""
        if by < timedelta(0):
            raise ValueError(f"time cannot run backwards by {by}")
        fresh = self._path.with_name(self._path.name + ".new")
        fresh.write_text(str(self._shift_seconds() + int(by.total_seconds())))
        fresh.replace(self._path)

    def _shift_seconds(self) -> int:
        try:
            return int(self._path.read_text().strip() or "0")
        except FileNotFoundError:
            return 0


def clock_of(path: str | None) -> Clock:
    """The file clock of a sandbox when a path is given, else the machine's."""
    return FileClock(Path(path)) if path else SystemClock()
