"""What an expert writes into a quote (M16, A68), checked; and what it costs, HT."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from contracting.domain import text
from contracting.domain.policy import ContractingPolicy
from contracts.contracting.v1.errors import InvalidQuote, ScheduleFixed
from contracts.contracting.v1.rpc import QuoteContent, QuoteLine
from kernel.money import Money, line_amount, total

MOST_LINES = 50
MOST_CENTS = 10_000_000_000
"""Of one price and of a whole quote: a hundred million euros."""
_CURRENCY = "EUR"
_QUANTITY = re.compile(r"[0-9]{1,6}(\.[0-9]{1,4})?")
_SERVICE_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")
_UNITS = ("day", "hour", "flat")
_TEXTS = {"title": 200, "objectives": 10_000, "deliverables": 10_000}
_OPTIONAL_TEXTS = {"means": 10_000, "roadmap": 10_000, "strengths": 10_000, "message": 10_000, "legal_mentions": 5_000}


def checked(content: QuoteContent, policy: ContractingPolicy) -> QuoteContent:
    """The content, tidied. Raises InvalidQuote or ScheduleFixed, `field` naming the fault ("content.lines.0.quantity")."""
    tidy: dict[str, Any] = {
        name: _text(content, name, most, required=required)
        for texts, required in ((_TEXTS, True), (_OPTIONAL_TEXTS, False))
        for name, most in texts.items()
    }
    if not _SERVICE_KIND.fullmatch(content.service_kind):
        raise InvalidQuote("service_kind is not the name of a kind of service", field="content.service_kind")
    if not 1 <= len(content.lines) <= MOST_LINES:
        raise InvalidQuote(f"a quote has 1 to {MOST_LINES} lines", field="content.lines")
    lines = tuple(_line(line, f"content.lines.{index}") for index, line in enumerate(content.lines))
    check_duration(content.starts_on, content.ends_on, policy, "content.ends_on")
    _check_weights(content.weights, policy)
    whole = replace(content, lines=lines, **tidy)
    _check_amounts(whole, policy)
    return whole


def ht_of(content: QuoteContent) -> Money:
    """The sum of the lines, each rounded half up to the cent: 7.5 days x 612.35 = 4 592.63."""
    return total([line_amount(Decimal(line.quantity), line.unit_price) for line in content.lines], _CURRENCY)


def weights_of(content: QuoteContent, policy: ContractingPolicy) -> tuple[int, ...]:
    """The expert's own weights where he gave some, else the policy's (P5)."""
    return content.weights or tuple(step.weight for step in policy.schedule)


def check_duration(starts_on: date, ends_on: date, policy: ContractingPolicy, field: str) -> None:
    """Raises InvalidQuote: the end before the start; a mission to be split, one quote a month (M30, M89, P27)."""
    if ends_on < starts_on:
        raise InvalidQuote("the end is before the start", field=field)
    days = (ends_on - starts_on).days + 1
    if policy.split_from_days and days >= policy.split_from_days:
        raise InvalidQuote(f"a mission of {policy.split_from_days} days or more is split into several quotes", field=field)
    if policy.max_duration_days and days > policy.max_duration_days:
        raise InvalidQuote(f"a mission lasts at most {policy.max_duration_days} days", field=field)


def _text(content: QuoteContent, name: str, most: int, *, required: bool) -> str:
    value: str = getattr(content, name)
    return text.checked(value, f"content.{name}", at_most=most, required=required, error=InvalidQuote)


def _line(line: QuoteLine, field: str) -> QuoteLine:
    description = text.checked(line.description, f"{field}.description", at_most=500, error=InvalidQuote)
    if not _QUANTITY.fullmatch(line.quantity) or not Decimal(line.quantity):
        raise InvalidQuote('the quantity is a positive decimal such as "7.5"', field=f"{field}.quantity")
    if line.unit not in _UNITS:
        raise InvalidQuote(f"the unit is one of {', '.join(_UNITS)}", field=f"{field}.unit")
    if line.unit_price.currency != _CURRENCY or not 0 < line.unit_price.amount <= MOST_CENTS:
        raise InvalidQuote(f"the unit price is a positive amount in {_CURRENCY}", field=f"{field}.unit_price")
    return replace(line, description=description)


def _check_weights(weights: tuple[int, ...], policy: ContractingPolicy) -> None:
    if not weights:
        return
    if not policy.schedule_customisable:
        raise ScheduleFixed(field="content.weights")
    if len(weights) != len(policy.schedule) or not all(1 <= weight <= 10_000 for weight in weights):
        raise InvalidQuote(f"{len(policy.schedule)} positive weights are needed", field="content.weights")


def _check_amounts(content: QuoteContent, policy: ContractingPolicy) -> None:
    ht = ht_of(content)
    if ht.amount > MOST_CENTS:
        raise InvalidQuote("the quote is beyond what can be paid here", field="content.lines")
    if min(part.amount for part in ht.split(weights_of(content, policy))) < 1:
        raise InvalidQuote("each instalment must be at least one cent", field="content.lines")
