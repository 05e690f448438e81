"""Acceptance: the signature of exactly one version of exactly one quote (M23, M82, M91)."""

import threading
import time

import pytest

from contracts.contracting.v1 import rpc
from contracts.contracting.v1.errors import (
    MissingRight,
    QuoteAlreadyAccepted,
    QuoteExpiredAlready,
    QuoteNotOpen,
    RoundClosed,
    StaleVersion,
)
from contracts.contracting.v1.events import InstalmentDue, QuoteAccepted, QuoteRefused
from contracts.contracting.v1.rpc import QuoteState
from contracts.wire import Actor, Right, Role
from kernel.errors import Problem, Unavailable
from kernel.money import Money

AGENT = "Mozilla/5.0"


@pytest.fixture
def round_(market, content):
    """A company; two experts who quoted, one who has drafted, one who has not answered."""
    here = market()
    here.buyer, here.experts = here.company(), [here.expert(name) for name in ("Hélène", "Bruno", "Françoise", "Ali")]
    here.sent_offers = here.offers(here.buyer, *here.experts)
    here.first, here.second = (
        here.quote(expert, content(), offer_id=here.sent_offers[expert.expert_id].offer_id) for expert in here.experts[:2]
    )
    here.third = here.ask(
        rpc.DraftQuote, here.experts[2], content=content(), offer_id=here.sent_offers[here.experts[2].expert_id].offer_id
    )
    return here


def test_accepting_freezes_everything_payments_and_billing_need(round_):
    here = round_

    accepted = here.ask(rpc.AcceptQuote, here.buyer, quote_id=here.first.quote_id, version=1, ip="192.0.2.7", user_agent=AGENT)

    (event,) = here.told(QuoteAccepted)
    assert (accepted.state, accepted.mission_id) == (QuoteState.ACCEPTED, event.mission_id)
    assert (event.reference, event.version) == ("RF422026000001", 1)
    assert (event.seller.id, event.buyer.id) == (here.experts[0].expert_id, here.buyer.company_id)
    assert (event.ht, event.vat, event.ttc) == (Money(552_000), Money(110_400), Money(662_400))
    assert (event.tax.rate_bp, event.commission.ttc) == (2000, Money(99_360))
    assert event.instalments == here.first.instalments
    assert event.lines == here.first.content.lines
    assert (event.policy, event.policy_version) == ("akigora", "2026-11-01")
    assert (event.evidence.name, event.evidence.account_id) == ("Camille Roche", here.buyer.account_id)
    assert (event.evidence.ip, event.evidence.user_agent, event.evidence.at) == ("192.0.2.7", AGENT, "2026-11-02T09:00:00+00:00")
    assert event.evidence.document_sha256 == here.first.version_sha256


def test_the_hash_that_was_signed_is_that_of_the_text_in_the_database(round_):
    here = round_
    here.ask(rpc.AcceptQuote, here.buyer, quote_id=here.first.quote_id, version=1)

    (kept,) = here.sql(
        f"SELECT encode(sha256(convert_to(terms, 'UTF8')), 'hex') FROM quote_versions WHERE quote_id = '{here.first.quote_id}'"
    )[0]

    assert here.told(QuoteAccepted)[0].evidence.document_sha256 == kept


def test_the_others_of_the_round_are_refused_and_the_client_is_asked_to_pay(round_):
    here = round_

    accepted = here.ask(rpc.AcceptQuote, here.buyer, quote_id=here.first.quote_id, version=1)

    assert [event.quote_id for event in here.told(QuoteRefused)] == [here.second.quote_id]
    assert here.ask(rpc.GetQuote, here.experts[1], quote_id=here.second.quote_id).state is QuoteState.REFUSED
    assert [(event.instalment, event.amount, event.reference) for event in here.told(InstalmentDue)] == [
        (1, Money(198_720), "RF422026000001")
    ]
    states = {offer.expert_id: offer.state for offer in here.ask(rpc.ListOffers, here.buyer).items}
    assert [states[expert.expert_id] for expert in here.experts] == ["quoted", "quoted", "closed", "closed"]
    with pytest.raises(QuoteAlreadyAccepted):
        here.ask(rpc.SendQuote, here.experts[2], quote_id=here.third.quote_id)
    with pytest.raises(QuoteAlreadyAccepted):
        here.ask(rpc.AcceptQuote, here.buyer, quote_id=here.second.quote_id, version=1)
    with pytest.raises(QuoteAlreadyAccepted):
        here.ask(rpc.AcceptQuote, here.buyer, quote_id=here.first.quote_id, version=1)
    sheet_id = here.sent_offers[here.experts[0].expert_id].sheet_id
    with pytest.raises(RoundClosed):
        here.ask(rpc.SendOffers, here.buyer, sheet_id=sheet_id, expert_ids=(here.expert().expert_id,))
    assert len(here.told(QuoteAccepted)) == 1
    assert here.ask(rpc.ListMissions, here.buyer).items[0].mission_id == accepted.mission_id


