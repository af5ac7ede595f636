"""What the practice's planners do in their own application, as the statements that it sends with the public key.

Until 29 December 2025 it sent a cell without `source`; since then with `source` manual, the employee's team and, where
work is entered, the id of the requirement. `practice/` holds the databases that this goes to.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from supabase import Client

from tests.support.database import answered
from tests.support.factories import Raw

KEY = "roster_id,employee_id,date,dagdeel"
"""On which the application upserts."""

OPEN, ACTIVE, BLOCKED, UNAVAILABLE = range(4)


class Cell(NamedTuple):
    """A cell of the planner's grid: one person's dagdeel."""

    employee_id: str
    date: dt.date
    dagdeel: str


@dataclass(frozen=True)
class Planner:
    """A planner at work on one roster.

    Attributes:
        client: Has the publishable key.
        roster_id: The roster.
        since_29_december: Whether the application is the one of 29 December 2025 or later, which needs S2.
    """

    client: Client
    roster_id: str
    since_29_december: bool

    def initialise(self, start: dt.date, employee_ids: Sequence[str]) -> int:
        """Make the rows of a fresh roster; the answer is their number."""
        arguments = {"p_roster_id": self.roster_id, "p_start_date": str(start), "p_employee_ids": list(employee_ids)}
        made: int = answered(self.client.rpc("initialize_roster_assignments", arguments))
        return made

    def enter(self, cell: Cell, service_id: str, requirement_id: str | None = None) -> None:
        """Enter work into a cell, in place of what was there."""
        today = {"source": "manual", "team": self._team(cell), "roster_period_staffing_dagdelen_id": requirement_id}
        self._upsert(cell, status=ACTIVE, service_id=service_id, **(today if self.since_29_december else {}))

    def empty(self, cell: Cell) -> None:
        """Empty a cell; the requirement's id stays in the row."""
        today = {"source": "manual", "team": self._team(cell)}
        self._upsert(cell, status=OPEN, service_id=None, **(today if self.since_29_december else {}))

    def mark_absent(self, cell: Cell) -> None:
        """Mark somebody as away; sent without source by every version."""
        self._upsert(cell, status=UNAVAILABLE, service_id=None)

    def autoplan(self, entries: Mapping[Cell, str], requirement_ids: Mapping[Cell, str] | None = None) -> None:
        """Let the application's own planner fill cells in one request.

        Args:
            entries: Cell -> service id.
            requirement_ids: Cell -> id of the requirement that it fills; none before 29 December.
        """
        mark: dict[str, Any]
        if self.since_29_december:
            mark = {"source": "autofill"}
        else:
            mark = {"source": "ort", "ort_run_id": str(uuid.uuid4()), "ort_confidence": 0.9}
        rows = []
        for cell, service_id in entries.items():
            row = self._row(cell) | {"status": ACTIVE, "service_id": service_id} | mark
            if self.since_29_december:
                requirement_id = (requirement_ids or {}).get(cell)
                row |= {"team": self._team(cell), "roster_period_staffing_dagdelen_id": requirement_id}
            rows.append(row)
        self.client.table("roster_assignments").upsert(rows, on_conflict=KEY).execute()

    def delete(self, cell: Cell) -> None:
        """Delete a cell's row."""
        self.client.table("roster_assignments").delete().match(self._row(cell)).execute()

    def read(self, cell: Cell) -> Raw | None:
        """A cell's row; None if there is none."""
        rows = answered(self.client.table("roster_assignments").select("*").match(self._row(cell)))
        return rows[0] if rows else None

    def put_back(self, row: Raw) -> None:
        """Write a whole row as it was read before, whatever happened to it meanwhile."""
        self.client.table("roster_assignments").upsert(row, on_conflict=KEY).execute()

    def copy(self) -> Planner:
        """Copy the roster with its requirements, quotas and cells, to try things out; at work on the copy.

        What a row fills is a requirement of the copy. Counters start at what the copy's cells make them.
        """
        roster = answered(self.client.table("roosters").select("*").eq("id", self.roster_id))[0]
        copy = Planner(self.client, str(uuid.uuid4()), self.since_29_december)
        self.client.table("roosters").insert(roster | {"id": copy.roster_id, "status": "draft"}).execute()
        new_ids: dict[str | None, str | None] = {None: None}
        for table in ("roster_period_staffing_dagdelen", "roster_employee_services", "roster_assignments"):
            rows = answered(self.client.table(table).select("*").eq("roster_id", self.roster_id))
            for row in rows:
                new_ids[row["id"]] = str(uuid.uuid4())
                row |= {"id": new_ids[row["id"]], "roster_id": copy.roster_id}
                if "invulling" in row:
                    row["invulling"] = 0
                if "roster_period_staffing_dagdelen_id" in row:
                    row["roster_period_staffing_dagdelen_id"] = new_ids[row["roster_period_staffing_dagdelen_id"]]
            if rows:
                self.client.table(table).insert(rows).execute()
        return copy

    def _upsert(self, cell: Cell, **columns: Any) -> None:
        self.client.table("roster_assignments").upsert(self._row(cell) | columns, on_conflict=KEY).execute()

    def _row(self, cell: Cell) -> Raw:
        return {"roster_id": self.roster_id, **cell._asdict(), "date": cell.date.isoformat()}

    def _team(self, cell: Cell) -> str:
        [person] = answered(self.client.table("employees").select("team").eq("id", cell.employee_id))
        return str(person["team"])
