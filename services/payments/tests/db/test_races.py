"""Several at once: clients who press twice, and workers who take the same operation."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from contracts.payments.v1.errors import AlreadyFunded, PaymentUnderWay
from contracts.payments.v1.events import InstalmentFunded
from kernel.errors import Problem
from payments.use_cases import operations


def at_once(times, do):
    """What each of `times` threads got; a refusal counts as its class."""

    def attempt(number):
        try:
            return do(number)
        except Problem as refused:
            return type(refused)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(attempt, range(times)))


def test_an_instalment_paid_by_several_at_once_is_charged_once(world):
    world.accept_quote()

    answers = at_once(5, lambda number: world.pay(1, idempotency_key=f"member {number}"))

    paid = [answer for answer in answers if not isinstance(answer, type)]
    assert [payin.state for payin in paid] == ["succeeded"]
    assert {answer for answer in answers if isinstance(answer, type)} <= {PaymentUnderWay, AlreadyFunded}
    assert world.sandbox_balance() == 198_720
    assert len(world.told(InstalmentFunded)) == 1


def test_the_same_command_several_times_at_once_is_one_payment(world):
    world.accept_quote()

    answers = at_once(5, lambda number: world.pay(1, idempotency_key="double click"))
    world.machine.advance(timedelta(minutes=2))
    world.work()

    assert len({payin.payin_id for payin in answers}) == 1
    assert world.sandbox_balance() == 198_720
    assert len(world.told(InstalmentFunded)) == 1


def test_workers_share_operations_and_do_each_once(world):
    world.verify_expert()
    for mission in range(4):
        world.accept_quote(f"mis_{mission}")
        for instalment in (1, 2):
            world.authorise(instalment, f"mis_{mission}")
            world.pay(instalment, mission_id=f"mis_{mission}")

    def drive(_):
        done = 0
        while world.edge.background(operations.drive_next):
            done += 1
        return done

    done = at_once(3, drive)

    assert sum(done) == 8
    assert world.wire.seen.count(("POST", "/v1/transfers")) == 8
    assert world.sql("SELECT count(*) FROM journal WHERE kind = 'transfer'") == [(8,)]
    assert world.sql("SELECT sum(amount) FROM entry") == [(0,)]
