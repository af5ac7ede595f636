"""The most that can be filled, then paired, then the least that is uncovered, uneven and unfair, proven by CP-SAT.

A yardstick for the job, not a part of it: it knows the rules as one integer program (`benchmarks.program`) and the
whole roster at once. The aims are met one after the other, each fixed before the next:

1. filled places of on-call services, 2. other places of MOET and AANGEPAST, 3. those of MAG, 4. 24-hour duties
(`solve`);
then, at given counts, 5. dagdelen with nobody on call, 6. open on-call places squared per week, 7. per day,
8. those of each other service per week, 9. per day, 10. open places on weekends and holidays (`least_cost`);
and beside these, at the counts alone, fairness (`benchmarks.fairest`).

What each comes to is measured by `tests.support.measures`, which shares nothing with the program.

Try it: `python -m benchmarks.optimum --preset practice --seed 3`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import typer

from benchmarks import sums
from benchmarks.counting import counted_bound
from benchmarks.measures import Counts
from benchmarks.program import Program
from benchmarks.shifts import Expr, total
from benchmarks.solving import run
from demo.needs import Tables
from demo.roster import PRESETS, make_roster
from greedy.domain.models import Assignment
from greedy.loader import build_workspace
from greedy.processor import GreedyProcessor
from tests.support import measures
from tests.support.measures import Aims

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


class _Stages:
    """The aims of one roster, met one after the other."""

    def __init__(self, tables: Tables, start: Iterable[Assignment], time_limit: float, workers: int, seed: int) -> None:
        self._started = time.perf_counter()
        self._tables = tables
        self._program = Program(build_workspace(tables))
        self._chosen = self._program.choices(start)
        self._options = (time_limit, workers, seed)
        self._aims = self._measured()

    def _measured(self) -> Aims:
        return measures.measure(self._tables, self._program.plan(self._chosen))

    def keep_counts(self) -> None:
        """Keep what the plan to begin with fills and pairs."""
        for name in COUNTS:
            self._keep(name, self._expression(name), self._aims)

    def improve(self, names: Sequence[str]) -> None:
        """Look for a better plan to begin with, all aims at once, so that what remains is to prove each."""
        if all(getattr(self._aims, name) == counted_bound(self._program, self._aims, name) for name in names):
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
        reached, counted = getattr(self._aims, name), counted_bound(self._program, self._aims, name)
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

    def _expression(self, name: str) -> Expr:
        program = self._program
        if name == "firm":
            self._firm = sums.firm(program)
            return self._firm
        if name == "optional":
            return sums.filled(program, on_call=False) - self._firm
        return {
            "oncall": lambda: sums.filled(program, on_call=True),
            "paired": lambda: sums.paired(program),
            "uncovered": lambda: sums.uncovered(program),
            "oncall_weeks": lambda: sums.squares(program, on_call=True, weekly=True),
            "oncall_days": lambda: sums.squares(program, on_call=True, weekly=False),
            "other_weeks": lambda: sums.squares(program, on_call=False, weekly=True),
            "other_days": lambda: sums.squares(program, on_call=False, weekly=False),
            "free_days": lambda: sums.open_on_free_days(program),
        }[name]()

    def _keep(self, name: str, expression: Expr, aims: Aims) -> None:
        value = getattr(aims, name)
        if name == "oncall":
            self._program.cp.add(expression == value)
        elif name == "optional":  # what is filled stays as much; that MOET takes over from MAG is no loss
            self._program.cp.add(sums.filled(self._program, on_call=False) == aims.other)
        elif name in COUNTS:
            self._program.cp.add(expression >= value)
        else:
            self._program.cp.add(expression <= value)


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
