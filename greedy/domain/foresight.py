"""A roster's rows as they would be if a plan were written: by these a dry run is judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from greedy.domain.models import Assignment, Status, StoredAssignment, Workspace
from greedy.domain.rest import needed_rest


def with_plan(
    workspace: Workspace, rows: Iterable[StoredAssignment], taken_back: Sequence[StoredAssignment] = ()
) -> list[StoredAssignment]:
    """Return a roster's rows with a plan in place.

    Args:
        workspace: The roster; its `assignments` are the plan.
        rows: Its rows as they are.
        taken_back: Duties of earlier runs that are opened, their rest as well.
    """
    there = {row.slot: row for row in rows}
    opened = {row.slot for row in taken_back}
    if opened:
        remaining = [row for slot, row in there.items() if slot not in opened]
        freed = needed_rest(workspace, there.values()) - needed_rest(workspace, remaining)
        opened |= {slot for slot in freed if slot in there and there[slot].status is Status.BLOCKED}
    for slot in opened & there.keys():
        there[slot] = there[slot].model_copy(update={"status": Status.OPEN, "service_id": None})
    for record in workspace.assignments:
        there[record.slot] = _stored(record)
    return list(there.values())


def _stored(record: Assignment) -> StoredAssignment:
    """Return a record as the row that it would be."""
    return StoredAssignment(
        id="-",
        roster_id=record.roster_id,
        employee_id=record.employee_id,
        date=record.date,
        dagdeel=record.dagdeel,
        service_id=record.service_id,
        status=record.status,
        source=record.source,
    )
