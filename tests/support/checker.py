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
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, NamedTuple

OPEN, ACTIVE, BLOCKED, UNAVAILABLE = 0, 1, 2, 3

REST = {
    ("DIO", "O"): [(0, "M"), (1, "O"), (1, "M")],
    ("DDO", "O"): [(0, "M"), (1, "O"), (1, "M")],
    ("DIA", "A"): [(1, "O"), (1, "M")],
    ("DDA", "A"): [(1, "O"), (1, "M")],
}
EVENING = {"DIO": "DIA", "DDO": "DDA"}
MAY_FILL = {"TOT": {"Groen", "Oranje", "Overig"}, "GRO": {"Groen", "Overig"}, "ORA": {"Oranje", "Overig"}}

Tables = Mapping[str, Sequence[Mapping[str, Any]]]


class Slot(NamedTuple):
    """One person's dagdeel."""

    employee_id: str
    date: dt.date
    dagdeel: str

    def __str__(self) -> str:
        """The slot as the sentences name it."""
        return f"{self.employee_id} {self.date} {self.dagdeel}"


class Shift(NamedTuple):
    """Work that may need several people at once."""

    service_id: str
    date: dt.date
    dagdeel: str


class Record(NamedTuple):
    """A row of `roster_assignments`, from the table or added by the run, in plain types."""

    roster_id: str
    slot: Slot
    service_id: str | None
    status: int
    source: str | None
    notes: str | None

    @property
    def shift(self) -> Shift:
        """What the record works; only for an ACTIVE record with a service."""
        assert self.service_id is not None
        return Shift(self.service_id, self.slot.date, self.slot.dagdeel)


def violations(tables: Tables, added: Iterable[object], roster_id: str | None = None) -> list[str]:
    """Every way in which what was added breaks a hard rule, rules 1 to 5 of the design.

    Args:
        tables: Table name -> rows before the run, as PostgREST returns them; `roster_assignments` may hold rows of
            other rosters.
        added: The records that the run added, objects or mappings.
        roster_id: The roster that was run; None for the only one in `tables`.
    """
    run = _run(tables, added, roster_id)
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
    run = _run(tables, added, roster_id)
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
    return list(_split_needlessly(_run(tables, added, roster_id), swaps))


def pairs(tables: Tables, added: Iterable[object] = (), roster_id: str | None = None) -> list[tuple[dt.date, str, str]]:
    """The 24-hour duties of the final state, as (date, employee id, "DIO+DIA" or "DDO+DDA"), sorted."""
    run = _run(tables, added, roster_id)
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
    run = _run(tables, added, roster_id)
    works = Counter(record.shift for record in run.active if record.service_id)
    needed: Counter[str] = Counter()
    filled: Counter[str] = Counter()
    for shift, rows in run.needed.items():
        needed[run.code[shift.service_id]] += sum(rows.values())
        filled[run.code[shift.service_id]] += min(sum(rows.values()), works[shift])
    by_service = {code: Coverage(needed[code], filled[code]) for code in sorted(needed)}
    return Coverage(needed.total(), filled.total()), by_service


def _qualified(run: _Run) -> Iterator[str]:
    """Rule 1: an active qualification, of an active employee for an active service."""
    for record in run.new_active:
        if (record.slot.employee_id, record.service_id) not in run.quota:
            yield f"{run.say(record)}: not qualified"
        if record.slot.employee_id not in run.active_people:
            yield f"{run.say(record)}: the employee is not active"
        if record.service_id not in run.active_services:
            yield f"{run.say(record)}: the service is not active"


def _slot_was_open(run: _Run) -> Iterator[str]:
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


def _within_quota(run: _Run) -> Iterator[str]:
    """Rule 3: whoever gets a shift works the service at most `aantal` times, shifts planned by hand included."""
    for key in sorted({(record.slot.employee_id, str(record.service_id)) for record in run.new_active}):
        if key in run.quota and run.works[key] > run.quota[key]:
            employee_id, service_id = key
            yield f"{employee_id} works {run.code[service_id]} {run.works[key]} times, quota {run.quota[key]}"


def _within_demand(run: _Run) -> Iterator[str]:
    """Rule 4: each who was added to a shift fills one more place by team, and none is beyond its places."""
    for shift, people in sorted(run.new_people.items()):
        if not _fit(run, people, shift):
            yield f"{run.name(shift)}: no demand for {people}, it needs {run.needed.get(shift)}"


