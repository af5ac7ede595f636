"""The rest that the duties among a roster's rows need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from greedy.domain.models import Slot, Status, StoredAssignment, Workspace


class WorkedDuty(NamedTuple):
    """An ACTIVE duty, and the slots inside the roster's period in which its employee rests after it."""

    slot: Slot
    code: str
    rests: tuple[Slot, ...]


def find_duties(workspace: Workspace, rows: Iterable[StoredAssignment]) -> Iterator[WorkedDuty]:
    """Yield the duties that matter for rest in a roster.

    Args:
        workspace: The roster: its period, services, duty rules, and neighbours' duties that reach into it.
        rows: Its rows as they are now.
    """
    codes, roster = workspace.service_codes, workspace.roster
    ours = (row for row in rows if row.status is Status.ACTIVE and roster.covers(row.date))
    for row in (*ours, *workspace.neighbours):
        code = codes.get(row.service_id or "")
        needed = workspace.duties.rest_slots(code, row.date, row.dagdeel)
        rests = tuple(Slot(row.employee_id, date, dagdeel) for date, dagdeel in needed if roster.covers(date))
        if code and needed and (rests or roster.covers(row.date)):
            yield WorkedDuty(row.slot, code, rests)


def needed_rest(workspace: Workspace, rows: Iterable[StoredAssignment]) -> set[Slot]:
    """Return the slots inside the roster's period in which somebody rests; arguments as for `find_duties`."""
    return {slot for duty in find_duties(workspace, rows) for slot in duty.rests}
