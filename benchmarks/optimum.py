"""The most that can be filled, then paired, then the least that is uncovered, uneven and unfair, proven by CP-SAT.

A yardstick for the job, not a part of it: it knows the rules as one integer program (`benchmarks.program`) and the
whole roster at once. The aims are met one after the other, each fixed before the next:

1. filled places of on-call services, 2. other places of MOET and AANGEPAST, 3. those of MAG, 4. 24-hour duties
(`solve`);
then, at given counts, 5. dagdelen with nobody on call, 6. open on-call places squared per week, 7. per day,
8. those of each other service per week, 9. per day, 10. open places on weekends and holidays (`least_cost`);
and beside these, at the counts alone, fairness (`fairness_optimum`).

What each comes to is measured by `tests.support.measures`, which shares nothing with the program.

Try it: `python -m benchmarks.optimum --preset practice --seed 3`.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from heapq import heapify, heapreplace
from typing import Annotated, NamedTuple

import typer
from ortools.sat.python import cp_model

from benchmarks.measures import Counts, Measures, board_of, measure
from benchmarks.program import Choice, Expr, Program, total
from demo.needs import Tables
from demo.roster import PRESETS, make_roster
from greedy.domain.models import Assignment, Workspace
from greedy.loader import build_workspace
from greedy.processor import GreedyProcessor
from tests.support import measures
from tests.support.measures import Aims

SCALE = 10_000
"""Shares are whole numbers to the solver: this is a share of 1."""

SPREAD_WEIGHT = 100
"""How much more the spread of a service counts than its mean absolute deviation."""

HEAVIER = 50
"""How much more an aim weighs than the next where all are sought at once; to begin with, none need be exact."""

COUNTS = Aims._fields[:4]
COSTS = Aims._fields[4:]


@dataclass(frozen=True, slots=True)
class Stage:
    """One aim as the solver left it.

    Attributes:
        name: Field of `Aims`.
        value: The best that was found.
        bound: The best that can be, the aims before it being what they are; equal to `value` where it is proven.
    """

    name: str
    value: int
    bound: int

    @property
    def proven(self) -> bool:
        """Whether nothing better can be."""
        return self.value == self.bound


@dataclass(frozen=True, slots=True)
class Optimum:
    """What the solver found.

    Attributes:
        aims: All that the best roster comes to, planned rows included.
        stages: The aims that were solved for, in order.
        seconds: What it took.
        plan: The records that a run would add.
    """

    aims: Aims
    stages: tuple[Stage, ...]
    seconds: float
    plan: list[Assignment]

    @property
    def proven(self) -> bool:
        """Whether each aim is proven to be the best."""
        return all(stage.proven for stage in self.stages)

    @property
    def counts(self) -> Counts:
        """The three counts of the whole roster: on-call, other, paired."""
        return Counts(self.aims.oncall, self.aims.other, self.aims.paired)


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


def solve(
    tables: Tables,
    time_limit: float = 60.0,
    workers: int = 1,
    seed: int = 1,
    start: Iterable[Assignment] = (),
) -> Optimum:
    """Find the lexicographic optimum of the four counts.

    Args:
        tables: The roster.
        time_limit: Seconds for each stage. One that runs out leaves the optimum unproven.
        workers: Threads of the solver. One proves most: it is the linear relaxation that proves, and with a few threads
            CP-SAT gives up on it in favour of other searches.
        seed: Random seed of the solver: the counts do not depend on it, the plan may.
        start: A plan to begin with, the job's for instance: where it is the best already, only the proof remains.

    Raises:
        ValueError: The program and the measures disagree, or the plan to begin with is not possible.
    """
    stages = _Stages(tables, start, time_limit, workers, seed)
    stages.improve(COUNTS)
    return stages.solve(COUNTS)


def least_cost(
    tables: Tables,
    start: Sequence[Assignment],
    time_limit: float = 60.0,
    workers: int = 1,
    seed: int = 1,
) -> Optimum:
    """Find, at the counts of a plan, the least of each cost of what stays open: uncovered, spread, free days.

    Arguments and errors are those of `solve`.
    """
    stages = _Stages(tables, start, time_limit, workers, seed)
    stages.keep_counts()
    return stages.solve(COSTS)


class _Found(NamedTuple):
    value: int | None
    bound: int
    proven: bool
    choices: list[Choice]


class _Stages:
    """The aims of one roster, met one after the other."""

    def __init__(self, tables: Tables, start: Iterable[Assignment], time_limit: float, workers: int, seed: int) -> None:
        self._started = time.perf_counter()
        self._tables = tables
        self._program = Program(build_workspace(tables))
        self._chosen = self._program.choices(start)
        self._options = (time_limit, workers, seed)
        self._aims = self._measured()
        self._places = measures.needs_of(tables).places

    def _measured(self) -> Aims:
        return measures.measure(self._tables, self._program.plan(self._chosen))

    def keep_counts(self) -> None:
        """Keep what the plan to begin with fills and pairs."""
        for name in COUNTS:
            self._keep(name, self._expression(name), self._aims)

    def improve(self, names: Sequence[str]) -> None:
        """Look for a better plan to begin with, all aims at once, so that what remains is to prove each."""
        if all(getattr(self._aims, name) == self._counted_bound(name) for name in names):
            return
        weights = [HEAVIER**place for place in reversed(range(len(names)))]
        aims = [weight * self._expression(name) for weight, name in zip(weights, names, strict=True)]
        self._program.cp.maximize(total(aims))
        found = run(self._program, *self._options, hint=self._chosen, search=True)
        if found.value is not None:
            better = measures.measure(self._tables, self._program.plan(found.choices))
            if better.counts > self._aims.counts:
                self._chosen, self._aims = found.choices, better

    def solve(self, names: Sequence[str]) -> Optimum:
        """Meet some aims one after the other."""
        stages: list[Stage] = []
        kept: dict[str, Expr] = {}
        for name in names:
            kept[name] = self._expression(name)
            stages.append(self._stage(name, kept[name]))
            for earlier, expression in kept.items():  # one that was not proven may have become better by the way
                self._keep(earlier, expression, self._aims)
        stages = [replace(stage, value=getattr(self._aims, stage.name)) for stage in stages]
        plan = self._program.plan(self._chosen)
        return Optimum(self._aims, tuple(stages), time.perf_counter() - self._started, plan)

    def _stage(self, name: str, expression: Expr) -> Stage:
        reached, counted = getattr(self._aims, name), self._counted_bound(name)
        if reached == counted:
            return Stage(name, reached, reached)
        cp = self._program.cp
        if name in COUNTS:
            cp.maximize(expression)
        else:
            cp.minimize(expression)
        found = run(self._program, *self._options, hint=self._chosen)
        if not found.proven:
            bound = found.bound
            found = run(self._program, *self._options, hint=found.choices or self._chosen, search=True)
            found = found._replace(bound=min(bound, found.bound) if name in COUNTS else max(bound, found.bound))
        bound = min(found.bound, counted) if name in COUNTS else max(found.bound, counted)
        if found.value is None or found.value == reached:
            return Stage(name, reached, bound)
        before = self._aims
        self._chosen = found.choices
        self._aims = self._measured()
        value = getattr(self._aims, name)
        # A plan may fill more of MOET than the program had to count, and so less of MAG.
        told = value if name != "optional" else self._aims.other - before.firm
        if told < found.value if name in COUNTS else told > found.value:
            raise ValueError(f"{name}: the program says {found.value}, but its plan comes to {value}")
        return Stage(name, value, value if found.proven else bound)

    def _counted_bound(self, name: str) -> int:
        """What plain counting proves without the solver."""
        shifts = self._program.shifts.items()
        places = {
            on_call: sum(shift.places for key, shift in shifts if (key.service_id in self._program.on_call) is on_call)
            for on_call in (True, False)
        }
        if name == "oncall":
            return places[True]
        if name == "firm":
            return sum(shift.firm.total() for key, shift in shifts if key.service_id not in self._program.on_call)
        if name == "optional":
            return places[False] - self._aims.firm
        if name == "paired":
            return self._program.paired_before + len(self._program.pairs)
        if name.startswith("oncall_"):
            return self._least_on_call(places[True] - self._aims.oncall, weekly=name == "oncall_weeks")
        if name.startswith("other_"):
            return places[False] - self._aims.other  # one to a week or a day
        return 0

    def _least_on_call(self, open_places: int, *, weekly: bool) -> int:
        """What the squares of open on-call places come to at least: evenly spread, as far as pairs let them be.

        Where a day needs an even number and all its filled places are paired, the number of open ones is even. So the
        days (and weeks) with an odd one are at most as many as there are filled places without a partner, and days
        (weeks) that need an odd number.
        """
        program, needed, planned = self._program, Counter[date](), 0
        for key, shift in program.shifts.items():
            if key.service_id in program.on_call:
                needed[measures.week_of(key.date) if weekly else key.date] += shift.places
                planned += shift.filled_before
        alone = self._aims.oncall - 2 * self._aims.paired
        in_places = planned == sum(used for (_, service), used in program.used.items() if service in program.on_call)
        most = alone + sum(places % 2 for places in needed.values()) if in_places else len(needed)
        return _least_squares(open_places, len(needed), max(0, most))

    def _expression(self, name: str) -> Expr:
        program = self._program
        if name == "firm":
            self._firm = program.firm()
            return self._firm
        if name == "optional":
            return program.filled(on_call=False) - self._firm
        return {
            "oncall": lambda: program.filled(on_call=True),
            "paired": program.paired,
            "uncovered": program.uncovered,
            "oncall_weeks": lambda: program.squares(on_call=True, weekly=True),
            "oncall_days": lambda: program.squares(on_call=True, weekly=False),
            "other_weeks": lambda: program.squares(on_call=False, weekly=True),
            "other_days": lambda: program.squares(on_call=False, weekly=False),
            "free_days": program.open_on_free_days,
        }[name]()

    def _keep(self, name: str, expression: Expr, aims: Aims) -> None:
        value = getattr(aims, name)
        if name == "oncall":
            self._program.cp.add(expression == value)
        elif name == "optional":  # what is filled stays as much; that MOET takes over from MAG is no loss
            self._program.cp.add(self._program.filled(on_call=False) == aims.other)
        elif name in COUNTS:
            self._program.cp.add(expression >= value)
        else:
            self._program.cp.add(expression <= value)


def _least_squares(total: int, groups: int, most_odd: int) -> int:
    """Return the least sum of squares of whole numbers of a given sum, with at most so many odd ones among them."""
    least = total**2
    for odd in range(min(most_odd, groups, total) + 1):
        if (total - odd) % 2:
            continue
        parts = [1] * odd + [0] * (groups - odd)
        heapify(parts)
        for _ in range((total - odd) // 2 if groups else 0):
            heapreplace(parts, parts[0] + 2)
        least = min(least, sum(part**2 for part in parts))
    return least


def run(
    program: Program, time_limit: float, workers: int, seed: int, hint: Sequence[Choice], *, search: bool = False
) -> _Found:
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
        return _Found(None, round(solver.best_objective_bound), proven=False, choices=[])
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise ValueError(f"There is no such roster: {solver.status_name(status)}")
    return _Found(
        value=round(solver.objective_value),
        bound=round(solver.best_objective_bound),
        proven=status == cp_model.OPTIMAL,
        choices=[choice for choice, x in program.x.items() if solver.boolean_value(x)],
    )


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
    aims = (program.filled(on_call=True), program.filled(on_call=False), program.paired())
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


def main(
    preset: Annotated[str, typer.Option(help=f"Kind of roster: {', '.join(PRESETS)}.")] = "practice",
    seed: Annotated[int, typer.Option(help="Which of its kind.")] = 1,
    time_limit: Annotated[float, typer.Option(help="Seconds for each stage.")] = 60.0,
    workers: Annotated[int, typer.Option(help="Threads of the solver.")] = 1,
) -> None:
    """Compare the job with the proven optimum on one roster."""
    tables = make_roster(PRESETS[preset], seed)
    started = time.perf_counter()
    plan = GreedyProcessor(build_workspace(tables)).process().assignments
    seconds = time.perf_counter() - started
    optimum = solve(tables, time_limit, workers, start=plan)
    print(f"{preset}, seed {seed}: {measures.needs_of(tables).places} places")
    print(f"job      {measures.measure(tables, plan)}  {seconds:.3f} s")
    print(f"optimum  {optimum.aims}  {optimum.seconds:.1f} s{'' if optimum.proven else ', not proven'}")


if __name__ == "__main__":
    typer.run(main)
