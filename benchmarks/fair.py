"""How fair the job is at equal coverage, beside plain greedy and the solver."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.cache import Cache, Entry, Fairness
from benchmarks.fairest import fairness_optimum
from benchmarks.measures import Counts, Measures
from benchmarks.optimum import solve
from benchmarks.options import First, Kinds, Limit, Rosters, names_of, out
from benchmarks.proving import Task, prove
from benchmarks.rosters import choose, roster
from benchmarks.runs import Run, judge, run_job
from demo.needs import Tables
from greedy.domain.models import Assignment
from greedy.loader import build_workspace


def fairness(
    rosters: Rosters = 5,
    first: First = 1,
    kinds: Kinds = "practice,scarce",
    seconds: Annotated[float, typer.Option(help="Seconds that the solver has for fairness.")] = 20.0,
    limit: Limit = 60.0,
    workers: Annotated[int, typer.Option(min=1, help="Threads of the solver.")] = 2,
    from_job: Annotated[
        bool, typer.Option(help="Let the solver begin with the job's roster: harder to match.")
    ] = False,
) -> None:
    """Fairness at equal coverage: the job, and the solver with all three counts fixed at the optimum."""
    chosen, cache, seeds = choose(names_of(kinds)), Cache(), range(first, first + rosters)
    table = Table(
        title=f"Fairness at equal counts, up to {rosters} rosters of each kind (medians; solver: {seconds:g} s)",
        caption="no worse: rosters on which the job's mean spread is no larger than the solver's",
    )
    for header in ("roster", "rosters", "method", "spread", "worst", "deviation", "Jain", "no worse"):
        table.add_column(header, justify="left" if header in ("roster", "method") else "right", no_wrap=True)
    for kind in chosen:
        pairs: list[tuple[Run, Run, Fairness]] = []
        for seed in track(seeds, kind, console=Console(stderr=True)):
            tables = roster(kind, seed)
            plain, job = run_job(tables, plain=True), run_job(tables)
            [entry] = prove([Task(kind, seed, tables, job.plan, limit)], cache, 1)
            if job.aims.counts != entry.aims:
                continue  # not at equal coverage
            solver = entry.fairness
            if solver is None or solver.seconds < seconds or solver.from_job is not from_job:
                own = job.plan if from_job else solve(tables, limit).plan
                solver = _fairest(tables, entry, own, seconds, workers).model_copy(update={"from_job": from_job})
                cache.put(kind, seed, entry.model_copy(update={"fairness": solver}))
            pairs.append((plain, job, solver))
        if not pairs:
            table.add_row(kind, "0", end_section=True)
            continue
        best = [solver for _, _, solver in pairs]
        equal = sum(job.measures.fairness.spread <= solver.spread + 1e-4 for _, job, solver in pairs)
        rows: tuple[tuple[str, Sequence[Fairness]], ...] = (
            ("greedy", [_figures(plain.measures) for plain, _, _ in pairs]),
            ("job", [_figures(job.measures) for _, job, _ in pairs]),
            ("solver", best),
        )
        for name, runs in rows:
            table.add_row(
                *((kind, str(len(pairs))) if name == "greedy" else ("", "")),
                name,
                f"{median(run.spread for run in runs):.2f}",
                f"{median(run.worst_spread for run in runs):.2f}",
                f"{median(run.deviation for run in runs):.3f}",
                f"{median(run.jain for run in runs):.4f}",
                f"{equal}/{len(pairs)}" if name == "job" else "",
                end_section=name == "solver",
            )
    out.print(table)


def _fairest(tables: Tables, entry: Entry, start: Sequence[Assignment], seconds: float, workers: int) -> Fairness:
    """Let the solver share out as fairly as it can in the time."""
    found = fairness_optimum(build_workspace(tables), Counts(*entry.counts), seconds, workers, start=start)
    judge(tables, found.plan)
    return _figures(found.measures, seconds)


def _figures(measures: Measures, seconds: float = 0.0) -> Fairness:
    """The figures that are told of a roster's fairness; `seconds`: what the solver was given for it."""
    fairness = measures.fairness
    return Fairness(
        seconds=seconds,
        spread=round(fairness.spread, 4),
        worst_spread=round(fairness.worst_spread, 4),
        deviation=round(fairness.deviation, 5),
        jain=round(fairness.total.jain, 5),
    )
