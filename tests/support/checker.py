"""An independent judge of a run: the rules of docs/rules.md, written the plain way.

It shares no code with the job, so that one misreading cannot hide in both. It knows the raw tables before the run and
the records that the run added, and recomputes everything from their union: slow, but obviously right.

`violations` judges the hard rules, `unfilled_but_fillable` completeness, `split_needlessly` pairing; each gives
sentences to read, and none means fine. `coverage` and `pairs` count.

What it takes as settled beyond the letter of the design:
* Quota and demand are a roster's own: rows of other rosters use none of it.
* Of other rosters, only duties on the day before `start_date` block slots here, and only those of people who are in
  this roster: qualified for something, or with a row of their own that holds a slot (a row with status 0 is as good as
  none). But an ACTIVE row of any roster on the next day's O or M
  forbids a duty.
* Nobody is tied to one requirement row: existing and new staff are placed together, and each new person must raise the
  number that can be placed by team; whoever was there before and cannot be placed takes a place that remains.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from tests.support.records import (
    ACTIVE,
    BLOCKED,
    EVENING,
    MAY_FILL,
    OPEN,
    UNAVAILABLE,
    Record,
    Run,
    Shift,
    Slot,
    Tables,
    read_run,
)


def violations(tables: Tables, added: Iterable[object], roster_id: str | None = None) -> list[str]:
    """Every way in which what was added breaks a hard rule, rules 1 to 5 of the design.

    Args:
        tables: Table name -> rows before the run, as PostgREST returns them; `roster_assignments` may hold rows of
            other rosters.
        added: The records that the run added, objects or mappings.
        roster_id: The roster that was run; None for the only one in `tables`.
    """
    run = read_run(tables, added, roster_id)
    return [
        *_qualified(run),
        *_slot_was_open(run),
        *_within_quota(run),
        *_within_demand(run),
        *_duties_can_rest(run),
        *_nobody_works_while_resting(run),
        *_rest_is_in_place(run),
        *_blocks_have_a_duty(run),
        *_well_labelled(run),
    ]


def unfilled_but_fillable(tables: Tables, added: Iterable[object], roster_id: str | None = None) -> list[str]:
    """Open shifts that somebody could still take in the final state, under rules 1 to 5."""
    run = read_run(tables, added, roster_id)
    return [
        f"{run.name(shift)} is open, but {employee_id} could take it"
        for shift in sorted(run.needed)
        if run.needed[shift].total() > len(run.people(shift))
        for employee_id in sorted(run.team)
        if _could_take(run, employee_id, shift)
    ]


def split_needlessly(
    tables: Tables, added: Iterable[object], roster_id: str | None = None, *, swaps: bool = False
) -> list[str]:
    """New morning duties placed alone, although the same person could take the evening duty of that day as well.

    Args:
        tables: As for `violations`.
        added: As for `violations`.
        roster_id: As for `violations`.
        swaps: Also count an evening duty that the run gave, alone, to somebody else; without it only one still open.
    """
    return list(_split_needlessly(read_run(tables, added, roster_id), swaps))


def pairs(tables: Tables, added: Iterable[object] = (), roster_id: str | None = None) -> list[tuple[dt.date, str, str]]:
    """The 24-hour duties of the final state, as (date, employee id, "DIO+DIA" or "DDO+DDA"), sorted."""
    run = read_run(tables, added, roster_id)
    return sorted(
        (slot.date, slot.employee_id, f"{code}+{EVENING[code]}")
        for slot, code in run.duties
        if code in EVENING and (slot._replace(dagdeel="A"), EVENING[code]) in run.duties
    )


@dataclass(frozen=True)
class Coverage:
    """How many shifts are needed, how many of them are filled, how many stay open."""

    needed: int
    filled: int

    @property
    def open(self) -> int:
        """Shifts that nobody works."""
        return self.needed - self.filled


def coverage(
    tables: Tables, added: Iterable[object] = (), roster_id: str | None = None
) -> tuple[Coverage, dict[str, Coverage]]:
    """The final state's coverage in total, and per service code. Rows beyond the demand of a shift fill nothing."""
    run = read_run(tables, added, roster_id)
    works = Counter(record.shift for record in run.active if record.service_id)
    needed: Counter[str] = Counter()
    filled: Counter[str] = Counter()
    for shift, rows in run.needed.items():
        needed[run.code[shift.service_id]] += sum(rows.values())
        filled[run.code[shift.service_id]] += min(sum(rows.values()), works[shift])
    by_service = {code: Coverage(needed[code], filled[code]) for code in sorted(needed)}
    return Coverage(needed.total(), filled.total()), by_service


