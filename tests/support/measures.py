"""What a filled roster comes to, aim by aim, recomputed the plain way from the raw rows.

Like `tests.support.checker` it shares no code with the job: it knows the tables before the run and the records that the
run added. The checker judges whether a plan keeps the rules; this says how good it is, so that tests and benchmarks can
compare a plan with the proven optimum.

Definitions, where the design leaves room:

* A *shift* is one service on one date and dagdeel. All its staff, planned before and added, is allocated together to
  its requirement rows by team (rule 4): as many places as can be, of those as many of MOET and AANGEPAST as can be.
  Staff that fits no row by team takes what remains, MOET and AANGEPAST first.
* A *dagdeel asks for on-call duty* if a service with `is_system` is required there. It is *uncovered* if none of the
  services required there has an ACTIVE row there. So of a 24-hour duty DIO covers O and DIA covers A; nothing else
  of a day's rest or length counts.
* *Spread* is a sum of squares of open places: of all on-call services together, per calendar week (Monday to Sunday)
  and per day; of the other services for each service by itself, then summed.
* A *free day* is a Saturday, a Sunday or a public holiday of the Netherlands.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import holidays

from tests.support.records import EVENING, MAY_FILL, REST, Tables

ACTIVE = 1
FIRM = frozenset({"MOET", "AANGEPAST"})
"""Statuses of requirement rows that are filled before MAG."""


class Aims(NamedTuple):
    """What a roster comes to, planned rows included, in the order of importance.

    Of the first four more is better, of the rest less.
    """

    oncall: int
    """Filled places of on-call services."""
    firm: int
    """Filled places of other services, on requirement rows of MOET and AANGEPAST."""
    optional: int
    """Filled places of other services, on requirement rows of MAG."""
    paired: int
    """24-hour duties: both halves worked by one person."""
    uncovered: int
    """Dagdelen that ask for on-call duty and have nobody on call."""
    oncall_weeks: int
    """Sum of squares per week of open on-call places."""
    oncall_days: int
    """Sum of squares per day of open on-call places."""
    other_weeks: int
    """Sum of squares per week of the open places of each other service."""
    other_days: int
    """Sum of squares per day of the open places of each other service."""
    free_days: int
    """Open places on weekends and holidays."""

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """The four of which more is better."""
        return self[0], self[1], self[2], self[3]

    @property
    def other(self) -> int:
        """Filled places of other services."""
        return self.firm + self.optional

    @property
    def filled(self) -> int:
        """Filled places of all services."""
        return self.oncall + self.other

    @property
    def rank(self) -> tuple[int, ...]:
        """To compare rosters by: larger is better."""
        return (*self[:4], *(-cost for cost in self[4:]))


class ShiftKey(NamedTuple):
    """Which shift."""

    service_id: str
    date: dt.date
    dagdeel: str


class Filled(NamedTuple):
    """Filled places of a shift."""

    firm: int
    optional: int


class RequirementRow(NamedTuple):
    """A requirement row of a shift."""

    team: str
    firm: bool
    needed: int


@dataclass(frozen=True)
class Needs:
    """What a roster asks for, before anybody works.

    Attributes:
        shifts: Shift -> its requirement rows, of MOET and AANGEPAST first; shifts that need somebody only.
        on_call: Ids of the on-call services.
    """

    shifts: Mapping[ShiftKey, Sequence[RequirementRow]]
    on_call: frozenset[str]

    @property
    def places(self) -> int:
        """Places that the requirements ask for."""
        return sum(row.needed for rows in self.shifts.values() for row in rows)


def measure(tables: Tables, added: Iterable[object] = ()) -> Aims:
    """Measure a roster.

    Args:
        tables: Table name -> rows before the run, as PostgREST returns them, of one roster; `roster_assignments` may
            hold rows of others.
        added: The records that the run added, objects or mappings.
    """
    needs = needs_of(tables)
    staff = _staff(tables, added)
    team = {row["id"]: row["team"] for row in tables["employees"]}
    filled = {
        shift: allocated(rows, [team[person] for person in staff.get(shift, ())])
        for shift, rows in needs.shifts.items()
    }
    open_places = {shift: sum(row.needed for row in rows) - sum(filled[shift]) for shift, rows in needs.shifts.items()}
    oncall = {shift: count for shift, count in open_places.items() if shift.service_id in needs.on_call}
    other = {shift: count for shift, count in open_places.items() if shift.service_id not in needs.on_call}
    asked = {(shift.date, shift.dagdeel) for shift in oncall}
    covered = {(shift.date, shift.dagdeel) for shift in oncall if staff.get(shift)}
    return Aims(
        oncall=sum(sum(filled[shift]) for shift in oncall),
        firm=sum(filled[shift].firm for shift in other),
        optional=sum(filled[shift].optional for shift in other),
        paired=_paired(tables, staff),
        uncovered=len(asked - covered),
        oncall_weeks=_squares((week_of(shift.date), count) for shift, count in oncall.items()),
        oncall_days=_squares((shift.date, count) for shift, count in oncall.items()),
        other_weeks=_squares(((shift.service_id, week_of(shift.date)), count) for shift, count in other.items()),
        other_days=_squares(((shift.service_id, shift.date), count) for shift, count in other.items()),
        free_days=sum(count for shift, count in open_places.items() if is_free_day(shift.date)),
    )


def beyond_demand(tables: Tables, added: Iterable[object]) -> list[str]:
    """Every shift to which somebody was added who fills no place by team, or beyond the places (rule 4)."""
    needs = needs_of(tables)
    team = {row["id"]: row["team"] for row in tables["employees"]}
    before, after = _staff(tables, ()), _staff(tables, added)
    broken = []
    for shift, people in sorted(after.items()):
        new = len(people) - len(before.get(shift, ()))
        if not new:
            continue
        rows = needs.shifts.get(shift, ())
        grown = len(_matched(rows, [team[person] for person in people])) - len(
            _matched(rows, [team[person] for person in before.get(shift, ())])
        )
        if grown < new or len(people) > sum(row.needed for row in rows):
            broken.append(
                f"{shift}: {new} added to {len(people) - new}, for {[*rows]}; by team {grown} more are filled"
            )
    return broken


def needs_of(tables: Tables) -> Needs:
    """Collect what a roster asks for, inside its period."""
    [roster] = tables["roosters"]
    start, end = (_date(roster[column]) for column in ("start_date", "end_date"))
    services = {row["id"]: row for row in tables["service_types"]}
    shifts: dict[ShiftKey, list[RequirementRow]] = defaultdict(list)
    for row in tables["roster_period_staffing_dagdelen"]:
        day = _date(row["date"])
        wanted = row["status"] != "MAG_NIET" and row["aantal"] > 0
        if wanted and row.get("roster_id") == roster["id"] and start <= day <= end and row["service_id"] in services:
            shifts[ShiftKey(row["service_id"], day, row["dagdeel"])].append(
                RequirementRow(row["team"], row["status"] in FIRM, row["aantal"])
            )
    return Needs(
        shifts={shift: sorted(rows, key=lambda row: (not row.firm, row.team)) for shift, rows in shifts.items()},
        on_call=frozenset(service_id for service_id, row in services.items() if row["is_system"]),
    )


def allocated(rows: Sequence[RequirementRow], teams: Sequence[str]) -> Filled:
    """Allocate all the staff of a shift, given by their teams, to its rows: by team, then whoever is left over."""
    matched = _matched(rows, teams)
    places = [row.firm for row in rows for _ in range(row.needed)]
    remaining = [place for place in range(len(places)) if place not in matched]
    remaining.sort(key=lambda place: not places[place])
    taken = [*matched, *remaining[: len(teams) - len(matched)]]
    firm = sum(places[place] for place in taken)
    return Filled(firm, len(taken) - firm)


def _matched(rows: Sequence[RequirementRow], teams: Sequence[str]) -> set[int]:
    """The places that can be filled by team, by augmenting paths, those of the first rows before all.

    A place that has somebody never loses them all to a later one, so the order of the places is the order of choice.
    """
    places = [row.team for row in rows for _ in range(row.needed)]
    place_of: dict[int, int] = {}  # person -> place

    def seat(place: int, tried: set[int]) -> bool:
        for person, team in enumerate(teams):
            if person in tried or team not in MAY_FILL[places[place]]:
                continue
            tried.add(person)
            if person not in place_of or seat(place_of[person], tried):
                place_of[person] = place
                return True
        return False

    for place in range(len(places)):
        seat(place, set())
    return set(place_of.values())


def week_of(date: dt.date) -> dt.date:
    """Return the Monday of a date's week."""
    return date - dt.timedelta(days=date.weekday())


