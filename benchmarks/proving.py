"""The proven optimum of rosters: of those that were proven before from the cache, of others by the solver."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from rich.console import Console
from rich.progress import track

from benchmarks.cache import RULES, Cache, Entry, digest
from benchmarks.optimum import solve
from benchmarks.runs import judge
from demo.needs import Tables
from greedy.domain.models import Assignment


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
