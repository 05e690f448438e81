"""What may be written in a profile, and that a refusal names the field."""

from dataclasses import replace
from datetime import date

import pytest

from catalog.domain.content import checked
from contracts.catalog.v1.errors import InvalidProfile
from contracts.catalog.v1.rpc import Experience, ProfileContent, Skill
from kernel.money import Money

TODAY = date(2026, 11, 2)
JOB = Experience(title="CFO", organisation="Usinor", start_year=1990, end_year=1999)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (ProfileContent(title="x" * 121), "content.title"),
        (ProfileContent(title="two\nlines"), "content.title"),
        (ProfileContent(summary="x" * 4001), "content.summary"),
        (ProfileContent(summary="nul \x00"), "content.summary"),
        (ProfileContent(summary="half a pair \ud800"), "content.summary"),
        (ProfileContent(skills=tuple(Skill(name=f"s{n}") for n in range(31))), "content.skills"),
        (ProfileContent(skills=(Skill(name="SAP"), Skill(name="  "))), "content.skills.1.name"),
        (ProfileContent(skills=(Skill(name="SAP", years=-1),)), "content.skills.0.years"),
        (ProfileContent(languages=tuple(f"l{n}" for n in range(16))), "content.languages"),
        (ProfileContent(countries=("x" * 81,)), "content.countries.0"),
        (ProfileContent(sectors=("",)), "content.sectors.0"),
        (ProfileContent(experiences=(JOB,) * 21), "content.experiences"),
        (ProfileContent(experiences=(JOB, replace(JOB, end_year=1989))), "content.experiences.1.end_year"),
        (ProfileContent(experiences=(replace(JOB, start_year=1890),)), "content.experiences.0.start_year"),
        (ProfileContent(experiences=(replace(JOB, description="x" * 2001),)), "content.experiences.0.description"),
        (ProfileContent(day_rate=Money(0)), "content.day_rate.amount"),
        (ProfileContent(day_rate=Money(90_000, "USD")), "content.day_rate.currency"),
        (ProfileContent(reference_letters=4), "content.reference_letters"),
    ],
)
def test_a_bad_field_is_refused_by_its_name(content, field):
    with pytest.raises(InvalidProfile) as refusal:
        checked(content, TODAY)

    assert refusal.value.details["field"] == field


def test_text_is_kept_tidy_and_without_doubles():
    written = ProfileContent(
        title="  Directeur   industriel ",
        summary="Deux\r\nlignes\n\n",
        skills=(Skill(name="Négociation", years=9), Skill(name="NEGOCIATION", years=1), Skill(name="SAP")),
        languages=("fr", "FR", "en"),
    )

    kept = checked(written, TODAY)

    assert kept.title == "Directeur industriel"
    assert kept.summary == "Deux\nlignes"
    assert kept.skills == (Skill(name="Négociation", years=9), Skill(name="SAP"))
    assert kept.languages == ("fr", "en")