def _duties_can_rest(run: _Run) -> Iterator[str]:
    """Rule 5: a new duty's afternoon is free or rest already, and its next day holds no work, in any roster."""
    for record in run.new_active:
        for slot in run.rest_of(record):
            if slot.date == record.slot.date and run.status_before(slot) not in (OPEN, BLOCKED):
                yield f"{run.say(record)}: its rest {slot} had status {run.status_before(slot)}"
            if slot.date > record.slot.date and slot in run.works_anywhere:
                yield f"{run.say(record)}: works on its rest {slot}"


def _nobody_works_while_resting(run: _Run) -> Iterator[str]:
    """Rule 5: nobody gets a shift on a slot that is rest after a duty, old or new, here or in the roster before."""
    for record in run.new_active:
        for duty in run.duties_before_rest.get(record.slot, []):
            yield f"{run.say(record)}: is rest after {run.say(duty)}"


def _rest_is_in_place(run: _Run) -> Iterator[str]:
    """Rule 5: every rest slot in the period is BLOCKED or UNAVAILABLE in the end, unless a planner put work there."""
    for slot, duties in run.duties_before_rest.items():
        if not run.start <= slot.date <= run.end:
            continue
        planned_so = run.status_before(slot) == ACTIVE and not any(duty in run.new for duty in duties)
        if run.status_after(slot) not in (BLOCKED, UNAVAILABLE) and not planned_so:
            yield f"{slot}: rest after {run.say(duties[0])}, but its status is {run.status_after(slot)}"


def _blocks_have_a_duty(run: _Run) -> Iterator[str]:
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


def _well_labelled(run: _Run) -> Iterator[str]:
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


def _split_needlessly(run: _Run, swaps: bool) -> Iterator[str]:
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


def _could_take(run: _Run, employee_id: str, shift: Shift) -> bool:
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


def _fit(run: _Run, people: Sequence[str], shift: Shift) -> bool:
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


