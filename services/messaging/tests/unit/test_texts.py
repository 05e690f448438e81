"""Every notice can be written, in both languages, from the event that causes it."""

from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from contracts.shapes import Address, Evidence, Party
from contracts.wire import Event
from kernel.money import Money
from messaging.adapters.texts import LOCALES, Catalogues
from messaging.use_cases.notify import NOTICES

CATALOGUES = Catalogues("Akigora", "https://akigora.example")
ROWS = [
    (event, notice, channel, locale)
    for event, notices in NOTICES.items()
    for notice in notices
    for channel in notice.channels
    for locale in LOCALES
]


@pytest.mark.parametrize(("event", "notice", "channel", "locale"), ROWS, ids=lambda each: getattr(each, "kind", str(each))[-30:])
def test_every_notice_is_written_from_its_event(event: type[Event], notice: Any, channel: Any, locale: str):
    facts = sample(event)

    text = CATALOGUES.write(notice.kind, channel.value, locale, facts | {"name": "Hélène"})

    assert "{" not in text.body + text.subject
    if channel.value == "sms":
        assert 20 < len(text.body) <= 160
    else:
        assert 5 < len(text.subject) <= 120
        assert text.body.startswith({"fr": "Bonjour Hélène,", "en": "Hello Hélène,"}[locale])
        assert "Akigora" in text.body


def test_the_catalogues_hold_the_same_notices_and_no_other():
    used = {notice.kind for notices in NOTICES.values() for notice in notices}

    assert CATALOGUES.kinds("fr") == CATALOGUES.kinds("en") == used


def test_an_amount_is_written_as_its_reader_writes_it():
    facts = {"name": "", "number": "PX-1", "ttc": Money(198_720)}

    french = CATALOGUES.write("document_issued", "email", "fr", facts)
    english = CATALOGUES.write("document_issued", "email", "en", facts)

    assert "1\u00a0987,20\u00a0€ TTC" in french.body
    assert "€1,987.20 including VAT" in english.body


def test_a_stranger_language_is_answered_in_french():
    text = CATALOGUES.write("admitted", "email", "xx", {"name": ""})

    assert text.subject == "Bienvenue parmi les experts"


def sample(shape: type) -> dict[str, Any]:
    hints = get_type_hints(shape)
    return {field.name: value_of(field.name, hints[field.name]) for field in fields(shape)}


def value_of(name: str, hint: Any) -> Any:
    if get_origin(hint) is UnionType:
        hint = next(part for part in get_args(hint) if part is not type(None))
    simple: dict[Any, Any] = {
        str: f"{name}-ü",
        int: 2,
        bool: True,
        Money: Money(1_234_567),
        date: date(2026, 12, 1),
        datetime: datetime(2026, 12, 1, tzinfo=UTC),
        Party: Party(
            id="p", kind="business", name="Atelier & Fils", address=Address(line1="", postcode="", city="", country="FR")
        ),
        Evidence: Evidence(account_id="", name="", at="", ip="", user_agent="", document_sha256=""),
    }
    if hint in simple:
        return simple[hint]
    if isinstance(hint, type) and not get_origin(hint) and hasattr(hint, "__members__"):
        return next(iter(hint))
    if get_origin(hint) in (tuple, dict):
        return get_origin(hint)()
    return hint(**{f.name: value_of(f.name, get_type_hints(hint)[f.name]) for f in fields(hint) if f.default is MISSING})
