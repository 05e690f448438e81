"""References, cursors, evidence, the year of a dashboard, the policy table."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from stdnum import iso11649

from chassis.settings import BadSetting, Settings
from contracting import config
from contracting.domain.account import Account
from contracting.domain.reference import reference
from contracting.domain.text import recorded
from contracting.domain.window import Window
from contracting.use_cases.show_dashboard import a_year_before
from contracts.contracting.v1.errors import InvalidInput
from contracts.identity.v1.events import AccountUpdated
from contracts.wire import Role
from kernel.ids import new_id


def test_a_reference_is_a_creditor_reference_whose_neighbours_differ_in_more_than_one_place(now):
    assert reference(123, now) == "RF462026000123"
    assert reference(124, now) == "RF192026000124"
    assert iso11649.is_valid(reference(1_234_567, now))


@pytest.mark.parametrize("place", range(4, 14))
def test_one_mistyped_digit_makes_a_reference_invalid(place, now):
    right = reference(123, now)
    wrong = right[:place] + str((int(right[place]) + 1) % 10) + right[place + 1 :]

    assert not iso11649.is_valid(wrong)


@dataclass
class Row:
    id: str


def test_pages_follow_one_another_without_gap_or_repetition(now):
    rows = sorted((Row(new_id("mis", now)) for _ in range(5)), key=lambda row: row.id, reverse=True)

    seen, cursor = [], None
    while True:
        window = Window.of(cursor, 2, "mis")
        found = [row for row in rows if window.before is None or row.id < window.before][: window.limit + 1]
        page = window.page(found, lambda row: row.id)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == [row.id for row in rows]


@pytest.mark.parametrize("cursor", ["", "x", "bWlzXzE", "é\ud800", "\x00" * 40])
def test_a_made_up_cursor_is_refused(cursor):
    with pytest.raises(InvalidInput) as refusal:
        Window.of(cursor, 20, "mis")

    assert refusal.value.details["field"] == "cursor"


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_a_page_has_one_to_a_hundred_rows(limit):
    with pytest.raises(InvalidInput) as refusal:
        Window.of(None, limit, "mis")

    assert refusal.value.details["field"] == "limit"


def test_evidence_keeps_what_a_browser_says_of_itself_whatever_it_is():
    assert recorded("Mozilla/5.0\x00\ud800 (é)", 400) == "Mozilla/5.0?? (é)"
    assert recorded("x" * 500, 400) == "x" * 400


def test_an_erased_account_leaves_a_pseudonym_that_no_update_undoes(now):
    account = Account(id="acc_01JD00000000000000007KQ4ZD", role=Role.EXPERT, first_name="Hélène", last_name="Marchand")

    account.erase()
    account.update(
        AccountUpdated(
            account_id=account.id, email="h@x.example", first_name="Hélène", last_name="Marchand", phone="", locale="fr"
        ),
        now,
    )

    assert account.name == "#7KQ4ZD"


@pytest.mark.parametrize(
    ("now", "since"),
    [
        (datetime(2026, 11, 2, 9, tzinfo=UTC), datetime(2025, 11, 2, 9, tzinfo=UTC)),
        (datetime(2028, 2, 29, 9, tzinfo=UTC), datetime(2027, 2, 28, 9, tzinfo=UTC)),
    ],
)
def test_a_dashboards_year_is_twelve_months(now, since):
    assert a_year_before(now) == since


def test_the_presets_are_what_the_sources_say(akigora, mission_internationale):
    assert [step.weight for step in akigora.schedule] == [30, 30, 40]
    assert akigora.validated_by == "both"
    assert [step.weight for step in mission_internationale.schedule] == [100]
    assert mission_internationale.start_without_funds == "forbidden"


@pytest.mark.parametrize(
    ("line", "becomes", "named"),
    [
        ("schedule_customisable = true", "", "schedule_customisable"),
        ("amend_scope = true", "amend_scope = true\nhouse_colour = 1", "house_colour"),
        ("weight = 30, fund", "weigth = 30, fund", "weigth"),
        ("amend_rate = false", "amend_rate = true", "amend_rate"),
        ('validated_by = "both"', 'validated_by = "nobody"', "validated_by"),
        ("reminder_days = [1, 3, 7, 14]", "reminder_days = [3, 1]", "reminder_days"),
        ('fund = "acceptance"', 'fund = "completion"', "schedule"),
        ("quote_validity_days = 30", "quote_validity_days = 0", "quote_validity_days"),
    ],
)
def test_a_bad_policy_stops_the_start_with_its_name(line, becomes, named, tmp_path):
    from chassis.settings import policy_file

    text = policy_file("akigora").read_text()
    assert line in text
    (tmp_path / "bad.toml").write_text(text.replace(line, becomes, 1))

    with pytest.raises(BadSetting, match=named):
        config.load(Settings("contracting", {"POLICY": str(tmp_path / "bad.toml")}))


def test_silence_can_be_made_to_validate(akigora, now):
    assert akigora.silence_ends_at(now) is None
    assert (replace(akigora, auto_validation_days=30).silence_ends_at(now) - now).days == 30
