"""How complete, how fair and how fast the job is, beside plain greedy and the proven optimum.

`quality`, `shortage`, `changes`, `replan`, `weekends`, `fairness`, `scale` and `shapes` print one table each; nothing
is asserted of what a clock says. The pass works alone and in memory, so its time is told as processor time, which
other programs hardly disturb. What the solver proved is kept in `optima.json`. Every roster, the solver's as well,
goes through the tests' independent checker.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import fmean, median
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.beside import median_and_most
from benchmarks.cache import RULES, Cache, Entry, Fairness, digest
from benchmarks.changes import changes_table
from benchmarks.fairest import fairness_optimum
from benchmarks.kinds import KINDS
from benchmarks.measures import Counts, Measures, measure
from benchmarks.optimum import solve
from benchmarks.queue import queue
from benchmarks.replanning import replan_table
from benchmarks.rosters import SHORT, Seeds, choose, roster
from benchmarks.runs import Run, judge, run_job
from benchmarks.shapes import PRACTICE, SHAPES, make_shape
from benchmarks.shortage import shortage_table
from benchmarks.strangers import STRANGERS
from benchmarks.weekends import weekends_table
from benchmarks.whole import whole
from benchmarks.writes import writes
from demo.needs import Tables
from demo.roster import make_roster
from demo.spec import RosterSpec, large_spec
from greedy.domain.models import Assignment
from greedy.loader import build_workspace
from greedy.outcome import coverage
from greedy.processor import GreedyProcessor

app = typer.Typer(help=__doc__, add_completion=False, no_args_is_help=True)
app.command()(writes)
app.command()(queue)
app.command()(whole)
out = Console(width=180)
ROOT = Path(__file__).resolve().parent.parent

Rosters = Annotated[int, typer.Option(min=0, help="Rosters of each kind: the seeds from --first on.")]
First = Annotated[int, typer.Option(min=1, help="First seed.")]
Fresh = Annotated[int, typer.Option(min=0, help="Rosters of each kind beside them, of seeds drawn for this run.")]
Named = Annotated[str, typer.Option(help="Seeds to take instead of drawing new ones, separated by commas.")]
Kinds = Annotated[str, typer.Option(help="Kinds to measure, by the beginning of their names, separated by commas.")]
ShortKinds = Annotated[str, typer.Option(help="As for `quality`; the kinds with too few people if there are none.")]
Limit = Annotated[float, typer.Option(help="Seconds that the solver has for each count of a roster.")]
Processes = Annotated[int, typer.Option(min=1, help="Solvers that run side by side; nothing else is timed meanwhile.")]


class Task(NamedTuple):
    """A roster for the solver, with a plan to begin with; `keep` says whether to remember what is proven."""

    kind: str
    seed: int
    tables: Tables
    start: list[Assignment]
    limit: float
    keep: bool = True


def _prove(task: Task) -> Entry:
    """Find a roster's optimum."""
    optimum = solve(task.tables, task.limit, start=task.start)
    judge(task.tables, optimum.plan)
    return Entry(
        tables=digest(task.tables),
        rules=RULES,
        counts=optimum.counts,
        firm=optimum.aims.firm,
        proven=optimum.proven,
        limit=task.limit,
        seconds=round(optimum.seconds, 2),
    )


def prove(tasks: Sequence[Task], cache: Cache, processes: int) -> list[Entry]:
    """Find the optima of some rosters, of those that the cache does not know by the solver."""
    known = {
        (task.kind, task.seed): entry
        for task in tasks
        if (entry := cache.get(task.kind, task.seed, task.tables)) and (entry.proven or entry.limit >= task.limit)
    }
    missing = [task for task in tasks if (task.kind, task.seed) not in known]
    if missing:
        with ProcessPoolExecutor(processes) as pool:
            solved = zip(missing, pool.map(_prove, missing), strict=True)
            for task, entry in track(solved, "Solving", total=len(missing), console=Console(stderr=True)):
                known[task.kind, task.seed] = entry
                if task.keep:
                    cache.put(task.kind, task.seed, entry)
    return [known[task.kind, task.seed] for task in tasks]


