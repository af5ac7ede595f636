"""Days as databases write them: plain, as time stamps, or beyond what a `date` can hold; and times of the day."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

PRACTICE = ZoneInfo("Europe/Amsterdam")
"""The zone whose midnight a day is when it was stored as a moment."""

_PLAIN = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\s*(\d{1,2})[:.](\d\d)(?:[:.]\d\d(?:\.\d+)?)?(?:\s*uur)?\s*", re.IGNORECASE)
_BEYOND = re.compile(r"[+-]?infinity|.*\bBC|[+-]?\d{5,}-.*", re.IGNORECASE)


def read_day(value: object) -> dt.date | None:
    """Return the day of a date or a time stamp; None where the value is neither.

    A moment that is midnight at the practice is that day, in whatever zone it is written; of any other time stamp it is
    the day that is written.
    """
    if isinstance(value, dt.date):
        return value.date() if isinstance(value, dt.datetime) else value
    if not isinstance(value, str) or not _PLAIN.match(value):
        return None
    try:
        if len(value) == len("2027-01-04"):
            return dt.date.fromisoformat(value)
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        try:
            there = moment.astimezone(PRACTICE)
        except OverflowError:
            return moment.date()
        if there.time() == dt.time():
            return there.date()
    return moment.date()


def lies_outside(value: object, first: dt.date, last: dt.date) -> bool:
    """Whether a day, as written, lies before the first or after the last; False for what is no day."""
    if isinstance(value, str) and _BEYOND.fullmatch(value.strip()):
        return True
    day = read_day(value)
    return day is not None and not first <= day <= last


def read_time(value: object) -> dt.time | None:
    """Return the time of the day that a text holds, to the minute: `9:00`, `09.00`, `18:30:00`, `24:00` for midnight.

    None where it holds none.
    """
    if isinstance(value, dt.time):
        return value
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2])
    if (hour, minute) == (24, 0):
        return dt.time()
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None
