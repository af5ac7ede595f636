"""FASE 1: Supabase -> `Workspace`.

`load` reads, `build_workspace` is the pure half: rows as PostgREST returns them -> a consistent workspace, or one error
that lists all that is wrong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from greedy.database.client import Client
from greedy.database.tables import (
    ASSIGNMENTS,
    COLUMNS,
    COUNTER,
    DUTIES,
    EARLIER_ROSTERS,
    EMPLOYEES,
    OTHER_ROSTERS,
    QUALIFICATIONS,
    REQUIREMENTS,
    ROSTERS,
    SERVICES,
    Tables,
    columns_of,
    days_that_matter,
    read_columns,
    read_tables,
)
from greedy.domain.balance import Lookback, balances
from greedy.domain.days import lies_outside, read_day
from greedy.domain.duties import BUILT_IN, DutyRules
from greedy.domain.holidays import NETHERLANDS, public_holidays
from greedy.domain.models import (
    REQUIREMENT_COLUMN,
    Balance,
    Employee,
    Qualification,
    Requirement,
    RequirementStatus,
    Roster,
    Service,
    SourceWords,
    Status,
    StoredAssignment,
    Team,
    Workspace,
)
from greedy.domain.problems import Problems, RawRow, distinct, parse, refers, replace_nulls
from greedy.errors import RosterDataError

MAX_DAYS = 3 * 366
"""Longest period, in days, that is taken for a roster and not for a slip of the pen."""


NULLS: Mapping[str, Mapping[str, object]] = {
    EMPLOYEES: {"team": Team.OVERIG.value, "actief": False},
    SERVICES: {"is_system": False, "actief": False},
    QUALIFICATIONS: {"actief": False},
}
"""What null means, per table and column."""

WORDS = SourceWords()
"""The job's own words where no setting names others."""

LOOKBACK = Lookback()
"""How far back the rosters before count where no setting says otherwise."""


def load(
    client: Client,
    roster_id: str,
    *,
    duties: DutyRules = BUILT_IN,
    words: SourceWords = WORDS,
    columns: Collection[str] | None = None,
    lookback: Lookback = LOOKBACK,
) -> Workspace:
    """Read a roster and build its workspace.

    Args:
        client: The database.
        roster_id: The roster.
        duties: The duties of the practice.
        words: The job's own words in `source`.
        columns: The columns that `roster_assignments` has, where the schema says so; None to learn them from its rows.
        lookback: How far back the rosters before count, and whose public holidays count with the weekends.

    Raises:
        RosterDataError: The roster does not exist, or its data cannot be planned with.
        DatabaseError: The database cannot be read, or not completely.
    """
    tables = read_tables(client, roster_id, duties, columns, lookback)
    workspace = build_workspace(tables, duties, lookback.country)
    if columns is None:
        columns = columns_of(tables[ASSIGNMENTS]) or read_columns(client)
    return replace(workspace, words=words, columns=frozenset(columns))


