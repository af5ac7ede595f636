"""FASE 4A of a replan: what is taken back and what takes its place, in one transaction.

The database's function `greedy_replan` does it (supabase/migrations): all or nothing, so that no moment and no failure
leaves the roster emptier than it was. A repeat after a lost answer changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

import structlog
from supabase import Client

from greedy import database
from greedy.errors import ConflictError, DatabaseError
from greedy.models import Assignment, Status, StoredAssignment, Workspace
from greedy.writer import BatchWriter, WriteResult

log = structlog.get_logger(__name__)

_FUNCTION = "greedy_replan"


class ReplanWriter(BatchWriter):
    """Writes a roster that was planned anew."""

    def __init__(self, workspace: Workspace, client: Client, taken_back: Sequence[StoredAssignment]) -> None:
        """Prepare.

        Args:
            workspace: The roster as it will be; its `assignments` are to write.
            client: The database.
            taken_back: Duties of earlier runs that are opened.
        """
        super().__init__(workspace, client)
        self.taken_back = taken_back

    def write_assignments(self) -> WriteResult:
        """FASE 4A: open what is taken back, and write the ACTIVE records; where nothing is taken back, as ever.

        Raises:
            ConflictError: A slot is not as it was read; nothing was written.
        """
        if not self.taken_back:
            return super().write_assignments()
        log.info("💾 Writing assignments to database...")
        records = self._with_status(Status.ACTIVE)
        log.info(
            f"  Taking back {len(self.taken_back)}, inserting {len(records)} records...",
            taken_back=len(self.taken_back),
            records=len(records),
        )
        started, written, error = time.perf_counter(), 0, None
        try:
            written = self._swap(records)
        except ConflictError:
            raise
        except DatabaseError as refused:
            error = str(refused)
            log.error(f"❌ Write failed: {error}", written=0, failed=len(records))
        result: WriteResult = {
            "written": written,
            "failed": len(records) - written,
            "duration_ms": round(1000 * (time.perf_counter() - started)),
            "error": error,
        }
        if error is None:
            told = f"✅ Took back {len(self.taken_back)}, wrote {written} assignments in {result['duration_ms']}ms"
            log.info(told, taken_back=len(self.taken_back), **result)
        return result

    def _swap(self, records: list[Assignment]) -> int:
        """Call the function; give how many records the server confirmed."""
        arguments = {
            "target": self.workspace.roster_id,
            "taken_back": _told(self.taken_back),
            "planned": _told(records),
        }
        answer = database.execute(self.client.rpc(_FUNCTION, arguments), "write the new plan to roster_assignments")
        confirmed = len(database.rows(answer, _FUNCTION))
        if confirmed < len(records):
            raise DatabaseError(
                f"The server confirmed {confirmed} of {len(records)} records",
                "Look for a trigger or policy on roster_assignments that drops or changes rows; run again.",
            )
        return confirmed


def _told(duties: Iterable[Assignment | StoredAssignment]) -> list[dict[str, Any]]:
    """Turn duties into what the function takes."""
    return [
        {
            "employee_id": duty.employee_id,
            "date": duty.date.isoformat(),
            "dagdeel": str(duty.dagdeel),
            "service_id": duty.service_id,
        }
        for duty in duties
    ]
