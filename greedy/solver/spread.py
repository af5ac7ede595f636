"""Which places stay open where not all can be filled (`docs/rules.md`, "The aims").

Of plans with equally many filled places and pairs, one is better, most important first, if

1. fewer dagdelen that ask for on-call duty have nobody on call;
2. its open on-call places are spread over the weeks: a smaller sum of squares per week (Monday to Sunday);
3. and over the days: a smaller sum of squares per day;
4. the open places of each other service are spread over the weeks, 5. over the days;
6. fewer of all open places fall on weekends and holidays.

The figures are kept up to date with each move, so that a move can be judged without counting anew.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from typing import NamedTuple

from greedy.solver.board import Board
from greedy.solver.halves import Half, Unit
from greedy.solver.numbering import PER_DAY, ServiceNumber, SlotNumber

_DAYS = 7
_SATURDAY = 5


class Cost(NamedTuple):
    """What it costs that exactly these places are open: most important first, less is better."""

    uncovered: int = 0
    on_call_weeks: int = 0
    on_call_days: int = 0
    other_weeks: int = 0
    other_days: int = 0
    free_days: int = 0


class Spread:
    """How the open places of a board are spread over its slots, weeks and days.

    Attributes:
        asked: The slots that ask for on-call duty.
        week: The week of each slot, Monday to Sunday.
        free: Whether each slot is on a weekend or a holiday.
    """

    def __init__(self, board: Board) -> None:
        """Count what is open on a board."""
        slots = range(len(board.active))
        dates = [board.when(SlotNumber(slot))[0] for slot in slots]
        self.week = [(day.toordinal() - 1) // _DAYS for day in dates]
        self.free = [is_free(day, board.workspace.holidays) for day in dates]
        self._on_call = [service.is_system for service in board.services]
        self.asked = {slot for (slot, service), shift in board.shifts.items() if self._asks(board, service, slot)}
        self._present = [0] * len(board.active)
        self._weeks: dict[tuple[int, int], int] = {}
        self._days: dict[tuple[int, int], int] = {}
        self._cost = [len(self.asked), 0, 0, 0, 0, 0]
        for (slot, service), shift in board.shifts.items():
            for _ in range(shift.open.total):
                self._add(service, slot, 1)
            if self._on_call[service] and shift.needed.total:
                self._be_present(slot, sum(shift.staff))

    def _asks(self, board: Board, service: ServiceNumber, slot: SlotNumber) -> bool:
        return self._on_call[service] and board.shifts[slot, service].needed.total > 0

    def uncovered(self) -> set[SlotNumber]:
        """Return the slots that ask for on-call duty and have nobody on call."""
        return {slot for slot in self.asked if not self._present[slot]}

    @property
    def cost(self) -> Cost:
        """The cost of the places that are open now."""
        return Cost(*self._cost)

    def fill(self, half: Half) -> None:
        """Note that a place has been filled."""
        service, slot = half
        self._add(service, slot, -1)
        if self._on_call[service]:
            self._be_present(slot, 1)

    def leave_open(self, half: Half) -> None:
        """Note that a place has become open."""
        service, slot = half
        self._add(service, slot, 1)
        if self._on_call[service]:
            self._be_present(slot, -1)

    def if_open(self, unit: Unit) -> Cost:
        """Return what it would cost if a filled unit were open."""
        if len(unit) > 1:
            for half in unit:
                self.leave_open(half)
            cost = self.cost
            for half in unit:
                self.fill(half)
            return cost
        ((service, slot),) = unit
        uncovered, on_call_weeks, on_call_days, weeks, days, free = self._cost
        free += self.free[slot]
        if self._on_call[service]:
            on_call_weeks += 2 * self._weeks.get((-1, self.week[slot]), 0) + 1
            on_call_days += 2 * self._days.get((-1, slot // PER_DAY), 0) + 1
            uncovered += self._present[slot] == 1
        else:
            weeks += 2 * self._weeks.get((service, self.week[slot]), 0) + 1
            days += 2 * self._days.get((service, slot // PER_DAY), 0) + 1
        return Cost(uncovered, on_call_weeks, on_call_days, weeks, days, free)

    def if_filled(self, unit: Unit) -> Cost:
        """Return what it would cost if an open unit were filled."""
        for half in unit:
            self.fill(half)
        cost = self.cost
        for half in unit:
            self.leave_open(half)
        return cost

    def _be_present(self, slot: SlotNumber, people: int) -> None:
        before = self._present[slot]
        now = self._present[slot] = before + people
        if not before and now:
            self._cost[0] -= 1
        elif before and not now:
            self._cost[0] += 1

    def _add(self, service: ServiceNumber, slot: SlotNumber, places: int) -> None:
        cost = self._cost
        group, at = (-1, 1) if self._on_call[service] else (service, 3)
        week, day = (group, self.week[slot]), (group, slot // PER_DAY)
        now = self._weeks.get(week, 0)
        self._weeks[week] = now + places
        cost[at] += places * (2 * now + places)
        now = self._days.get(day, 0)
        self._days[day] = now + places
        cost[at + 1] += places * (2 * now + places)
        cost[5] += places * self.free[slot]


def is_weekend(day: date) -> bool:
    """Whether a date is a Saturday or a Sunday."""
    return day.weekday() >= _SATURDAY


def is_free(day: date, holidays: Container[date]) -> bool:
    """Whether a date is a Saturday, a Sunday or a holiday."""
    return is_weekend(day) or day in holidays
