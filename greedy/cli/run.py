"""One run of the command: settings, pipeline, history, then the result to whoever asked, and the files."""

from __future__ import annotations

import datetime as dt
import json
import sys
import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
import typer

from greedy.cli.settings import LogFormat, LogLevel, Settings, deployment_id
from greedy.domain.language import Language
from greedy.domain.period import Scope
from greedy.errors import GreedyError, VerificationError

if TYPE_CHECKING:
    from greedy.database.client import Connection
    from greedy.domain.models import Workspace
    from greedy.outcome.result import RunResult

# What takes long to import is imported where it is needed, so that a wrong setting is answered at once.

log = structlog.get_logger("greedy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the command line asks for.

    Attributes:
        run_id: Names this run in logs and result.
        roster_id: The roster to fill; None for the one that the environment names.
        scope: What is planned.
        dry_run: Do all but write.
        strict: Fail when the verification of the rest periods does.
        timeout: Most seconds that the run may take.
        log_level: The least level that is logged; None for what the environment says.
        log_format: `CONSOLE` or `JSON`.
        output: File for the result as JSON; None for none.
        page: File for the planner's page; None for none.
        language: The page's language.
    """

    run_id: str
    roster_id: UUID | None
    scope: Scope
    dry_run: bool
    strict: bool
    timeout: float
    log_level: LogLevel | None
    log_format: LogFormat
    output: Path | None
    page: Path | None
    language: Language


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that has ended.

    Attributes:
        failure: What makes the command fail; None when nothing does.
        workspace: The roster as it is planned; None when it could not be read.
    """

    result: RunResult
    failure: GreedyError | None
    workspace: Workspace | None


def fill_roster(order: Order) -> int:
    """Run the job, hand its result over, and return the exit code.

    A file that cannot be saved makes the command fail, unless it fails already; the run itself stands.
    """
    try:
        settings = Settings.load(rooster_id=order.roster_id, log_level=order.log_level)
        ended = execute(order, settings)
    except GreedyError as error:
        refuse(order, error)
        return error.exit_code
    hand_over(ended.result, order.log_format)
    failures = [ended.failure]
    if order.output is not None:
        failures.append(save(json.dumps(ended.result.to_json(), indent=2, ensure_ascii=False) + "\n", order.output))
    if order.page is not None:
        failures.append(save_page(ended, order.language, order.page))
    return next((failure.exit_code for failure in failures if failure), 0)


def refuse(order: Order, error: GreedyError) -> None:
    """Report that the run cannot begin: to a person in words, to a log's reader in JSON, the result last as ever."""
    if order.log_format is not LogFormat.JSON:
        typer.echo(f"❌ {error}", err=True)
        return
    from greedy.cli import logs
    from greedy.outcome.builder import RunResultBuilder

    roster_id = str(order.roster_id or "")
    logs.configure(LogLevel.INFO, order.log_format, **logs.context(order.run_id, roster_id, deployment_id()))
    log.error(f"❌ {error}")
    result = RunResultBuilder(roster_id, order.run_id, dry_run=order.dry_run, error=str(error)).freeze(success=False)
    print(json.dumps(result.to_json(), ensure_ascii=False))


def execute(order: Order, settings: Settings) -> Ended:
    """Set logging up, connect, run the pipeline within its time, and record the run.

    Raises:
        ConfigurationError: The settings do not make a connection.
    """
    from greedy.cli import console, logs
    from greedy.database.client import connect
    from greedy.processor_with_db import DatabaseOperationOrchestrator

    roster_id = str(settings.rooster_id)
    deployment = settings.railway_deployment_id
    logs.configure(settings.log_level, order.log_format, **logs.context(order.run_id, roster_id, deployment))
    show = {} if order.log_format is LogFormat.JSON else {"show_phase": console.PhaseDisplay(console.console()).show}
    key = settings.supabase_key.get_secret_value()
    started_at = dt.datetime.now(dt.UTC)
    with connect(settings.supabase_url, key) as connection:
        job = DatabaseOperationOrchestrator(
            connection,
            roster_id,
            order.run_id,
            dry_run=order.dry_run,
            scope=replace(order.scope, today=order.scope.today or settings.today()),
            words=settings.words,
            country=settings.practice_country,
            timeout=order.timeout,
            **show,
        )
        result = job.execute_full_pipeline()
        failure = job.failure
        if failure is None and order.strict and not _rest_is_proven(result):
            failure = VerificationError("The verification of the rest periods failed (--strict)")
            result = replace(result, success=False, error=str(failure))
            log.error(f"❌ {failure}")
        exit_code = failure.exit_code if failure else 0
        result = record(connection, result, started_at=started_at, exit_code=exit_code, deployment_id=deployment)
    return Ended(result, failure, job.workspace)


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


def hand_over(result: RunResult, log_format: LogFormat) -> None:
    """Hand the result to whoever asked: the log's reader, a person, a machine."""
    data = result.to_json()
    if log_format is LogFormat.JSON:
        if result.success:
            _sum_up(result)
        print(json.dumps(data, ensure_ascii=False))
        return
    from greedy.cli import console

    console.console().print(console.render(result))
    if not sys.stdout.isatty():
        print(json.dumps(data, indent=2, ensure_ascii=False))


def save_page(ended: Ended, language: Language, file: Path) -> GreedyError | None:
    """Make the planner's page and write it to a file; the run's outcome stands, whether or not that works.

    Returns:
        What went wrong; None when nothing did.
    """
    from greedy import page

    try:
        text = page.render(ended.result, ended.workspace, dt.datetime.now(dt.UTC), language)
    except Exception as error:  # the roster is written by now; the error's own text may hold a name, so it is not shown
        failure = GreedyError(f"Could not make the page: unexpected {type(error).__name__}", "The run itself is done.")
        typer.echo("".join(traceback.format_tb(error.__traceback__)) + f"❌ {failure}", err=True)
        return failure
    return save(text, file)


def save(text: str, file: Path) -> GreedyError | None:
    """Write a text to a file; what has been written to the database stands, whether or not that works.

    Returns:
        What went wrong; None when nothing did.
    """
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        failure = GreedyError(f"Could not write {file}: {error.strerror}", "The run itself is done; see its result.")
        typer.echo(f"❌ {failure}", err=True)
        return failure
    return None


def _rest_is_proven(result: RunResult) -> bool:
    database = result.phases.fase4_database
    verification = database.trigger_verification if database else None
    return verification is not None and verification.all_passed


def _sum_up(result: RunResult) -> None:
    """Log in one event what a person reads under the tables, so that a log can be searched for it."""
    coverage = result.coverage
    if coverage is None:
        return
    log.info(
        f"✅ {coverage.needed - coverage.open} of {coverage.needed} shifts filled ({coverage.percent} %), "
        f"{coverage.open} open",
        needed=coverage.needed,
        filled_before=coverage.filled_before,
        assigned=coverage.assigned,
        open=coverage.open,
        percent=coverage.percent,
        alerts=len(result.alerts),
        warnings=len(result.warnings),
        http_requests=result.http_requests,
        duration_ms=result.duration_ms,
        dry_run=result.dry_run,
    )