def _qualified(run: Run) -> Iterator[str]:
    """Rule 1: an active qualification, of an active employee for an active service."""
    for record in run.new_active:
        if (record.slot.employee_id, record.service_id) not in run.quota:
            yield f"{run.say(record)}: not qualified"
        if record.slot.employee_id not in run.active_people:
            yield f"{run.say(record)}: the employee is not active"
        if record.service_id not in run.active_services:
            yield f"{run.say(record)}: the service is not active"


def _slot_was_open(run: Run) -> Iterator[str]:
    """Rule 2: the slot was open and lies in the period; and nobody is put into a slot twice."""
    for record in run.new:
        if record.roster_id != run.roster_id:
            yield f"{run.say(record)}: belongs to roster {record.roster_id}"
        if not run.start <= record.slot.date <= run.end:
            yield f"{run.say(record)}: outside the period {run.start} to {run.end}"
        if run.status_before(record.slot) != OPEN:
            yield f"{run.say(record)}: the slot had status {run.status_before(record.slot)}"
    for slot, times in Counter(record.slot for record in run.new).items():
        if times > 1:
            yield f"{slot}: added {times} times"


def _within_quota(run: Run) -> Iterator[str]:
    """Rule 3: whoever gets a shift works the service at most `aantal` times, shifts planned by hand included."""
    for key in sorted({(record.slot.employee_id, str(record.service_id)) for record in run.new_active}):
        if key in run.quota and run.works[key] > run.quota[key]:
            employee_id, service_id = key
            yield f"{employee_id} works {run.code[service_id]} {run.works[key]} times, quota {run.quota[key]}"


def _within_demand(run: Run) -> Iterator[str]:
    """Rule 4: each who was added to a shift fills one more place by team, and none is beyond its places."""
    for shift, people in sorted(run.new_people.items()):
        if not _fit(run, people, shift):
            yield f"{run.name(shift)}: no demand for {people}, it needs {run.needed.get(shift)}"


def _duties_can_rest(run: Run) -> Iterator[str]:
    """Rule 5: a new duty's afternoon is free or rest already, and its next day holds no work, in any roster."""
    for record in run.new_active:
        for slot in run.rest_of(record):
            if slot.date == record.slot.date and run.status_before(slot) not in (OPEN, BLOCKED):
                yield f"{run.say(record)}: its rest {slot} had status {run.status_before(slot)}"
            if slot.date > record.slot.date and slot in run.works_anywhere:
                yield f"{run.say(record)}: works on its rest {slot}"


def _nobody_works_while_resting(run: Run) -> Iterator[str]:
    """Rule 5: nobody gets a shift on a slot that is rest after a duty, old or new, here or in the roster before."""
    for record in run.new_active:
        for duty in run.duties_before_rest.get(record.slot, []):
            yield f"{run.say(record)}: is rest after {run.say(duty)}"


def _rest_is_in_place(run: Run) -> Iterator[str]:
    """Rule 5: every rest slot in the period is BLOCKED or UNAVAILABLE in the end, unless a planner put work there."""
    for slot, duties in run.duties_before_rest.items():
        if not run.start <= slot.date <= run.end:
            continue
        planned_so = run.status_before(slot) == ACTIVE and not any(duty in run.new for duty in duties)
        if run.status_after(slot) not in (BLOCKED, UNAVAILABLE) and not planned_so:
            yield f"{slot}: rest after {run.say(duties[0])}, but its status is {run.status_after(slot)}"


def _blocks_have_a_duty(run: Run) -> Iterator[str]:
    """The job makes no block without a duty, and its notes name that duty."""
    for record in run.new:
        if record.status != BLOCKED:
            continue
        duties = run.duties_before_rest.get(record.slot, [])
        if not duties:
            yield f"{run.say(record)}: is rest after no duty"
        elif not any(
            run.code[duty.shift.service_id] in (record.notes or "") and str(duty.slot.date) in (record.notes or "")
            for duty in duties
        ):
            yield f"{run.say(record)}: notes {record.notes!r} do not name {run.say(duties[0])}"


