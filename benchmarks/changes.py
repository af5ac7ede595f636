"""The joint set of changes beside the fewest that the solver finds: quotas, shifts that change hands, free days.

The solver has the same kinds of changes at hand, all at once, and fills as many places as the job's set does. What it
then needs at least is its bound; the fewest that it finds in the time may be more. Here a new qualification counts as
many times as its quota says, beside a larger quota of who is qualified already.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ortools.sat.python import cp_model
from rich.table import Table

from benchmarks import sums
from benchmarks.beside import in_processes, median_and_most, with_bound
from benchmarks.program import Program
from benchmarks.rosters import Seeds, roster
from benchmarks.shifts import Choice, Expr, ShiftKey, Var, total
from benchmarks.strangers.kind import Tables
from greedy.domain.models import Workspace
from greedy.joint.finding import find_joint_set
from greedy.joint.relaxing import Facts, Freedom
from greedy.joint.remedies import JointRemedy, JointSet, NewQualification
from greedy.loader import build_workspace
from greedy.processor import GreedyProcessor

KINDS = {"quota": "quotas", "swap": "taken over", "free_day": "free days", "qualification": "qualifications"}


class _Task(NamedTuple):
    tables: Tables
    limit: float


@dataclass(frozen=True, slots=True)
class Compared:
    """One roster.

    Attributes:
        found: The job's set; None where nothing is open.
        seconds: Processor time of the job's search.
        fewest: The fewest changes that the solver found for as many places.
        bound: None can be fewer.
    """

    found: JointSet | None
    seconds: float
    fewest: int
    bound: int


def compare(task: _Task) -> Compared:
    """Find the job's set of a roster, and the fewest changes that do the same."""
    processor = GreedyProcessor(build_workspace(task.tables))
    processor.process()
    started = time.process_time()
    found = find_joint_set(processor.workspace, processor.board)
    seconds = time.process_time() - started
    if found is None or not found.helps:
        return Compared(found, seconds, 0, 0)
    needed = sum(row.needed for row in processor.workspace.requirements)
    fewest, bound = fewest_changes(build_workspace(task.tables), needed - found.open_after, task.limit)
    return Compared(found, seconds, fewest, bound)


def fewest_changes(workspace: Workspace, filled: int, limit: float) -> tuple[int, int]:
    """Return the fewest changes found with which so many places are filled, and what it takes at least.

    Args:
        workspace: The roster, before any run.
        filled: Places that are to be filled, those that planners fill included.
        limit: Seconds that the solver has.

    Raises:
        ValueError: The solver found none in the time.
    """
    facts = Facts(workspace, None)
    program = Program(facts.relaxed(Freedom.QUALIFICATIONS))
    cp = program.cp
    cp.add(sums.filled(program, on_call=True) + sums.filled(program, on_call=False) >= filled)
    cp.minimize(total([*_quotas(program, facts), *_taken_over(program, facts), *_free_days(program, facts)]))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    status = solver.solve(cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise ValueError(f"The solver found no changes in {limit:g} s: {solver.status_name(status)}")
    return round(solver.objective_value), round(solver.best_objective_bound)


def _quotas(program: Program, facts: Facts) -> list[Expr]:
    """How much larger each quota is; a new qualification has a quota that is larger than none."""
    chosen: dict[tuple[str, str], list[Var]] = defaultdict(list)
    for choice, x in program.x.items():
        chosen[choice.employee_id, choice.shift.service_id].append(x)
    changes: list[Expr] = []
    for (person, service), group in chosen.items():
        room = max(0, facts.quotas.get((person, service), 0) - program.used[person, service])
        if room == 0:
            changes += group
        elif len(group) > room:
            more = program.cp.new_int_var(0, len(group), "more")
            program.cp.add(more >= total(group) - room)
            changes.append(more)
    return changes


def _taken_over(program: Program, facts: Facts) -> list[Expr]:
    """Which shifts of planners change hands; somebody has to work them all the same."""
    rows: Counter[ShiftKey] = Counter()
    changes: list[Expr] = []
    for row in facts.movable:
        key = ShiftKey(row.service_id or "", row.date, row.dagdeel)
        rows[key] += 1
        x = program.x.get(Choice(row.employee_id, key))
        changes.append(total([]) + 1 if x is None else 1 - x)
    for key, count in rows.items():
        program.cp.add(program.shifts[key].added >= count)
    return changes


def _free_days(program: Program, facts: Facts) -> list[Expr]:
    """Which free days are given up, for work or for the rest that a duty needs on its own day."""
    given: dict[tuple[str, object], Var] = {}
    for choice, x in program.x.items():
        slot = program.slot_of(choice)
        needed = [slot, *(rest for rest in program.rest_of(choice.shift.service_id, slot) if rest.date == slot.date)]
        if any(other in facts.free_slots for other in needed):
            key = slot.employee_id, slot.date
            day = given.get(key)
            if day is None:
                day = given[key] = program.cp.new_bool_var("free day")
            program.cp.add(x <= day)
    return list(given.values())


def changes_table(chosen: Sequence[str], seeds: Seeds, limit: float, processes: int) -> tuple[Table, list[str]]:
    """Measure some kinds.

    Returns:
        The table, and a line for each roster on which the job's set is not the smallest.
    """
    table = Table(
        title=f"Joint sets of changes, {len(seeds)} rosters of each kind (sums over the rosters)",
        caption="fewest: found by the solver for as many places (its bound where that is less); ms: median, most",
    )
    for header in ("roster", "open", "filled", "changes", *KINDS.values(), "fewest", "ms"):
        table.add_column(header, justify="left" if header == "roster" else "right", no_wrap=True)
    lines = []
    for kind in chosen:
        compared = in_processes(compare, [_Task(roster(kind, seed), limit) for seed in seeds], processes)
        sets = [one.found for one in compared if one.found is not None]
        kinds = Counter[str]()
        for found in sets:
            for remedy in found.remedies:
                kinds[remedy.kind] += _times(remedy)
        fewest, bound = sum(one.fewest for one in compared), sum(one.bound for one in compared)
        table.add_row(
            kind,
            str(sum(found.open_before for found in sets)),
            str(sum(found.fills for found in sets)),
            str(kinds.total()),
            *(str(kinds[name]) for name in KINDS),
            with_bound(fewest, bound),
            median_and_most([1000 * one.seconds for one in compared]),
        )
        lines += [
            f"{kind}, seed {seed}: {_size(one.found)} changes for {one.found.fills} places, "
            f"{one.fewest} found by the solver, at least {one.bound}"
            for seed, one in zip(seeds, compared, strict=True)
            if one.found is not None and _size(one.found) > one.fewest
        ]
    return table, lines


def _size(found: JointSet) -> int:
    return sum(map(_times, found.remedies))


def _times(remedy: JointRemedy) -> int:
    """Return how many times a change counts."""
    return remedy.new_quota if isinstance(remedy, NewQualification) else 1
