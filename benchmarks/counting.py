"""What plain counting proves of the aims of `benchmarks.optimum`, without the solver."""

from __future__ import annotations

from collections import Counter
from datetime import date
from heapq import heapify, heapreplace

from benchmarks.program import Program
from tests.support import measures
from tests.support.measures import Aims


def counted_bound(program: Program, aims: Aims, name: str) -> int:
    """Return the most that a count can be, or the least that a cost can be.

    Args:
        program: The roster.
        aims: What a plan comes to, whose earlier aims are kept.
        name: The aim, a field of `Aims`.
    """
    shifts = program.shifts.items()
    places = {
        on_call: sum(shift.places for key, shift in shifts if (key.service_id in program.on_call) is on_call)
        for on_call in (True, False)
    }
    if name == "oncall":
        return places[True]
    if name == "firm":
        return sum(shift.firm.total() for key, shift in shifts if key.service_id not in program.on_call)
    if name == "optional":
        return places[False] - aims.firm
    if name == "paired":
        return program.paired_before + len(program.pairs)
    if name.startswith("oncall_"):
        return _least_on_call(program, aims, places[True] - aims.oncall, weekly=name == "oncall_weeks")
    if name.startswith("other_"):
        return places[False] - aims.other  # one to a week or a day
    return 0


def _least_on_call(program: Program, aims: Aims, open_places: int, *, weekly: bool) -> int:
    """What the squares of open on-call places come to at least: evenly spread, as far as pairs let them be.

    Where a day needs an even number and all its filled places are paired, the number of open ones is even. So the
    days (and weeks) with an odd one are at most as many as there are filled places without a partner, and days
    (weeks) that need an odd number.
    """
    needed, planned = Counter[date](), 0
    for key, shift in program.shifts.items():
        if key.service_id in program.on_call:
            needed[measures.week_of(key.date) if weekly else key.date] += shift.places
            planned += shift.filled_before
    alone = aims.oncall - 2 * aims.paired
    in_places = planned == sum(used for (_, service), used in program.used.items() if service in program.on_call)
    most = alone + sum(places % 2 for places in needed.values()) if in_places else len(needed)
    return _least_squares(open_places, len(needed), max(0, most))


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