def build_workspace(tables: Tables, duties: DutyRules | None = None, country: str = NETHERLANDS) -> Workspace:
    """Check a roster's rows and build the workspace from them.

    Args:
        tables: Table name -> rows as PostgREST returns them; `roosters` holds the one roster to plan. Rows that do not
            matter (no demand, inactive qualifications, open slots, other columns) may be there; a missing table counts
            as empty. With `greedy_duties` they hold the duties of the practice, with `other_rosters` the rosters beside
            this one, with `earlier_rosters` those before it of which nights, weekends and holidays count.
        duties: The duties of the practice; None for those of the tables, or the built-in ones.
        country: Whose public holidays count with the weekends.

    Returns:
        The workspace; the same for rows in any order.

    Raises:
        RosterDataError: Something makes the roster unplannable; lists every problem found.
    """
    if duties is None:
        duties = DutyRules.from_rows(tables[DUTIES]) if tables.get(DUTIES) else BUILT_IN
    problems = Problems()
    rows = {table: tables.get(table) or () for table in COLUMNS}
    for table, defaults in NULLS.items():
        rows[table] = replace_nulls(table, rows[table], defaults, problems)
    roster = _roster(rows[ROSTERS], problems)
    rows[REQUIREMENTS] = [row for row in rows[REQUIREMENTS] if not _asks_for_nobody(row)]
    rows[ASSIGNMENTS] = [row for row in rows[ASSIGNMENTS] if not _says_nothing(row)]
    taken = _take_other_rosters(rows, roster)
    beside = taken[ASSIGNMENTS]
    if roster is not None:
        first, last = days_that_matter(roster.start_date, roster.end_date, duties)
        for table in (REQUIREMENTS, ASSIGNMENTS):
            rows[table] = _near(table, rows[table], first, last, roster, problems)
        beside = _relevant_beside(beside, first, last, tables, roster)
    mentioned = _mentioned(rows)
    employees = {
        employee.id: employee
        for employee in distinct(
            EMPLOYEES,
            parse(EMPLOYEES, Employee, rows[EMPLOYEES], problems, is_fatal=mentioned.__contains__),
            "id",
            lambda employee: (employee.id,),
            problems,
        )
    }
    services = _services(rows, problems)
    requirements = _requirements(rows[REQUIREMENTS], services, problems)
    qualifications = _qualifications(rows[QUALIFICATIONS], employees, services, problems)
    own = _assignments(rows[ASSIGNMENTS], employees, services, problems)
    damaged_beside = Problems(problems.unreadable)
    neighbours = _assignments(beside, employees, services, damaged_beside)
    problems.add_as_warnings(damaged_beside)
    if roster is None or problems.fatal:
        raise RosterDataError(
            f"The roster cannot be planned: {len(problems.fatal)} problem(s) in its data; nothing was written",
            "Correct the rows named here, then run again.",
            problems.in_order,
            days=None if roster is None else (roster.start_date, roster.end_date),
        )

    for service in unnamed_on_call(services.values(), duties):
        message = f"an on-call service that no duty names: nobody rests after {service.code}"
        remedy = f"add it to table {DUTIES}, or set is_system to false"
        problems.add(SERVICES, service.id, "code", service.code, message, remedy, fatal=False)
    requirements = _inside(REQUIREMENTS, requirements, roster, problems)
    stored = [row for row in own if row.status is not Status.OPEN]
    people = {row.employee_id for row in qualifications} | {row.employee_id for row in stored}
    neighbours = [row for row in neighbours if row.employee_id in people]
    _warn_of_overlaps({row.roster_id for row in neighbours}, tables, roster, problems)
    inside = _inside(ASSIGNMENTS, stored, roster, problems)
    return Workspace(
        roster=roster,
        employees=tuple(employees[employee_id] for employee_id in sorted(people)),
        services=tuple(sorted(services.values(), key=lambda service: service.code)),
        requirements=tuple(requirements),
        qualifications=tuple(qualifications),
        holidays=public_holidays(country, roster.start_date, roster.end_date),
        balance=_balance(tables, taken, services.values(), roster, country),
        stored=tuple(inside),
        neighbours=tuple(
            row
            for row in (*(row for row in stored if not roster.covers(row.date)), *neighbours)
            if row.status is Status.ACTIVE and first <= row.date <= last and row.employee_id in people
        ),
        warnings=problems.warnings,
        duties=duties,
        columns=columns_of(tables.get(ASSIGNMENTS) or ()),
        carried=tuple(row for row in own if row.status is Status.OPEN and roster.covers(row.date)),
        counters=_counters(rows[REQUIREMENTS], {row.id for row in requirements}),
    )


def unnamed_on_call(services: Iterable[Service], duties: DutyRules) -> list[Service]:
    """Return the active on-call services that are no duty on any dagdeel, such as `DIA-BER` or `dia`, by code."""
    found = (row for row in services if row.is_system and row.active and row.code not in duties.codes)
    return sorted(found, key=lambda service: service.code)


def _asks_for_nobody(row: object) -> bool:
    return isinstance(row, Mapping) and row.get("aantal") == 0 and row.get("aantal") is not False


def _says_nothing(row: object) -> bool:
    """Whether a row is an open slot, and no more than that."""
    return (
        isinstance(row, Mapping)
        and row.get("status") in (Status.OPEN, None)
        and row.get("service_id") is None
        and row.get(REQUIREMENT_COLUMN) is None
    )


def _take_other_rosters(rows: dict[str, Sequence[RawRow]], roster: Roster | None) -> Mapping[str, Sequence[RawRow]]:
    """Leave out the rows of other rosters, and return them by table: some matter to this one.

    A row that does not say whose it is counts as this roster's.
    """
    taken: dict[str, list[RawRow]] = {}
    for table in (REQUIREMENTS, QUALIFICATIONS, ASSIGNMENTS):
        ours: list[RawRow] = []
        taken[table] = []
        for row in rows[table]:
            owner = row.get("roster_id") if isinstance(row, Mapping) else None
            foreign = roster is not None and isinstance(owner, str) and owner not in ("", roster.id)
            (taken[table] if foreign else ours).append(row)
        rows[table] = ours
    return taken


