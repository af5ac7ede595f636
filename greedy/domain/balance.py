"""The nights, weekends and holidays that people worked in earlier rosters, and for which later ones make up."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from greedy.domain.dagdeel import Dagdeel
from greedy.domain.days import read_day
from greedy.domain.holidays import NETHERLANDS, free_days, public_holidays
from greedy.domain.models import Balance, Status
from greedy.domain.problems import RawRow

RosterRow = TypeVar("RosterRow", bound=RawRow)

MONTHS = 6
"""How many months before a roster count where no setting says otherwise."""

_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Lookback:
    """How far back earlier rosters count.

    Attributes:
        months: Months before its first day; 0 for none.
        country: Whose public holidays count.
    """

    months: int = MONTHS
    country: str = NETHERLANDS

    def first_day(self, start: dt.date) -> dt.date:
        """Return the first day that counts for a roster that starts on a given day."""
        years, month = divmod(start.month - 1 - self.months, _MONTHS_A_YEAR)
        year = max(dt.MINYEAR, start.year + years)
        for day in range(start.day, 0, -1):
            try:
                return dt.date(year, month + 1, day)
            except ValueError:  # a month with fewer days
                continue
        return start

    def free_days(self, start: dt.date) -> list[dt.date]:
        """Return the weekend days and holidays before a day that count."""
        first = self.first_day(start)
        days = [first + dt.timedelta(days=number) for number in range((start - first).days)]
        return sorted(free_days(days, public_holidays(self.country, first, start)))


def rosters_before(
    rosters: Iterable[RosterRow], start: dt.date, end: dt.date, lookback: Lookback, closed: Collection[str]
) -> list[RosterRow]:
    """Return the rosters that began before a given one and reach into the months that count, by id.

    Of several with the same days, which are one period planned in different ways, the closed one counts, else the first
    by id.

    Args:
        rosters: All rosters, as they are read.
        start: The first day of the roster that is planned.
        end: Its last day.
        lookback: How far back they count.
        closed: The statuses of a closed roster.
    """
    chosen: dict[tuple[dt.date, dt.date], RosterRow] = {}
    first = lookback.first_day(start)
    for row in sorted(rosters, key=lambda row: (row.get("status") not in closed, str(row.get("id")))):
        begins, ends = read_day(row.get("start_date")), read_day(row.get("end_date"))
        if begins and ends and begins < start and first <= ends and (begins, ends) != (start, end):
            chosen.setdefault((begins, ends), row)
    return sorted(chosen.values(), key=lambda row: str(row.get("id"))) if lookback.months else []


def balances(
    rows: Sequence[RawRow], people: Iterable[str], on_call: Collection[str], start: dt.date, country: str
) -> Mapping[str, Balance]:
    """Count what people worked before a day.

    Args:
        rows: ACTIVE slots of the rosters before; a row that cannot be read counts for nothing.
        people: Who was in those rosters, whether they worked or not.
        on_call: Ids of the on-call services.
        start: The first day of the roster that is planned.
        country: Whose public holidays count.
    """
    worked: defaultdict[str, set[dt.date]] = defaultdict(set)
    nights: defaultdict[str, set[dt.date]] = defaultdict(set)
    for row in rows:
        person, day = row.get("employee_id"), read_day(row.get("date"))
        if row.get("status") == Status.ACTIVE and isinstance(person, str) and day is not None and day < start:
            worked[person].add(day)
            if row.get("dagdeel") == Dagdeel.AVOND and row.get("service_id") in on_call:
                nights[person].add(day)
    every = {day for days in worked.values() for day in days}
    holidays = public_holidays(country, min(every), start) if every else frozenset()
    free = free_days(sorted(every), holidays)
    return {
        person: Balance(
            nights=len(nights[person]),
            weekends=len({free[day] for day in worked[person] if day in free}),
            holidays=len(worked[person] & holidays),
        )
        for person in sorted({*people, *worked})
    }
