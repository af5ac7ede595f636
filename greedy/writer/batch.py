"""FASE 4A and 4B: the records of either kind, in batches. Slots that are OPEN have no record.

One transaction per batch: all of its rows or none; a rerun completes what a failure leaves out.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, TypedDict

import structlog

from greedy.database import carried
from greedy.database.bulk import Batch, SlotTable, batches, send_halving
from greedy.database.client import Client, client_by_settings
from greedy.database.roster_rows import read_assignments
from greedy.domain.conflicts import changed_since
from greedy.domain.models import Assignment, Slot, Status, StoredAssignment, Workspace
from greedy.errors import ConflictError, DatabaseError

log = structlog.get_logger(__name__)


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
"""A write that has not begun. Copy it: the copy is counted up."""


class BatchWriter:
    """Writes a workspace's `assignments` to `roster_assignments`.

    Attributes:
        taken_back: Duties of earlier runs that FASE 4A opens; empty but for a replan.
        by_functions: Whether the database has the job's writing functions, which judge each row once more.
        written_at: `created_at` of all that it writes: the mark by which it knows its rows after a lost answer.
        assignments: What FASE 4A has come to so far.
        failure: Why the last write failed; None when it did not.
    """

    def __init__(
        self,
        workspace: Workspace,
        client: Client | None = None,
        taken_back: Sequence[StoredAssignment] = (),
        *,
        by_functions: bool = False,
        lease: str | None = None,
    ) -> None:
        """Prepare.

        Args:
            workspace: The roster as it will be; its `assignments` are to write.
            client: The database; None for the one that the settings name.
            taken_back: Duties of earlier runs that are opened (`--replan`).
            by_functions: Whether the database has the job's writing functions.
            lease: The lease under which a worker of the queue writes; None for any other run.

        Raises:
            ConfigurationError: Without a client, the settings are missing or wrong.
        """
        self.workspace = workspace
        self.client = client_by_settings() if client is None else client
        self.taken_back = taken_back
        self.by_functions = by_functions
        self.written_at = dt.datetime.now(dt.UTC)
        self.assignments = NOT_WRITTEN.copy()
        self.failure: DatabaseError | None = None
        self._table = SlotTable(
            self.client, workspace.roster_id, self.written_at, by_functions, workspace.columns, lease
        )

    def write_assignments(self) -> WriteResult:
        """FASE 4A: write the ACTIVE records; of a replan, in one transaction with what is taken back.

        A database without the job's functions does not check who holds a slot by then, so the slots are read once more
        right before the write.

        Raises:
            ConflictError: A slot became someone else's since the roster was read; nothing of that batch was written.
        """
        log.info("💾 Writing assignments to database...")
        records = self._with_status(Status.ACTIVE)
        if self.taken_back:
            return self._replan(records)
        if not self.by_functions:
            try:
                self._prepare_plain(records)
            except ConflictError:
                raise
            except DatabaseError as failed:
                return self._failed(failed, self.assignments, len(records))
        result = self._write(records, "records", self.assignments)
        if result["error"] is None:
            log.info(f"✅ Wrote {result['written']} assignments in {result['duration_ms']}ms", **result)
        return result

    def write_blocking_records(self, settled: Collection[Slot] = frozenset()) -> WriteResult:
        """FASE 4B: write the BLOCKED records.

        Args:
            settled: Slots that need no record any more, because the trigger has blocked them or someone is away.

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
            "batches": len(batches(active)) + len(batches(blocked)),
        }

    def sample(self) -> Iterator[tuple[str, Batch]]:
        """Yield the rows of the first batch of each kind that there is to write: active and blocked."""
        for kind, status in (("active", Status.ACTIVE), ("blocked", Status.BLOCKED)):
            if records := self._with_status(status):
                yield kind, self._table.rows_for(batches(records)[0])

    def _with_status(self, status: Status) -> list[Assignment]:
        """Return the records of a status in the order of their slots, so that equal plans make equal requests."""
        records = [assignment for assignment in self.workspace.assignments if assignment.status == status]
        return sorted(records, key=lambda record: (record.date, record.dagdeel.order, record.employee_id))

    def _prepare_plain(self, records: list[Assignment]) -> None:
        """Check who holds the slots by now, and clear what slots that become rest still carry.

        Raises:
            ConflictError: A record does not fit any more; nothing was written.
        """
        if records:
            rows = read_assignments(self.client, self.workspace.roster_id, held_only=True)
            if refusals := changed_since(self.workspace, rows, self.written_at):
                raise ConflictError(f"Conflict: {refusals[0].words}", "Run again.", refusals=refusals)
        rest = {record.slot for record in self._with_status(Status.BLOCKED)}
        carried.clear(self.client, [row for row in self.workspace.carried if row.slot in rest], self.workspace.columns)

    def _write(self, records: list[Assignment], what: str, tally: WriteResult) -> WriteResult:
        """Write records batch by batch."""
        if records:
            log.info(f"  Inserting {len(records)} {what}...")
        batch = self._table.rows_for(records)
        return self._send(batch, lambda rows: self._table.write(rows, what), what, tally)

    def _replan(self, records: list[Assignment]) -> WriteResult:
        """Open what is taken back, and write the records, in one request whatever their number."""
        taken_back = self.taken_back
        log.info(
            f"  Taking back {len(taken_back)}, inserting {len(records)} records...",
            taken_back=len(taken_back),
            records=len(records),
        )
        batch = self._table.rows_for(records)
        result = self._send(
            batch, lambda rows: self._table.replan(rows, taken_back), "records", self.assignments, whole=True
        )
        if result["error"] is None:
            done = f"✅ Took back {len(taken_back)}, wrote {result['written']} assignments"
            log.info(f"{done} in {result['duration_ms']}ms", taken_back=len(taken_back), **result)
        return result

    def _send(
        self, rows: Batch, send: Callable[[Batch], Batch], what: str, tally: WriteResult, *, whole: bool = False
    ) -> WriteResult:
        """Send rows until a batch fails, counting up after each.

        Args:
            rows: The rows.
            send: Writes a batch; returns those of its rows that are not stored as they were sent.
            what: What the rows are, for messages.
            tally: What the write has come to; brought up to date after each batch.
            whole: Whether all go in one request.

        Raises:
            ConflictError: A batch was refused.
        """
        started = time.perf_counter()
        tally["failed"] = len(rows)

        def keep(batch: Batch) -> None:
            missing = send(batch)
            tally["written"] += len(batch) - len(missing)
            tally["failed"] = len(rows) - tally["written"]
            if missing:
                raise _unconfirmed(len(batch), missing, what)

        try:
            if whole:
                keep(rows)
            else:
                send_halving(rows, keep)
        except ConflictError:
            raise
        except DatabaseError as refused:
            self._failed(refused, tally, tally["failed"])
        tally["duration_ms"] = round(1000 * (time.perf_counter() - started))
        return tally

    def _failed(self, error: DatabaseError, tally: WriteResult, failed: int) -> WriteResult:
        self.failure = error
        tally |= {"error": str(error), "failed": failed}
        log.error(f"❌ Write failed: {error}", written=tally["written"], failed=failed)
        return tally


def _unconfirmed(sent: int, missing: Batch, what: str) -> DatabaseError:
    first = missing[0]
    return DatabaseError(
        f"The server confirmed {sent - len(missing)} of {sent} {what}; the first that is not as it was sent: "
        f"{first['employee_id']} on {first['date']} {first['dagdeel']}",
        "Look for a trigger or policy on roster_assignments that drops or changes rows; run again.",
        lasting=True,
    )
