"""A run that is confined to some days of the roster (`greedy.domain.period`).

The other days stay as they are, and still count for quota, rest and fairness. The pass needs no rule for this: it
simply sees no demand on those days.
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
        open_outside: How many places are open outside the period, and left alone.
    """

    workspace: Workspace
    period: Period
    open_outside: int


def confine(workspace: Workspace, period: Period) -> Confined:
    """Return a roster with demand on a period's days only, and how many places are open on the other days."""
    board = Board(workspace)
    inside = tuple(row for row in workspace.requirements if period.covers(row.date))
    open_ = sum(
        board.shift_of(row).vacant.of(row.team) for row in workspace.requirements if not period.covers(row.date)
    )
    return Confined(replace(workspace, requirements=inside, assignments=[]), period, open_)


def rest_of(period: Period, board: Board, blocks: Iterable[Assignment]) -> Iterator[Assignment]:
    """Yield the blocks that a confined run makes: those on its days, and the rest after a duty on one of them."""
    for block in blocks:
        person, slot = board.person_number[block.employee_id], board.slot_number(block.date, block.dagdeel)
        days = [block.date, *(board.when(cause)[0] for cause in board.causes(person, slot))]
        if any(map(period.covers, days)):
            yield block
