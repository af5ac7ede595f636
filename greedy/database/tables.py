"""The tables that the job reads: their names, their columns, and a roster's rows.

Only rows that matter are read: demand, active qualifications, slots that are not open, and what other rosters hold on
the days beside this one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from greedy.database.client import Client
from greedy.database.paging import Select, read_all, select
from greedy.domain.models import Status, StoredAssignment
from greedy.domain.problems import Problems, RawRow, parse
from greedy.errors import DatabaseError, RosterDataError

ROSTERS = "roosters"
EMPLOYEES = "employees"
SERVICES = "service_types"
REQUIREMENTS = "roster_period_staffing_dagdelen"
QUALIFICATIONS = "roster_employee_services"
ASSIGNMENTS = "roster_assignments"
DUTIES = "greedy_duties"

COLUMNS = {
    ROSTERS: "id,start_date,end_date",
    EMPLOYEES: "id,voornaam,achternaam,team,actief",
    SERVICES: "id,code,naam,is_system,actief",
    REQUIREMENTS: "id,date,dagdeel,team,service_id,status,aantal",
    QUALIFICATIONS: "id,employee_id,service_id,aantal,actief",
    ASSIGNMENTS: "id,roster_id,employee_id,date,dagdeel,service_id,status,source,created_at",
}
"""The columns that the job reads, per table."""

Tables = Mapping[str, Sequence[RawRow]]
"""Table name -> its rows as PostgREST returns them."""


def read_tables(client: Client, roster_id: str) -> dict[str, list[dict[str, Any]]]:
    """Read the six tables, one request each (more where a table exceeds the server's row cap).

    Raises:
        RosterDataError: The roster does not exist.
        DatabaseError: The database cannot be read, or not completely.
    """

    def query(table: str) -> Select:
        return select(client, table, COLUMNS[table])

    rosters = read_all(lambda: query(ROSTERS).eq("id", roster_id), ROSTERS)
    if not rosters:
        raise RosterDataError(
            f"Roster {roster_id} not found in table {ROSTERS}",
            "Check --roster-id (or ROOSTER_ID), that SUPABASE_URL is the right project, and that the key is its secret "
            "key: under row-level security any other sees no rows.",
        )
    return {
        ROSTERS: rosters,
        EMPLOYEES: read_all(lambda: query(EMPLOYEES), EMPLOYEES),
        SERVICES: read_all(lambda: query(SERVICES), SERVICES),
        REQUIREMENTS: read_all(lambda: query(REQUIREMENTS).eq("roster_id", roster_id).neq("aantal", 0), REQUIREMENTS),
        QUALIFICATIONS: read_all(
            lambda: query(QUALIFICATIONS).eq("roster_id", roster_id).eq("actief", True), QUALIFICATIONS
        ),
        ASSIGNMENTS: read_all(lambda: query(ASSIGNMENTS).or_(_relevant(roster_id, rosters[0])), ASSIGNMENTS),
    }


def read_assignments(client: Client, roster_id: str, *, held_only: bool = False) -> list[StoredAssignment]:
    """Read a roster's slots as they are now; `held_only` leaves out those with status 0.

    Raises:
        DatabaseError: They cannot be read, or a row is damaged.
    """

    def query() -> Select:
        rows = select(client, ASSIGNMENTS, COLUMNS[ASSIGNMENTS]).eq("roster_id", roster_id)
        return rows.neq("status", int(Status.OPEN)) if held_only else rows

    problems = Problems()
    parsed = parse(ASSIGNMENTS, StoredAssignment, read_all(query, ASSIGNMENTS), problems)
    if problems.found:
        raise DatabaseError(f"Rows of {ASSIGNMENTS} are damaged: {problems.found[0]}", "Correct them, then run again.")
    return parsed


def _relevant(roster_id: str, roster: RawRow) -> str:
    """Filter: the roster's slots that are not open, and other rosters' work on the day before and the day after."""
    own = f"and(roster_id.eq.{roster_id},status.neq.{Status.OPEN:d})"
    try:
        before = dt.date.fromisoformat(roster["start_date"]) - dt.timedelta(days=1)
        after = dt.date.fromisoformat(roster["end_date"]) + dt.timedelta(days=1)
    except (TypeError, ValueError, OverflowError):
        return own  # dates that are none: `loader.build_workspace` says so
    others = f"roster_id.neq.{roster_id},status.eq.{Status.ACTIVE:d},date.in.({before},{after})"
    return f"{own},and({others})"
