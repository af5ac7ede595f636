"""A run that is confined to some days of the roster (`greedy.domain.period`).

What lies outside stays as it is, and counts for quota, rest and fairness. So the pass needs no rule of its own: it is
given no demand for the other days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from greedy.domain.models import Assignment, Workspace
from greedy.domain.period import Period
from greedy.solver.board import Board


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
