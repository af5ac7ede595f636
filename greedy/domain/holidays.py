"""Public holidays, which count with the weekends."""

from __future__ import annotations

import datetime as dt

NETHERLANDS = "NL"


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
