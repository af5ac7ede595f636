"""How evenly weekends are shared out: the sum of weekends^2 / quota, beside the least that so many can come to."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heapreplace
from statistics import fmean

from rich.table import Table

from benchmarks.rosters import roster
from greedy.loader import build_workspace
from greedy.processor import GreedyProcessor
from greedy.solver.hours import Hours, Nights, Weekends


def weekends_table(kinds: Sequence[str], seeds: Sequence[int]) -> Table:
    """Plan some rosters, and measure their weekends and nights."""
    table = Table(
        title=f"Weekends worked, means of {len(seeds)} rosters of each kind",
        caption="uneven: sum of weekends^2 / quota; least: of as many weekends, as evenly as can be",
    )
    for header in ("roster", "weekends", "uneven", "least", "nights: uneven"):
        table.add_column(header, justify="left" if header == "roster" else "right", no_wrap=True)
    for kind in kinds:
        worked, uneven, least, nights = [], [], [], []
        for seed in seeds:
            job = GreedyProcessor(build_workspace(roster(kind, seed)))
            job.process()
            weekends = Weekends(job.board)
            worked.append(sum(weekends.worked(person) for person in weekends.quota))
            uneven.append(_uneven(weekends))
            least.append(_least(weekends, worked[-1]))
            nights.append(_uneven(Nights(job.board)))
        table.add_row(kind, *(f"{fmean(some):.2f}" for some in (worked, uneven, least, nights)))
    return table


def _uneven(hours: Hours) -> float:
    return sum(hours.square(person, hours.worked(person)) for person in hours.quota)


def _least(hours: Hours, times: int) -> float:
    """Return the least that so many times add up to: each in turn goes to whoever it adds least for."""
    queue = [(1 / quota, person, 1) for person, quota in hours.quota.items()]
    heapify(queue)
    total = 0.0
    for _ in range(times):
        more, person, count = queue[0]
        total += more
        heapreplace(queue, ((2 * count + 1) / hours.quota[person], person, count + 1))
    return total