@app.command()
def quality(
    rosters: Rosters = 10,
    first: First = 1,
    fresh: Fresh = 2,
    seeds: Named = "",
    kinds: Kinds = "",
    limit: Limit = 60.0,
    processes: Processes = 1,
) -> None:
    """Places filled and duties paired: plain greedy, the job (greedy with repair), and the proven optimum."""
    chosen, cache, drawn = choose(_names(kinds)), Cache(), Seeds.draw(first, rosters, fresh, seeds)
    table = Table(
        title=f"{len(drawn)} rosters of each kind (means; ms: median, most)",
        caption="equal: rosters with all four counts of the optimum (on-call, MOET and AANGEPAST, MAG, paired); "
        "behind: the most that each is short of it, and that all places together are",
    )
    for header in ("roster", "places", "method", "on-call", "MOET", "MAG", "filled", "paired", "spread", "Jain", "ms",
                   "equal", "behind"):  # fmt: skip
        table.add_column(header, justify="left" if header in ("roster", "method") else "right", no_wrap=True)
    short: list[str] = []
    for kind in chosen:
        tables = {seed: roster(kind, seed) for seed in drawn}
        plain = {seed: run_job(tables[seed], plain=True) for seed in drawn}
        job = {seed: run_job(tables[seed]) for seed in drawn}
        tasks = [Task(kind, seed, tables[seed], job[seed].plan, limit, seed in drawn.fixed) for seed in drawn]
        most = dict(zip(drawn, prove(tasks, cache, processes), strict=True))
        best = {seed: entry.aims for seed, entry in most.items()}
        needed = fmean(run.measures.needed for run in job.values())
        for name, runs in (("greedy", plain), ("job", job)):
            counts = {seed: run.aims.counts for seed, run in runs.items()}
            for seed in drawn:
                if counts[seed] > best[seed] and most[seed].proven:
                    raise ValueError(f"{kind}, seed {seed}: {name} has {counts[seed]}, the optimum {best[seed]}")
                if counts[seed] != best[seed] and name == "job":
                    short.append(f"{kind}, seed {seed}: {counts[seed]}, optimum {best[seed]}")
            behind = [max(0, *(best[seed][aim] - counts[seed][aim] for seed in drawn)) for aim in range(4)]
            behind.append(max(0, *(sum(best[seed][:3]) - sum(counts[seed][:3]) for seed in drawn)))
            times = [run.milliseconds for run in runs.values()]
            table.add_row(
                *((kind, f"{needed:.0f}") if name == "greedy" else ("", "")),
                name,
                *_means(list(counts.values()), needed),
                f"{fmean(run.measures.fairness.spread for run in runs.values()):.2f}",
                f"{fmean(run.measures.fairness.total.jain for run in runs.values()):.3f}",
                median_and_most(times),
                f"{sum(counts[seed] == best[seed] for seed in drawn)}/{len(drawn)}",
                ", ".join(map(str, behind)),
            )
        proven = sum(entry.proven for entry in most.values())
        seconds = [1000 * entry.seconds for entry in most.values()]
        note = "" if proven == len(drawn) else f"{proven} proven"
        table.add_row(
            "", "", "optimum", *_means(list(best.values()), needed), "", "",
            median_and_most(seconds), note, "", end_section=True,
        )  # fmt: skip
    _show_beside(table, drawn, "The job's rosters that are not the optimum (on-call, MOET, MAG, paired):", short)


@app.command()
def shortage(
    rosters: Rosters = 10,
    first: First = 1,
    fresh: Fresh = 2,
    seeds: Named = "",
    kinds: ShortKinds = "",
    limit: Limit = 60.0,
    processes: Processes = 1,
) -> None:
    """Which places stay open where staff is short: the job beside the least that is possible at the same counts."""
    drawn = Seeds.draw(first, rosters, fresh, seeds)
    table, lines = shortage_table(_short_kinds(kinds), drawn, limit, processes)
    _show_beside(table, drawn, "More dagdelen without anyone on call than need be:", lines)


