"""A mission still completes, with nothing lost and nothing doubled, when a process is killed or the broker restarted in its middle.

Each seed picks which process dies, and when. The person at the API is patient: he repeats a call that found nobody with the same
idempotency key. What is checked afterwards is what he would notice: every cent, every document, every mail, once.
"""

import random
import threading
import time

import pytest
from amounts import EXAMPLES
from test_journey import check_amounts, check_documents, check_ledger, kinds_told

from embedded.journey import Journey

PROCESSES = ("identity", "catalog", "messaging", "contracting", "payments", "billing", "gateway", "psp_sandbox")
SEEDS_A_POLICY = 5
POLICIES = ("akigora", "mission-internationale")
MAIN = {"akigora": "A1", "mission-internationale": "B1"}


@pytest.mark.parametrize("number", range(SEEDS_A_POLICY))
def test_a_process_killed_at_a_random_moment_loses_nothing(restartable_stack, number: int):
    """Ten seeds in all: 0 to 4 under one policy, 5 to 9 under the other."""
    dice = random.Random(number + SEEDS_A_POLICY * POLICIES.index(restartable_stack.policy))
    victim, after = dice.choice(PROCESSES), dice.uniform(0.5, 10.0)
    killer = threading.Timer(after, restartable_stack.kill, [victim])

    killer.start()
    journey = played(restartable_stack)
    killer.join()

    check_nothing_lost_or_doubled(restartable_stack, journey)


def test_the_broker_restarted_in_the_middle_loses_nothing(restartable_stack):
    restarter = threading.Timer(4.0, restartable_stack.restart_broker)

    restarter.start()
    journey = played(restartable_stack)
    restarter.join()

    check_nothing_lost_or_doubled(restartable_stack, journey)


def test_the_whole_embedded_marketplace_killed_in_the_middle_loses_nothing(embedded_stack):
    killer = threading.Timer(5.0, embedded_stack.kill, ["embedded"])

    killer.start()
    journey = played(embedded_stack)
    killer.join()

    check_nothing_lost_or_doubled(embedded_stack, journey)


def played(stack) -> Journey:
    example = next(example for example in EXAMPLES if example.name == MAIN[stack.policy])
    journey = Journey(stack.base_url, stack.operators, stack.policy, example.case, patience_seconds=90)
    journey.play()
    return journey


def check_nothing_lost_or_doubled(stack, journey: Journey) -> None:
    example = next(example for example in EXAMPLES if example.name == MAIN[stack.policy])
    check_amounts(journey, example)
    check_ledger(journey, example)
    check_documents(journey, example)
    kinds = kinds_told(journey.company)
    assert [kinds.count(kind) for kind in ("quote_signed", "mission_closed", "report_filed")] == [1, 1, 1]
    assert settled(stack) == []


def settled(stack) -> list[dict]:
    """What is still parked or waiting in any inbox, once everything had its time."""
    end = time.monotonic() + 30
    while True:
        left = [
            event
            for service in ("identity", "catalog", "messaging", "contracting", "payments", "billing")
            for event in stack.operators[0].get(f"/operator/events/{service}")["items"]
        ]
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.5)
