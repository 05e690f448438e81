"""A process is ready from the end of its start to the beginning of its stop, and not a moment longer."""

import pytest

from chassis import health
from chassis.host import Host


@pytest.fixture(autouse=True)
def no_other_checks():
    before = dict(health._checks)
    health.clear()
    yield
    health.clear()
    health._checks.update(before)


def test_a_process_is_ready_only_between_start_and_stop():
    host = Host([])
    seen = [health.failing()]

    host.start()
    seen.append(health.failing())
    host.stop()
    seen.append(health.failing())

    assert seen == [["started"], [], ["started"]]
