"""The days that a run plans (`--from`, `--until`), and whether it plans anew what is the job's own (`--replan`)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from greedy.domain.models import Roster
from greedy.errors import UsageError


@dataclass(frozen=True, slots=True)
class Period:
    """Days of a roster, `first` to `last`, both inclusive."""

    first: dt.date
    last: dt.date

    def covers(self, date: dt.date) -> bool:
        """Whether a date is one of these days."""
        return self.first <= date <= self.last


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run is asked to plan.

    Attributes:
        replan: Whether what earlier runs of the job planned is taken back and planned anew (`--replan`).
        first_day: The first day (`--from`); None for the roster's first.
        last_day: The last day (`--until`); None for the roster's last.
    """

    replan: bool = False
    first_day: dt.date | None = None
    last_day: dt.date | None = None

    def period(self, roster: Roster) -> Period | None:
        """Return the days that are asked for; None when the whole roster is.

        Raises:
            UsageError: A day lies outside the roster, or the first after the last.
        """
        first, last = self.first_day, self.last_day
        if first is not None and last is not None and first > last:
            raise UsageError(f"--from {first} is after --until {last}", "Give one day twice to plan that day.")
        for option, date in (("--from", first), ("--until", last)):
            if date is not None and not roster.covers(date):
                raise UsageError(
                    f"{option} {date} lies outside the roster's period {roster.start_date} to {roster.end_date}",
                    "Give a day of the roster, or leave the option out. Nothing was written.",
                )
        if first is None and last is None:
            return None
        return Period(first or roster.start_date, last or roster.end_date)
