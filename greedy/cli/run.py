"""One run of the command: settings, pipeline, history, then the result to whoever asked, and the files."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from greedy.cli import files, handover, publish
from greedy.cli.order import Ended, Order
from greedy.cli.settings import CommandSettings, LogFormat, Settings
from greedy.errors import GreedyError, OpenShiftsError, VerificationError

if TYPE_CHECKING:
    from greedy.database.client import Connection
    from greedy.domain.queue import Taken
    from greedy.outcome.result import RunResult

# What takes long to import is imported where it is needed, so that a wrong setting is answered at once.

log = structlog.get_logger("greedy")


def fill_roster(order: Order) -> int:
    """Run the job, save its files, hand its result over, and return the exit code.

    What cannot be saved or handed over makes the command fail, unless it fails already; the run itself stands.
    """
    ends = time.monotonic() + order.timeout
    try:
        settings = Settings.load(rooster_id=order.roster_id, log_level=order.log_level, notify_url=order.notify)
        ended = execute(order, settings)
    except GreedyError as error:
        handover.refuse(order, error)
        return error.exit_code
    return handover.deliver(order, ended, ends - time.monotonic(), settings.zone)


def execute(order: Order, settings: Settings) -> Ended:
    """Set logging up, connect, and run.

    Raises:
        ConfigurationError: The settings do not make a connection.
    """
    from greedy.cli import logs
    from greedy.database.client import connect

    roster_id = str(settings.rooster_id)
    logs.configure(
        settings.log_level, order.log_format, **logs.context(order.run_id, roster_id, settings.railway_deployment_id)
    )
    with connect(settings.supabase_url, settings.supabase_key.get_secret_value()) as connection:
        return run_roster(connection, roster_id, order, settings)


def run_roster(
    connection: Connection, roster_id: str, order: Order, settings: CommandSettings, taken: Taken | None = None
) -> Ended:
    """Run the pipeline on one roster within its time, and record the run: the one way in, for command and worker.

    A worker has the run recorded by its report to the queue, so that it takes no request of its own.

    What a run needs of the process is its own, and gone when it ends: the fields of its log, its time limit, what a
    signal stops (`greedy.interrupts`), the count of its requests, the day that is today. Nothing of a run is kept but
    what it returns.

    Args:
        connection: The database; runs may share it, one after the other.
        roster_id: The roster to fill.
        order: What is asked of this run.
        settings: What all runs of the process have in common.
        taken: The roster as a worker took it from the queue; None for the command's own run.
    """
    from greedy.cli import console, logs
    from greedy.outcome.history import run_record
    from greedy.processor_with_db import DatabaseOperationOrchestrator

    deployment = settings.railway_deployment_id
    show = {} if order.log_format is LogFormat.JSON else {"show_phase": console.PhaseDisplay(console.console()).show}
    connection.count_anew()
    started_at = dt.datetime.now(dt.UTC)
    with logs.own_context(**logs.context(order.run_id, roster_id, deployment)):
        job = DatabaseOperationOrchestrator(
            connection,
            roster_id,
            order.run_id,
            dry_run=order.dry_run,
            scope=replace(order.scope, today=order.scope.today or settings.today()),
            words=settings.words,
            lookback=settings.lookback,
            timeout=order.timeout,
            lease=taken.lease if taken else None,
            accept=lambda workspace: files.accept(order, workspace),
            **show,
        )
        result = job.execute_full_pipeline()
        failure = job.failure
        if failure is None and order.strict and not _rest_is_proven(result):
            failure = VerificationError("The verification of the rest periods failed (--strict)")
            result = replace(result, success=False, error=str(failure))
            log.error(f"❌ {failure}")
        if failure is None and order.fail_on_open and result.coverage and result.coverage.open:
            failure = OpenShiftsError(f"{result.coverage.open} shifts stay open (--fail-on-open)")
        exit_code = failure.exit_code if failure else 0
        made = None
        if job.workspace is not None and (order.reports or publish.is_asked_for(order, settings, result)):
            from greedy.cli.making import RunFiles

            made = RunFiles.begin(order.language, settings.zone, result, job.workspace)
        result = publish.hand_out(connection, order, settings, result, made, exit_code)
        if taken is not None:
            row = run_record(result, started_at=started_at, exit_code=exit_code, deployment_id=deployment, taken=taken)
            return Ended(result, failure, job.workspace, made, row)
        result = record(connection, result, started_at=started_at, exit_code=exit_code, deployment_id=deployment)
    return Ended(result, failure, job.workspace, made)


def record(
    connection: Connection,
    result: RunResult,
    *,
    started_at: dt.datetime,
    exit_code: int,
    deployment_id: str | None = None,
) -> RunResult:
    """Write the run's row of the history, and return the result with what that took and a warning if it failed.

    A dry run writes none.

    Args:
        connection: The run's connection.
        result: The run's result.
        started_at: When the run began.
        exit_code: The process's exit code.
        deployment_id: Railway's id of the deployment; None elsewhere.
    """
    from greedy.database import history
    from greedy.outcome.history import run_record
    from greedy.outcome.run_warnings import GeneralWarning

    if result.dry_run:
        return result
    row = run_record(result, started_at=started_at, exit_code=exit_code, deployment_id=deployment_id)
    message = history.record(connection, row)
    warnings = [GeneralWarning(kind="history", message=message)] if message else []
    return replace(result, warnings=(*result.warnings, *warnings), http_requests=connection.requests)


def _rest_is_proven(result: RunResult) -> bool:
    database = result.phases.fase4_database
    verification = database.trigger_verification if database else None
    return verification is not None and verification.all_passed
