"""Bulk writing of a roster's slots: one request a batch, and the settling of writes whose answer was lost.

A batch is one transaction: all of its rows or none. Where the database has the job's functions (supabase/sql), they
judge and write it; else it is an upsert on the natural key. Either way a repeat changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from greedy.database import lease as leases
from greedy.database import requests
from greedy.database.advice import NOT_SUPABASE
from greedy.database.client import Client
from greedy.database.codes import Action, Kind, too_slow
from greedy.database.paging import rows
from greedy.database.roster_rows import read_assignments
from greedy.database.tables import ASSIGNMENTS
from greedy.domain.models import REQUIREMENT_COLUMN, Assignment, Status, StoredAssignment
from greedy.errors import ConflictError, DatabaseError, Refusal, UnknownOutcomeError

log = structlog.get_logger(__name__)

BATCH_ROWS = 1_000
"""Rows per request to begin with: few enough for hosted Supabase's 8 s, enough for a practice's roster in one batch."""

NATURAL_KEY = "roster_id,employee_id,date,dagdeel"

_WRITE = "greedy_write"
_REPLAN = "greedy_replan"
_TAKEN_BACK_COLUMNS = ("employee_id", "date", "dagdeel", "service_id", "source")

Batch = list[dict[str, Any]]
"""Rows that one request writes."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SlotTable:
    """Table `roster_assignments`, as one writing of one roster sees it.

    Attributes:
        client: The database.
        roster_id: The roster.
        written_at: `created_at` of all rows of this writing: the mark by which it knows its own after a lost answer.
        by_functions: Whether the database has the job's writing functions.
        columns: Columns that the table is known to have, besides those that it must have.
        lease: The lease under which a worker of the queue writes; None for any other run.
    """

    client: Client
    roster_id: str
    written_at: dt.datetime
    by_functions: bool = False
    columns: Collection[str] = ()
    lease: str | None = None

    def rows_for(self, records: Iterable[Assignment]) -> Batch:
        """Turn records into rows. All rows of a batch have the same keys: the server would null a missing one."""
        return [self._row(record) for record in records]

    def _row(self, record: Assignment) -> dict[str, Any]:
        row: dict[str, Any] = {
            "roster_id": record.roster_id,
            "employee_id": record.employee_id,
            "date": record.date.isoformat(),
            "dagdeel": str(record.dagdeel),
            "service_id": record.service_id,
            "status": int(record.status),
            "source": record.source,
            "created_at": self.written_at.isoformat(),
        }
        more: dict[str, Any] = {"team": record.team, REQUIREMENT_COLUMN: record.requirement_id}
        if record.status == Status.BLOCKED:  # an ACTIVE row leaves the notes of the slot alone
            row["notes"] = record.notes
            duty = record.blocked_by
            more |= {
                "blocked_by_date": duty.date.isoformat() if duty else None,
                "blocked_by_dagdeel": str(duty.dagdeel) if duty else None,
                "blocked_by_service_id": duty.service_id if duty else None,
            }
        # The functions leave out what the table does not have.
        return row | {name: value for name, value in more.items() if self.by_functions or name in self.columns}

    def write(self, batch: Batch, what: str) -> Batch:
        """Write a batch.

        Args:
            batch: The rows, of one status.
            what: What they are, for messages: "records".

        Returns:
            Those of the rows that are not stored as they were sent.

        Raises:
            ConflictError: The batch was refused.
            DatabaseError: The batch was not written, or whether it was cannot be known.
        """
        action = Action(f"write {what} to {ASSIGNMENTS}", ASSIGNMENTS)
        try:
            if self.by_functions:
                return self._call(_WRITE, {"records": batch}, batch, action)
            query = self.client.table(ASSIGNMENTS).upsert(batch, on_conflict=NATURAL_KEY)
            return _unconfirmed(batch, rows(requests.execute(query, action), ASSIGNMENTS))
        except UnknownOutcomeError as lost:
            missing = self._unsettled(batch, self._read_back(batch, lost))
            if len(missing) == len(batch):
                raise _not_written(lost) from lost
            return missing

    def replan(self, batch: Batch, taken_back: Sequence[StoredAssignment]) -> Batch:
        """Open what is taken back, and write the batch in its place, in one transaction.

        The database's function `greedy_replan` (supabase/sql) does all of it or nothing, so that no moment and no
        failure leaves the roster emptier than it was. A repeat after a lost answer changes nothing.

        Args:
            batch: ACTIVE rows.
            taken_back: Duties of earlier runs that are opened.

        Returns:
            Those of the rows that are not stored as they were sent.

        Raises:
            ConflictError: A slot is not as it was read; nothing was written.
            DatabaseError: Nothing was written, or whether it was cannot be known.
        """
        opened = [row.model_dump(mode="json") for row in taken_back]
        arguments = {
            "taken_back": [{column: row[column] for column in _TAKEN_BACK_COLUMNS} for row in opened],
            "planned": batch,
        }
        action = Action(f"write the new plan to {ASSIGNMENTS}", _REPLAN, Kind.FUNCTION)
        try:
            return self._call(_REPLAN, arguments, batch, action)
        except UnknownOutcomeError as lost:
            held = self._read_back(batch, lost)
            active = {(row.slot, row.service_id) for row in held if row.status is Status.ACTIVE}
            if self._unsettled(batch, held) or any((row.slot, row.service_id) in active for row in taken_back):
                raise _not_written(lost) from lost  # it is one transaction
            return []

    def _call(self, function: str, arguments: dict[str, Any], batch: Batch, action: Action) -> Batch:
        """Call a writing function; return those of the batch's rows that it does not find as they were sent."""
        whole = {"written_at": self.written_at.isoformat()} | arguments
        told = requests.execute(leases.call(self.client, function, self.roster_id, whole, self.lease), action).data
        if not isinstance(told, dict) or not isinstance(told.get("missing"), list):
            raise DatabaseError(f"Database error: the answer of {function} cannot be read", NOT_SUPABASE)
        missing = {tuple(row.get(name) for name in ("employee_id", "date", "dagdeel")) for row in told["missing"]}
        unlike = [row for row in batch if (row["employee_id"], row["date"], row["dagdeel"]) in missing]
        if unlike and told.get("repeated"):  # written, and somebody has changed it before this repeat of a lost answer
            raise ConflictError(
                f"{len(unlike)} of {len(batch)} rows that were written became someone else's since",
                "Reload the roster and assign again.",
                "PT409",
                [_changed(row) for row in unlike],
            )
        return unlike

    def _read_back(self, batch: Batch, lost: UnknownOutcomeError) -> list[StoredAssignment]:
        """Read what is stored, as no answer came to a write."""
        log.warning(f"⚠️  {lost.message}; looking whether it is written")
        try:
            return read_assignments(self.client, self.roster_id, held_only=True)
        except DatabaseError:
            hint = f"{lost.hint}\nWhether the last {len(batch)} rows are written is unknown: no answer to that either."
            raise DatabaseError(lost.message, hint, lost.code) from lost

    def _unsettled(self, batch: Batch, stored: Iterable[StoredAssignment]) -> Batch:
        """Return those of a batch's rows that are not stored; ACTIVE rows with another time stamp are another run's."""
        ours = (row for row in stored if row.status is Status.BLOCKED or row.created_at == self.written_at)
        return _unconfirmed(batch, (row.model_dump(mode="json") for row in ours))


