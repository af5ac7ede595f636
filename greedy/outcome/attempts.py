"""Count what earlier attempts of a run wrote: when it reads and assigns again, that is this run's work all the same."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from greedy.domain.models import Assignment, StoredAssignment, Workspace
from greedy.outcome.coverage import CoverageSummary, ServiceCoverage


def written_by(writings: Collection[dt.datetime], workspace: Workspace) -> list[StoredAssignment]:
    """Return the shifts that earlier attempts left: of a batch before a refused one, or of one whose answer was lost.

    Args:
        writings: `created_at` of what the attempts wrote.
        workspace: The roster as it is read now.
    """
    return [
        row
        for row in workspace.stored
        if row.service_id and row.source == workspace.words.assigned and row.created_at in writings
    ]


def with_earlier(workspace: Workspace, earlier: Sequence[StoredAssignment]) -> Workspace:
    """Return a planned roster in which the rows of earlier attempts are records of this run, not stored rows."""
    if not earlier:
        return workspace
    word = workspace.words.assigned
    records = [
        Assignment(row.roster_id, row.employee_id, row.date, row.dagdeel, row.service_id, row.status, word)
        for row in earlier
    ]
    stored = tuple(row for row in workspace.stored if row not in earlier)
    return replace(workspace, stored=stored, assignments=[*workspace.assignments, *records])


def count_as_assigned(coverage: CoverageSummary, codes: Iterable[str]) -> CoverageSummary:
    """Return the coverage with the shifts of earlier attempts counted as assigned, not as filled before the run.

    Args:
        coverage: The coverage as the last attempt measured it.
        codes: The service code of each such shift.
    """
    earlier = Counter(codes)

    def recounted(service: ServiceCoverage) -> ServiceCoverage:
        count = min(earlier[service.service_code], service.filled_before)
        return replace(service, filled_before=service.filled_before - count, assigned=service.assigned + count)

    total = min(earlier.total(), coverage.filled_before)
    return replace(
        coverage,
        filled_before=coverage.filled_before - total,
        assigned=coverage.assigned + total,
        by_service=tuple(recounted(service) for service in coverage.by_service),
    )
