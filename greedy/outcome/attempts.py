"""What earlier attempts of a run have left, when it reads and assigns again: it is this run's work all the same."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from greedy.domain.models import SOURCE_ASSIGNED, Assignment, StoredAssignment, Workspace


def written_by(writings: Collection[dt.datetime], workspace: Workspace) -> list[StoredAssignment]:
    """Give what a batch before one that was refused, or one whose answer was lost, has left.

    Args:
        writings: `created_at` of what the attempts wrote.
        workspace: The roster as it is read now.
    """
    return [
        row
        for row in workspace.stored
        if row.service_id and row.source == SOURCE_ASSIGNED and row.created_at in writings
    ]


def with_earlier(workspace: Workspace, earlier: Sequence[StoredAssignment]) -> Workspace:
    """Give a planned roster in which what earlier attempts of this run wrote is this run's."""
    if not earlier:
        return workspace
    records = [
        Assignment(row.roster_id, row.employee_id, row.date, row.dagdeel, row.service_id, row.status, SOURCE_ASSIGNED)
        for row in earlier
    ]
    stored = tuple(row for row in workspace.stored if row not in earlier)
    return replace(workspace, stored=stored, assignments=[*workspace.assignments, *records])


def count_as_assigned(coverage: dict[str, Any], codes: Iterable[str]) -> None:
    """Count what earlier attempts of this run wrote, by service code, as this run's, not as filled before it."""
    earlier = Counter(codes)
    for part in (coverage, *coverage["by_service"]):
        count = min(earlier[part["service_code"]] if part is not coverage else earlier.total(), part["filled_before"])
        part["filled_before"] -= count
        part["assigned"] += count
