"""A roster in which remedies up to some kind are all allowed at once: the room that a search for the fewest has."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

from greedy.domain.models import Qualification, Slot, Status, StoredAssignment, Workspace
from greedy.domain.period import Period
from greedy.joint.remedies import new_qualification
from greedy.solver.board import Board
from greedy.solver.halves import Half
from greedy.solver.numbering import Numbering
from greedy.solver.replan import without

MORE = 10_000
"""By how much every quota is made larger: more than there is to do."""

FREE_DAYS_ON_END = 3
"""The most free days on end. A longer absence is leave or illness: nobody is asked to give that up."""


class Freedom(IntEnum):
    """Which kinds of remedies are allowed: each with all before it, the most welcome first."""

    QUOTAS = 0
    TAKE_OVERS = 1
    FREE_DAYS = 2
    QUALIFICATIONS = 3


@dataclass(frozen=True)
class Facts:
    """What a planner has entered, as far as remedies change it.

    Attributes:
        workspace: The roster, without what earlier runs of the job have planned.
        period: The days to which the run is confined; None for all.
    """

    workspace: Workspace
    period: Period | None

    @cached_property
    def quotas(self) -> dict[tuple[str, str], int]:
        """(employee id, service id) -> quota."""
        return {(row.employee_id, row.service_id): row.quota for row in self.workspace.qualifications}

    @cached_property
    def used(self) -> Counter[tuple[str, str]]:
        """(employee id, service id) -> shifts that planners have entered."""
        rows = self.workspace.stored
        return Counter(
            (row.employee_id, row.service_id) for row in rows if row.status is Status.ACTIVE and row.service_id
        )

    @cached_property
    def free_slots(self) -> frozenset[Slot]:
        """The UNAVAILABLE slots of free days, which somebody might give up."""
        days: dict[str, set[dt.date]] = defaultdict(set)
        away = [row for row in self.workspace.stored if row.status is Status.UNAVAILABLE]
        for row in away:
            days[row.employee_id].add(row.date)
        free = {(person, date) for person, dates in days.items() for date in _free_days(dates)}
        return frozenset(row.slot for row in away if (row.employee_id, row.date) in free and self.plans(row.date))

    @cached_property
    def movable(self) -> tuple[StoredAssignment, ...]:
        """The shifts that planners have entered and that somebody else could have all the same, by slot.

        One whose person may not have it by the rules stays: it is there because a planner wants it so.
        """
        rows = sorted(
            (
                row
                for row in self.workspace.stored
                if row.status is Status.ACTIVE
                and row.service_id is not None
                and self.plans(row.date)
                and self.used[row.employee_id, row.service_id] <= self.quotas.get((row.employee_id, row.service_id), 0)
            ),
            key=lambda row: (row.date, row.dagdeel.order, row.employee_id),
        )
        board, fitting = Board(without(self.workspace, rows)), []
        for row in rows:
            person, service, slot = board.numbers(row.slot, row.service_id or "")
            if board.takers(service, slot) >> person & 1:
                board.assign(person, service, slot)
                fitting.append(row)
        return tuple(fitting)

    @cached_property
    def places_lifted(self) -> dict[Half, int]:
        """How many of the movable shifts are of a service at a slot."""
        numbers = Numbering(self.workspace)
        places = (numbers.numbers(row.slot, row.service_id or "") for row in self.movable)
        return Counter(Half(service, slot) for _, service, slot in places)

    def plans(self, date: dt.date) -> bool:
        """Whether a day is one of those that are planned."""
        return self.period is None or self.period.covers(date)

    def relaxed(self, freedom: Freedom) -> Workspace:
        """Return the roster in which remedies of some kinds are all allowed.

        From `Freedom.TAKE_OVERS` on it lacks the movable shifts: they are assignments like any other there.
        """
        workspace = self.workspace
        if freedom >= Freedom.TAKE_OVERS:
            workspace = without(workspace, self.movable)
        if freedom >= Freedom.FREE_DAYS:
            free = self.free_slots
            stored = (row for row in workspace.stored if row.status is not Status.UNAVAILABLE or row.slot not in free)
            workspace = replace(workspace, stored=tuple(stored))
        return replace(workspace, qualifications=tuple(self._qualifications(freedom)))

    def _qualifications(self, freedom: Freedom) -> Iterator[Qualification]:
        """Yield larger quotas for all but those who work beyond theirs already, and maybe everything for everybody."""
        for row in self.workspace.qualifications:
            beyond = self.used[row.employee_id, row.service_id] > row.quota
            yield row if beyond else row.model_copy(update={"quota": row.quota + MORE})
        if freedom >= Freedom.QUALIFICATIONS:
            for person in self.workspace.employees:
                for service in self.workspace.services:
                    if (person.id, service.id) not in self.quotas and not self.used[person.id, service.id]:
                        yield new_qualification(person.id, service.id, MORE)


def _free_days(dates: set[dt.date]) -> Iterator[dt.date]:
    """Yield the days of absences that are no longer than `FREE_DAYS_ON_END`."""
    run: list[dt.date] = []
    for date in sorted(dates):
        if run and date - run[-1] > dt.timedelta(days=1):
            run = []
        run.append(date)
        if date + dt.timedelta(days=1) not in dates and len(run) <= FREE_DAYS_ON_END:
            yield from run
