"""FASE 4A of a replan: what is taken back and what takes its place, in one transaction.

The database's function `greedy_replan` does it (supabase/migrations): all or nothing, so that no moment and no failure
leaves the roster emptier than it was. A repeat after a lost answer changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import structlog
from supabase import Client

from greedy.database import client as database
from greedy.domain.models import Status, StoredAssignment, Workspace
from greedy.errors import UnknownOutcomeError
from greedy.loader import ASSIGNMENTS
from greedy.writer import Batch, BatchWriter, WriteResult, not_written, unconfirmed

log = structlog.get_logger(__name__)

_FUNCTION = "greedy_replan"
_COLUMNS = ("employee_id", "date", "dagdeel", "service_id")


class ReplanWriter(BatchWriter):
    """Writes a roster that was planned anew."""

    def __init__(self, workspace: Workspace, client: Client, taken_back: Sequence[StoredAssignment]) -> None:
        """Prepare.

        Args:
            workspace: The roster as it will be; its `assignments` are to write.
            client: The database.
            taken_back: Duties of earlier runs that are opened; at least one.
        """
        super().__init__(workspace, client)
        self.taken_back = taken_back

    def write_assignments(self) -> WriteResult:
        """FASE 4A: open what is taken back, and write the ACTIVE records.

        Raises:
            ConflictError: A slot is not as it was read; nothing was written.
        """
        log.info("💾 Writing assignments to database...")
        rows = self._rows(self._with_status(Status.ACTIVE))
        log.info(
            f"  Taking back {len(self.taken_back)}, inserting {len(rows)} records...",
            taken_back=len(self.taken_back),
            records=len(rows),
        )
        result = self._send_all([rows], self._swap, "records", self.assignments)
        if result["error"] is None:
            told = f"✅ Took back {len(self.taken_back)}, wrote {result['written']} assignments"
            log.info(f"{told} in {result['duration_ms']}ms", taken_back=len(self.taken_back), **result)
        return result

    def _swap(self, rows: Batch, _: str) -> Batch:
        """Call the function; give those of the rows that are not stored as they were sent."""
        arguments = {
            "target": self.workspace.roster_id,
            "taken_back": _told(row.model_dump(mode="json") for row in self.taken_back),
            "planned": _told(rows),
            "written_at": self.written_at.isoformat(),
        }
        query = self.client.rpc(_FUNCTION, arguments)
        try:
            stored = database.rows(database.execute(query, f"write the new plan to {ASSIGNMENTS}"), _FUNCTION)
        except UnknownOutcomeError as lost:
            held = self._look(rows, lost)
            kept = {(row.slot, row.service_id) for row in held if row.status is Status.ACTIVE}
            missing = self._settle(rows, held)
            if missing or any((row.slot, row.service_id) in kept for row in self.taken_back):
                raise not_written(lost) from lost  # it is one transaction
            return []
        return unconfirmed(rows, stored)


def _told(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Turn rows into what the function takes."""
    return [{column: row[column] for column in _COLUMNS} for row in rows]
