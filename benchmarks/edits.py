"""What changes in a roster after the job has filled it, as planners change rosters: for `replan` and its tests."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.strangers.kind import Tables
from greedy.domain.models import Assignment, Status
from greedy.loader import build_workspace
from greedy.processor import GreedyProcessor
from tests.support.factories import assignment
from tests.support.strategies import key, written

OPTIONS = ("three days' leave", "a quota 2 lower", "one requirement more")
"""What changes in each."""


@dataclass(frozen=True, slots=True)
class Change:
    """A roster that was filled and has changed since.

    Attributes:
        name: What has changed.
        tables: The roster as it is now, what the job planned before included.
        base: The same without what the job planned before.
        held: What the job had planned, the ACTIVE records.
    """

    name: str
    tables: Tables
    base: Tables
    held: list[Assignment]


def changes(tables: Tables) -> list[Change]:
    """Fill a roster, then change it in three ways."""
    records = GreedyProcessor(build_workspace(tables)).process().assignments
    held = [record for record in records if record.status is Status.ACTIVE]
    ways: Mapping[str, Callable[[Tables, list[Assignment]], Tables]] = dict(
        zip(OPTIONS, (_with_leave, _with_less_quota, _with_more_demand), strict=True)
    )
    found = []
    for name, way in ways.items():
        base = way(tables, held)
        entered = [row for row in base["roster_assignments"] if row["status"]]
        taken = {key(row) for row in entered}
        rows = [
            row for row in written(tables, records)["roster_assignments"] if (row["source"] or "").startswith("greedy")
        ]
        kept = [row for row in rows if key(row) not in taken]
        now, before = (base | {"roster_assignments": some} for some in ([*entered, *kept], entered))
        found.append(Change(name, now, before, held))
    return found


def _with_leave(tables: Tables, held: list[Assignment]) -> Tables:
    """Give leave to whoever works most in three days of the third week."""
    [period] = tables["roosters"]
    first = dt.date.fromisoformat(str(period["start_date"])) + dt.timedelta(days=15)
    days = [first + dt.timedelta(days=number) for number in range(3)]
    work = Counter(record.employee_id for record in held if record.date in days)
    person = max(sorted(work), key=work.__getitem__)
    entered = {
        (row["employee_id"], row["date"], row["dagdeel"]) for row in tables["roster_assignments"] if row["status"]
    }
    leave = [
        assignment(person, roster_id=period["id"], date=day, dagdeel=dagdeel, status=3, service_id=None)
        for day in days
        for dagdeel in "OMA"
        if (person, day.isoformat(), dagdeel) not in entered
    ]
    return tables | {"roster_assignments": [*tables["roster_assignments"], *leave]}


def _with_less_quota(tables: Tables, held: list[Assignment]) -> Tables:
    """Lower a quota of an on-call service that is used up, the largest there is."""
    on_call = {row["id"] for row in tables["service_types"] if row["is_system"]}
    used = Counter((row.employee_id, row.service_id) for row in held if row.service_id in on_call)
    rows = [
        row
        for row in tables["roster_employee_services"]
        if row["aantal"] >= 2 and used[row["employee_id"], row["service_id"]] == row["aantal"]
    ] or [row for row in tables["roster_employee_services"] if used[row["employee_id"], row["service_id"]] >= 2]
    chosen = max(rows, key=lambda row: (used[row["employee_id"], row["service_id"]], row["employee_id"]))
    count = used[chosen["employee_id"], chosen["service_id"]]
    lower = [
        row | {"aantal": min(row["aantal"], count) - 2} if row is chosen else row
        for row in tables["roster_employee_services"]
    ]
    return tables | {"roster_employee_services": lower}


def _with_more_demand(tables: Tables, _held: list[Assignment]) -> Tables:
    """Ask for one person more on a shift of the second week, of the service that is not on call and most asked for."""
    on_call = {row["id"] for row in tables["service_types"] if row["is_system"]}
    rows = [
        row for row in tables["roster_period_staffing_dagdelen"] if row["aantal"] and row["service_id"] not in on_call
    ]
    [(service, _)] = Counter(row["service_id"] for row in rows).most_common(1)
    some = sorted((row for row in rows if row["service_id"] == service), key=lambda row: (row["date"], row["id"]))
    chosen = some[len(some) // 3]["id"]
    more = [
        row | {"aantal": row["aantal"] + 1} if row["id"] == chosen else row
        for row in tables["roster_period_staffing_dagdelen"]
    ]
    return tables | {"roster_period_staffing_dagdelen": more}
