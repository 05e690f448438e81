"""What an expert may write in a profile (A46, A49, M8): limits, tidying, and how complete it is.

Everything is checked before anything is kept. `InvalidProfile` names the field as a dotted path ("content.skills.3.name").
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from catalog.domain.words import fold, is_clean
from contracts.catalog.v1.errors import InvalidProfile
from contracts.catalog.v1.rpc import Experience, ProfileContent, Skill
from kernel.money import Money

TITLE_LENGTH = 120
SUMMARY_LENGTH = 4000
NAME_LENGTH = 80
ORGANISATION_LENGTH = 150
DESCRIPTION_LENGTH = 2000
SKILLS_AT_MOST = 30
EXPERIENCES_AT_MOST = 20
OTHERS_AT_MOST = 15
LETTERS_AT_MOST = 3  # M36
EARLIEST_YEAR = 1940
DAY_RATE_CENTS_AT_MOST = 10_000_000

NEEDED_TO_PUBLISH = ("title", "summary", "skills")
# points of the completeness score, in percent; what adds most is asked for first (A46, A49)
POINTS = {
    "summary": 15,
    "skills": 15,
    "experiences": 15,
    "photo": 15,
    "title": 10,
    "day_rate": 10,
    "soft_skills": 5,
    "sectors": 5,
    "countries": 5,
    "languages": 5,
}


def checked(content: ProfileContent, today: date) -> ProfileContent:
    """The content as it is kept: trimmed, without blank lines around and without doubles. Raises InvalidProfile."""
    return replace(
        content,
        title=_line(content.title, "content.title", TITLE_LENGTH, blank=True),
        summary=_text(content.summary, "content.summary", SUMMARY_LENGTH),
        skills=_skills(content.skills),
        soft_skills=_names(content.soft_skills, "content.soft_skills"),
        sectors=_names(content.sectors, "content.sectors"),
        countries=_names(content.countries, "content.countries"),
        languages=_names(content.languages, "content.languages"),
        experiences=_experiences(content.experiences, today),
        day_rate=_day_rate(content),
        reference_letters=_between(content.reference_letters, 0, LETTERS_AT_MOST, "content.reference_letters"),
    )


def missing(content: ProfileContent, has_photo: bool) -> tuple[str, ...]:
    """What would make the profile more complete, the most useful first."""
    return tuple(name for name in POINTS if not (has_photo if name == "photo" else getattr(content, name)))


def completeness(content: ProfileContent, has_photo: bool) -> int:
    """Percent."""
    return 100 - sum(POINTS[name] for name in missing(content, has_photo))


def _skills(skills: tuple[Skill, ...]) -> tuple[Skill, ...]:
    _at_most(skills, SKILLS_AT_MOST, "content.skills")
    tidy = [
        Skill(
            name=_line(skill.name, f"content.skills.{place}.name", NAME_LENGTH),
            years=_between(skill.years, 0, 70, f"content.skills.{place}.years"),
        )
        for place, skill in enumerate(skills)
    ]
    return tuple({fold(skill.name): skill for skill in reversed(tidy)}.values())[::-1]


def _names(names: tuple[str, ...], field: str) -> tuple[str, ...]:
    _at_most(names, OTHERS_AT_MOST, field)
    tidy = [_line(name, f"{field}.{place}", NAME_LENGTH) for place, name in enumerate(names)]
    return tuple({fold(name): name for name in reversed(tidy)}.values())[::-1]


def _experiences(experiences: tuple[Experience, ...], today: date) -> tuple[Experience, ...]:
    _at_most(experiences, EXPERIENCES_AT_MOST, "content.experiences")
    return tuple(_experience(one, f"content.experiences.{place}", today.year) for place, one in enumerate(experiences))


def _experience(one: Experience, field: str, year: int) -> Experience:
    start = _between(one.start_year, EARLIEST_YEAR, year + 1, f"{field}.start_year")
    return Experience(
        title=_line(one.title, f"{field}.title", ORGANISATION_LENGTH),
        organisation=_line(one.organisation, f"{field}.organisation", ORGANISATION_LENGTH, blank=True),
        start_year=start,
        end_year=None if one.end_year is None else _between(one.end_year, start, year + 10, f"{field}.end_year"),
        description=_text(one.description, f"{field}.description", DESCRIPTION_LENGTH),
    )


def _day_rate(content: ProfileContent) -> Money | None:
    rate = content.day_rate
    if rate is None:
        return None
    if rate.currency != "EUR":
        raise InvalidProfile("A day rate is in euros.", field="content.day_rate.currency")
    _between(rate.amount, 1, DAY_RATE_CENTS_AT_MOST, "content.day_rate.amount")
    return rate


def _line(value: str, field: str, at_most: int, *, blank: bool = False) -> str:
    """One line of text. The length is looked at before anything else is done with it."""
    if len(value) > at_most or not is_clean(value):
        raise InvalidProfile(f"One line of at most {at_most} characters.", field=field)
    tidy = " ".join(unicodedata.normalize("NFC", value).split())
    if not tidy and not blank:
        raise InvalidProfile("This must not be blank.", field=field)
    return tidy


def _text(value: str, field: str, at_most: int) -> str:
    if len(value) > at_most or not is_clean(value, lines=True):
        raise InvalidProfile(f"At most {at_most} characters, without control characters.", field=field)
    return unicodedata.normalize("NFC", value).replace("\r\n", "\n").strip()


def _between(value: int, lowest: int, highest: int, field: str) -> int:
    if not lowest <= value <= highest:
        raise InvalidProfile(f"A whole number from {lowest} to {highest}.", field=field)
    return value


def _at_most(values: Iterable[object], number: int, field: str) -> None:
    if len(tuple(values)) > number:
        raise InvalidProfile(f"At most {number}.", field=field)