def _balance(
    tables: Tables,
    taken: Mapping[str, Sequence[RawRow]],
    services: Iterable[Service],
    roster: Roster,
    country: str,
) -> Mapping[str, Balance]:
    """Return what people worked in the rosters before, of whoever was in one."""
    before = {str(row.get("id")) for row in tables.get(EARLIER_ROSTERS) or ()}
    work, known = (
        [row for row in taken[table] if row.get("roster_id") in before] for table in (ASSIGNMENTS, QUALIFICATIONS)
    )
    people = [str(row.get("employee_id")) for row in known]
    on_call = {service.id for service in services if service.is_system}
    return balances(work, people, on_call, roster.start_date, country)


def _near(
    table: str, rows: Sequence[RawRow], first: dt.date, last: dt.date, roster: Roster, problems: Problems
) -> list[RawRow]:
    """Leave out rows that are far outside the period, whatever else is wrong with them, with a warning."""
    near = []
    for index, row in enumerate(rows):
        if isinstance(row, Mapping) and lies_outside(row.get("date"), first, last):
            _warn_outside(table, str(row.get("id") or f"#{index + 1}"), row.get("date"), roster, problems)
        else:
            near.append(row)
    return near


def _relevant_beside(
    rows: Sequence[RawRow], first: dt.date, last: dt.date, tables: Tables, roster: Roster
) -> list[RawRow]:
    """Return what other rosters' people work on the days that matter; a copy, which has the same days, is no other."""
    copies = {
        str(row.get("id"))
        for row in tables.get(OTHER_ROSTERS) or ()
        if (read_day(row.get("start_date")), read_day(row.get("end_date"))) == (roster.start_date, roster.end_date)
    }
    return [
        row
        for row in rows
        if row.get("status") not in (Status.OPEN, Status.BLOCKED, Status.UNAVAILABLE)
        and row.get("roster_id") not in copies
        and not lies_outside(row.get("date"), first, last)
    ]


def _warn_of_overlaps(worked: Collection[str], tables: Tables, roster: Roster, problems: Problems) -> None:
    """Warn of other rosters with days of this one in which people of this one work."""
    for row in tables.get(OTHER_ROSTERS) or ():
        start, end = read_day(row.get("start_date")), read_day(row.get("end_date"))
        if row.get("id") in worked and start and end and start <= roster.end_date and end >= roster.start_date:
            message = "overlaps the days of this roster; nobody is planned in both at once"
            remedy = "correct the dates of one of the two, if they are not meant to overlap"
            shown = f"{start} to {end}"
            problems.add(ROSTERS, str(row.get("id")), "start_date, end_date", shown, message, remedy, fatal=False)


def _roster(rows: Sequence[RawRow], problems: Problems) -> Roster | None:
    if len(rows) != 1:
        problems.add(
            ROSTERS, "-", "row", f"{len(rows)} rows", "exactly one roster is planned at a time", "give one row"
        )
        return None
    if isinstance(rows[0], Mapping) and "end_date" in rows[0] and rows[0]["end_date"] is None:
        remedy = "enter the roster's last day as end_date"
        problems.add(ROSTERS, str(rows[0].get("id")), "end_date", None, "the roster has no last day", remedy)
        return None
    parsed = parse(ROSTERS, Roster, rows, problems)
    if not parsed:
        return None
    roster = parsed[0]
    if roster.end_date < roster.start_date:
        message = f"before start_date {roster.start_date}"
        problems.add(ROSTERS, roster.id, "end_date", str(roster.end_date), message, "correct the roster's dates")
    elif roster.days > MAX_DAYS:
        message = f"{roster.days} days after start_date {roster.start_date}, the most is {MAX_DAYS}"
        problems.add(ROSTERS, roster.id, "end_date", str(roster.end_date), message, "correct the roster's dates")
    return roster


def _mentioned(rows: Tables) -> set[str]:
    """Return the ids of employees who matter to this roster: a damaged row of anyone else must not stop it."""
    qualified = (row for row in rows[QUALIFICATIONS] if isinstance(row, Mapping) and row.get("actief") is not False)
    held = (row for row in rows[ASSIGNMENTS] if isinstance(row, Mapping) and row.get("status") != Status.OPEN)
    return {str(row.get("employee_id")) for row in (*qualified, *held)}


