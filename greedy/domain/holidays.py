"""Days on which others are free: weekends, and the public holidays, which count with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable

NETHERLANDS = "NL"
SATURDAY = 5
"""Its number among the days of the week."""


def public_holidays(country: str, first: dt.date, last: dt.date) -> frozenset[dt.date]:
    """Return a country's public holidays from one day to another, both inclusive.

    Args:
        country: ISO 3166 code of two letters, as `NL`.
        first: The first day.
        last: The last day.

    Raises:
        ValueError: No holidays of such a country are known.
    """
    import holidays  # here, as it takes a tenth of a second

    try:
        known = holidays.country_holidays(country, years=range(first.year, last.year + 1))
    except NotImplementedError:
        raise ValueError(f"no holidays of a country {country!r} are known") from None
    return frozenset(day for day in known if first <= day <= last)


def free_days(days: Iterable[dt.date], holidays: Container[dt.date]) -> dict[dt.date, dt.date]:
    """Return those days on which others are free, each with the day that it counts under.

    A weekend counts once: both of its days count under the Saturday. A holiday on another day counts under itself.
    """
    found = {}
    for day in days:
        if day.weekday() >= SATURDAY:
            found[day] = day - dt.timedelta(days=day.weekday() - SATURDAY)
        elif day in holidays:
            found[day] = day
    return found
