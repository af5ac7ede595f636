"""Bulk writing of a roster's slots: one request a batch, and the settling of writes whose answer was lost.

A batch is one statement: all of its rows or none. A repeat changes nothing, as it is an upsert on the natural key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from greedy.database import requests
from greedy.database.client import Client
from greedy.database.codes import Action, Kind
from greedy.database.paging import rows
from greedy.database.tables import ASSIGNMENTS, read_assignments
from greedy.domain.models import Assignment, Status, StoredAssignment
from greedy.errors import DatabaseError, UnknownOutcomeError

log = structlog.get_logger(__name__)

BATCH_ROWS = 5_000
"""Rows per request: few enough for any server's limits, many enough that a practice's roster is one batch."""

NATURAL_KEY = "roster_id,employee_id,date,dagdeel"

_REPLAN = "greedy_replan"
_REPLAN_COLUMNS = ("employee_id", "date", "dagdeel", "service_id")

Batch = list[dict[str, Any]]
"""Rows that one request writes."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SlotTable:
    """Table `roster_assignments`, as one writing of one roster sees it.

    Attributes:
        client: The database.
        roster_id: The roster.
        written_at: `created_at` of all rows of this writing: the mark by which it knows its own.
    """

    client: Client
    roster_id: str
    written_at: dt.datetime

    def rows_for(self, records: Iterable[Assignment]) -> Batch:
        """Turn records into rows. All rows of a batch have the same keys: the server would null a missing one."""
        made = []
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
            made.append(row)
        return made

    def upsert(self, batch: Batch, what: str) -> Batch:
        """Write a batch.

        Args:
            batch: The rows, of one status.
            what: What they are, for messages: "records".

        Returns:
            Those of the rows that are not stored as they were sent.

        Raises:
            ConflictError: The guard refused the batch.
            DatabaseError: The batch was not written, or whether it was cannot be known.
        """
        query = self.client.table(ASSIGNMENTS).upsert(batch, on_conflict=NATURAL_KEY)
        try:
            stored = rows(requests.execute(query, Action(f"write {what} to {ASSIGNMENTS}", ASSIGNMENTS)), ASSIGNMENTS)
        except UnknownOutcomeError as lost:
            missing = self._unsettled(batch, self._read_back(batch, lost))
            if len(missing) == len(batch):
                raise _not_written(lost) from lost
            return missing
        return _unconfirmed(batch, stored)

    def replan(self, batch: Batch, taken_back: Sequence[StoredAssignment]) -> Batch:
        """Open what is taken back, and write the batch in its place, in one transaction.

        The database's function `greedy_replan` (supabase/migrations) does all of it or nothing, so that no moment and
        no failure leaves the roster emptier than it was. A repeat after a lost answer changes nothing.

        Args:
            batch: ACTIVE rows.
            taken_back: Duties of earlier runs that are opened.

        Returns:
            Those of the rows that are not stored as they were sent.

        Raises:
            ConflictError: A slot is not as it was read; nothing was written.
            DatabaseError: Nothing was written, or whether it was cannot be known.
        """
        arguments = {
            "target": self.roster_id,
            "taken_back": _arguments(row.model_dump(mode="json") for row in taken_back),
            "planned": _arguments(batch),
            "written_at": self.written_at.isoformat(),
        }
        query = self.client.rpc(_REPLAN, arguments)
        action = Action(f"write the new plan to {ASSIGNMENTS}", _REPLAN, Kind.FUNCTION)
        try:
            stored = rows(requests.execute(query, action), _REPLAN)
        except UnknownOutcomeError as lost:
            held = self._read_back(batch, lost)
            active = {(row.slot, row.service_id) for row in held if row.status is Status.ACTIVE}
            if self._unsettled(batch, held) or any((row.slot, row.service_id) in active for row in taken_back):
                raise _not_written(lost) from lost  # it is one transaction
            return []
        return _unconfirmed(batch, stored)

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


def batches(rows: list[T]) -> Iterator[list[T]]:
    """Cut rows into batches of `BATCH_ROWS`."""
    for start in range(0, len(rows), BATCH_ROWS):
        yield rows[start : start + BATCH_ROWS]


def _arguments(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Turn rows into what the function takes."""
    return [{column: row[column] for column in _REPLAN_COLUMNS} for row in rows]


def _not_written(lost: UnknownOutcomeError) -> DatabaseError:
    """Return the error of a write whose outcome was unknown and that is known now not to have happened."""
    return DatabaseError(lost.message, lost.hint, lost.code)


def _unconfirmed(batch: Batch, stored: Iterable[dict[str, Any]]) -> Batch:
    """Return those of a batch's rows that are not among those stored."""
    confirmed = {_identity(row) for row in stored}
    return [row for row in batch if _identity(row) not in confirmed]


def _identity(row: dict[str, Any]) -> tuple[str, ...]:
    """Return what must be stored as it was sent. A BLOCKED slot is one whoever blocked it."""
    service = [row.get("service_id")] if row.get("status") == Status.ACTIVE else []
    return tuple(str(part) for part in (*map(row.get, ("employee_id", "date", "dagdeel", "status")), *service))
