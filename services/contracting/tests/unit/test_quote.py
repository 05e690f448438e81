"""A quote's life: what can happen to it, what cannot, and what a signed version proves."""

import hashlib
import json
from copy import copy
from dataclasses import replace
from datetime import timedelta

import pytest

from contracting.domain.quote import TRANSITIONS, SentVersion
from contracts.contracting.v1.errors import (
    QuoteAlreadyAccepted,
    QuoteExpiredAlready,
    QuoteNotDraft,
    QuoteNotOpen,
    StaleVersion,
)
from contracts.contracting.v1.rpc import QuoteState
from kernel.errors import Conflict
from kernel.money import Money

MISSION = "mis_01JD0000000000000000000003"
STEPS = ("edit", "send", "accept", "decline", "withdraw", "expire")


@pytest.fixture
def sent(draft, version, akigora):
    quote = draft()
    quote.send(version(quote, akigora))
    return quote


def test_a_sent_quote_is_accepted_in_the_version_its_company_saw(sent, now):
    signed = sent.accept(1, MISSION, now)

    assert sent.state is QuoteState.ACCEPTED
    assert sent.mission_id == MISSION
    assert signed.terms.ttc == Money(662_400)
    assert signed.terms.expert_receives == Money(563_040)


def test_an_edited_quote_goes_back_to_the_desk_and_out_again_as_the_next_version(sent, version, content, akigora, now):
    taken_back = sent.edit(content(title="Fewer rejects on lines 3 and 4"))
    again = sent.edit(content(title="Fewer rejects on every line"))
    sent.send(version(sent, akigora))

    assert (taken_back, again) == (True, False)
    assert [each.number for each in sent.versions] == [1, 2]
    assert sent.versions[0].terms.content.title == "Fewer rejects on line 3"
    with pytest.raises(StaleVersion) as refusal:
        sent.accept(1, MISSION, now)
    assert refusal.value.details == {"current_version": 2}
    assert sent.state is QuoteState.SENT


def test_a_quote_is_valid_for_thirty_days_to_the_second(sent, now):
    with pytest.raises(QuoteExpiredAlready):
        sent.accept(1, MISSION, now + timedelta(days=30))

    assert sent.state is QuoteState.SENT
    sent.accept(1, MISSION, now + timedelta(days=30, seconds=-1))
    assert sent.state is QuoteState.ACCEPTED


@pytest.mark.parametrize(
    ("state", "step", "error"),
    [
        (QuoteState.DRAFT, "accept", QuoteNotOpen),
        (QuoteState.AMENDED, "accept", QuoteNotOpen),
        (QuoteState.ACCEPTED, "accept", QuoteAlreadyAccepted),
        (QuoteState.REFUSED, "accept", QuoteAlreadyAccepted),
        (QuoteState.EXPIRED, "accept", QuoteExpiredAlready),
        (QuoteState.WITHDRAWN, "accept", QuoteNotOpen),
        (QuoteState.SENT, "send", QuoteNotDraft),
        (QuoteState.ACCEPTED, "edit", QuoteNotOpen),
        (QuoteState.ACCEPTED, "withdraw", QuoteNotOpen),
        (QuoteState.DECLINED, "decline", QuoteNotOpen),
    ],
)
def test_an_illegal_step_has_a_name_of_its_own(state, step, error, sent, version, content, akigora, now):
    sent.state = state

    with pytest.raises(error):
        play(sent, step, version, content, akigora, now)


@pytest.mark.parametrize("state", QuoteState)
@pytest.mark.parametrize("step", STEPS)
def test_what_the_table_does_not_list_changes_nothing(step, state, sent, version, content, akigora, now):
    sent.state = state
    before = copy(sent.__dict__) | {"versions": list(sent.versions)}

    if (step, state) in TRANSITIONS:
        play(sent, step, version, content, akigora, now)
        assert sent.state is TRANSITIONS[step, state]
    else:
        with pytest.raises(Conflict):
            play(sent, step, version, content, akigora, now)
        assert sent.__dict__ == before


@pytest.mark.parametrize("state", QuoteState)
def test_only_an_open_quote_is_refused_when_another_wins(state, sent):
    sent.state = state

    refused = sent.refuse()

    assert refused is (state in (QuoteState.SENT, QuoteState.AMENDED))
    assert sent.state is (QuoteState.REFUSED if refused else state)


def test_the_hash_is_that_of_the_text_kept_and_tells_any_change(sent, akigora):
    version = sent.sent
    text = version.terms.canonical()

    assert version.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert json.loads(text)["content"]["lines"][0]["unit_price"] == {"amount": 69_000, "currency": "EUR"}
    one_cent_more = replace(version.terms, ttc=version.terms.ttc + Money(1))
    assert SentVersion.of(one_cent_more, akigora).sha256 != version.sha256


def play(quote, step, version, content, policy, now):
    match step:
        case "edit":
            quote.edit(content(title="Something else"))
        case "send":
            quote.send(version(quote, policy))
        case "accept":
            quote.accept(len(quote.versions), MISSION, now)
        case _:
            getattr(quote, step)()