@app.command()
def changes(
    rosters: Rosters = 5,
    first: First = 1,
    fresh: Fresh = 0,
    seeds: Named = "",
    kinds: ShortKinds = "",
    limit: Limit = 60.0,
    processes: Processes = 1,
) -> None:
    """Changes that together fill what stays open: the job's set beside the fewest that the solver finds."""
    drawn = Seeds.draw(first, rosters, fresh, seeds)
    table, lines = changes_table(_short_kinds(kinds), drawn, limit, processes)
    _show_beside(table, drawn, "More changes than the solver needs:", lines)


@app.command()
def replan(
    limit: Annotated[float, typer.Option(help="Seconds that the solver has for each replan.")] = 60.0,
    workers: Annotated[int, typer.Option(min=1, help="Threads of the solver.")] = 2,
) -> None:
    """How calm a replan is: what moves on six rosters after three changes each, beside the proven fewest."""
    table, beyond = replan_table(limit, workers)
    out.print(table)
    out.print(f"Replans that move more than twice the proven fewest, plus two: {beyond}")


@app.command()
def weekends(
    rosters: Rosters = 5,
    first: First = 1,
    kinds: Kinds = "practice tight,scarce tight,stranger tight",
) -> None:
    """How evenly weekends are shared out on tight rosters."""
    out.print(weekends_table(choose(_names(kinds)), range(first, first + rosters)))


def _short_kinds(kinds: str) -> list[str]:
    """Return the kinds that are asked for; those with too few people if there are none."""
    return choose(_names(kinds)) if kinds else list(SHORT)


def _show_beside(table: Table, seeds: Seeds, behind: str, lines: Sequence[str]) -> None:
    """Show how the job does beside the solver, on which seeds, and each roster on which it is behind."""
    out.print(table)
    out.print(f"Seeds: {seeds}")
    if lines:
        out.print(behind, *lines, sep="\n  ")


def _names(kinds: str) -> list[str]:
    return [name.strip() for name in kinds.split(",") if name.strip()]


def _means(counts: Sequence[tuple[int, int, int, int]], needed: float) -> tuple[str, str, str, str, str]:
    """On-call, MOET, MAG, filled in percent, paired."""
    oncall, firm, optional, paired = (fmean(count[aim] for count in counts) for aim in range(4))
    filled = 100 * (oncall + firm + optional) / needed
    return f"{oncall:.1f}", f"{firm:.1f}", f"{optional:.1f}", f"{filled:.1f} %", f"{paired:.1f}"


@app.command()
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
    chosen, cache, seeds = choose(_names(kinds)), Cache(), range(first, first + rosters)
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


class Size(NamedTuple):
    """Size of a roster on the scale curve."""

    people: int
    weeks: float
    shifts_per_day: int
    services: int


