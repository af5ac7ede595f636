"""FASE 4B as a run goes through it: see which rest is there after 4A, and write what is missing."""

from __future__ import annotations

from typing import Any

import structlog

from greedy.database.roster_rows import read_assignments
from greedy.domain.evidence import TriggerEvidence
from greedy.domain.models import Slot, Status
from greedy.domain.rest import needed_rest
from greedy.errors import ConflictError, DatabaseError
from greedy.writer.batch import NOT_WRITTEN, BatchWriter

log = structlog.get_logger(__name__)

LOOKS = 6
"""The most times that FASE 4B reads the slots while planners keep taking rest slots."""


class RestWriter:
    """Writes the BLOCKED records that are not there already.

    Attributes:
        evidence: What the trigger did in this run; None before `write`, and when it had nothing to do.
    """

    def __init__(self, writer: BatchWriter) -> None:
        self.writer = writer
        self.workspace = writer.workspace
        self.evidence: TriggerEvidence | None = None

    def write(self) -> dict[str, Any]:
        """See what the trigger has made, which is the evidence that it runs, then write what is missing.

        When a planner takes a rest slot, or takes a duty away, at that very moment, the batch is refused: then it looks
        again.
        """
        blocks = {record.slot for record in self.workspace.assignments if record.status is Status.BLOCKED}
        made = 0
        error: DatabaseError | None = None
        for _ in range(LOOKS):
            try:
                held, needed = self._rest_now() if blocks else ({}, set())
                if self.evidence is None and blocks:
                    made = sum(held.get(slot) is Status.BLOCKED for slot in blocks)
                    self.evidence = self._evidence(blocks & needed, held)
                    log.info(f"  {made} of {len(blocks)} made by the trigger", made_by_trigger=made)
                settled = held.keys() | (blocks - needed)
                return {**self.writer.write_blocking_records(settled), "made_by_trigger": made}
            except ConflictError as conflict:
                error = conflict
                log.warning(f"⚠️  {conflict.message}; looking again")
            except DatabaseError as failed:
                error = failed
                break
        self.writer.failure = error
        log.error(f"❌ Write failed: {error}")
        return {**NOT_WRITTEN, "failed": len(blocks) - made, "error": str(error), "made_by_trigger": made}

    def _evidence(self, blocks: set[Slot], held: dict[Slot, Status]) -> TriggerEvidence:
        """Compare what this run's new duties need with what is there before the job writes it.

        A slot that a planner took meanwhile is not the trigger's to block.
        """
        expected = {
            slot
            for record in self.workspace.assignments
            for date, dagdeel, employee_id in record.blocking_future
            if (slot := Slot(employee_id, date, dagdeel)) in blocks
            and held.get(slot) not in (Status.ACTIVE, Status.UNAVAILABLE)
        }
        made = sum(held.get(slot) is Status.BLOCKED for slot in expected)
        return TriggerEvidence(expected=len(expected), made=made)

    def _rest_now(self) -> tuple[dict[Slot, Status], set[Slot]]:
        """Read the slots that are not open now, and derive which must be rest after the duties that there are now."""
        rows = read_assignments(self.writer.client, self.workspace.roster_id, held_only=True)
        return {row.slot: row.status for row in rows}, needed_rest(self.workspace, rows)
