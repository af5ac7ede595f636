"""FASE 4A and 4B: write what the pass added, in bulk.

One upsert on the natural key per kind of record: one statement, all of its rows or none. Beyond `BATCH_ROWS` rows it
takes several, each atomic, and a rerun completes what a failure leaves out. Slots that are OPEN have no record.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, TypedDict

import structlog
from supabase import Client

from greedy.database import client as database
from greedy.domain.models import Assignment, Slot, Status, StoredAssignment, Workspace
from greedy.errors import ConflictError, DatabaseError, UnknownOutcomeError
from greedy.loader import ASSIGNMENTS, read_assignments

log = structlog.get_logger(__name__)

BATCH_ROWS = 5_000
"""Rows per request: few enough for any server's limits, many enough that a practice's roster is one batch."""

NATURAL_KEY = "roster_id,employee_id,date,dagdeel"

Batch = list[dict[str, Any]]
"""Rows that one request writes."""


class WriteResult(TypedDict):
    """Account of a bulk write.

    `written` is what the server confirmed, `failed` what it did not, `duration_ms` the time it took, `error` what went
    wrong, or None.
    """

    written: int
    failed: int
    duration_ms: int
    error: str | None


NOT_WRITTEN: WriteResult = {"written": 0, "failed": 0, "duration_ms": 0, "error": None}
"""Account of a write that has not begun; to be copied."""


class BatchWriter:
    """Writes a workspace's `assignments` to `roster_assignments`.

    Attributes:
        written_at: `created_at` of all that it writes: the mark by which the guard, and the run, know its rows.
        assignments: Account of FASE 4A as far as it is.
    """

    def __init__(self, workspace: Workspace, client: Client) -> None:
        self.workspace = workspace
        self.client = client
        self.written_at = dt.datetime.now(dt.UTC)
        self.assignments = NOT_WRITTEN.copy()

    def write_assignments(self) -> WriteResult:
        """FASE 4A: write the ACTIVE records.

        Raises:
            ConflictError: A slot became someone else's since the roster was read; nothing of that batch was written.
        """
        log.info("💾 Writing assignments to database...")
        result = self._write(self._with_status(Status.ACTIVE), "records", self.assignments)
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
        """Read the roster's rows back and tell which of the workspace's records are not there as they should be.

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
            "batches": len(list(_batches(active))) + len(list(_batches(blocked))),
        }

    def _with_status(self, status: Status) -> list[Assignment]:
        """Give the records of a status in the order of their slots: an equal plan is an equal request."""
        records = [assignment for assignment in self.workspace.assignments if assignment.status == status]
        return sorted(records, key=lambda record: (record.date, record.dagdeel.order, record.employee_id))

    def _write(self, records: list[Assignment], what: str, account: WriteResult) -> WriteResult:
        """Write records batch by batch; the account is up to date after each."""
        if records:
            log.info(f"  Inserting {len(records)} {what}...")
        return self._send_all(list(_batches(self._rows(records))), self._send, what, account)

    def _send_all(
        self, batches: list[Batch], send: Callable[[Batch, str], Batch], what: str, account: WriteResult
    ) -> WriteResult:
        """Send batches; `send` gives those of a batch's rows that are not stored as they were sent."""
        started = time.perf_counter()
        total = account["failed"] = sum(map(len, batches))
        try:
            for batch in batches:
                missing = send(batch, what)
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

    def _rows(self, records: Iterable[Assignment]) -> list[dict[str, Any]]:
        """Turn records into rows. All rows of a batch have the same keys: the server would null a missing one."""
        rows = []
        for record in records:
            row = {
                "roster_id": record.roster_id,
                "employee_id": record.employee_id,
                "date": record.date.isoformat(),
                "dagdeel": str(record.dagdeel),
                "service_id": record.service_id,
                "status": int(record.status),
                "source": record.source,
                "created_at": self.written_at.isoformat(),
            }
            if record.status == Status.BLOCKED:  # an ACTIVE row leaves the notes of the slot alone
                row["notes"] = record.notes
            rows.append(row)
        return rows

    def _send(self, batch: Batch, what: str) -> Batch:
        """Write a batch; give those of its rows that are not stored as they were sent."""
        query = self.client.table(ASSIGNMENTS).upsert(batch, on_conflict=NATURAL_KEY)
        try:
            stored = database.rows(database.execute(query, f"write {what} to {ASSIGNMENTS}"), ASSIGNMENTS)
        except UnknownOutcomeError as lost:
            missing = self._settle(batch, self._look(batch, lost))
            if len(missing) == len(batch):
                raise not_written(lost) from lost
            return missing
        return unconfirmed(batch, stored)

    def _look(self, batch: Batch, lost: UnknownOutcomeError) -> list[StoredAssignment]:
        """Read back what is stored, as no answer came to a write."""
        log.warning(f"⚠️  {lost.message}; looking whether it is written")
        try:
            return read_assignments(self.client, self.workspace.roster_id, held_only=True)
        except DatabaseError:
            hint = f"{lost.hint}\nWhether the last {len(batch)} rows are written is unknown: no answer to that either."
            raise DatabaseError(lost.message, hint, lost.code) from lost

    def _settle(self, batch: Batch, stored: Iterable[StoredAssignment]) -> Batch:
        """Give those of a batch's rows that are not stored. Rows that have another time stamp are another run's."""
        ours = (row for row in stored if row.status is Status.BLOCKED or row.created_at == self.written_at)
        return unconfirmed(batch, (row.model_dump(mode="json") for row in ours))


def not_written(lost: UnknownOutcomeError) -> DatabaseError:
    """Say of a write whose outcome was unknown that it did not happen."""
    return DatabaseError(lost.message, lost.hint, lost.code)


def unconfirmed(batch: Batch, stored: Iterable[dict[str, Any]]) -> Batch:
    """Give those of a batch's rows that are not among those stored."""
    confirmed = {_identity(row) for row in stored}
    return [row for row in batch if _identity(row) not in confirmed]


def _identity(row: dict[str, Any]) -> tuple[str, ...]:
    """What must be stored as it was sent. A BLOCKED slot is one whoever blocked it."""
    names = (
        "employee_id",
        "date",
        "dagdeel",
        "status",
        *(["service_id"] if row.get("status") == Status.ACTIVE else []),
    )
    return tuple(str(row.get(name)) for name in names)


def _batches(rows: list[Any]) -> Iterator[list[Any]]:
    """Cut rows into batches of `BATCH_ROWS`."""
    for start in range(0, len(rows), BATCH_ROWS):
        yield rows[start : start + BATCH_ROWS]
