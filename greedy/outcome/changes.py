"""What a run changes, or with `--dry-run` would change, against what is there."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from greedy.domain.models import Assignment, Dagdeel, Slot, Status, StoredAssignment, Workspace

Shift = tuple[dt.date, Dagdeel, str | None]


def compare(before: Workspace, after: Workspace, taken_back: Iterable[StoredAssignment]) -> dict[str, Any]:
    """Say which shifts are added, moved to someone else, and taken back, and how much rest comes and goes.

    Args:
        before: The roster as it was read.
        after: The roster as it is planned: rows that stay, and in `assignments` the records that are written.
        taken_back: Rows of the job's that are opened.

    Returns:
        `added` and `taken_back`: shifts as date, dagdeel, service_code, employee_id; `moved`: the same, and
        from_employee_id, who had it; each by date. `rest_added`, `rest_opened`: numbers of BLOCKED slots.
    """
    came: defaultdict[Shift, list[str]] = defaultdict(list)
    went: defaultdict[Shift, list[str]] = defaultdict(list)
    for record in after.assignments:
        if record.status is Status.ACTIVE:
            came[record.date, record.dagdeel, record.service_id].append(record.employee_id)
    for row in taken_back:
        went[row.date, row.dagdeel, row.service_id].append(row.employee_id)
    changes: dict[str, Any] = {"added": [], "moved": [], "taken_back": []}
    codes = before.service_codes
    for key in sorted(came.keys() | went.keys(), key=lambda key: (key[0], key[1].order, codes[str(key[2])])):
        date, dagdeel, service_id = key
        shift = {"date": date.isoformat(), "dagdeel": str(dagdeel), "service_code": codes[str(service_id)]}
        new, old = sorted(came[key]), sorted(went[key])
        both = min(len(new), len(old))
        changes["moved"] += [
            {**shift, "employee_id": now, "from_employee_id": then} for now, then in zip(new, old, strict=False)
        ]
        changes["added"] += [{**shift, "employee_id": now} for now in new[both:]]
        changes["taken_back"] += [{**shift, "employee_id": then} for then in old[both:]]
    rest_before, rest_after = _rest(before.stored), _rest((*after.stored, *after.assignments))
    return changes | {"rest_added": len(rest_after - rest_before), "rest_opened": len(rest_before - rest_after)}


def _rest(rows: Iterable[Assignment | StoredAssignment]) -> set[Slot]:
    return {row.slot for row in rows if row.status is Status.BLOCKED}
