"""The aims as sums of an integer program: what it fills and pairs, and what the places that stay open come to."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from functools import partial

from benchmarks.program import Chosen, Program, head_count
from benchmarks.shifts import TEAMS, Expr, Shift, team_limits, total
from tests.support.measures import is_free_day, week_of

SQUARES = 60
"""Open places of a day or week up to which squares are exact; beyond it they grow by a line, so a bound stays one."""


def filled(program: Program, *, on_call: bool) -> Expr:
    """Return the filled places of the on-call services, or of the others."""
    return total(
        [shift.filled for key, shift in program.shifts.items() if (key.service_id in program.on_call) is on_call]
    )


def firm(program: Program) -> Expr:
    """Return the filled places of MOET and AANGEPAST, services on call aside; as many of each shift as can be.

    All staff is allocated by team, to these rows first; planned rows that fit no row by team take what remains.
    """
    parts: list[Expr] = []
    for key, shift in program.shifts.items():
        places = shift.firm.total()
        if key.service_id in program.on_call or not places:
            continue
        if places == shift.places:
            parts.append(shift.filled)
            continue
        misfits = shift.planned.total() - shift.by_team_before()
        part = program.cp.new_int_var(0, places, "firm")
        program.follows.append((part, partial(_firm, shift)))
        staff = shift.staff()
        for limit in (total(staff), *team_limits(shift.firm, *staff)):
            program.cp.add(part <= limit + misfits)
        parts.append(part)
    return total(parts)


def paired(program: Program) -> Expr:
    """Return the 24-hour duties."""
    return program.paired_before + total([pair for pair, _ in program.pairs.values()])


def uncovered(program: Program) -> Expr:
    """Return the dagdelen that ask for on-call duty and have nobody on call."""
    asked: dict[tuple[dt.date, str], list[Shift]] = defaultdict(list)
    for key, shift in program.shifts.items():
        if key.service_id in program.on_call:
            asked[key.date, key.dagdeel].append(shift)
    parts = []
    for shifts in asked.values():
        if not any(shift.planned.total() for shift in shifts):
            nobody = program.cp.new_bool_var("nobody")
            program.cp.add(nobody + total([shift.added for shift in shifts]) >= 1)
            program.follows.append((nobody, partial(_nobody, shifts)))
            parts.append(nobody)
    return total(parts)


def squares(program: Program, *, on_call: bool, weekly: bool) -> Expr:
    """Return the sum of squares of open places per week or per day: of all on-call services, or of each other one."""
    groups: dict[Hashable, list[Shift]] = defaultdict(list)
    for key, shift in program.shifts.items():
        if (key.service_id in program.on_call) is on_call:
            when = week_of(key.date) if weekly else key.date
            groups[when if on_call else (key.service_id, when)].append(shift)
    return total([_square(program, shifts) for shifts in groups.values()])


def _square(program: Program, shifts: Sequence[Shift]) -> Expr:
    """Return the square of some shifts' open places: no less than any chord between neighbouring whole numbers."""
    most = sum(shift.places - shift.filled_before for shift in shifts)
    if most == 0:
        return total([])
    left = most - total([shift.added for shift in shifts])
    if most == 1:
        return left
    square = program.cp.new_int_var(0, most**2, "square")
    program.follows.append((square, partial(_squared, shifts)))
    for low in range(min(most, SQUARES)):
        program.cp.add(square >= (2 * low + 1) * left - low * (low + 1))
    return square


def open_on_free_days(program: Program) -> Expr:
    """Return the open places on weekends and holidays."""
    return total([shift.places - shift.filled for key, shift in program.shifts.items() if is_free_day(key.date)])


def _firm(shift: Shift, chosen: Chosen) -> int:
    """What `firm` counts of a shift."""
    added = Counter(team for team, x in shift.choices if x.index in chosen)
    groen, oranje, overig = (shift.planned[team] + added[team] for team in TEAMS)
    misfits = shift.planned.total() - shift.by_team_before()
    by_team = min(groen + oranje + overig, *team_limits(shift.firm, groen, oranje, overig))
    return min(shift.firm.total(), by_team + misfits)


def _nobody(shifts: Sequence[Shift], chosen: Chosen) -> int:
    return not any(head_count(shift, chosen) for shift in shifts)


def _squared(shifts: Sequence[Shift], chosen: Chosen) -> int:
    return sum(shift.places - shift.filled_before - head_count(shift, chosen) for shift in shifts) ** 2
