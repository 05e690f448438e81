"""The sandbox's clock: read and moved here, as it belongs to no service. All processes that share CLOCK_FILE move together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.clock import FileClock
from contracts.wire import Call, Command
from kernel.clock import Clock


@dataclass(frozen=True, kw_only=True)
class ClockView:
    now: datetime


@dataclass(frozen=True, kw_only=True)
class ReadClock(Call[ClockView]):
    """What time it is in the sandbox."""


@dataclass(frozen=True, kw_only=True)
class AdvanceClock(Command[ClockView]):
    """Moves the sandbox's time ahead, for every service. Time never runs backwards. Not replayed: twice moves twice."""

    advance_seconds: int


def read(call: ReadClock, clock: Clock) -> ClockView:
    return ClockView(now=clock.now())


def advance(call: AdvanceClock, clock: Clock) -> ClockView:
    if not isinstance(clock, FileClock):
        raise TypeError("a sandbox is configured with CLOCK_FILE")
    clock.advance(timedelta(seconds=call.advance_seconds))
    return ClockView(now=clock.now())
