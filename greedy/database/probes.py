"""What `--check` asks: a row or two of each table, to see whether and how the database answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from postgrest import CountMethod

from greedy.database import requests, structure
from greedy.database.bulk import Batch, SlotTable
from greedy.database.client import Client
from greedy.database.codes import NO_TABLE, Action
from greedy.database.differences import TableFacts
from greedy.database.history import TABLE as HISTORY
from greedy.database.paging import PAGE_ROWS, Select, rows, select
from greedy.database.tables import (
    ASSIGNMENTS,
    EMPLOYEES,
    QUALIFICATIONS,
    ROSTERS,
    SERVICES,
    columns_by_name,
    columns_of,
    read_columns,
)
from greedy.domain.days import read_day
from greedy.domain.models import Assignment, BlockedBy, Dagdeel, Status
from greedy.domain.source import SourceWords
from greedy.errors import DatabaseError

_MOST_DAYS = 60
"""Days after a roster's first on which a slot is looked for."""


@dataclass(frozen=True, slots=True)
class Page:
    """A reading of more rows than the job asks for at a time.

    Attributes:
        rows: How many came.
        count: How many the table has; None where the server does not count.
    """

    rows: int
    count: int | None

    @property
    def complete(self) -> bool:
        """Whether all came that were asked for, so that no row cap shows."""
        return self.rows >= min(self.count or 0, PAGE_ROWS + 1)


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at one row of a table shows.

    Attributes:
        count: How many rows the table has; 0 also where the server does not count.
        columns: The columns that the row has; none where there is no row.
    """

    count: int
    columns: frozenset[str]


def look_at(client: Client, table: str) -> Look:
    """Read one row of a table, with all of its columns.

    Raises:
        DatabaseError: It cannot be read.
    """
    query = client.table(table).select("*", count=CountMethod.exact).limit(1)
    answer = requests.execute(query, Action.read(table))
    return Look(answer.count or 0, columns_of(rows(answer, table)))


def facts_of(client: Client, seen: Mapping[str, Look]) -> dict[str, TableFacts]:
    """Return the columns of the tables that can be read, where the database does not describe them itself.

    Raises:
        DatabaseError: A table cannot be read.
    """
    return {
        table: TableFacts.of_columns(look.columns or columns_by_name(client, table, list(structure.DEFINITIONS[table])))
        for table, look in seen.items()
    }


def read_page(client: Client, table: str) -> Page:
    """Ask a table for more rows than a page: a server with a cap gives fewer.

    Raises:
        DatabaseError: It cannot be read.
    """
    answer = requests.execute(select(client, table, "id").limit(PAGE_ROWS + 1), Action.read(table))
    return Page(len(rows(answer, table)), answer.count)


def count_runs(client: Client) -> int | None:
    """Return how many runs are recorded; None where the database has no table for them.

    Raises:
        DatabaseError: They cannot be read.
    """
    query = client.table(HISTORY).select("run_id", count=CountMethod.exact).limit(1)
    try:
        return requests.execute(query, Action(f"read the run history from {HISTORY}", HISTORY)).count
    except DatabaseError as error:
        if error.code in NO_TABLE:
            return None
        raise


def find_roster(client: Client, roster_id: str) -> dict[str, Any] | None:
    """Return a roster's row; None where there is none.

    Raises:
        DatabaseError: The rosters cannot be read.
    """
    query = select(client, ROSTERS, "id,start_date,end_date").eq("id", roster_id)
    found = rows(requests.execute(query, Action.read(ROSTERS)), ROSTERS)
    return found[0] if found else None


def is_foreign(client: Client, words: SourceWords) -> bool:
    """Whether somebody else made the table of the slots, and its triggers, as far as that shows from outside.

    Columns that no version of ours has show it, and so does rest that names its duty although none of the job's SQL is
    there and the job did not write it: a trigger made it.

    Args:
        client: The database.
        words: The job's own words in `source`.

    Raises:
        DatabaseError: It cannot be read.
    """
    read = Action.read(ASSIGNMENTS)
    first = rows(requests.execute(client.table(ASSIGNMENTS).select("*").limit(1), read), ASSIGNMENTS)
    if structure.is_foreign(ASSIGNMENTS, columns_of(first)):
        return True
    if not first or "blocked_by_date" not in first[0]:
        return False
    # Two queries, because "not equal" in SQL leaves out a source that is null.
    rest = [client.table(ASSIGNMENTS).select("id").gt("blocked_by_date", "1970-01-01").limit(1) for _ in range(2)]
    others = (rest[0].neq("source", words.blocked), rest[1].is_("source", "null"))
    return any(rows(requests.execute(query, read), ASSIGNMENTS) for query in others)


def system_services(client: Client) -> list[str]:
    """Return the codes of the system services, in their order.

    Raises:
        DatabaseError: They cannot be read.
    """
    query = client.table(SERVICES).select("code").eq("is_system", True).limit(PAGE_ROWS)
    return sorted(str(row["code"]) for row in rows(requests.execute(query, Action.read(SERVICES)), SERVICES))


def sample(client: Client, roster_id: str | None, words: SourceWords) -> dict[str, Batch]:
    """Return rows of each kind that the job writes, as they would be in a roster.

    One is for a slot that has a row and one for a slot that has none, where there are such: an update is judged by
    other triggers than a new row.

    Args:
        client: The database.
        roster_id: The roster; None for the latest.
        words: The job's own words in `source`.

    Returns:
        Kind -> its rows; empty where there is nothing to make them of.

    Raises:
        DatabaseError: It cannot be read.
    """
    query = client.table(ROSTERS).select("id,start_date,end_date").order("start_date", desc=True).limit(1)
    if roster_id is not None:
        query = query.eq("id", roster_id)
    rosters = _first(query, ROSTERS)
    who = _somebody(client, rosters[0]["id"]) if rosters else None
    if who is None:
        return {}
    roster, (employee_id, service_id) = rosters[0], who
    table = SlotTable(client, roster["id"], dt.datetime.now(dt.UTC), columns=read_columns(client))
    shifts, rest = [], []
    for date, dagdeel in _open_slots(client, roster, employee_id):
        where = (roster["id"], employee_id, date, dagdeel)
        duty = BlockedBy(date, Dagdeel.OCHTEND, service_id)
        shifts.append(Assignment(*where, service_id, Status.ACTIVE, words.assigned))
        rest.append(
            Assignment(*where, None, Status.BLOCKED, words.blocked, notes="Auto-blocked: rest", blocked_by=duty)
        )
    return {"active": table.rows_for(shifts), "blocked": table.rows_for(rest)} if shifts else {}


def _first(query: Select, table: str) -> list[dict[str, Any]]:
    return rows(requests.execute(query, Action.read(table)), table)


def _somebody(client: Client, roster_id: str) -> tuple[str, str] | None:
    """Return an employee and a service that they may do in a roster; anyone and any where nobody is qualified."""
    query = client.table(QUALIFICATIONS).select("employee_id,service_id").eq("roster_id", roster_id).eq("actief", True)
    if qualified := _first(query.gt("aantal", 0).order("employee_id").order("service_id").limit(1), QUALIFICATIONS):
        return qualified[0]["employee_id"], qualified[0]["service_id"]
    employees = _first(client.table(EMPLOYEES).select("id").order("id").limit(1), EMPLOYEES)
    services = _first(client.table(SERVICES).select("id").order("code").limit(1), SERVICES)
    return (employees[0]["id"], services[0]["id"]) if employees and services else None


def _open_slots(client: Client, roster: Mapping[str, Any], employee_id: str) -> list[tuple[dt.date, Dagdeel]]:
    """Return an open slot of somebody's that has a row, and one that has none; days to come go before past ones."""
    query = (
        client.table(ASSIGNMENTS)
        .select("date,dagdeel,status")
        .match({"roster_id": roster["id"], "employee_id": employee_id})
    )
    there = {(str(row["date"])[:10], row["dagdeel"]): row["status"] for row in _first(query, ASSIGNMENTS)}
    start, end = read_day(roster["start_date"]), read_day(roster["end_date"])
    if start is None:
        return []
    days = [start + dt.timedelta(days=n) for n in range(min(((end or start) - start).days, _MOST_DAYS) + 1)]
    today = dt.datetime.now(dt.UTC).date()
    slots = [(day, dagdeel) for day in sorted(days, key=lambda day: (day < today, day)) for dagdeel in Dagdeel]
    with_row = [slot for slot in slots if there.get((slot[0].isoformat(), slot[1].value)) == Status.OPEN]
    without = [slot for slot in slots if (slot[0].isoformat(), slot[1].value) not in there]
    return [*with_row[:1], *without[:1]]
