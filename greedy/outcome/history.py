"""A run's row of the history, made from its result."""

from __future__ import annotations

import datetime as dt

from greedy import __version__
from greedy.domain.queue import Taken
from greedy.domain.run_record import RunRecord
from greedy.outcome.result import RunResult

ERROR_LENGTH = 2_000
"""Characters of an error that are kept."""


def run_record(
    result: RunResult,
    *,
    started_at: dt.datetime,
    exit_code: int,
    deployment_id: str | None = None,
    taken: Taken | None = None,
) -> RunRecord:
    """Sum a result up.

    Args:
        result: The run's result.
        started_at: When the run began.
        exit_code: The process's exit code.
        deployment_id: Railway's id of the deployment; None elsewhere.
        taken: The roster as a worker took it from the queue; None for any other run.
    """
    coverage, changes, period, error = result.coverage, result.changes, result.period, result.error
    database = result.phases.fase4_database
    verification = database.trigger_verification if database else None
    done = coverage if coverage and coverage.written else None
    return RunRecord(
        run_id=result.run_id,
        roster_id=result.roster_id,
        started_at=started_at,
        duration_ms=round(result.duration_ms),
        exit_code=exit_code,
        error=error[:ERROR_LENGTH] if error else error,
        version=__version__,
        deployment_id=deployment_id,
        replan=result.replan,
        from_date=period.first if period else None,
        until_date=period.last if period else None,
        needed=coverage.needed if coverage else None,
        filled_before=coverage.filled_before if coverage else None,
        assigned=database.write_assignments.written if database else 0 if coverage else None,
        taken_back=len(changes.taken_back) + len(changes.moved) if done and changes else None,
        open=done.open if done else None,
        percent=done.percent if done else None,
        rest_proven=verification.all_passed if verification else None,
        alerts=len(result.alerts),
        warnings=len(result.warnings),
        tried=taken.tried if taken else None,
        waited_ms=taken.waited_ms if taken else None,
        links=result.published.links if result.published else {},
    )