def _well_labelled(run: Run) -> Iterator[str]:
    """The job writes ACTIVE with a service as `greedy`, BLOCKED without one as `greedy-blocking`, nothing else."""
    for record in run.new:
        if record.status not in (ACTIVE, BLOCKED):
            yield f"{run.say(record)}: status {record.status}, expected 1 or 2"
        elif record.source != {ACTIVE: "greedy", BLOCKED: "greedy-blocking"}[record.status]:
            yield f"{run.say(record)}: source {record.source!r} with status {record.status}"
        if record.status == ACTIVE and record.service_id not in run.code:
            yield f"{run.say(record)}: ACTIVE with unknown service {record.service_id!r}"
        if record.status == BLOCKED and record.service_id is not None:
            yield f"{run.say(record)}: BLOCKED with service {record.service_id!r}, expected null"


def _split_needlessly(run: Run, swaps: bool) -> Iterator[str]:
    service_of = {code: service_id for service_id, code in run.code.items()}
    for record in run.new_active:
        morning = run.code.get(record.shift.service_id, "")
        evening = EVENING.get(morning, "")
        evening_slot = record.slot._replace(dagdeel="A")
        if (record.slot, morning) not in run.duties or evening not in service_of:
            continue
        if (evening_slot, evening) in run.duties:
            continue
        shift = Shift(service_of[evening], record.slot.date, "A")
        if _could_take(run, record.slot.employee_id, shift):
            yield f"{run.say(record)} is alone, but {run.name(shift)} is open to the same person"
        for other in run.new_active if swaps else []:
            if other.shift != shift or (other.slot._replace(dagdeel="O"), morning) in run.duties:
                continue
            without = replace(run, new=[kept for kept in run.new if kept != other])
            if _could_take(without, record.slot.employee_id, shift):
                yield f"{run.say(record)} is alone, but the same person could take {run.say(other)}"


def _could_take(run: Run, employee_id: str, shift: Shift) -> bool:
    """Whether one more person could take the shift in the final state, under rules 1 to 5."""
    key = (employee_id, shift.service_id)
    slot = Slot(employee_id, shift.date, shift.dagdeel)
    candidate = Record(run.roster_id, slot, shift.service_id, ACTIVE, "greedy", None)
    return (
        employee_id in run.active_people
        and shift.service_id in run.active_services
        and run.works[key] < run.quota.get(key, 0)
        and run.start <= shift.date <= run.end
        and run.status_after(slot) == OPEN
        and slot not in run.duties_before_rest
        and all(
            run.status_after(rest) in (OPEN, BLOCKED) if rest.date == shift.date else rest not in run.works_anywhere
            for rest in run.rest_of(candidate)
        )
        and _fit(run, [*run.new_people.get(shift, []), employee_id], shift)
    )


def _fit(run: Run, people: Sequence[str], shift: Shift) -> bool:
    """Whether these people, beside those who were there before, fill as many more places by team as they are."""
    needed = run.needed.get(shift, Counter())
    before, after = run.teams(run.old_people.get(shift, [])), run.teams([*run.old_people.get(shift, []), *people])
    if len(after) > needed.total():
        return False
    rows = needed["GRO"], needed["ORA"], needed["TOT"]
    return _most_placed(after, *rows) == _most_placed(before, *rows) + len(people)


@cache
def _most_placed(teams: tuple[str, ...], gro: int, ora: int, tot: int) -> int:
    """How many of the teams' people can have a place at once: tries each place, and none, for the first of them."""
    if not teams:
        return 0
    first, rest = teams[0], teams[1:]
    ways = [_most_placed(rest, gro, ora, tot)]
    if gro > 0 and first in MAY_FILL["GRO"]:
        ways.append(1 + _most_placed(rest, gro - 1, ora, tot))
    if ora > 0 and first in MAY_FILL["ORA"]:
        ways.append(1 + _most_placed(rest, gro, ora - 1, tot))
    if tot > 0 and first in MAY_FILL["TOT"]:
        ways.append(1 + _most_placed(rest, gro, ora, tot - 1))
    return max(ways)