def batches(rows: Sequence[T], size: int | None = None) -> list[list[T]]:
    """Cut rows into batches.

    Args:
        rows: The rows.
        size: Rows per batch; None for `BATCH_ROWS`.
    """
    step = size or BATCH_ROWS
    return [list(rows[start : start + step]) for start in range(0, len(rows), step)]


def send_halving(rows: Batch, send: Callable[[Batch], None]) -> None:
    """Send rows batch by batch; one that the server's time limit cuts off is halved, as are those after it.

    Args:
        rows: All rows, in their order.
        send: Sends a batch, and counts what it wrote.

    Raises:
        DatabaseError: A batch failed otherwise, or one of a single row took too long.
    """
    size, rest = BATCH_ROWS, rows
    while rest:
        batch = rest[:size]
        try:
            send(batch)
        except DatabaseError as error:
            if not too_slow(error) or len(batch) == 1:
                raise
            size = (len(batch) + 1) // 2
            log.warning(f"⚠️  {len(batch)} rows take longer than the database allows; going on with {size} at a time")
        else:
            rest = rest[len(batch) :]


def _not_written(lost: UnknownOutcomeError) -> DatabaseError:
    """Return the error of a write whose outcome was unknown, and that is known by now not to have happened."""
    return DatabaseError(lost.message, lost.hint, lost.code)


def _changed(row: dict[str, Any]) -> Refusal:
    """Return a row of the job's that is somebody else's by now as refused; only reading shows what they made of it."""
    return Refusal(
        row["employee_id"],
        dt.date.fromisoformat(row["date"]),
        row["dagdeel"],
        row["service_id"],
        "changed",
        "is changed",
    )


def _unconfirmed(batch: Batch, stored: Iterable[dict[str, Any]]) -> Batch:
    """Return those of a batch's rows that are not among those stored."""
    confirmed = {_identity(row) for row in stored}
    return [row for row in batch if _identity(row) not in confirmed]


def _identity(row: dict[str, Any]) -> tuple[str, ...]:
    """Return what must be stored as it was sent. A BLOCKED slot is one whoever blocked it."""
    service = [row.get("service_id")] if row.get("status") == Status.ACTIVE else []
    return tuple(str(part) for part in (*map(row.get, ("employee_id", "date", "dagdeel", "status")), *service))
