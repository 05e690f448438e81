"""What the database itself refuses of the ledger."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel.money import Money
from payments.adapters.ledger import SqlLedger
from payments.domain.ledger import Entry, Journal


@pytest.fixture
def post(world, clock):
    def posting(*lines, key="key", kind="test"):
        with Session(world.edge.engine) as session:
            journal = Journal(kind, key, tuple(Entry(account, Money(cents)) for account, cents in lines), "mis_1")
            SqlLedger(session, clock.now).post(journal)
            session.commit()

    return posting


def owed(world):
    return dict(map(tuple, world.sql("SELECT account, owed FROM balance")))


def test_a_balanced_journal_is_posted_once_for_its_key(world, post):
    for _ in range(2):
        post(("psp:available", 100), ("escrow:mis_1:1", -100))

    assert owed(world) == {"escrow:mis_1:1": 100}
    assert world.sql("SELECT count(*) FROM entry") == [(2,)]


def test_a_key_used_for_another_journal_is_refused(world, post):
    post(("psp:available", 100), ("escrow:mis_1:1", -100))

    with pytest.raises(IntegrityError, match="another body"):
        post(("psp:available", 101), ("escrow:mis_1:1", -101))

    assert owed(world) == {"escrow:mis_1:1": 100}


@pytest.mark.parametrize(
    "lines", [(("psp:available", 100), ("escrow:mis_1:1", -99)), (("psp:available", 0), ("escrow:mis_1:1", 0)), ()]
)
def test_an_unbalanced_or_empty_journal_is_refused(world, post, lines):
    with pytest.raises(IntegrityError):
        post(*lines)

    assert world.sql("SELECT * FROM journal") == []


def test_an_escrow_never_gives_more_than_it_holds(world, post):
    post(("psp:available", 100), ("escrow:mis_1:1", -100), key="in")

    with pytest.raises(IntegrityError, match="balance_never_negative"):
        post(("escrow:mis_1:1", 101), ("psp:available", -101), key="out")

    assert owed(world) == {"escrow:mis_1:1": 100}


@pytest.mark.parametrize("change", ["UPDATE entry SET amount = amount + 1", "DELETE FROM entry", "TRUNCATE journal CASCADE"])
def test_nothing_in_the_ledger_is_ever_changed(world, post, change):
    post(("psp:available", 100), ("escrow:mis_1:1", -100))

    with pytest.raises(IntegrityError, match="append-only"), world.edge.engine.begin() as connection:
        connection.execute(text(change))


def test_an_entry_written_past_the_posting_function_must_balance_too(world):
    with pytest.raises(IntegrityError, match="not balanced"):
        world.sql(
            "WITH made AS (INSERT INTO journal (at, kind, key, body_hash) VALUES (now(), 'x', 'y', 'z') RETURNING id)"
            " INSERT INTO entry (journal_id, account, amount) SELECT id, 'bank', 5 FROM made"
        )
