"""The rows before a run, what it added, and what both come to, in plain types: what `checker` judges by."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
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


@dataclass(frozen=True)
class Run:
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
                needed[Shift(row["service_id"], date_of(row["date"]), row["dagdeel"])][row["team"]] += row["aantal"]
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


def read_run(tables: Tables, added: Iterable[object], roster_id: str | None) -> Run:
    """Collect the facts of a run.

    Raises:
        ValueError: `roster_id` is None and there is not exactly one roster, or there is no such roster.
    """
    rosters = [row for row in tables["roosters"] if roster_id in (None, row["id"])]
    if len(rosters) != 1:
        raise ValueError(f"{len(rosters)} rosters match roster_id {roster_id!r}, expected one")
    [roster] = rosters
    rows = [record_of(row) for row in tables["roster_assignments"]]
    return Run(
        tables=tables,
        roster_id=roster["id"],
        start=date_of(roster["start_date"]),
        end=date_of(roster["end_date"]),
        old=[record for record in rows if record.roster_id == roster["id"]],
        neighbours=[record for record in rows if record.roster_id != roster["id"]],
        new=[record_of(record) for record in added],
    )


def record_of(row: object) -> Record:
    """A record in plain types, whatever it came as: a mapping or an object, enums, uuids, dates or their text."""

    def get(name: str) -> Any:
        return row[name] if isinstance(row, Mapping) else getattr(row, name)

    def text(name: str) -> str | None:
        value = get(name)
        return None if value is None else str(getattr(value, "value", value))

    slot = Slot(str(get("employee_id")), date_of(get("date")), str(text("dagdeel")))
    return Record(str(get("roster_id")), slot, text("service_id"), int(get("status")), text("source"), text("notes"))


def date_of(value: dt.date | str) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
