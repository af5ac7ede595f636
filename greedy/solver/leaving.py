"""Leave out of a plan what planners keep changing: so something is written even when each whole plan was refused.

Each refusal makes the plan smaller and nothing is ever added, so in the end it gets through, whatever planners do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from greedy.domain.conflicts import slot_of
from greedy.domain.models import Assignment, Dagdeel, Status, StoredAssignment, Workspace
from greedy.domain.period import Period
from greedy.errors import Refusal
from greedy.solver.board import Board
from greedy.solver.keeping import holdings, keep
from greedy.solver.plan import Plan, active_records
from greedy.solver.replan import own_duties, without

_Shift = tuple[dt.date, str, str | None]


def leave_out(workspace: Workspace, plan: Plan, refusals: Iterable[Refusal], period: Period | None = None) -> Plan:
    """Return what is left of a plan.

    A fresh run's plan loses the rows that were refused, and those that no longer fit. In a replan, every shift with
    such a row stays wholly as it was, so that no shift is left with fewer people than it had.

    Args:
        workspace: The roster as it is known since the refusal, with nothing planned.
        plan: The plan that was refused.
        refusals: Those of its rows that were.
        period: Days to which a replan is confined; None for all.
    """
    refused = list(refusals)
    planned = [record for record in plan.workspace.assignments if record.status is Status.ACTIVE]
    if not plan.taken_back:
        slots = {slot_of(row) for row in refused}
        records = [row for row in planned if row.slot not in slots]
        board = _kept(workspace, records)
        return Plan(replace(workspace, assignments=active_records(board)), board, plan.fairness_before, kept=plan.kept)
    own = {(row.slot, row.service_id): row for row in own_duties(workspace, period)}
    as_it_was = {_shift(row) for row in refused}
    while True:
        back = [
            own[row.slot, row.service_id]
            for row in plan.taken_back
            if _shift(row) not in as_it_was and (row.slot, row.service_id) in own
        ]
        wanted = [record for record in planned if _shift(record) not in as_it_was]
        opened = without(workspace, back)
        board = _kept(opened, wanted)
        added = active_records(board)
        there = {(record.slot, record.service_id) for record in added}
        lost = {_shift(record) for record in wanted if (record.slot, record.service_id) not in there}
        if not lost:
            left = replace(opened, assignments=added)
            return Plan(left, board, plan.fairness_before, tuple(back), kept=len(own) - len(back))
        as_it_was |= lost


def size(plan: Plan) -> int:
    """Return how many rows a plan changes, rest apart."""
    return len(plan.taken_back) + sum(record.status is Status.ACTIVE for record in plan.workspace.assignments)


def _kept(workspace: Workspace, records: Iterable[Assignment]) -> Board:
    """Return a board with some records on it, as far as the rules allow them."""
    board = Board(workspace)
    keep(board, holdings(board, records))
    return board


def _shift(row: Assignment | StoredAssignment | Refusal) -> _Shift:
    return row.date, str(Dagdeel(row.dagdeel)), row.service_id
