"""News of experts in any order: what was told last stands, whatever came first."""

from datetime import timedelta
from itertools import permutations

import pytest

from contracts.catalog.v1 import rpc
from contracts.identity.v1 import events as identity

SUSPENDED = identity.ExpertSuspended(expert_id="exp_1", reason="a complaint")
REINSTATED = identity.ExpertReinstated(expert_id="exp_1")
ADMITTED = identity.ExpertAdmitted(expert_id="exp_1")
REFUSED = identity.ExpertRefused(expert_id="exp_1", reason="no")


def renamed(last_name: str) -> identity.AccountUpdated:
    person = {"email": "e@example.org", "phone": "", "locale": "fr", "first_name": "Jeanne", "last_name": last_name}
    return identity.AccountUpdated(account_id="acc_exp_1", **person)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_an_expert_suspended_again_stays_suspended_in_whatever_order_it_is_heard(catalog, clock, order):
    catalog.show("exp_1")
    history = [(SUSPENDED, timedelta(hours=1)), (REINSTATED, timedelta(hours=2)), (SUSPENDED, timedelta(hours=2, microseconds=1))]

    for place in order:
        event, later = history[place]
        catalog.tell(event, at=clock.now() + later)

    assert catalog.found() == []
    assert catalog.rows("SELECT suspended, state FROM profile") == [(True, "hidden")]


def test_an_admission_is_not_lost_to_a_later_suspension_that_was_heard_first(catalog, clock):
    expert = catalog.register("exp_1")

    catalog.tell(SUSPENDED, at=clock.now() + timedelta(hours=2))
    catalog.tell(ADMITTED, at=clock.now() + timedelta(hours=1))

    assert catalog.ask(rpc.GetOwnProfile, expert).admitted
    assert catalog.rows("SELECT admitted, suspended FROM profile") == [(True, True)]


def test_the_committee_s_last_word_stands(catalog, clock):
    expert = catalog.register("exp_1")

    catalog.tell(REFUSED, at=clock.now() + timedelta(hours=2))
    catalog.tell(ADMITTED, at=clock.now() + timedelta(hours=1))

    assert not catalog.ask(rpc.GetOwnProfile, expert).admitted


def test_the_last_name_told_stands(catalog, clock):
    catalog.show("exp_1")

    catalog.tell(renamed("Durand"), at=clock.now() + timedelta(hours=2))
    catalog.tell(renamed("Petit"), at=clock.now() + timedelta(hours=1))

    assert catalog.ask(rpc.OpenProfile, expert_id="exp_1", visitor_key="v").name == "Jeanne Durand"
