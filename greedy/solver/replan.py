"""Plan anew what earlier runs of the job planned (`--replan`).

The job's own duties are taken off the board and everything is planned again, in two ways: from what was there, as far
as the rules still allow it, and from nothing, as a first run would. The first changes far less and is taken, unless the
second is better by the aims (`docs/rules.md`, "The aims"), down to and including how even the shares of the quotas are
per service. So a replan is never worse than the plan that it finds, and a replan of an unchanged roster changes
nothing.

Only the difference is written: duties that are in both the old and the new plan keep their rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from greedy.domain.models import Assignment, Status, StoredAssignment, Workspace
from greedy.domain.period import Period
from greedy.domain.rest import needed_rest
from greedy.solver.board import Board
from greedy.solver.bounds import PairBound
from greedy.solver.calm import Calm
from greedy.solver.completing import Completing
from greedy.solver.construction import Progress
from greedy.solver.draft import Draft
from greedy.solver.fairness import EXACT, measure
from greedy.solver.keeping import holdings, keep
from greedy.solver.parameters import DEFAULT, Parameters
from greedy.solver.plan import Plan, active_records, make_plan
from greedy.solver.recreating import Recreating
from greedy.solver.sharing import Sharing
from greedy.solver.spreading import Spreading

TRIGGER = "blocking-trigger"
"""`source` of BLOCKED rows that the trigger made after a planner's duty."""


def replan(
    workspace: Workspace,
    period: Period | None = None,
    progress: Progress | None = None,
    parameters: Parameters = DEFAULT,
    *,
    reshuffle: bool = False,
) -> Plan:
    """Plan a roster anew.

    Args:
        workspace: The roster as it is; it stays so.
        period: Days to which the run is confined; the job's duties on other days stay. None for all.
        progress: Is called as each greedy pass goes on.
        parameters: The bounds of the search.
        reshuffle: Whether it is planned from nothing too, and shared out anew among everybody (`--reshuffle`).
    """
    own = own_duties(workspace, period)
    opened = without(workspace, own)
    held = {(row.slot, row.service_id) for row in own}
    if reshuffle:
        plans = (make_plan(opened, progress, parameters, keeping=own), make_plan(opened, progress, parameters))
        best = min(plans, key=lambda plan: shortcomings(plan.board))  # of equals the first
        records = best.workspace.assignments
    else:
        records = _calmest(opened, own, progress, parameters.calm)
    planned = {(record.slot, record.service_id) for record in records}
    taken_back = [row for row in own if (row.slot, row.service_id) not in planned]
    added = [record for record in records if (record.slot, record.service_id) not in held]
    changed = replace(without(workspace, taken_back), assignments=added)
    board = Board(changed)
    board.assign_all(added)
    return Plan(changed, board, measure(Board(workspace)), tuple(taken_back), kept=len(own) - len(taken_back))


def _calmest(
    opened: Workspace, own: Sequence[StoredAssignment], progress: Progress | None, parameters: Parameters
) -> list[Assignment]:
    """Return what the plan with the fewest changes assigns, of those that fill and pair the most found."""
    best = Draft(make_plan(opened, progress, replace(parameters, rounds=0), keeping=own).board)
    if any(best.open) or best.value.pairs < PairBound(best).in_all():
        for keeping in (own, ()):
            other = Draft(make_plan(opened, progress, parameters, keeping=keeping).board)
            if other.value > best.value:
                best = other
    calm = Calm(best, holdings(best.board, own), parameters)
    calm.settle(parameters.calm_effort)
    recreating = Recreating(best, Completing(best, parameters), Spreading(best, parameters), parameters, calm.holders())
    settled = best.version
    calm.recreate(recreating, 2 * _lost_anyway(opened, own) + 2, parameters.calm_recreations)
    if best.version != settled:
        calm.settle(parameters.calm_effort)
    calm.share_out(Sharing(best, parameters).unfairness, parameters.sharing_effort)
    calm.settle(parameters.calm_effort)  # what has been passed on may have made room for what somebody had
    return active_records(best.board)


def _lost_anyway(opened: Workspace, own: Sequence[StoredAssignment]) -> int:
    """Return how many of the job's duties the rules no longer allow, whatever else is planned."""
    board = Board(opened)
    keep(board, holdings(board, own))
    return len(own) - sum(map(len, board.added))


def own_duties(workspace: Workspace, period: Period | None = None) -> list[StoredAssignment]:
    """Return the ACTIVE rows that earlier runs planned, by slot; one that a planner has edited is not among them."""
    return sorted(
        (
            row
            for row in workspace.stored
            if row.status is Status.ACTIVE
            and row.source == workspace.words.assigned
            and row.service_id is not None
            and (period is None or period.covers(row.date))
        ),
        key=lambda row: (row.date, row.dagdeel.order, row.employee_id),
    )


def without(workspace: Workspace, duties: Iterable[StoredAssignment]) -> Workspace:
    """Return the roster without some duties, and without rest that only these duties need."""
    gone = {row.id for row in duties}
    remaining = [row for row in workspace.stored if row.id not in gone]
    freed = needed_rest(workspace, workspace.stored) - needed_rest(workspace, remaining)
    stored = (row for row in remaining if not (is_automatic(workspace, row) and row.slot in freed))
    return replace(workspace, stored=tuple(stored), assignments=[])


def is_automatic(workspace: Workspace, row: StoredAssignment) -> bool:
    """Whether a row is rest that follows from a duty; any other BLOCKED row is a planner's, and stays."""
    return row.status is Status.BLOCKED and (
        row.blocked_by_date is not None or row.source in (workspace.words.blocked, TRIGGER)
    )


def shortcomings(board: Board) -> tuple[float, ...]:
    """Return what a roster lacks, most important first; less is better.

    First what is open: on-call places, others of MOET and AANGEPAST, of MAG; then 24-hour duties, negated; then what it
    costs that just these places are open (`greedy.solver.spread`). Then how uneven the
    shares of the quotas are per service: the spreads, then the deviations. Nights, weekends and totals are not worth
    moving everybody's shifts for.
    """
    fair = measure(board)
    uneven = (round(share, EXACT) for share in (fair.spread, fair.deviation))
    draft = Draft(board)
    return *(-worth for worth in draft.value), *draft.spread.cost, *uneven
