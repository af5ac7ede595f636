"""Fill one roster: `python greedy_orchestrator.py --roster-id <uuid>`.

Options -> settings -> pipeline -> result and exit code; everything else is in `greedy/`.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

import structlog
import typer

from greedy import __version__, interrupts
from greedy.cli.settings import Language, LogFormat, LogLevel, Settings, deployment_id, on_railway
from greedy.errors import GreedyError, VerificationError

if TYPE_CHECKING:
    from greedy.domain.models import Workspace

log = structlog.get_logger("greedy")

MAX_TIMEOUT = 86_400
"""Longest `--timeout`, in seconds: a run that takes a day hangs."""

DAY = ["%Y-%m-%d"]
"""How a day is given on the command line."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"greedy {__version__}")
        raise typer.Exit


def _can_be_written(output: Path | None) -> Path | None:
    """Refuse a file that cannot be written before the run, not after it."""
    if output is not None and not output.absolute().parent.is_dir():
        raise typer.BadParameter(f"folder {output.parent} does not exist")
    if output is not None and not output.exists() and not os.access(output.absolute().parent, os.W_OK):
        raise typer.BadParameter(f"folder {output.parent} is not writable")
    return output


@app.command()
def main(
    roster_id: Annotated[
        UUID | None, typer.Option(help="Id of the roster to fill.  [env var: ROOSTER_ID]", show_default=False)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do all but write, and show what would change.")] = False,
    replan: Annotated[
        bool, typer.Option("--replan", help="Take back what earlier runs of this job planned, and plan anew.")
    ] = False,
    first_day: Annotated[
        dt.datetime | None,
        typer.Option("--from", help="First day to plan; other days stay as they are.", formats=DAY, metavar="DATE"),
    ] = None,
    last_day: Annotated[
        dt.datetime | None, typer.Option("--until", help="Last day to plan, inclusive.", formats=DAY, metavar="DATE")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Check settings, connection and database, one line each; write nothing.")
    ] = False,
    history: Annotated[
        bool, typer.Option("--history", help="Show what the latest runs did: of --roster-id, else of all rosters.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Write the result, as JSON, to this file too.", dir_okay=False, writable=True, callback=_can_be_written
        ),
    ] = None,
    report_file: Annotated[
        Path | None,
        typer.Option(
            "--report",
            help="Write the planner's page, as HTML, to this file.",
            dir_okay=False,
            writable=True,
            callback=_can_be_written,
        ),
    ] = None,
    lang: Annotated[Language, typer.Option(help="Language of the planner's page.")] = Language.NL,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with code 6 when the verification of the rest periods fails.")
    ] = False,
    timeout: Annotated[float, typer.Option(help="Most seconds that the run may take.", min=1, max=MAX_TIMEOUT)] = 600,
    log_level: Annotated[
        LogLevel | None,
        typer.Option(
            help="Least level to log.  [env var: LOG_LEVEL; default: INFO]", case_sensitive=False, show_default=False
        ),
    ] = None,
    log_format: Annotated[
        LogFormat,
        typer.Option(help="console: lines on standard error; json: lines on standard output; auto: json on Railway."),
    ] = LogFormat.AUTO,
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Fill the open shifts of one roster, write them to Supabase, and prove that the rest periods are in place.

    The result is one JSON object on standard output; at a terminal it is shown as tables instead.
    Exit codes: 0 done, 1 unexpected, 2 usage, 3 configuration, 4 roster data, 5 database, 6 verification under
    --strict, 130 and 143 stopped by SIGINT and SIGTERM.
    """
    if output is not None and report_file is not None and output.resolve() == report_file.resolve():
        raise typer.BadParameter(f"--output and --report name the same file {output}")
    if check and history:
        raise typer.BadParameter("--check and --history are two questions: ask one at a time")
    if first_day and last_day and first_day > last_day:
        raise typer.BadParameter(f"--from {first_day.date()} is after --until {last_day.date()}")
    run_id = str(uuid4())
    shape = log_format
    if shape is LogFormat.AUTO:
        shape = LogFormat.JSON if on_railway() else LogFormat.CONSOLE
    if check or history:
        from greedy.cli import commands

        ask = commands.check if check else commands.show_history
        raise typer.Exit(ask(shape, run_id, roster_id, log_level, timeout))
    scope = {"replan": replan, "first_day": first_day and first_day.date(), "last_day": last_day and last_day.date()}
    try:
        settings = Settings.load(rooster_id=roster_id, log_level=log_level)
        result, failure, workspace = _run(
            settings, shape, run_id, scope, dry_run=dry_run, strict=strict, timeout=timeout
        )
    except GreedyError as error:
        _refuse(error, shape, str(roster_id or ""), run_id, dry_run=dry_run)
        raise typer.Exit(error.exit_code) from None
    _hand_over(result, shape)
    if output is not None:
        unsaved = _save(json.dumps(result, indent=2, ensure_ascii=False) + "\n", output)
        failure = failure or unsaved
    if report_file is not None:
        unsaved = _save_page(result, workspace, lang, report_file)
        failure = failure or unsaved
    if failure is not None:
        raise typer.Exit(failure.exit_code)


def _refuse(error: GreedyError, shape: LogFormat, roster_id: str, run_id: str, *, dry_run: bool) -> None:
    """Tell that the run cannot begin: a person in words, a log's reader in JSON, the result last as ever."""
    if shape is not LogFormat.JSON:
        typer.echo(f"❌ {error}", err=True)
        return
    from greedy.cli import logs
    from greedy.outcome import result as report

    logs.configure(LogLevel.INFO, shape, **logs.context(run_id, roster_id, deployment_id()))
    log.error(f"❌ {error}")
    print(json.dumps(report.new_result(roster_id, run_id, dry_run=dry_run) | {"error": str(error)}, ensure_ascii=False))


def _run(
    settings: Settings,
    shape: LogFormat,
    run_id: str,
    scope: dict[str, Any],
    *,
    dry_run: bool,
    strict: bool,
    timeout: float,
) -> tuple[dict[str, Any], GreedyError | None, Workspace | None]:
    """Set logging up, connect, run the pipeline within its time, and record the run."""
    from greedy.cli import console, logs
    from greedy.database import client, history  # here, so that --help and a wrong setting answer at once
    from greedy.domain.period import Scope
    from greedy.processor_with_db import DatabaseOperationOrchestrator

    roster_id = str(settings.rooster_id)
    deployment = settings.railway_deployment_id
    logs.configure(settings.log_level, shape, **logs.context(run_id, roster_id, deployment))
    show = {} if shape is LogFormat.JSON else {"show_phase": console.PhaseDisplay(console.console()).show}
    key = settings.supabase_key.get_secret_value()
    started_at = dt.datetime.now(dt.UTC)
    with client.connect(settings.supabase_url, key) as connection:
        job = DatabaseOperationOrchestrator(
            connection, roster_id, run_id, dry_run=dry_run, scope=Scope(**scope), timeout=timeout, **show
        )
        result = job.execute_full_pipeline()
        failure = job.failure
        if failure is None and strict and not result["phases"]["fase4_database"]["trigger_verification"]["all_passed"]:
            failure = VerificationError("The verification of the rest periods failed (--strict)")
            result |= {"success": False, "error": str(failure)}
            log.error(f"❌ {failure}")
        exit_code = failure.exit_code if failure else 0
        history.record(connection, result, started_at=started_at, exit_code=exit_code, deployment_id=deployment)
    return result, failure, job.workspace


def _save_page(
    result: dict[str, Any], workspace: Workspace | None, language: Language, file: Path
) -> GreedyError | None:
    """Make the planner's page and write it to a file; the run's outcome stands, whether or not that works."""
    from greedy import page

    try:
        text = page.render(result, workspace, dt.datetime.now(dt.UTC), language)
    except Exception as error:  # the roster is written by now; the error's own text may hold a name, so it is not told
        failure = GreedyError(f"Could not make the page: unexpected {type(error).__name__}", "The run itself is done.")
        typer.echo("".join(traceback.format_tb(error.__traceback__)) + f"❌ {failure}", err=True)
        return failure
    return _save(text, file)


def _save(text: str, file: Path) -> GreedyError | None:
    """Write a text to a file; what has been written to the database stands, whether or not that works."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        failure = GreedyError(f"Could not write {file}: {error.strerror}", "The run itself is done; see its result.")
        typer.echo(f"❌ {failure}", err=True)
        return failure
    return None


def _hand_over(result: dict[str, Any], shape: LogFormat) -> None:
    """Give the result to whoever asked: the log's reader, a person, a machine."""
    if shape is LogFormat.JSON:
        if result["success"]:
            _sum_up(result)
        print(json.dumps(result, ensure_ascii=False))
        return
    from greedy.cli import console

    console.console().print(console.render(result))
    if not sys.stdout.isatty():
        print(json.dumps(result, indent=2, ensure_ascii=False))


def _sum_up(result: dict[str, Any]) -> None:
    """Say in one event what a person reads under the tables, so that a log can be searched for it."""
    coverage = result["coverage"]
    filled = coverage["needed"] - coverage["open"]
    log.info(
        f"✅ {filled} of {coverage['needed']} shifts filled ({coverage['percent']} %), {coverage['open']} open",
        **{name: coverage[name] for name in ("needed", "filled_before", "assigned", "open", "percent")},
        alerts=len(result["alerts"]),
        warnings=len(result["warnings"]),
        http_requests=result["http_requests"],
        duration_ms=result["duration_ms"],
        dry_run=result["dry_run"],
    )


if __name__ == "__main__":
    with interrupts.listening():
        app()
