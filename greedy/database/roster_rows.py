"""A roster's rows, as far as they matter: demand, active qualifications, slots that are not open.

Of other rosters, what they hold on this one's days and around them, and what counts of earlier ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from typing import Any

from greedy.database.client import Client
from greedy.database.paging import Select, read_all, select
from greedy.database.tables import (
    ASSIGNMENTS,
    COLUMNS,
    EARLIER_ROSTERS,
    EMPLOYEES,
    OPTIONAL,
    OPTIONAL_OF_ASSIGNMENTS,
    OPTIONAL_OF_SERVICES,
    OTHER_ROSTERS,
    QUALIFICATIONS,
    REQUIREMENTS,
    ROSTERS,
    SERVICES,
    UNDEFINED_COLUMN,
    columns_of,
    refuse_lacking,
)
from greedy.domain.balance import Lookback, rosters_before
from greedy.domain.dagdeel import Dagdeel
from greedy.domain.days import read_day
from greedy.domain.duties import BUILT_IN, DutyRules
from greedy.domain.models import CLOSED, REQUIREMENT_COLUMN, Status, StoredAssignment
from greedy.domain.problems import Problems, RawRow, parse
from greedy.errors import DatabaseError, RosterDataError

EMPTY = f"status.eq.{Status.OPEN:d},service_id.is.null"
"""Filter: open slots without a service."""


def read_tables(
    client: Client,
    roster_id: str,
    duties: DutyRules = BUILT_IN,
    columns: Collection[str] | None = None,
    lookback: Lookback | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """Read the six tables, one request each (more where a table exceeds the server's row cap, or lacks a column).

    Args:
        client: The database.
        roster_id: The roster.
        duties: The duties of the practice: other rosters matter as far as their rest reaches.
        columns: The columns that `roster_assignments` has; None to read all that there are.
        lookback: How far back earlier rosters count: what matters of them is read with the same requests. None to leave
            them out.

    Raises:
        RosterDataError: The roster does not exist.
        DatabaseError: The database cannot be read, or not completely.
    """

    def query(table: str) -> Select:
        return select(client, table, COLUMNS[table])

    rosters = read_rosters(client)
    ours = [row for row in rosters if str(row.get("id")) == roster_id]
    if not ours:
        raise RosterDataError(
            f"Roster {roster_id} not found in table {ROSTERS}",
            "Check --roster-id (or ROOSTER_ID), that SUPABASE_URL is the right project, and that the key is its secret "
            "key: under row-level security any other sees no rows.",
        )
    others = _others(rosters, ours[0], duties)
    earlier = _earlier(rosters, ours[0], lookback)
    before = [str(row["id"]) for row in earlier]
    narrow = _relevant(ours[0], duties, columns or (), others)
    if before and lookback:
        narrow += f",{_worked_before(ours[0], before, lookback)}"
    assignments = _read_rows(client, narrow, columns)
    if columns is None and REQUIREMENT_COLUMN in columns_of(assignments):
        emptied = f"and(roster_id.eq.{roster_id},{EMPTY},{REQUIREMENT_COLUMN}.not.is.null)"
        assignments += _read_rows(client, emptied, columns_of(assignments))
    return {
        ROSTERS: ours,
        OTHER_ROSTERS: others,
        EARLIER_ROSTERS: earlier,
        EMPLOYEES: read_all(lambda: query(EMPLOYEES), EMPLOYEES),
        SERVICES: _read_services(client),
        REQUIREMENTS: _read_with_optional(
            client, REQUIREMENTS, lambda found: found.eq("roster_id", roster_id).neq("aantal", 0)
        ),
        QUALIFICATIONS: read_all(
            lambda: query(QUALIFICATIONS).in_("roster_id", [roster_id, *before]).or_("actief.eq.true,actief.is.null"),
            QUALIFICATIONS,
        ),
        ASSIGNMENTS: assignments,
    }


def read_rosters(client: Client) -> list[dict[str, Any]]:
    """Read all rosters; without their status where the table has none.

    Raises:
        DatabaseError: They cannot be read, or not completely.
    """
    return _read_with_optional(client, ROSTERS, lambda found: found)


def days_that_matter(start: dt.date, end: dt.date, duties: DutyRules) -> tuple[dt.date, dt.date]:
    """Return the first and the last day on which other rosters matter to one: as far as rest reaches around it."""
    reach = dt.timedelta(days=duties.reach)
    return start - reach, end + reach


def roster_ids(client: Client) -> frozenset[str]:
    """Return the ids of all rosters.

    Raises:
        DatabaseError: They cannot be read.
    """
    return frozenset(str(row["id"]) for row in read_all(lambda: select(client, ROSTERS, "id"), ROSTERS))


def _read_with_optional(client: Client, table: str, narrow: Callable[[Select], Select]) -> list[dict[str, Any]]:
    """Read a table; without its optional columns where it lacks one."""
    try:
        return read_all(lambda: narrow(select(client, table, COLUMNS[table])), table)
    except DatabaseError as error:
        if error.code != UNDEFINED_COLUMN:
            raise
    fewer = ",".join(name for name in COLUMNS[table].split(",") if name not in OPTIONAL[table])
    return read_all(lambda: narrow(select(client, table, fewer)), table)


def _read_services(client: Client) -> list[dict[str, Any]]:
    """Read the services, with whatever of the optional columns there is, in one request."""
    found = read_all(lambda: select(client, SERVICES, "*"), SERVICES)
    refuse_lacking(SERVICES, found)
    read = {*COLUMNS[SERVICES].split(","), *OPTIONAL_OF_SERVICES}
    return [{column: value for column, value in row.items() if column in read} for row in found]


def _read_rows(client: Client, narrow: str, columns: Collection[str] | None) -> list[dict[str, Any]]:
    """Read rows of `roster_assignments`: those of its columns that the job reads, or all where it knows of none."""
    wanted = [COLUMNS[ASSIGNMENTS], *(name for name in OPTIONAL_OF_ASSIGNMENTS if name in (columns or ()))]
    shown = "*" if columns is None else ",".join(wanted)
    found = read_all(lambda: select(client, ASSIGNMENTS, shown).or_(narrow), ASSIGNMENTS)
    refuse_lacking(ASSIGNMENTS, found)
    return found


def read_assignments(client: Client, roster_id: str, *, held_only: bool = False) -> list[StoredAssignment]:
    """Read a roster's slots as they are now; `held_only` leaves out those with status 0.

    Raises:
        DatabaseError: They cannot be read, or a row is damaged.
    """

    def query() -> Select:
        found = select(client, ASSIGNMENTS, COLUMNS[ASSIGNMENTS]).eq("roster_id", roster_id)
        return found.neq("status", int(Status.OPEN)) if held_only else found

    problems = Problems()
    parsed = parse(ASSIGNMENTS, StoredAssignment, read_all(query, ASSIGNMENTS), problems)
    if problems.found:
        raise DatabaseError(f"Rows of {ASSIGNMENTS} are damaged: {problems.found[0]}", "Correct them, then run again.")
    return parsed


def _others(rosters: list[dict[str, Any]], roster: RawRow, duties: DutyRules) -> list[dict[str, Any]]:
    """Return the other rosters with days that matter to one, and those whose days are not known."""
    start, end = read_day(roster.get("start_date")), read_day(roster.get("end_date"))
    if start is None or end is None:
        return []  # dates that are none: `loader.build_workspace` says so
    try:
        first, last = days_that_matter(start, end, duties)
    except OverflowError:
        return []
    return [
        row
        for row in rosters
        if row is not roster
        and (read_day(row.get("start_date")) or first) <= last
        and (read_day(row.get("end_date")) or last) >= first
    ]


def _earlier(rosters: list[dict[str, Any]], roster: dict[str, Any], lookback: Lookback | None) -> list[dict[str, Any]]:
    """Return the rosters before one whose nights, weekends and holidays count."""
    start, end = read_day(roster.get("start_date")), read_day(roster.get("end_date"))
    if lookback is None or start is None or end is None:
        return []
    return rosters_before(rosters, start, end, lookback, CLOSED)


def _worked_before(roster: RawRow, before: Sequence[str], lookback: Lookback) -> str:
    """Filter: the nights, weekends and holidays that were worked in some rosters before one."""
    start = read_day(roster.get("start_date")) or dt.date.max
    free = ",".join(map(str, lookback.free_days(start)))
    when = f"date.gte.{lookback.first_day(start)},date.lt.{start}"
    which = f"or(dagdeel.eq.{Dagdeel.AVOND},date.in.({free}))" if free else f"dagdeel.eq.{Dagdeel.AVOND}"
    return f"and(roster_id.in.({','.join(before)}),status.eq.{Status.ACTIVE:d},{when},{which})"


def _relevant(roster: RawRow, duties: DutyRules, columns: Collection[str], others: Sequence[RawRow]) -> str:
    """Filter: the roster's slots that are not empty, and other rosters' work on the days that matter."""
    named = [f"{name}.not.is.null" for name in ("service_id", REQUIREMENT_COLUMN) if name in {"service_id", *columns}]
    own = f"and(roster_id.eq.{roster['id']},or({','.join((f'status.neq.{Status.OPEN:d}', *named))}))"
    start, end = read_day(roster.get("start_date")), read_day(roster.get("end_date"))
    beside = [
        str(row["id"])
        for row in others
        if (read_day(row.get("start_date")), read_day(row.get("end_date"))) != (start, end)
    ]
    if start is None or end is None or not beside:
        return own
    first, last = days_that_matter(start, end, duties)
    who = f"roster_id.in.({','.join(beside)}),status.eq.{Status.ACTIVE:d}"
    return f"{own},and({who},date.gte.{first},date.lt.{last + dt.timedelta(days=1)})"
