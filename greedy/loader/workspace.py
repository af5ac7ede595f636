"""The pure half of FASE 1: a roster's rows -> a consistent `Workspace`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from greedy.database.roster_rows import days_that_matter
from greedy.database.tables import (
    ASSIGNMENTS,
    COLUMNS,
    COUNTER,
    DUTIES,
    EARLIER_ROSTERS,
    EMPLOYEES,
    QUALIFICATIONS,
    REQUIREMENTS,
    ROSTERS,
    SERVICES,
    Tables,
    columns_of,
)
from greedy.domain.balance import balances
from greedy.domain.duties import BUILT_IN, DutyRules
from greedy.domain.holidays import NETHERLANDS, public_holidays
from greedy.domain.models import Balance, Employee, Roster, Service, Status, Workspace
from greedy.domain.problems import Problems, RawRow, distinct, parse, replace_nulls
from greedy.errors import RosterDataError
from greedy.loader.records import (
    NULLS,
    parse_assignments,
    parse_qualifications,
    parse_requirements,
    parse_roster,
    parse_services,
)
from greedy.loader.relevance import (
    asks_for_nobody,
    keep_inside,
    keep_near,
    keep_relevant,
    people_who_matter,
    says_nothing,
    take_other_rosters,
    warn_of_overlaps,
)


def build_workspace(tables: Tables, duties: DutyRules | None = None, country: str = NETHERLANDS) -> Workspace:
    """Check a roster's rows and build the workspace from them.

    Args:
        tables: Table name -> rows as PostgREST returns them; `roosters` holds the one roster to plan. Rows that do not
            matter (no demand, inactive qualifications, open slots, other columns) may be there; a missing table counts
            as empty. With `greedy_duties` they hold the duties of the practice, with `other_rosters` the rosters beside
            this one, with `earlier_rosters` those before it whose nights, weekends and holidays count.
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
    roster = parse_roster(rows[ROSTERS], problems)
    rows[REQUIREMENTS] = [row for row in rows[REQUIREMENTS] if not asks_for_nobody(row)]
    rows[ASSIGNMENTS] = [row for row in rows[ASSIGNMENTS] if not says_nothing(row)]
    taken = take_other_rosters(rows, roster)
    beside = taken[ASSIGNMENTS]
    if roster is not None:
        first, last = days_that_matter(roster.start_date, roster.end_date, duties)
        for table in (REQUIREMENTS, ASSIGNMENTS):
            rows[table] = keep_near(table, rows[table], first, last, roster, problems)
        beside = keep_relevant(beside, first, last, tables, roster)
    mentioned = people_who_matter(rows)
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
    services = parse_services(rows, problems)
    requirements = parse_requirements(rows[REQUIREMENTS], services, problems)
    qualifications = parse_qualifications(rows[QUALIFICATIONS], employees, services, problems)
    own = parse_assignments(rows[ASSIGNMENTS], employees, services, problems)
    damaged_beside = Problems(problems.unreadable)
    neighbours = parse_assignments(beside, employees, services, damaged_beside)
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
    requirements = keep_inside(REQUIREMENTS, requirements, roster, problems)
    stored = [row for row in own if row.status is not Status.OPEN]
    people = {row.employee_id for row in qualifications} | {row.employee_id for row in stored}
    neighbours = [row for row in neighbours if row.employee_id in people]
    warn_of_overlaps({row.roster_id for row in neighbours}, tables, roster, problems)
    inside = keep_inside(ASSIGNMENTS, stored, roster, problems)
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
            if row.status is Status.ACTIVE and first <= row.date <= last
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


def _balance(
    tables: Tables,
    taken: Mapping[str, Sequence[RawRow]],
    services: Iterable[Service],
    roster: Roster,
    country: str,
) -> Mapping[str, Balance]:
    """Return what everybody who was in an earlier roster worked there."""
    before = {str(row.get("id")) for row in tables.get(EARLIER_ROSTERS) or ()}
    work, known = (
        [row for row in taken[table] if row.get("roster_id") in before] for table in (ASSIGNMENTS, QUALIFICATIONS)
    )
    people = [str(row.get("employee_id")) for row in known]
    on_call = {service.id for service in services if service.is_system}
    return balances(work, people, on_call, roster.start_date, country)


def _counters(rows: Sequence[RawRow], requirements: Collection[str]) -> dict[str, int | None]:
    """Return `invulling` of some requirements as read, for those rows that have the column."""
    return {
        str(row["id"]): counter if isinstance(counter := row[COUNTER], int) else None
        for row in rows
        if isinstance(row, Mapping) and COUNTER in row and row.get("id") in requirements
    }
