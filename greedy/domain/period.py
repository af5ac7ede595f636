"""The days that a run plans (`--from`, `--until`), and whether it plans anew what is the job's own (`--replan`)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from greedy.domain.models import Roster
from greedy.errors import RosterDataError, UsageError


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
        replan: Whether what earlier runs of the job planned is planned anew, with few changes (`--replan`).
        first_day: The first day (`--from`); None for the roster's first.
        last_day: The last day (`--until`); None for the roster's last.
        today: The days before it are history, which is not planned unless `first_day` says so; None for no such day.
        force: Whether a closed roster is planned too (`--force`).
        reshuffle: Whether a replan shares everything out anew, whoever has it (`--reshuffle`).
    """

    replan: bool = False
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    today: dt.date | None = None
    force: bool = False
    reshuffle: bool = False

    def period(self, roster: Roster) -> Period | None:
        """Return the days that are planned; None when the whole roster is.

        Without `first_day` the period begins today, as the days before that are history. Where the whole roster is
        history, the period is empty: `first` is the day after `last`.

        Raises:
            RosterDataError: The roster is closed, and the run is not forced.
            UsageError: A day lies outside the roster, or the first after the last.
        """
        self._refuse_closed(roster)
        first, last = self.first_day, self.last_day
        if first is not None and last is not None and first > last:
            raise UsageError(f"--from {first} is after --until {last}", "Give one day twice to plan that day.")
        for option, date in (("--from", first), ("--until", last)):
            if date is not None and not roster.covers(date):
                raise UsageError(
                    f"{option} {date} lies outside the roster's period {roster.start_date} to {roster.end_date}",
                    "Give a day of the roster, or leave the option out. Nothing was written.",
                )
        past_until = self.past_until(roster)
        if first is None and last is None and past_until is None:
            return None
        last = last or roster.end_date
        if past_until is not None:
            first = min(past_until, last) + dt.timedelta(days=1)
        return Period(first or roster.start_date, last)

    def past_until(self, roster: Roster) -> dt.date | None:
        """Return the last day of the roster that is left alone because it is past; None where there is none."""
        if self.today is None or self.first_day is not None or self.today <= roster.start_date:
            return None
        return min(self.today - dt.timedelta(days=1), roster.end_date)

    def _refuse_closed(self, roster: Roster) -> None:
        if roster.is_closed and not self.force:
            raise RosterDataError(
                f"Roster {roster.id} is closed: its status is {roster.status}; nothing was written",
                "Set roosters.status back to in_progress to plan it, or give --force.",
            )
