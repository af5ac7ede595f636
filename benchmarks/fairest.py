"""The fairest roster at given counts, as far as CP-SAT finds it within a time."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from benchmarks import sums
from benchmarks.measures import Counts, Measures, board_of, measure
from benchmarks.program import Program
from benchmarks.shifts import Expr, total
from benchmarks.solving import run
from greedy.domain.models import Assignment, Workspace

SCALE = 10_000
"""Shares are whole numbers to the solver: this is a share of 1."""

SPREAD_WEIGHT = 100
"""How much more the spread of a service counts than its mean absolute deviation."""


@dataclass(frozen=True, slots=True)
class FairOptimum:
    """The fairest roster that the solver found, at given counts.

    Attributes:
        measures: What it came to.
        proven: Whether the solver proved that its aim cannot be met better.
        seconds: What it took.
        plan: The records that a run would add.
    """

    measures: Measures
    proven: bool
    seconds: float
    plan: list[Assignment]


def fairness_optimum(
    workspace: Workspace,
    counts: Counts,
    time_limit: float = 20.0,
    workers: int = 2,
    seed: int = 1,
    start: Iterable[Assignment] = (),
) -> FairOptimum:
    """Share out as fairly as possible, at given counts: the fairest that the solver finds within the time.

    Its aim: the sum over the services of the spread; then, with small weights, the absolute deviations from the mean
    share, per service and in total.

    Args:
        workspace: The roster; it stays as it is.
        counts: The counts that must be reached.
        time_limit: Seconds.
        workers: Threads of the solver. Here a second one pays: it searches the neighbourhood of what is found.
        seed: Random seed of the solver.
        start: A plan of these counts to begin with.

    Raises:
        ValueError: No roster of these counts was found.
    """
    started = time.perf_counter()
    program = Program(workspace)
    aims = (sums.filled(program, on_call=True), sums.filled(program, on_call=False), sums.paired(program))
    for aim, count in zip(aims, counts, strict=True):
        program.cp.add(aim == count)
    program.cp.minimize(_Shares(program).unfairness())
    found = run(program, time_limit, workers, seed, hint=program.choices(start))
    if found.value is None:
        raise ValueError(f"No roster of {counts} was found in {time_limit:g} s")
    plan = program.plan(found.choices)
    return FairOptimum(measure(board_of(workspace, plan)), found.proven, time.perf_counter() - started, plan)


class _Shares:
    """What everybody works of their quotas, in the program."""

    def __init__(self, program: Program) -> None:
        self._program, self._cp = program, program.cp
        self._chosen: dict[tuple[str, str], list[cp_model.IntVar]] = defaultdict(list)
        for choice, x in program.x.items():
            self._chosen[choice.employee_id, choice.shift.service_id].append(x)

    def unfairness(self) -> Expr:
        """The aim of `fairness_optimum`, as a sum to be small."""
        program = self._program
        people = [employee.id for employee in program.workspace.employees if employee.active]
        services = [service.id for service in program.workspace.services]
        aims: list[Expr] = []
        for service in services:
            shares = [self._share(person, [service]) for person in people if program.quota.get((person, service), 0)]
            if shares:
                aims += [SPREAD_WEIGHT * self._spread(shares), self._deviation(shares)]
        totals = [
            self._share(person, services)
            for person in people
            if any(program.quota.get((person, service), 0) for service in services)
        ]
        if totals:
            aims.append(self._deviation(totals))
        return total(aims)

    def _share(self, person: str, services: Sequence[str]) -> Expr:
        """Share of the quotas that is used: by what was planned and by what is chosen."""
        unit = round(SCALE / sum(self._program.quota.get((person, service), 0) for service in services))
        chosen = [x for service in services for x in self._chosen[person, service]]
        used = sum(self._program.used[person, service] for service in services)
        return unit * total(chosen) + unit * used

    def _spread(self, shares: Sequence[Expr]) -> Expr:
        largest, smallest = (self._cp.new_int_var(0, 100 * SCALE, name) for name in ("largest", "smallest"))
        for share in shares:
            self._cp.add(largest >= share)
            self._cp.add(smallest <= share)
        return SCALE * (largest - smallest)

    def _deviation(self, shares: Sequence[Expr]) -> Expr:
        """Mean absolute deviation; in whole numbers, as many times the deviation as people, and as many again."""
        people, whole = len(shares), total(list(shares))
        deviations: list[Expr] = []
        for share in shares:
            deviation = self._cp.new_int_var(0, 100 * SCALE * people, "deviation")
            self._cp.add(deviation >= people * share - whole)
            self._cp.add(deviation >= whole - people * share)
            deviations.append(deviation)
        return max(1, SCALE // people**2) * total(deviations)
