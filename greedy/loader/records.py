"""Rows as PostgREST returns them -> records, table by table: what is wrong with a row is a problem, fatal or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from greedy.database.tables import (
    ASSIGNMENTS,
    EMPLOYEES,
    QUALIFICATIONS,
    REQUIREMENTS,
    ROSTERS,
    SERVICES,
    Tables,
)
from greedy.domain.models import (
    Employee,
    Qualification,
    Requirement,
    RequirementStatus,
    Roster,
    Service,
    Status,
    StoredAssignment,
    Team,
)
from greedy.domain.problems import Problems, RawRow, distinct, parse, refers

MAX_DAYS = 3 * 366
"""Longest period of a roster, in days; a longer one is taken for a typing error."""

NULLS: Mapping[str, Mapping[str, object]] = {
    EMPLOYEES: {"team": Team.OVERIG.value, "actief": False},
    SERVICES: {"is_system": False, "actief": False},
    QUALIFICATIONS: {"actief": False},
}
"""What null means, per table and column."""


def parse_roster(rows: Sequence[RawRow], problems: Problems) -> Roster | None:
    """Read the one roster to plan; None where there is not one, or it cannot be read."""
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


def parse_services(rows: Tables, problems: Problems) -> dict[str, Service]:
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


def parse_requirements(
    rows: Sequence[RawRow], services: Mapping[str, Service], problems: Problems
) -> list[Requirement]:
    """Read the requirements that are demand; MAG_NIET is none, whatever number it has."""
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


def parse_qualifications(
    rows: Sequence[RawRow], employees: Mapping[str, Employee], services: Mapping[str, Service], problems: Problems
) -> list[Qualification]:
    """Read the active qualifications, of people and services that there are."""
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


def parse_assignments(
    rows: Sequence[RawRow], employees: Mapping[str, Employee], services: Mapping[str, Service], problems: Problems
) -> list[StoredAssignment]:
    """Read the slots, open ones too. A row keeps its slot even where its service cannot be read or is missing."""
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
