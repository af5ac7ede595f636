"""The tables that the job reads: their names, their columns, and which of those a database has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from greedy.database import advice, requests
from greedy.database.client import Client
from greedy.database.codes import Action
from greedy.database.paging import rows
from greedy.domain.models import REQUIREMENT_COLUMN
from greedy.domain.problems import RawRow
from greedy.errors import DatabaseError

ROSTERS = "roosters"
EMPLOYEES = "employees"
SERVICES = "service_types"
REQUIREMENTS = "roster_period_staffing_dagdelen"
QUALIFICATIONS = "roster_employee_services"
ASSIGNMENTS = "roster_assignments"
DUTIES = "greedy_duties"
OTHER_ROSTERS = "other_rosters"
"""Not a table of the database: the rosters with days of this one, or with days that rest reaches around it."""

EARLIER_ROSTERS = "earlier_rosters"
"""Not a table of the database: the rosters before this one whose nights, weekends and holidays count."""

COUNTER = "invulling"
"""Counter of a requirement's filled places, where the table keeps one."""

COLUMNS = {
    ROSTERS: "id,start_date,end_date,status",
    EMPLOYEES: "id,voornaam,achternaam,team,actief",
    SERVICES: "id,code,naam,is_system,actief",
    REQUIREMENTS: "id,date,dagdeel,team,service_id,status,aantal,invulling",
    QUALIFICATIONS: "id,roster_id,employee_id,service_id,aantal,actief",
    ASSIGNMENTS: "id,roster_id,employee_id,date,dagdeel,service_id,status,source,created_at",
}
"""The columns that the job reads, per table."""

OPTIONAL = {ROSTERS: ("status",), REQUIREMENTS: (COUNTER,)}
"""Those of them that a database may lack."""

OPTIONAL_OF_ASSIGNMENTS = (
    "notes",
    "team",
    REQUIREMENT_COLUMN,
    "blocked_by_date",
    "blocked_by_dagdeel",
    "blocked_by_service_id",
)
"""Columns of `roster_assignments` that the job reads where they are there."""

OPTIONAL_OF_SERVICES = ("kleur", "begintijd", "eindtijd", "dienstwaarde")
"""Columns of `service_types` that the job reads where they are there. The table is small: all of it is read."""

UNDEFINED_COLUMN = "42703"

Tables = Mapping[str, Sequence[RawRow]]
"""Table name -> its rows as PostgREST returns them."""


def columns_of(rows: Sequence[RawRow]) -> frozenset[str]:
    """Return the columns of a table, as its rows show them; none where there are no rows."""
    return frozenset(column for row in rows[:1] if isinstance(row, Mapping) for column in row)


def read_columns(client: Client) -> frozenset[str]:
    """Return the columns of `roster_assignments`: all that a row shows; of an empty table, those that the job reads.

    Raises:
        DatabaseError: It cannot be read.
    """
    query = client.table(ASSIGNMENTS).select("*").limit(1)
    if found := columns_of(rows(requests.execute(query, Action.read(ASSIGNMENTS)), ASSIGNMENTS)):
        return found
    wanted = [*COLUMNS[ASSIGNMENTS].split(","), *OPTIONAL_OF_ASSIGNMENTS]
    return columns_by_name(client, ASSIGNMENTS, wanted)


def columns_by_name(client: Client, table: str, wanted: Sequence[str]) -> frozenset[str]:
    """Return those of some columns that a table has, found out by reading them by their names.

    Raises:
        DatabaseError: It cannot be read.
    """
    if _has(client, table, wanted):
        return frozenset(wanted)
    return frozenset(name for name in wanted if _has(client, table, [name]))


def _has(client: Client, table: str, columns: Sequence[str]) -> bool:
    """Whether a table has all of these columns."""
    try:
        requests.execute(client.table(table).select(",".join(columns)).limit(1), Action.read(table))
    except DatabaseError as error:
        if error.code != UNDEFINED_COLUMN:
            raise
        return False
    return True


def refuse_lacking(table: str, found: Sequence[RawRow]) -> None:
    """Refuse a table that lacks a column which the job reads, as its rows show.

    Raises:
        DatabaseError: It does; the message names the column.
    """
    lacking = [name for name in COLUMNS[table].split(",") if found and name not in found[0]]
    if lacking:
        raise DatabaseError(
            f"Database error: could not read {table}: it has no column {', '.join(lacking)}",
            advice.NO_STRUCTURE,
            UNDEFINED_COLUMN,
        )
