"""Plan anew what earlier runs of the job planned (`--replan`).

The job's own duties are taken off the board and everything is planned again, in two ways: from nothing, as a first run
would, and from what is there, as far as the rules still allow it. The second, which changes far less, counts, unless
the first is better: more on-call places filled, then more others, then more pairs, then more even shares of the quotas
per service. So a replan is never worse than what it finds, and a replan of a roster that has not changed changes
nothing.

Only the difference is written: duties in both the old and the new plan keep their rows. The pass is pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from greedy.domain.duties import needed_rest
from greedy.domain.models import SOURCE_ASSIGNED, SOURCE_BLOCKED, Slot, Status, StoredAssignment, Workspace
from greedy.domain.period import Period
from greedy.processor import GreedyProcessor, Progress
from greedy.solver.board import Board
from greedy.solver.draft import Draft
from greedy.solver.fairness import measure
from greedy.solver.sharing import EXACT

AUTOMATIC = frozenset({SOURCE_BLOCKED, "blocking-trigger"})
"""`source` of BLOCKED rows that follow from a duty; any other is a planner's, and stays."""

Work = tuple[Slot, str | None]
"""Who works what, and when: a slot and the id of a service."""


@dataclass(frozen=True, slots=True)
class Replan:
    """A roster planned anew.

    Attributes:
        workspace: The roster without the duties that are taken back and their rest; `assignments` holds the ACTIVE
            records that the job adds.
        board: The roster as it will be.
        taken_back: The job's rows that are taken back, by slot.
        kept: How many of the job's rows stay.
    """

    workspace: Workspace
    board: Board
    taken_back: tuple[StoredAssignment, ...]
    kept: int


class _FromWhatIsThere(GreedyProcessor):
    """A pass that begins with duties of earlier runs, as far as the rules allow them."""

    def __init__(self, workspace: Workspace, own: Iterable[StoredAssignment]) -> None:
        super().__init__(workspace)
        self._own = own

    def prepare(self) -> None:
        """Give the duties back to whom they were."""
        for row in self._own:
            if row.service_id is not None:
                _put(self.board, row.slot, row.service_id)


def replan(workspace: Workspace, period: Period | None = None, progress: Progress | None = None) -> Replan:
    """Plan a roster anew.

    Args:
        workspace: The roster as it is.
        period: Days to which the run is confined; the job's duties on other days stay. None for all.
        progress: Is told how far the pass is.
    """
    own = own_duties(workspace, period)
    opened = without(workspace, own)
    held = {(row.slot, row.service_id) for row in own}
    passes = (
        _FromWhatIsThere(replace(opened, assignments=[]), own),
        GreedyProcessor(replace(opened, assignments=[])),
    )
    for attempt in passes:
        attempt.assign(progress)
    best = min(passes, key=lambda attempt: _shortcomings(attempt.board))  # of equals the first
    planned = _work(best.workspace)
    taken_back = [row for row in own if (row.slot, row.service_id) not in planned]
    changed = without(workspace, taken_back)
    added = [record for record in best.workspace.assignments if (record.slot, record.service_id) not in held]
    board = Board(changed)
    board.assign_all(added)
    changed.assignments.extend(added)
    return Replan(changed, board, tuple(taken_back), kept=len(own) - len(taken_back))


def own_duties(workspace: Workspace, period: Period | None = None) -> list[StoredAssignment]:
    """Give the ACTIVE rows that earlier runs of the job planned, by slot. What a planner edits loses the job's name."""
    return sorted(
        (
            row
            for row in workspace.stored
            if row.status is Status.ACTIVE
            and row.source == SOURCE_ASSIGNED
            and row.service_id is not None
            and (period is None or period.covers(row.date))
        ),
        key=lambda row: (row.date, row.dagdeel.order, row.employee_id),
    )


def without(workspace: Workspace, duties: Iterable[StoredAssignment]) -> Workspace:
    """Give the roster as it is once duties are taken back: without them, and without the rest that only they need."""
    gone = {row.id for row in duties}
    remaining = [row for row in workspace.stored if row.id not in gone]
    freed = needed_rest(workspace, workspace.stored) - needed_rest(workspace, remaining)
    stored = (
        row for row in remaining if not (row.status is Status.BLOCKED and row.source in AUTOMATIC and row.slot in freed)
    )
    return replace(workspace, stored=tuple(stored), assignments=[])


def _put(board: Board, slot: Slot, service_id: str) -> None:
    """Assign a slot if all rules allow it."""
    person, service, number = board.numbers(slot, service_id)
    shift = board.shifts.get((number, service))
    if shift and (board.candidates(service, number) & board.admitted(shift)) >> person & 1:
        board.assign(person, service, number)


def _work(workspace: Workspace) -> set[Work]:
    return {(record.slot, record.service_id) for record in workspace.assignments}


def _shortcomings(board: Board) -> tuple[float, ...]:
    """Measure what a roster lacks, in the order of importance; less is better.

    The worth of what was added (negative: on-call places filled, others filled, 24-hour duties), and how uneven the
    shares of the quotas are per service: the spreads, then the deviations. Nights, weekends and totals are not worth
    moving everybody's shifts for.
    """
    fair = measure(board)
    uneven = (round(share, EXACT) for share in (fair.spread, fair.deviation))
    return *(-worth for worth in Draft(board).value), *uneven