def _services(rows: Tables, problems: Problems) -> dict[str, Service]:
    """Read the services; what is wrong with one that nobody asks for must not stop the roster."""
    asked = {
        str(row.get("service_id"))
        for row in rows[REQUIREMENTS]
        if isinstance(row, Mapping) and row.get("status") != RequirementStatus.MAG_NIET
    }
    is_fatal = asked.__contains__
    services = parse(SERVICES, Service, rows[SERVICES], problems, is_fatal)
    services = distinct(SERVICES, services, "id", lambda service: (service.id,), problems, is_fatal)
    services = distinct(SERVICES, services, "code", lambda service: (service.code,), problems, is_fatal)
    return {service.id: service for service in services}


def _requirements(rows: Sequence[RawRow], services: Mapping[str, Service], problems: Problems) -> list[Requirement]:
    requirements = distinct(
        REQUIREMENTS,
        parse(REQUIREMENTS, Requirement, rows, problems),
        "date, dagdeel, team, service_id",
        lambda row: (row.date, row.dagdeel, row.team, row.service_id),
        problems,
    )
    demand = []
    for row in requirements:
        if row.needed == 0 or not refers(REQUIREMENTS, row, "service_id", SERVICES, services, problems):
            continue
        if row.status is RequirementStatus.MAG_NIET:
            remedy = "set aantal to 0, or another status"
            problems.add(
                REQUIREMENTS, row.id, "aantal", row.needed, "no demand, as status is MAG_NIET", remedy, fatal=False
            )
            continue
        demand.append(row)
    return demand


def _qualifications(
    rows: Sequence[RawRow], employees: Mapping[str, Employee], services: Mapping[str, Service], problems: Problems
) -> list[Qualification]:
    qualifications = distinct(
        QUALIFICATIONS,
        parse(QUALIFICATIONS, Qualification, rows, problems),
        "employee_id, service_id",
        lambda row: (row.employee_id, row.service_id),
        problems,
    )
    return [
        row
        for row in qualifications
        if row.active
        and refers(QUALIFICATIONS, row, "employee_id", EMPLOYEES, employees, problems)
        and refers(QUALIFICATIONS, row, "service_id", SERVICES, services, problems)
    ]


def _assignments(
    rows: Sequence[RawRow], employees: Mapping[str, Employee], services: Mapping[str, Service], problems: Problems
) -> list[StoredAssignment]:
    assignments = distinct(
        ASSIGNMENTS,
        parse(ASSIGNMENTS, StoredAssignment, rows, problems),
        "roster_id, employee_id, date, dagdeel",
        lambda row: (row.roster_id, *row.slot),
        problems,
    )
    held = []
    for row in assignments:
        if row.status is Status.OPEN:
            held.append(row)
            continue
        if not refers(ASSIGNMENTS, row, "employee_id", EMPLOYEES, employees, problems):
            continue
        if not refers(ASSIGNMENTS, row, "service_id", SERVICES, services, problems):
            if (SERVICES, row.service_id) in problems.unreadable:  # it keeps its slot, whatever the service is
                held.append(row.model_copy(update={"service_id": None}))
            continue
        if row.status is Status.ACTIVE and row.service_id is None:
            message = "an ACTIVE row without a service covers no shift; it keeps its slot"
            problems.add(ASSIGNMENTS, row.id, "service_id", None, message, "enter the service", fatal=False)
        held.append(row)
    return held


def _inside(table: str, rows: list[Any], roster: Roster, problems: Problems) -> list[Any]:
    """Keep the rows inside the period; the others are left alone, with a warning each."""
    inside = []
    for row in rows:
        if roster.covers(row.date):
            inside.append(row)
        else:
            _warn_outside(table, row.id, row.date, roster, problems)
    return inside


def _warn_outside(table: str, row_id: str, date: object, roster: Roster, problems: Problems) -> None:
    message = f"outside the roster's period {roster.start_date} to {roster.end_date}; it is left alone"
    problems.add(table, row_id, "date", str(date), message, "correct the date, or delete this row", fatal=False)


def _counters(rows: Sequence[RawRow], requirements: Collection[str]) -> dict[str, int | None]:
    """Return `invulling` of some requirements as read; of those rows alone that have the column."""
    return {
        str(row["id"]): counter if isinstance(counter := row[COUNTER], int) else None
        for row in rows
        if isinstance(row, Mapping) and COUNTER in row and row.get("id") in requirements
    }
