"""One run of CP-SAT on a program, and what it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ortools.sat.python import cp_model

from benchmarks.program import Program
from benchmarks.shifts import Choice


class Found(NamedTuple):
    """What a run found.

    Attributes:
        value: The best that it found; None if that was nothing.
        bound: The best that can be.
        proven: Whether nothing better can be.
        choices: Who takes what.
    """

    value: int | None
    bound: int
    proven: bool
    choices: list[Choice]


def run(
    program: Program, time_limit: float, workers: int, seed: int, hint: Sequence[Choice], *, search: bool = False
) -> Found:
    """Solve, starting from a solution if there is one; `search` for better ones in many ways rather than to prove.

    Returns:
        What was found; its value is None if that was nothing within the time.

    Raises:
        ValueError: There is no solution.
    """
    if hint:
        program.hint(hint)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = time_limit
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    if search:
        solver.parameters.interleave_search = True  # neighbourhoods too, which one thread does not search by itself
    else:
        solver.parameters.linearization_level = 2
    status = solver.solve(program.cp)
    if status == cp_model.UNKNOWN:
        return Found(None, round(solver.best_objective_bound), proven=False, choices=[])
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise ValueError(f"There is no such roster: {solver.status_name(status)}")
    return Found(
        value=round(solver.objective_value),
        bound=round(solver.best_objective_bound),
        proven=status == cp_model.OPTIMAL,
        choices=[choice for choice, x in program.x.items() if solver.boolean_value(x)],
    )
