"""The fewest duties that must change hands when a roster has changed, proven by CP-SAT: a yardstick for `--replan`.

The plan must come to what the job's comes to, aim by aim as `tests.support.measures` counts it: as much filled and
paired, and what stays open costs no more. Of all such plans the solver finds the one that keeps most.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import sums
from benchmarks.program import Program
from benchmarks.shifts import total
from benchmarks.solving import run
from demo.needs import Tables
from greedy.domain.models import Assignment
from greedy.loader import build_workspace
from tests.support import measures


@dataclass(frozen=True, slots=True)
class Fewest:
    """What the solver found.

    Attributes:
        moved: Duties that change hands, or go.
        bound: The fewest that it proves.
        seconds: What it took.
        plan: The records of the roster with the fewest changes; empty where there was no better one than the job's.
    """

    moved: int
    bound: int
    seconds: float
    plan: list[Assignment]

    @property
    def proven(self) -> bool:
        """Whether fewer cannot be."""
        return self.moved == self.bound


def fewest_changes(
    tables: Tables,
    held: Sequence[Assignment],
    plan: Sequence[Assignment],
    time_limit: float = 60.0,
    workers: int = 2,
    seed: int = 1,
) -> Fewest:
    """Find the plan with the fewest changes against what was there that is as good as the job's.

    Args:
        tables: The roster as it is now, without what the job has planned before.
        held: What the job has planned before.
        plan: What it plans now: all of it, kept or new.
        time_limit: Seconds.
        workers: Threads of the solver.
        seed: Random seed of the solver.
    """
    started = time.perf_counter()
    program, aims = Program(build_workspace(tables)), measures.measure(tables, plan)
    cp = program.cp
    firm = sums.firm(program)
    cp.add(sums.filled(program, on_call=True) >= aims.oncall)
    cp.add(firm >= aims.firm)
    cp.add(sums.filled(program, on_call=False) >= aims.other)
    cp.add(sums.paired(program) >= aims.paired)
    if aims.filled < measures.needs_of(tables).places:
        cp.add(sums.uncovered(program) <= aims.uncovered)
        for on_call in (True, False):
            for weekly in (True, False):
                names = ("oncall" if on_call else "other") + ("_weeks" if weekly else "_days")
                cp.add(sums.squares(program, on_call=on_call, weekly=weekly) <= getattr(aims, names))
        cp.add(sums.open_on_free_days(program) <= aims.free_days)
    before = program.choices(held)
    staying = [program.x[choice] for choice in before if choice in program.x]
    cp.minimize(len(before) - total(staying))
    found = run(program, time_limit, workers, seed, hint=program.choices(plan))
    moved = len({*before} - {*program.choices(plan)}) if found.value is None else found.value
    return Fewest(moved, found.bound, time.perf_counter() - started, program.plan(found.choices))
