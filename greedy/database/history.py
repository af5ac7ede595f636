"""What each run did, kept in the database: table `greedy_runs` of the migrations.

A run writes its row at its end, whatever its outcome, if the database can be reached. That never changes the outcome: a
failure to write is a warning, and a database without the table is none at all. A dry run writes nothing, here neither.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import structlog

from greedy import __version__, interrupts
from greedy.database import requests
from greedy.database.client import Client, Connection
from greedy.database.codes import NO_TABLE, Action
from greedy.database.paging import rows
from greedy.errors import GreedyError

log = structlog.get_logger(__name__)

TABLE = "greedy_runs"

SHOWN = 50
"""Runs that are shown at most, the latest first."""

PATIENCE = 5.0
"""Seconds that writing the row may take: the run itself is over."""

HURRY = 2.0
"""The same when a signal has stopped the run: whoever sent it waits."""

ERROR_LENGTH = 2_000
"""Characters of an error that are kept."""

Run = dict[str, Any]


def record(
    connection: Connection,
    result: dict[str, Any],
    *,
    started_at: dt.datetime,
    exit_code: int,
    deployment_id: str | None = None,
) -> None:
    """Write a run's row; what goes wrong is a warning of the log and of the result.

    Args:
        connection: The run's connection; one that never got an answer is not tried again.
        result: The run's result.
        started_at: When the run began.
        exit_code: The process's exit code.
        deployment_id: Railway's id of the deployment; None elsewhere.
    """
    if result["dry_run"] or not connection.answers:
        return
    row = _row(result) | {
        "started_at": started_at.isoformat(),
        "exit_code": exit_code,
        "deployment_id": deployment_id,
    }
    query = connection.client.table(TABLE).upsert(row, on_conflict="run_id")
    try:
        with _in_time():
            requests.execute(query, Action(f"write the run history to {TABLE}", TABLE))
    except GreedyError as error:
        if getattr(error, "code", None) in NO_TABLE:
            log.debug("No run history: the database has no table greedy_runs")
        else:
            message = f"the run history could not be written: {error.message}"
            log.warning(f"⚠️  {message}")
            result["warnings"].append({"kind": "history", "message": message})
    result["http_requests"] = connection.requests


@contextmanager
def _in_time() -> Iterator[None]:
    """Bound the writing of the row. A signal that stopped the run lets it through; one that comes now gives it up."""

    def doing() -> str:
        return "the run history"

    stopped = interrupts.requested()
    limit = interrupts.time_limit(HURRY if stopped else PATIENCE, doing)
    with nullcontext() if stopped else interrupts.stoppable(doing), limit:
        yield


def _row(result: dict[str, Any]) -> Run:
    """Sum a result up. Places that are planned but not written do not count as done."""
    coverage, changes = result["coverage"] or {}, result["changes"] or {}
    stored = result["phases"]["fase4_database"] or {}
    period, verification = result["period"] or {}, stored.get("trigger_verification") or {}
    done = coverage if coverage.get("written") else {}
    error = result["error"]
    return {
        "run_id": result["run_id"],
        "roster_id": result["roster_id"],
        "duration_ms": round(result["duration_ms"]),
        "error": error and error[:ERROR_LENGTH],
        "version": __version__,
        "replan": result["replan"],
        "from_date": period.get("from"),
        "until_date": period.get("until"),
        "needed": coverage.get("needed"),
        "filled_before": coverage.get("filled_before"),
        "assigned": stored["write_assignments"]["written"] if stored else None,
        "taken_back": len(changes["taken_back"]) + len(changes["moved"]) if done else None,
        "open": done.get("open"),
        "percent": done.get("percent"),
        "rest_proven": verification.get("all_passed"),
        "alerts": len(result["alerts"]),
        "warnings": len(result["warnings"]),
    }


def read(client: Client, roster_id: str | None = None) -> list[Run]:
    """Read the latest runs, `SHOWN` at most, the latest first.

    Args:
        client: The database.
        roster_id: The roster; None for all.

    Raises:
        DatabaseError: They cannot be read; also where the database has no such table.
    """
    query = client.table(TABLE).select("*").order("started_at", desc=True).order("run_id").limit(SHOWN)
    if roster_id is not None:
        query = query.eq("roster_id", roster_id)
    return rows(requests.execute(query, Action(f"read the run history from {TABLE}", TABLE)), TABLE)


def trend(run: Run, older: list[Run]) -> int | None:
    """Say how many more shifts a run left open than the one before it on the same days of the same roster.

    Returns:
        Fewer is negative; None where either is unknown.
    """
    same = ("roster_id", "from_date", "until_date")
    before = [
        other["open"] for other in older if other["open"] is not None and all(other[name] == run[name] for name in same)
    ]
    return run["open"] - before[0] if before and run["open"] is not None else None
