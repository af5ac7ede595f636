"""When a place's clocks change, as a calendar tells it (VTIMEZONE, RFC 5545, section 3.6.5).

Calendars that do not know a zone by its name go by this. The libraries' own gives the hour after the change where the
hour before it is meant, and lists days (RDATE), which some calendars pass over; here it is a rule where there is one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vRecur

DAY = dt.timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Change(NamedTuple):
    """A change of clocks.

    Attributes:
        local: When, by the clock that is about to change.
        before: How far the clock is ahead of UTC until then.
        after: The same from then on.
        name: What the time is called from then on: `CEST`.
        is_summer: Whether that is daylight saving time.
    """

    local: dt.datetime
    before: dt.timedelta
    after: dt.timedelta
    name: str
    is_summer: bool


def timezone_of(zone: ZoneInfo, first: dt.date, last: dt.date) -> Timezone:
    """Describe a zone's clocks so that they are right from one day to another.

    Args:
        zone: The zone, known by its name.
        first: The first day on which something happens.
        last: The last one.
    """
    # From the year before, so that the first day already has its time from a change.
    begin = dt.datetime(first.year - 1, 1, 1, tzinfo=dt.UTC)
    changes = _changes(zone, begin, dt.datetime(last.year + 1, 12, 31, tzinfo=dt.UTC))
    described = Timezone()
    described.add("TZID", str(zone))
    if not changes:
        always = begin.astimezone(zone)
        offset = always.utcoffset() or dt.timedelta()
        changes = [Change(begin.replace(tzinfo=None), offset, offset, always.tzname() or str(zone), is_summer=False)]
    alike: dict[tuple[dt.timedelta, dt.timedelta, str, bool], list[dt.datetime]] = defaultdict(list)
    for change in changes:
        alike[change[1:]].append(change.local)
    for (before, after, name, is_summer), moments in alike.items():
        observed = TimezoneDaylight() if is_summer else TimezoneStandard()
        observed.add("DTSTART", moments[0])
        if rule := _rule(moments):
            observed.add("RRULE", rule)
        elif len(moments) > 1:
            observed.add("RDATE", moments[1:])
        observed.add("TZNAME", name)
        observed.add("TZOFFSETFROM", before)
        observed.add("TZOFFSETTO", after)
        described.add_component(observed)
    return described


def _changes(zone: ZoneInfo, begin: dt.datetime, end: dt.datetime) -> list[Change]:
    """Return when the clocks change between two moments."""
    days = [begin + number * DAY for number in range((end - begin).days + 1)]
    return [
        _change(zone, *span)
        for span in pairwise(days)
        if len({moment.astimezone(zone).utcoffset() for moment in span}) > 1
    ]


def _change(zone: ZoneInfo, early: dt.datetime, late: dt.datetime) -> Change:
    """Find the change between two moments whose clocks differ, to the minute."""
    before = early.astimezone(zone).utcoffset() or dt.timedelta()
    while late - early > dt.timedelta(minutes=1):
        middle = early + (late - early) // dt.timedelta(minutes=2) * dt.timedelta(minutes=1)
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    changed = late.astimezone(zone)
    return Change(
        local=(late + before).replace(tzinfo=None),
        before=before,
        after=changed.utcoffset() or dt.timedelta(),
        name=changed.tzname() or str(zone),
        is_summer=bool(changed.dst()),
    )


def _rule(moments: list[dt.datetime]) -> vRecur | None:
    """Return the yearly rule of changes, such as the last Sunday of March; None where they follow none."""
    years = [moment.year for moment in moments]
    alike = {(moment.month, moment.weekday(), moment.time()) for moment in moments}
    if len(alike) > 1 or len(moments) < 2 or years != [*range(years[0], years[-1] + 1)]:
        return None
    month, weekday, _ = alike.pop()
    from_end = {_weeks_to_end(moment) for moment in moments}
    from_start = {(moment.day - 1) // 7 + 1 for moment in moments}
    if from_end == {0}:
        place = "-1"
    elif len(from_start) == 1:
        place = str(from_start.pop())
    else:
        return None
    return vRecur({"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": f"{place}{WEEKDAYS[weekday]}"})


def _weeks_to_end(moment: dt.datetime) -> int:
    """Count how often a day's weekday comes again in its month."""
    return sum((moment + number * 7 * DAY).month == moment.month for number in range(1, 5))
