"""How complete the job is, beside plain greedy and the proven optimum."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from rich.table import Table

from benchmarks.beside import median_and_most
from benchmarks.cache import Cache
from benchmarks.options import First, Fresh, Kinds, Limit, Named, Processes, Rosters, names_of, show_beside
from benchmarks.proving import Task, prove
from benchmarks.rosters import Seeds, choose, roster
from benchmarks.runs import run_job


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
    chosen, cache, drawn = choose(names_of(kinds)), Cache(), Seeds.draw(first, rosters, fresh, seeds)
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
    show_beside(table, drawn, "The job's rosters that are not the optimum (on-call, MOET, MAG, paired):", short)


def _means(counts: Sequence[tuple[int, int, int, int]], needed: float) -> tuple[str, str, str, str, str]:
    """On-call, MOET, MAG, filled in percent, paired."""
    oncall, firm, optional, paired = (fmean(count[aim] for count in counts) for aim in range(4))
    filled = 100 * (oncall + firm + optional) / needed
    return f"{oncall:.1f}", f"{firm:.1f}", f"{optional:.1f}", f"{filled:.1f} %", f"{paired:.1f}"
