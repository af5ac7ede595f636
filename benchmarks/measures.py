"""What a filled roster is judged by: how complete it is, and how fair (`greedy.solver.fairness`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from greedy.domain.models import Assignment, Workspace
from greedy.solver import fairness
from greedy.solver.board import Board
from greedy.solver.fairness import Fairness


class Counts(NamedTuple):
    """Completeness of the whole roster, planned rows included, in the order of importance: larger is better."""

    oncall: int
    """Filled places of on-call services."""
    other: int
    """Filled places of other services."""
    paired: int
    """24-hour duties: both halves worked by one person."""

    @property
    def filled(self) -> int:
        """Filled places of all services."""
        return self.oncall + self.other


@dataclass(frozen=True, slots=True)
class Measures:
    """What a filled roster came to.

    Attributes:
        counts: Completeness.
        needed: Places that the requirements ask for.
        fairness: How fairly it is shared out.
    """

    counts: Counts
    needed: int
    fairness: Fairness


def board_of(workspace: Workspace, plan: Iterable[Assignment]) -> Board:
    """Put a plan's ACTIVE rows on a board of its own; the workspace stays as it is."""
    board = Board(workspace)
    board.assign_all(plan)
    return board


def measure(board: Board) -> Measures:
    """Measure a board in its final state."""
    filled = {True: 0, False: 0}
    for (_, service), shift in board.shifts.items():
        filled[board.services[service].is_system] += shift.needed.total - shift.open.total
    return Measures(
        counts=Counts(filled[True], filled[False], paired(board)),
        needed=sum(shift.needed.total for shift in board.shifts.values()),
        fairness=fairness.measure(board),
    )


def paired(board: Board) -> int:
    """Count the 24-hour duties inside the period."""
    return sum(
        service is not None
        and board.workspace.roster.covers(board.when(slot)[0])
        and board.duty(service, slot).is_morning
        and board.is_paired(person, service, slot)
        for (person, slot), service in board.works.items()
    )
