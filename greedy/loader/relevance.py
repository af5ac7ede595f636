"""Which rows matter to a roster: those with demand, those inside its days, and what other rosters hold around them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from greedy.database.tables import ASSIGNMENTS, OTHER_ROSTERS, QUALIFICATIONS, REQUIREMENTS, ROSTERS, Tables
from greedy.domain.days import lies_outside, read_day
from greedy.domain.models import REQUIREMENT_COLUMN, Roster, Status
from greedy.domain.problems import Problems, RawRow


def asks_for_nobody(row: object) -> bool:
    """Whether a requirement row is no demand."""
    return isinstance(row, Mapping) and row.get("aantal") == 0 and row.get("aantal") is not False


def says_nothing(row: object) -> bool:
    """Whether a row is an open slot, and no more than that."""
    return (
        isinstance(row, Mapping)
        and row.get("status") in (Status.OPEN, None)
        and row.get("service_id") is None
        and row.get(REQUIREMENT_COLUMN) is None
    )


def people_who_matter(rows: Tables) -> set[str]:
    """Return the ids of employees who matter to this roster: a damaged row of anyone else must not stop it."""
    qualified = (row for row in rows[QUALIFICATIONS] if isinstance(row, Mapping) and row.get("actief") is not False)
    held = (row for row in rows[ASSIGNMENTS] if isinstance(row, Mapping) and row.get("status") != Status.OPEN)
    return {str(row.get("employee_id")) for row in (*qualified, *held)}


def take_other_rosters(rows: dict[str, Sequence[RawRow]], roster: Roster | None) -> Mapping[str, Sequence[RawRow]]:
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


def keep_near(
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


def keep_relevant(
    rows: Sequence[RawRow], first: dt.date, last: dt.date, tables: Tables, roster: Roster
) -> list[RawRow]:
    """Return what is worked in other rosters on the days that matter; a copy, with the same days, is no other."""
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


def warn_of_overlaps(worked: Collection[str], tables: Tables, roster: Roster, problems: Problems) -> None:
    """Warn of other rosters with days of this one in which people of this one work."""
    for row in tables.get(OTHER_ROSTERS) or ():
        start, end = read_day(row.get("start_date")), read_day(row.get("end_date"))
        if row.get("id") in worked and start and end and start <= roster.end_date and end >= roster.start_date:
            message = "overlaps the days of this roster; nobody is planned in both at once"
            remedy = "correct the dates of one of the two, if they are not meant to overlap"
            shown = f"{start} to {end}"
            problems.add(ROSTERS, str(row.get("id")), "start_date, end_date", shown, message, remedy, fatal=False)


def keep_inside(table: str, rows: list[Any], roster: Roster, problems: Problems) -> list[Any]:
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
