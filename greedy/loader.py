"""FASE 1: Supabase -> `Workspace`.

`load` reads, `build_workspace` is the pure half: rows as PostgREST returns them -> a consistent workspace, or one error
that lists all that is wrong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from greedy.database.client import Client
from greedy.database.tables import (
    ASSIGNMENTS,
    COLUMNS,
    DUTIES,
    EMPLOYEES,
    QUALIFICATIONS,
    REQUIREMENTS,
    ROSTERS,
    SERVICES,
    Tables,
    read_tables,
)
from greedy.domain.duties import BUILT_IN, DutyRules
from greedy.domain.models import (
    Employee,
    Qualification,
    Requirement,
    RequirementStatus,
    Roster,
    Service,
    SourceWords,
    Status,
    StoredAssignment,
    Workspace,
)
from greedy.domain.problems import Problems, RawRow, distinct, parse, refers
from greedy.errors import RosterDataError

MAX_DAYS = 3 * 366
"""Longest period, in days, that is taken for a roster and not for a slip of the pen."""


WORDS = SourceWords()
"""The job's own words where no setting names others."""


def load(client: Client, roster_id: str, *, duties: DutyRules = BUILT_IN, words: SourceWords = WORDS) -> Workspace:
    """Read a roster and build its workspace.

    Args:
        client: The database.
        roster_id: The roster.
        duties: The duties of the practice.
        words: The job's own words in `source`.

    Raises:
        RosterDataError: The roster does not exist, or its data cannot be planned with.
        DatabaseError: The database cannot be read, or not completely.
    """
    workspace = build_workspace(read_tables(client, roster_id), duties)
    return replace(workspace, words=words)


def build_workspace(tables: Tables, duties: DutyRules | None = None) -> Workspace:
    """Check a roster's rows and build the workspace from them.

    Args:
        tables: Table name -> rows as PostgREST returns them; `roosters` holds the one roster to plan. Rows that do not
            matter (no demand, inactive qualifications, open slots, other columns) may be there; a missing table counts
            as empty. With `greedy_duties` they hold the duties of the practice.
        duties: The duties of the practice; None for those of the tables, or the built-in ones.

    Returns:
        The workspace; the same for rows in any order.

    Raises:
        RosterDataError: Something makes the roster unplannable; lists every problem found.
    """
    if duties is None:
        duties = DutyRules.from_rows(tables[DUTIES]) if tables.get(DUTIES) else BUILT_IN
    problems = Problems()
    rows = {table: tables.get(table) or () for table in COLUMNS}
    roster = _roster(rows[ROSTERS], problems)
    beside = _take_other_rosters(rows, roster)
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
    services = _services(rows[SERVICES], problems)
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
        )

    requirements = _inside(REQUIREMENTS, requirements, roster, problems)
    people = {row.employee_id for row in qualifications} | {row.employee_id for row in own}
    border = (roster.start_date - dt.timedelta(days=1), roster.end_date + dt.timedelta(days=1))
    return Workspace(
        roster=roster,
        employees=tuple(employees[employee_id] for employee_id in sorted(people)),
        services=tuple(sorted(services.values(), key=lambda service: service.code)),
        requirements=tuple(requirements),
        qualifications=tuple(qualifications),
        stored=tuple(_inside(ASSIGNMENTS, own, roster, problems)),
        neighbours=tuple(
            row
            for row in (*own, *neighbours)
            if row.status is Status.ACTIVE and row.date in border and row.employee_id in people
        ),
        warnings=problems.warnings,
        duties=duties,
    )


def _take_other_rosters(rows: dict[str, Sequence[RawRow]], roster: Roster | None) -> Sequence[RawRow]:
    """Leave out the rows of other rosters; return those of `roster_assignments`, of which some lie beside this one.

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
    return taken[ASSIGNMENTS]


def _roster(rows: Sequence[RawRow], problems: Problems) -> Roster | None:
    if len(rows) != 1:
        problems.add(
            ROSTERS, "-", "row", f"{len(rows)} rows", "exactly one roster is planned at a time", "give one row"
        )
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


def _services(rows: Sequence[RawRow], problems: Problems) -> dict[str, Service]:
    services = parse(SERVICES, Service, rows, problems)
    services = distinct(SERVICES, services, "id", lambda service: (service.id,), problems)
    services = distinct(SERVICES, services, "code", lambda service: (service.code,), problems)
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
            continue
        if not refers(ASSIGNMENTS, row, "employee_id", EMPLOYEES, employees, problems):
            continue
        if not refers(ASSIGNMENTS, row, "service_id", SERVICES, services, problems):
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
            message = f"outside the roster's period {roster.start_date} to {roster.end_date}; it is left alone"
            remedy = "correct the date, or delete this row"
            problems.add(table, row.id, "date", str(row.date), message, remedy, fatal=False)
    return inside