@dataclass(frozen=True)
class _Run:
    """The rows before a run, what it added, and what both come to."""

    tables: Tables
    roster_id: str
    start: dt.date
    end: dt.date
    old: list[Record]
    neighbours: list[Record]
    new: list[Record]

    @cached_property
    def team(self) -> dict[str, str]:
        return {row["id"]: row["team"] for row in self.tables["employees"]}

    @cached_property
    def active_people(self) -> set[str]:
        return {row["id"] for row in self.tables["employees"] if row["actief"]}

    @cached_property
    def code(self) -> dict[str, str]:
        return {row["id"]: row["code"] for row in self.tables["service_types"]}

    @cached_property
    def active_services(self) -> set[str]:
        return {row["id"] for row in self.tables["service_types"] if row["actief"]}

    @cached_property
    def quota(self) -> dict[tuple[str, str], int]:
        """(employee id, service id) -> quota, of active qualifications only."""
        return {
            (row["employee_id"], row["service_id"]): row["aantal"]
            for row in self.tables["roster_employee_services"]
            if row["roster_id"] == self.roster_id and row["actief"]
        }

    @cached_property
    def needed(self) -> dict[Shift, Counter[str]]:
        """Shift -> team of the requirement row -> people needed; shifts that need somebody only."""
        needed: dict[Shift, Counter[str]] = defaultdict(Counter)
        for row in self.tables["roster_period_staffing_dagdelen"]:
            if row["roster_id"] == self.roster_id and row["status"] != "MAG_NIET" and row["aantal"] > 0:
                needed[Shift(row["service_id"], _date(row["date"]), row["dagdeel"])][row["team"]] += row["aantal"]
        return dict(needed)

    @cached_property
    def old_active(self) -> list[Record]:
        return [record for record in self.old if record.status == ACTIVE]

    @cached_property
    def new_active(self) -> list[Record]:
        return [record for record in self.new if record.status == ACTIVE and record.service_id is not None]

    @cached_property
    def active(self) -> list[Record]:
        return self.old_active + self.new_active

    @cached_property
    def works(self) -> Counter[tuple[str, str]]:
        """(employee id, service id) -> ACTIVE rows in this roster in the end."""
        return Counter((record.slot.employee_id, record.service_id) for record in self.active if record.service_id)

    @cached_property
    def works_anywhere(self) -> set[Slot]:
        """Slots with work in any roster in the end."""
        return {record.slot for record in self.active + self.neighbours if record.status == ACTIVE}

    @cached_property
    def new_people(self) -> dict[Shift, list[str]]:
        people: dict[Shift, list[str]] = defaultdict(list)
        for record in self.new_active:
            people[record.shift].append(record.slot.employee_id)
        return dict(people)

    @cached_property
    def old_people(self) -> dict[Shift, list[str]]:
        people: dict[Shift, list[str]] = defaultdict(list)
        for record in self.old_active:
            if record.service_id is not None:
                people[record.shift].append(record.slot.employee_id)
        return dict(people)

    def people(self, shift: Shift) -> list[str]:
        """Who works a shift in the end."""
        return [*self.old_people.get(shift, []), *self.new_people.get(shift, [])]

    def teams(self, people: Sequence[str]) -> tuple[str, ...]:
        """The teams of some people, sorted."""
        return tuple(sorted(self.team.get(person, "?") for person in people))

    @cached_property
    def _before(self) -> dict[Slot, int]:
        return {record.slot: record.status for record in self.old}

    @cached_property
    def _after(self) -> dict[Slot, int]:
        return self._before | {record.slot: record.status for record in self.new}

    def status_before(self, slot: Slot) -> int:
        """Status in this roster before the run; a slot without a row is open."""
        return self._before.get(slot, OPEN)

    def status_after(self, slot: Slot) -> int:
        """Status in this roster after the run."""
        return self._after.get(slot, OPEN)

    def rest_of(self, record: Record) -> list[Slot]:
        """The slots of rest that an ACTIVE record asks for, inside the period or not; none if it is no duty."""
        code = self.code.get(record.service_id or "")
        return [
            Slot(record.slot.employee_id, record.slot.date + dt.timedelta(days=days), dagdeel)
            for days, dagdeel in REST.get((code or "", record.slot.dagdeel), [])
        ]

    @cached_property
    def duties(self) -> set[tuple[Slot, str]]:
        """The on-call duties of the final state, as (slot, service code)."""
        return {(record.slot, self.code[record.shift.service_id]) for record in self.active if self.rest_of(record)}

    @cached_property
    def duties_before_rest(self) -> dict[Slot, list[Record]]:
        """Slot of rest -> the ACTIVE duties that it follows: old, new, or of another roster on the day before."""
        eve = self.start - dt.timedelta(days=1)
        held = {record.slot.employee_id for record in self.old if record.status != OPEN}
        here = {employee_id for employee_id, _ in self.quota} | held
        outside = [
            record
            for record in self.neighbours
            if record.status == ACTIVE and record.slot.date == eve and record.slot.employee_id in here
        ]
        duties: dict[Slot, list[Record]] = defaultdict(list)
        for record in self.active + outside:
            for slot in self.rest_of(record):
                duties[slot].append(record)
        return dict(duties)

    def name(self, shift: Shift) -> str:
        return f"{self.code.get(shift.service_id, shift.service_id)} on {shift.date} {shift.dagdeel}"

    def say(self, record: Record) -> str:
        return f"{self.code.get(record.service_id or '', f'status {record.status}')} of {record.slot}"


def _run(tables: Tables, added: Iterable[object], roster_id: str | None) -> _Run:
    """Collect the facts of a run.

    Raises:
        ValueError: `roster_id` is None and there is not exactly one roster, or there is no such roster.
    """
    rosters = [row for row in tables["roosters"] if roster_id in (None, row["id"])]
    if len(rosters) != 1:
        raise ValueError(f"{len(rosters)} rosters match roster_id {roster_id!r}, expected one")
    [roster] = rosters
    rows = [_record(row) for row in tables["roster_assignments"]]
    return _Run(
        tables=tables,
        roster_id=roster["id"],
        start=_date(roster["start_date"]),
        end=_date(roster["end_date"]),
        old=[record for record in rows if record.roster_id == roster["id"]],
        neighbours=[record for record in rows if record.roster_id != roster["id"]],
        new=[_record(record) for record in added],
    )


def _record(row: object) -> Record:
    """A record in plain types, whatever it came as: a mapping or an object, enums, uuids, dates or their text."""

    def get(name: str) -> Any:
        return row[name] if isinstance(row, Mapping) else getattr(row, name)

    def text(name: str) -> str | None:
        value = get(name)
        return None if value is None else str(getattr(value, "value", value))

    slot = Slot(str(get("employee_id")), _date(get("date")), str(text("dagdeel")))
    return Record(str(get("roster_id")), slot, text("service_id"), int(get("status")), text("source"), text("notes"))


def _date(value: dt.date | str) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
