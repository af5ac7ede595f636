"""A run's plan: what a fresh run and a replan both return."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from greedy.domain.models import Assignment, Status, StoredAssignment, Workspace
from greedy.solver.board import Board
from greedy.solver.construction import Progress, construct
from greedy.solver.fairness import Fairness, measure
from greedy.solver.keeping import holdings, keep
from greedy.solver.parameters import DEFAULT, Parameters
from greedy.solver.repair import repair


@dataclass(frozen=True, slots=True)
class Plan:
    """FASE 2 of a roster.

    Attributes:
        workspace: The roster, without what is taken back; `assignments` holds the ACTIVE records that the job adds.
        board: The roster as it will be.
        fairness_before: How fair it was before FASE 2 shared the work out; of a replan, how fair it is as it stands.
        taken_back: Duties of earlier runs that are taken back, by slot; empty for a fresh run.
        kept: How many duties of earlier runs a replan keeps; 0 for a fresh run.
    """

    workspace: Workspace
    board: Board
    fairness_before: Fairness
    taken_back: tuple[StoredAssignment, ...] = ()
    kept: int = 0


def make_plan(
    workspace: Workspace,
    progress: Progress | None = None,
    parameters: Parameters = DEFAULT,
    keeping: Iterable[StoredAssignment] = (),
) -> Plan:
    """Plan what is open: greedily, then by repair.

    Args:
        workspace: The roster; it stays as it is.
        progress: Is called as the greedy pass goes on.
        parameters: The bounds of the search.
        keeping: Duties, not among the stored ones, that are assigned to begin with, as far as the rules allow them.
    """
    board = Board(workspace)
    keep(board, holdings(board, keeping))
    construct(board, progress)
    before = repair(board, parameters) if parameters.repair else measure(board)
    return Plan(replace(workspace, assignments=active_records(board)), board, before)


def active_records(board: Board) -> list[Assignment]:
    """Return the records of what this run has assigned on a board, in the order of their slots."""
    records = []
    added = [(slot, person, service) for person in board.everyone for slot, service in board.added[person].items()]
    for slot, person, service in sorted(added):
        employee_id = board.people[person].id
        date, dagdeel = board.when(slot)
        blocks = [
            (*board.when(slot + distance), employee_id)
            for distance, _ in board.duty(service, slot).rests
            if slot + distance in board.period
        ]
        records.append(
            Assignment(
                roster_id=board.workspace.roster_id,
                employee_id=employee_id,
                date=date,
                dagdeel=dagdeel,
                service_id=board.services[service].id,
                status=Status.ACTIVE,
                source=board.workspace.words.assigned,
                blocking_future=tuple(blocks),
            )
        )
    return records
