"""Which places stay open where staff is short: the job beside the least that the solver finds, at the same counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rich.table import Table

from benchmarks.beside import in_processes, median_and_most, with_bound
from benchmarks.optimum import COSTS, least_cost
from benchmarks.rosters import Seeds, roster
from benchmarks.runs import Run, judge, run_job
from benchmarks.strangers.kind import Tables

HEADERS = {
    "uncovered": "uncovered",
    "oncall_weeks": "on-call/week²",
    "oncall_days": "on-call/day²",
    "other_weeks": "other/week²",
    "other_days": "other/day²",
    "free_days": "free days",
}
CLOSE = 1.10
"""How far above the solver's bound a cost may be and still be near it."""


class _Task(NamedTuple):
    tables: Tables
    run: Run
    limit: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """One roster.

    Attributes:
        job: Cost by name, as the job leaves it.
        least: The least that the solver found, the costs before it being the least as well.
        bound: What none can be below.
    """

    job: dict[str, int]
    least: dict[str, int]
    bound: dict[str, int]

    def near(self, name: str) -> bool:
        """Whether a cost of the job is within 10 % of the bound."""
        return self.job[name] <= CLOSE * self.bound[name]


def compare(task: _Task) -> Comparison:
    """Find the least costs at the job's counts."""
    optimum = least_cost(task.tables, task.run.plan, task.limit)
    judge(task.tables, optimum.plan)
    return Comparison(
        job={name: getattr(task.run.aims, name) for name in COSTS},
        least={stage.name: stage.value for stage in optimum.stages},
        bound={stage.name: stage.bound for stage in optimum.stages},
    )


def shortage_table(chosen: Sequence[str], seeds: Seeds, limit: float, processes: int) -> tuple[Table, list[str]]:
    """Measure some kinds.

    Returns:
        The table, and a line for each roster on which more dagdelen are uncovered than need be.
    """
    table = Table(
        title=f"What stays open, {len(seeds)} rosters of each kind, at the job's own counts (sums over the rosters)",
        caption="job / least found (bound where not proven); in brackets: rosters within 10 % of the bound",
    )
    for header in ("roster", "open", "on-call", *HEADERS.values(), "ms"):
        table.add_column(header, justify="left" if header == "roster" else "right")
    lines = []
    for kind in chosen:
        tasks = [_Task(tables, run_job(tables), limit) for seed in seeds for tables in (roster(kind, seed),)]
        compared = in_processes(compare, tasks, processes)
        lines += [
            f"{kind}, seed {seed}: {one.job['uncovered']} uncovered, {one.least['uncovered']} need be"
            for seed, one in zip(seeds, compared, strict=True)
            if one.job["uncovered"] > one.least["uncovered"]
        ]
        runs = [task.run for task in tasks]
        table.add_row(
            kind,
            str(sum(run.measures.needed - run.aims.filled for run in runs)),
            str(sum(_open_on_call(task) for task in tasks)),
            *(_cell(compared, name) for name in COSTS),
            median_and_most([run.milliseconds for run in runs]),
        )
    return table, lines


def _open_on_call(task: _Task) -> int:
    on_call = {row["id"] for row in task.tables["service_types"] if row["is_system"]}
    needed = sum(
        row["aantal"]
        for row in task.tables["roster_period_staffing_dagdelen"]
        if row["service_id"] in on_call and row["status"] != "MAG_NIET"
    )
    return int(needed - task.run.aims.oncall)


def _cell(compared: Sequence[Comparison], name: str) -> str:
    job, least, bound = (sum(getattr(one, part)[name] for one in compared) for part in ("job", "least", "bound"))
    near = sum(one.near(name) for one in compared)
    return f"{job} / {with_bound(least, bound)} [{near}]"
