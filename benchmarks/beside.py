"""What the tables that set the job beside the solver have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from statistics import median
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def in_processes(compare: Callable[[T], R], tasks: Iterable[T], processes: int) -> list[R]:
    """Return what comes of each task, in their order, by so many processes side by side."""
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(compare, tasks))


def with_bound(least: int, bound: int) -> str:
    """Show the least that the solver found; in brackets what it must be at least, where that is less."""
    return f"{least}" + (f" ({bound})" if bound < least else "")


def median_and_most(milliseconds: Sequence[float]) -> str:
    """Show how long something took."""
    return f"{median(milliseconds):.0f}, {max(milliseconds):.0f}"
