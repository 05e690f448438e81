"""Business days for payouts: the days on which euros move between banks (TARGET2), in the time of Paris (M41)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

PARIS = ZoneInfo("Europe/Paris")


def day_of(moment: datetime) -> date:
    """The day it is in Paris."""
    return moment.astimezone(PARIS).date()


def is_business_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _closed(day.year)


def after_business_days(day: date, count: int) -> date:
    """The `count`-th business day after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_business_day(day)
    return day


def payout_day(released_at: datetime, country: str, days: Mapping[str, int]) -> date:
    """When money released now is paid out to a bank of this country; `days` is the policy's table with its DEFAULT."""
    return after_business_days(day_of(released_at), days.get(country, days["DEFAULT"]))


@lru_cache(maxsize=16)
def _closed(year: int) -> frozenset[date]:
    return frozenset(holidays.financial_holidays("ECB", years=year))
