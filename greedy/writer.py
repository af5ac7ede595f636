"""FASE 4A and 4B: write what the pass added, in bulk.

One upsert on the natural key per kind of record: one statement, all of its rows or none. Beyond `bulk.BATCH_ROWS` rows
it takes several, each atomic, and a rerun completes what a failure leaves out. Slots that are OPEN have no record.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypedDict

import structlog

from greedy.database.bulk import Batch, SlotTable, batches
from greedy.database.client import Client, client_by_settings
from greedy.database.tables import read_assignments
from greedy.domain.duties import needed_rest
from greedy.domain.evidence import TriggerEvidence
from greedy.domain.models import Assignment, Slot, Status, StoredAssignment, Workspace
from greedy.errors import ConflictError, DatabaseError

log = structlog.get_logger(__name__)

LOOKS = 3
"""Times that FASE 4B reads the slots, when planners take rest slots meanwhile."""


class WriteResult(TypedDict):
    """What a bulk write came to, in records.

    `written` is what the server confirmed, `failed` what it did not, `duration_ms` the time it took, `error` what went
    wrong, or None.
    """

    written: int
    failed: int
    duration_ms: int
    error: str | None


NOT_WRITTEN: WriteResult = {"written": 0, "failed": 0, "duration_ms": 0, "error": None}
"""A write that has not begun; to be copied, as it is counted up."""


class BatchWriter:
    """Writes a workspace's `assignments` to `roster_assignments`.

    Attributes:
        taken_back: Duties of earlier runs that FASE 4A opens; empty but for a replan.
        written_at: `created_at` of all that it writes: the mark by which the guard, and the run, know its rows.
        assignments: What FASE 4A has written so far.
    """

    def __init__(
        self, workspace: Workspace, client: Client | None = None, taken_back: Sequence[StoredAssignment] = ()
    ) -> None:
        """Prepare.

        Args:
            workspace: The roster as it will be; its `assignments` are to write.
            client: The database; None for the one that the settings name.
            taken_back: Duties of earlier runs that are opened (`--replan`).

        Raises:
            ConfigurationError: Without a client, the settings are missing or wrong.
        """
        self.workspace = workspace
        self.client = client_by_settings() if client is None else client
        self.taken_back = taken_back
        self.written_at = dt.datetime.now(dt.UTC)
        self.assignments = NOT_WRITTEN.copy()
        self._table = SlotTable(self.client, workspace.roster_id, self.written_at)

    def write_assignments(self) -> WriteResult:
        """FASE 4A: write the ACTIVE records; of a replan, in one transaction with what is taken back.

        Raises:
            ConflictError: A slot became someone else's since the roster was read; nothing of that batch was written.
        """
        log.info("💾 Writing assignments to database...")
        records = self._with_status(Status.ACTIVE)
        if self.taken_back:
            return self._replan(records)
        result = self._write(records, "records", self.assignments)
        if result["error"] is None:
            log.info(f"✅ Wrote {result['written']} assignments in {result['duration_ms']}ms", **result)
        return result

    def write_blocking_records(self, settled: Collection[Slot] = frozenset()) -> WriteResult:
        """FASE 4B: write the BLOCKED records.

        Args:
            settled: Slots that need no record any more, as the trigger has blocked them or someone is away.

        Raises:
            ConflictError: As for `write_assignments`.
        """
        log.info("🔒 Writing blocking assignments...")
        missing = [block for block in self._with_status(Status.BLOCKED) if block.slot not in settled]
        result = self._write(missing, "blocking records", NOT_WRITTEN.copy())
        if result["error"] is None:
            log.info(f"✅ Wrote {result['written']} blocking records in {result['duration_ms']}ms", **result)
        return result

    def verify_write(self) -> dict[str, Any]:
        """Read the roster's rows back and find which of the workspace's records are not there as they should be.

        Returns:
            `verified` (bool), `expected` and `found` (records), `missing` (their slots).

        Raises:
            DatabaseError: The rows cannot be read.
        """
        rows = read_assignments(self.client, self.workspace.roster_id, held_only=True)
        there = {(row.slot, row.service_id, row.status) for row in rows}
        missing = [
            record.slot
            for record in self.workspace.assignments
            if (record.slot, record.service_id, record.status) not in there
        ]
        expected = len(self.workspace.assignments)
        return {"verified": not missing, "expected": expected, "found": expected - len(missing), "missing": missing}

    def get_write_statistics(self) -> dict[str, int]:
        """Count what there is to write: records in all, ACTIVE, BLOCKED, and the requests that they take."""
        active, blocked = self._with_status(Status.ACTIVE), self._with_status(Status.BLOCKED)
        return {
            "total": len(active) + len(blocked),
            "active": len(active),
            "blocking": len(blocked),
            "batches": len(list(batches(active))) + len(list(batches(blocked))),
        }

    def _with_status(self, status: Status) -> list[Assignment]:
        """Return the records of a status in the order of their slots: an equal plan is an equal request."""
        records = [assignment for assignment in self.workspace.assignments if assignment.status == status]
        return sorted(records, key=lambda record: (record.date, record.dagdeel.order, record.employee_id))

    def _write(self, records: list[Assignment], what: str, account: WriteResult) -> WriteResult:
        """Write records batch by batch; the account is up to date after each."""
        if records:
            log.info(f"  Inserting {len(records)} {what}...")
        rows = self._table.rows_for(records)
        return _send_all(list(batches(rows)), lambda batch: self._table.upsert(batch, what), what, account)

    def _replan(self, records: list[Assignment]) -> WriteResult:
        """Open what is taken back, and write the records, in one request whatever their number."""
        taken_back = self.taken_back
        log.info(
            f"  Taking back {len(taken_back)}, inserting {len(records)} records...",
            taken_back=len(taken_back),
            records=len(records),
        )
        rows = self._table.rows_for(records)
        result = _send_all([rows], lambda batch: self._table.replan(batch, taken_back), "records", self.assignments)
        if result["error"] is None:
            done = f"✅ Took back {len(taken_back)}, wrote {result['written']} assignments"
            log.info(f"{done} in {result['duration_ms']}ms", taken_back=len(taken_back), **result)
        return result


class RestWriter:
    """FASE 4B as the pipeline runs it: writes the BLOCKED records that are not there already.

    Attributes:
        evidence: What the trigger did in this run; None before `write`, and when it had nothing to do.
    """

    def __init__(self, writer: BatchWriter) -> None:
        self.writer = writer
        self.workspace = writer.workspace
        self.evidence: TriggerEvidence | None = None

    def write(self) -> dict[str, Any]:
        """See what the trigger has made, which is the evidence that it runs, then write what is missing.

        When a planner takes a rest slot, or a duty away, at that very moment, the guard refuses the batch: then look
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