def test_the_same_key_again_gives_the_same_answer(round_):
    here = round_
    once = here.ask(rpc.AcceptQuote, here.buyer, quote_id=here.first.quote_id, version=1, idempotency_key="sign")

    again = here.ask(rpc.AcceptQuote, here.buyer, quote_id=here.first.quote_id, version=1, idempotency_key="sign")

    assert again == once
    assert len(here.told(QuoteAccepted)) == 1


def test_only_a_member_with_the_right_accepts(round_):
    here = round_
    reader = Actor(role=Role.COMPANY, account_id=here.buyer.account_id, company_id=here.buyer.company_id, rights=(Right.PAY,))

    for call, more in ((rpc.AcceptQuote, {"version": 1}), (rpc.DeclineQuote, {})):
        with pytest.raises(MissingRight) as refusal:
            here.ask(call, reader, quote_id=here.first.quote_id, **more)
        assert refusal.value.details == {"right": "accept_quotes"}

    assert here.told(QuoteAccepted) == []


def test_somebody_without_a_name_here_cannot_sign_yet(round_):
    here = round_
    unheard = Actor(role=Role.COMPANY, account_id="acc_1", company_id=here.buyer.company_id, rights=(Right.ACCEPT_QUOTES,))

    with pytest.raises(Unavailable):
        here.ask(rpc.AcceptQuote, unheard, quote_id=here.first.quote_id, version=1)

    assert here.ask(rpc.GetQuote, here.buyer, quote_id=here.first.quote_id).state is QuoteState.SENT
    assert {offer.state for offer in here.ask(rpc.ListOffers, here.buyer).items} == {"quoted", "open"}


def test_only_the_version_that_is_out_can_be_accepted(round_, content):
    here = round_
    here.ask(rpc.EditQuote, here.experts[0], quote_id=here.first.quote_id, content=content(title="On every line"))
    with pytest.raises(QuoteNotOpen) as at_the_desk:
        here.ask(rpc.AcceptQuote, here.buyer, quote_id=here.first.quote_id, version=1)
    here.ask(rpc.SendQuote, here.experts[0], quote_id=here.first.quote_id)

    for version in (1, 3, 0, -1):
        with pytest.raises(StaleVersion) as stale:
            here.ask(rpc.AcceptQuote, here.buyer, quote_id=here.first.quote_id, version=version)

    assert at_the_desk.value.details == {"state": "amended"}
    assert stale.value.details == {"current_version": 2}
    assert here.ask(rpc.AcceptQuote, here.buyer, quote_id=here.first.quote_id, version=2).state is QuoteState.ACCEPTED


def test_a_quote_cannot_be_accepted_after_its_validity_even_before_the_timer_saw_it(round_):
    here = round_
    here.clock.advance(here.first.expires_at - here.clock.now())

    with pytest.raises(QuoteExpiredAlready):
        here.ask(rpc.AcceptQuote, here.buyer, quote_id=here.first.quote_id, version=1)
    here.let_time_pass(seconds=1)
    with pytest.raises(QuoteExpiredAlready):
        here.ask(rpc.AcceptQuote, here.buyer, quote_id=here.first.quote_id, version=1)

    assert here.told(QuoteAccepted) == []


def test_of_two_acceptances_at_once_one_wins_and_the_other_is_refused_by_name(round_):
    here, outcomes = round_, []

    def accept(quote):
        try:
            outcomes.append(here.ask(rpc.AcceptQuote, here.buyer, quote_id=quote.quote_id, version=1).state)
        except Problem as refusal:
            outcomes.append(type(refusal))

    with here.engine.begin() as gate:
        gate.exec_driver_sql("SELECT * FROM sheets FOR UPDATE")
        racers = [threading.Thread(target=accept, args=(quote,)) for quote in (here.first, here.second)]
        for racer in racers:
            racer.start()
        while here.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ) != [(2,)]:
            time.sleep(0.01)
    for racer in racers:
        racer.join(10)

    assert sorted(map(str, outcomes)) == sorted(map(str, [QuoteState.ACCEPTED, QuoteAlreadyAccepted]))
    assert here.sql("SELECT count(*) FROM missions") == [(1,)]
    assert len(here.told(QuoteAccepted)) == 1


def test_a_mission_keeps_the_policy_its_quote_was_sent_under(round_):
    here = round_
    accepted = here.ask(rpc.AcceptQuote, here.buyer, quote_id=here.first.quote_id, version=1)

    ((rules,),) = here.sql(f"SELECT rules FROM missions WHERE id = '{accepted.mission_id}'")

    assert rules["validated_by"] == "both"
    assert [step["weight"] for step in rules["schedule"]] == [30, 30, 40]
