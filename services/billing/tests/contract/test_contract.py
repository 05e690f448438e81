"""What billing emits and answers fits its contract on the wire, and it needs no more of its neighbours' events than they tell."""

import json
from datetime import UTC, date, datetime

import pytest

from billing import bootstrap
from billing.domain.mission import Facts, Mission, VatEvent
from billing.domain.paper import Document, Kind, Paper, State
from billing.domain.platform_papers import purchase_order
from billing.use_cases.issue_documents import told_of
from billing.use_cases.show_documents import view
from chassis import codec
from chassis.settings import BadSetting, Settings
from contracts.billing.v1.events import DocumentIssued
from contracts.billing.v1.rpc import DocumentView
from contracts.contracting.v1.events import QuoteAccepted

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def document(stories, desk) -> Document:
    mission = Mission(terms=stories.akigora().contract, vat_event=VatEvent.FUNDING, contest_days=14)
    return Document(
        document_id="doc_1", paper=purchase_order(mission, desk), state=State.ISSUED, expert_id="exp_1", company_id="com_1",
        created_at=AT, number="BC-2026-000001", issued_at=AT, issued_on=date(2026, 11, 2), sha256="9f",
    )  # fmt: skip


def through_the_wire(shape, value):
    return codec.from_wire(shape, json.loads(json.dumps(codec.to_wire(value))))


def test_what_is_told_and_shown_survives_the_wire(document):
    told, shown = told_of(document), view(document)

    assert through_the_wire(DocumentIssued, told) == told
    assert through_the_wire(DocumentView, shown) == shown
    assert told.kind == shown.kind == Kind.PURCHASE_ORDER


def test_what_is_kept_is_read_back_as_it_was(document, stories):
    story = stories.akigora()
    facts = Facts()
    for fact in [*story.whole_life(), story.cancelled(), story.refunded(1)]:
        facts = facts.hear(fact)

    assert through_the_wire(Paper, document.paper) == document.paper
    assert through_the_wire(Facts, facts) == facts
    assert through_the_wire(QuoteAccepted, story.contract) == story.contract


def test_a_field_that_a_neighbour_adds_is_ignored(stories):
    contract = stories.akigora().contract

    assert codec.from_wire(QuoteAccepted, codec.to_wire(contract) | {"new": {"in": "v1"}}) == contract


@pytest.mark.parametrize("policy", ["akigora", "mission-internationale"])
def test_both_policies_are_understood(policy):
    assert bootstrap.build(Settings("billing", {"POLICY": policy}))


@pytest.mark.parametrize(("line", "name"), [
    ('mandate_given_at = "some day"', "mandate_given_at"),
    ('vat_event = "never"', "vat_event"),
    ("contest_days = -1", "contest_days"),
    ("contest_days = true", "contest_days"),
    ("contest_dayz = 3", "contest_dayz"),
    (None, "contest_days"),
])  # fmt: skip
def test_a_bad_policy_stops_the_start_with_its_name(tmp_path, line, name):
    good = {"mandate_given_at": '"registration"', "vat_event": '"funding"', "contest_days": "14"}
    lines = [f"{key} = {value}" for key, value in good.items() if key != name]
    file = tmp_path / "policy.toml"
    file.write_text("\n".join(['[policy]\noperator_name = "A"', "[billing]", *lines, line or ""]))

    with pytest.raises(BadSetting, match=name):
        bootstrap.build(Settings("billing", {"POLICY": str(file)}))


@pytest.mark.parametrize(("env", "name"), [
    ({"VIES": "sometimes"}, "VIES"),
    ({"VIES": "recorded:/nowhere.toml"}, "VIES"),
    ({"PLATFORM_FILE": "/nowhere.toml"}, "PLATFORM_FILE"),
    ({"VIES_TIMEOUT_SECONDS": "soon"}, "VIES_TIMEOUT_SECONDS"),
])  # fmt: skip
def test_a_bad_setting_stops_the_start_with_its_name(env, name):
    with pytest.raises(BadSetting, match=name):
        bootstrap.build(Settings("billing", {"POLICY": "akigora", **env}))