def _send_all(batches: list[Batch], send: Callable[[Batch], Batch], what: str, account: WriteResult) -> WriteResult:
    """Send batches until one fails, and count what is written.

    Args:
        batches: The rows.
        send: Writes a batch; returns those of its rows that are not stored as they were sent.
        what: What the rows are, for messages.
        account: What is written so far; up to date after each batch.

    Raises:
        ConflictError: The guard refused a batch.
    """
    started = time.perf_counter()
    total = account["failed"] = sum(map(len, batches))
    try:
        for batch in batches:
            missing = send(batch)
            account["written"] += len(batch) - len(missing)
            account["failed"] = total - account["written"]
            if missing:
                first = missing[0]
                raise DatabaseError(
                    f"The server confirmed {len(batch) - len(missing)} of {len(batch)} {what}; the first that is "
                    f"not as it was sent: {first['employee_id']} on {first['date']} {first['dagdeel']}",
                    "Look for a trigger or policy on roster_assignments that drops or changes rows; run again.",
                )
    except ConflictError:
        raise
    except DatabaseError as refused:
        account["error"] = str(refused)
        log.error(f"❌ Write failed: {refused}", written=account["written"], failed=account["failed"])
    account["duration_ms"] = round(1000 * (time.perf_counter() - started))
    return account
