"""Number series with several workers, rollbacks and crashes: no gap, no double, days in order."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from chassis.uow import UnitOfWork

WORKERS, MISSIONS = 4, 24


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_workers_that_fail_now_and_then_leave_no_gap(billing, stories, monkeypatch):
    billing.sign_mandate()
    story = stories.akigora()
    for number in range(MISSIONS):
        billing.tell(replace(story.contract, mission_id=f"mis_{number}"))
    luck, lock, commit = random.Random(11), threading.Lock(), UnitOfWork.commit

    def unlucky(self: UnitOfWork) -> None:
        with lock:
            fails = luck.random() < 0.3
        if fails:  # everything is written, the number drawn, and then the process dies
            raise RuntimeError("power cut")
        commit(self)

    def fund(number: int) -> None:
        while True:
            try:
                return billing.tell(replace(story.funded(1), mission_id=f"mis_{number}"), id=f"evt_{number}")
            except RuntimeError:
                continue

    monkeypatch.setattr(UnitOfWork, "commit", unlucky)
    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(fund, [number % MISSIONS for number in range(2 * MISSIONS)]))  # each event comes twice
    monkeypatch.undo()

    issued = billing.rows("SELECT number, issued_at FROM document WHERE kind = 'deposit_invoice' ORDER BY number")
    assert [row.number for row in issued] == [f"PX-0001-2026-{number:05d}" for number in range(1, MISSIONS + 1)]
    assert [row.issued_at for row in issued] == sorted(row.issued_at for row in issued)
    assert billing.rows("SELECT count(*) FROM document_file") == [(2 * MISSIONS,)]
    assert len(billing.told("document_issued")) == 2 * MISSIONS