PEOPLE = tuple(Size(people, 365 / 7, people // 2, max(9, people // 10)) for people in (10, 30, 100, 300, 1000))
WEEKS = tuple(Size(100, weeks, 50, 10) for weeks in (5, 10, 20, 52))


def _spec(size: Size) -> RosterSpec:
    """Make the spec of a size, about as hard to fill as its neighbours on the curve.

    Everybody knows about ten services whatever their number, and a small practice has four duties a day nevertheless,
    which most of its people take.
    """
    spec = large_spec(size.people, round(size.weeks * 7), size.shifts_per_day, size.services)
    usual = min(1.0, 10 / sum(not service.is_system for service in spec.services))
    duties = max(0.4, min(0.86, 12 / size.people))
    services = tuple(replace(service, qualified=duties if service.is_system else usual) for service in spec.services)
    return replace(spec, services=services, duties_per_day=max(1, spec.duties_per_day))


@app.command()
def scale(
    most: Annotated[int, typer.Option(help="Largest number of people.")] = 1000,
) -> None:
    """FASE 2 and 3 from 10 to 1,000 people and from 5 to 52 weeks, each roster in a process of its own."""
    table = Table(
        title="FASE 2 and 3 on growing rosters",
        caption="memory: most of the whole process, of which without FASE 2 and 3 (rows, workspace)",
    )
    for header in ("people", "days", "services", "shifts", "filled", "paired", "s", "µs per shift", "MB", "before"):
        table.add_column(header, justify="right", no_wrap=True)
    for sizes in (PEOPLE, WEEKS):
        for size in sizes:
            if size.people > most:
                continue
            told = json.loads(_in_process("one", *(f"{part:g}" for part in size)))
            table.add_row(
                str(size.people), str(told["days"]), str(size.services), f"{told['needed']:,}",
                f"{100 * told['filled'] / told['needed']:.1f} %", f"{told['paired']:,}", f"{told['seconds']:.2f}",
                f"{1e6 * told['seconds'] / told['needed']:.0f}", f"{told['megabytes']:.0f}", f"{told['before']:.0f}",
                end_section=size is sizes[-1],
            )  # fmt: skip
    out.print(table)


def _in_process(*arguments: str) -> str:
    program = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(program, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


@app.command(hidden=True)
def one(people: int, weeks: float, shifts_per_day: int, services: int) -> None:
    """Run one roster of the scale curve and print what came of it."""
    spec = _spec(Size(people, weeks, shifts_per_day, services))
    workspace = build_workspace(make_roster(spec))
    before = _megabytes()
    started = time.process_time()
    job = GreedyProcessor(workspace)
    job.process()
    seconds = time.process_time() - started
    megabytes = _megabytes()
    measures = measure(job.board)
    print(
        json.dumps(
            {
                "days": spec.days,
                "needed": measures.needed,
                "filled": measures.counts.filled,
                "paired": measures.counts.paired,
                "seconds": seconds,
                "megabytes": megabytes,
                "before": before,
            }
        )
    )


ENOUGH = 0.5
"""Seconds after which a shape has been timed often enough."""


@app.command()
def shapes(
    names: Annotated[str, typer.Option(help="Shapes to measure, separated by commas; all when there are none.")] = "",
) -> None:
    """FASE 2 and 3, and the reasons for what stays open, on rosters of unusual shape, each in a process of its own."""
    chosen = _names(names) or list(SHAPES)
    table = Table(
        title="FASE 2 and 3 on rosters of unusual shape",
        caption="ratio: time per place beside the practice's; reasons: s to say why places stay open",
    )
    for header in (
        "shape",
        "what is unusual",
        "people",
        "places",
        "filled",
        "s",
        "µs per place",
        "ratio",
        "reasons",
        "MB",
    ):
        text = header in ("shape", "what is unusual")
        table.add_column(header, justify="left" if text else "right", no_wrap=True)
    practice = 0.0
    for name in (PRACTICE, *(name for name in chosen if name != PRACTICE)):
        told = json.loads(_in_process("shape", name))
        each = 1e6 * told["seconds"] / told["needed"]
        practice = practice or each
        table.add_row(
            name, SHAPES[name].story, f"{told['people']:,}", f"{told['needed']:,}",
            f"{100 * told['filled'] / told['needed']:.1f} %", f"{told['seconds']:.2f}", f"{each:.0f}",
            f"{each / practice:.1f}", f"{told['reasons']:.2f}", f"{told['megabytes']:.0f}",
        )  # fmt: skip
    out.print(table)


@app.command(hidden=True)
def shape(name: str) -> None:
    """Run one roster of unusual shape and print what came of it: the median of a few runs where they are short."""
    tables = make_shape(name)
    seconds: list[float] = []
    while sum(seconds) < ENOUGH:
        job = GreedyProcessor(build_workspace(tables))
        started = time.process_time()
        job.process()
        seconds.append(time.process_time() - started)
    started = time.process_time()
    covered = coverage.measure(job.board)
    reasons = time.process_time() - started
    megabytes = _megabytes()
    judge(tables, job.workspace.assignments)
    print(
        json.dumps(
            {
                "people": len(job.board.people),
                "needed": covered.needed,
                "filled": covered.needed - covered.open,
                "seconds": median(seconds),
                "reasons": reasons,
                "megabytes": megabytes,
            }
        )
    )


def _megabytes() -> float:
    """The most memory that this process ever had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)


@app.command(name="kinds")
def list_kinds() -> None:
    """List the kinds of roster, and what each is made of."""
    for kind, spec in (KINDS | STRANGERS).items():
        out.print(f"{kind:25}{spec}", highlight=False)


if __name__ == "__main__":
    app()
