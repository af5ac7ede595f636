"""What each run did, kept in the database: table `greedy_runs` of the migrations.

A run writes its row at its end, whatever its outcome, if the database can be reached. That never changes the outcome: a
failure to write it is a warning, and a database without the table is not even that. A dry run writes no row either.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import structlog

from greedy import interrupts
from greedy.database import requests
from greedy.database.client import Client, Connection
from greedy.database.codes import NO_COLUMN, NO_TABLE, Action
from greedy.database.paging import rows
from greedy.domain.run_record import RunRecord
from greedy.errors import DatabaseError, GreedyError

log = structlog.get_logger(__name__)

TABLE = "greedy_runs"

SHOWN = 50
"""Runs that are shown at most, the latest first."""

PATIENCE = 5.0
"""Seconds that writing the row may take: the run itself is over."""

HURRY = 2.0
"""The same when a signal has stopped the run: whoever sent it waits."""

Run = dict[str, Any]
"""A row as it is read: the columns of `RunRecord`, moments and dates as text."""


def record(connection: Connection, run: RunRecord) -> str | None:
    """Write a run's row. What goes wrong is a warning of the log, and never an error.

    Args:
        connection: The run's connection; one that never got an answer is not tried again.
        run: What the run did.

    Returns:
        The warning; None when the row is written, or when the database keeps no history.
    """
    if not connection.answers:
        return None
    try:
        with _in_time():
            _write(connection.client, run)
    except GreedyError as error:
        if getattr(error, "code", None) in NO_TABLE:
            log.debug("No run history: the database has no table greedy_runs")
            return None
        message = f"the run history could not be written: {error.message}"
        log.warning(f"⚠️  {message}")
        return message
    return None


def _write(client: Client, run: RunRecord) -> None:
    """Write the row; without its links where the table, an older one, has no column for them."""
    row, action = run.row(), Action(f"write the run history to {TABLE}", TABLE)
    try:
        requests.execute(client.table(TABLE).upsert(row, on_conflict="run_id"), action)
    except DatabaseError as error:
        if error.code not in NO_COLUMN or "links" not in row:
            raise
        fewer = {name: value for name, value in row.items() if name != "links"}
        requests.execute(client.table(TABLE).upsert(fewer, on_conflict="run_id"), action)


@contextmanager
def _in_time() -> Iterator[None]:
    """Bound the writing of the row. A signal that stopped the run lets it through; one that comes now gives it up."""

    def doing() -> str:
        return "the run history"

    stopped = interrupts.requested()
    limit = interrupts.time_limit(HURRY if stopped else PATIENCE, doing)
    with nullcontext() if stopped else interrupts.stoppable(doing), limit:
        yield


def read(client: Client, roster_id: str | None = None, most: int = SHOWN) -> list[Run]:
    """Read the latest runs, the latest first.

    Args:
        client: The database.
        roster_id: The roster; None for all.
        most: How many runs at most.

    Raises:
        DatabaseError: They cannot be read; also where the database has no such table.
    """
    query = client.table(TABLE).select("*").order("started_at", desc=True).order("run_id").limit(most)
    if roster_id is not None:
        query = query.eq("roster_id", roster_id)
    return rows(requests.execute(query, Action(f"read the run history from {TABLE}", TABLE)), TABLE)


def trend(run: Run, older: list[Run]) -> int | None:
    """Return how many more shifts a run left open than the one before it on the same days of the same roster.

    Returns:
        Fewer is negative; None where either is unknown.
    """
    same = ("roster_id", "from_date", "until_date")
    before = [
        other["open"] for other in older if other["open"] is not None and all(other[name] == run[name] for name in same)
    ]
    return run["open"] - before[0] if before and run["open"] is not None else None
