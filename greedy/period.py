"""A run that is confined to some days of the roster (`--from`, `--until`).

What lies outside stays as it is, and counts for quota, rest and fairness. So the pass needs no rule of its own: it is
given no demand for the other days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from greedy.board import Board
from greedy.errors import UsageError
from greedy.models import Assignment, Roster, Workspace


@dataclass(frozen=True, slots=True)
class Period:
    """Days of a roster, `first` to `last`, both inclusive."""

    first: dt.date
    last: dt.date

    def covers(self, date: dt.date) -> bool:
        """Tell whether a date is one of these days."""
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
        """Give the days that are asked for; None when the whole roster is.

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


@dataclass(frozen=True, slots=True)
class Confined:
    """A workspace in which only the days of a period have demand.

    Attributes:
        workspace: The roster, without the requirements outside the period.
        period: The days that are planned.
        open_outside: Open places outside the period, which were left alone.
    """

    workspace: Workspace
    period: Period
    open_outside: int


def confine(workspace: Workspace, period: Period) -> Confined:
    """Leave only the demand of a period's days, and count what is open on the others."""
    board = Board(workspace)
    inside = tuple(row for row in workspace.requirements if period.covers(row.date))
    open_ = sum(
        board.shift_of(row).vacant.of(row.team) for row in workspace.requirements if not period.covers(row.date)
    )
    return Confined(replace(workspace, requirements=inside, assignments=[]), period, open_)


def rest_of(period: Period, board: Board, blocks: Iterable[Assignment]) -> Iterator[Assignment]:
    """Give the blocks that are a confined run's to make: on its days, or the rest after a duty of one of them."""
    for block in blocks:
        person, slot = board.person_number[block.employee_id], board.slot_number(block.date, block.dagdeel)
        days = [block.date, *(board.when(cause)[0] for cause in board.causes(person, slot))]
        if any(map(period.covers, days)):
            yield block