@lru_cache
def is_free_day(date: dt.date) -> bool:
    """Whether a date is a Saturday, a Sunday or a public holiday of the Netherlands."""
    return date.weekday() >= 5 or date in holidays.country_holidays("NL", years=date.year)


def _staff(tables: Tables, added: Iterable[object]) -> dict[ShiftKey, list[str]]:
    """Shift -> ids of those who work it, inside the roster's period."""
    [roster] = tables["roosters"]
    start, end = (_date(roster[column]) for column in ("start_date", "end_date"))
    staff: dict[ShiftKey, list[str]] = defaultdict(list)
    for row in (*tables["roster_assignments"], *added):
        service_id, date = _get(row, "service_id"), _date(_get(row, "date"))
        if _get(row, "status") == ACTIVE and service_id is not None and start <= date <= end:
            dagdeel = str(_get(row, "dagdeel"))
            if _get(row, "roster_id") == roster["id"]:
                staff[ShiftKey(service_id, date, dagdeel)].append(_get(row, "employee_id"))
    return dict(staff)


def _paired(tables: Tables, staff: Mapping[ShiftKey, Sequence[str]]) -> int:
    """Count the people who work the evening duty that belongs to their morning duty."""
    service_of = {row["code"]: row["id"] for row in tables["service_types"]}
    return sum(
        len({*people} & {*staff.get(ShiftKey(service_of[evening], shift.date, "A"), ())})
        for morning, evening in EVENING.items()
        if (morning, "O") in REST and {morning, evening} <= service_of.keys()
        for shift, people in staff.items()
        if shift.service_id == service_of[morning] and shift.dagdeel == "O"
    )


def _squares(counts: Iterable[tuple[Hashable, int]]) -> int:
    totals: Counter[Hashable] = Counter()
    for key, count in counts:
        totals[key] += count
    return sum(count**2 for count in totals.values())


def _get(row: object, name: str) -> Any:
    return row[name] if isinstance(row, Mapping) else getattr(row, name)


def _date(value: dt.date | str) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
