"""Fill one roster: `python greedy_orchestrator.py --roster-id <uuid>`.

Options -> settings -> pipeline -> result and exit code; everything else is in `greedy/`.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import structlog
import typer

from greedy import __version__, stopping
from greedy.errors import GreedyError, VerificationError
from greedy.settings import LogFormat, LogLevel, Settings, on_railway

log = structlog.get_logger("greedy")

MAX_TIMEOUT = 86_400
"""Longest `--timeout`, in seconds: a run that takes a day hangs."""

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
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do all but write.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Write the result, as JSON, to this file too.", dir_okay=False, writable=True, callback=_can_be_written
        ),
    ] = None,
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
    run_id = str(uuid4())
    shape = log_format
    if shape is LogFormat.AUTO:
        shape = LogFormat.JSON if on_railway() else LogFormat.CONSOLE
    try:
        settings = Settings.load(rooster_id=roster_id, log_level=log_level)
        result, failure = _run(settings, shape, run_id, dry_run=dry_run, timeout=timeout)
    except GreedyError as error:
        _refuse(error, shape, str(roster_id or ""), run_id, dry_run=dry_run)
        raise typer.Exit(error.exit_code) from None
    if failure is None and strict and not result["phases"]["fase4_database"]["trigger_verification"]["all_passed"]:
        failure = VerificationError("The verification of the rest periods failed (--strict)")
        result |= {"success": False, "error": str(failure)}
        log.error(f"❌ {failure}")
    _hand_over(result, shape)
    if output is not None:
        unsaved = _save(result, output)
        failure = failure or unsaved
    if failure is not None:
        raise typer.Exit(failure.exit_code)


def _refuse(error: GreedyError, shape: LogFormat, roster_id: str, run_id: str, *, dry_run: bool) -> None:
    """Tell that the run cannot begin: a person in words, a log's reader in JSON, the result last as ever."""
    if shape is not LogFormat.JSON:
        typer.echo(f"❌ {error}", err=True)
        return
    from greedy import logs, report

    logs.configure(LogLevel.INFO, shape, run_id=run_id)
    log.error(f"❌ {error}")
    print(json.dumps(report.new_result(roster_id, run_id, dry_run=dry_run) | {"error": str(error)}, ensure_ascii=False))


def _run(
    settings: Settings, shape: LogFormat, run_id: str, *, dry_run: bool, timeout: float
) -> tuple[dict[str, Any], GreedyError | None]:
    """Set logging up, connect and run the pipeline within its time."""
    from greedy import console, database, logs  # here, so that --help and a wrong setting answer at once
    from greedy.processor_with_db import DatabaseOperationOrchestrator

    roster_id = str(settings.rooster_id)
    context = {"run_id": run_id, "roster_id": roster_id, "deployment_id": settings.railway_deployment_id}
    logs.configure(settings.log_level, shape, **{name: value for name, value in context.items() if value})
    show = {} if shape is LogFormat.JSON else {"show_phase": console.PhaseDisplay(console.console()).show}
    key = settings.supabase_key.get_secret_value()
    with database.connect(settings.supabase_url, key) as connection:
        job = DatabaseOperationOrchestrator(connection, roster_id, run_id, dry_run=dry_run, timeout=timeout, **show)
        result = job.execute_full_pipeline()
    return result, job.failure


def _save(result: dict[str, Any], output: Path) -> GreedyError | None:
    """Write the result to a file; what has been written to the database stands, whether or not that works."""
    try:
        output.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        failure = GreedyError(f"Could not write {output}: {error.strerror}", "The run itself is done; see its result.")
        typer.echo(f"❌ {failure}", err=True)
        return failure
    return None


def _hand_over(result: dict[str, Any], shape: LogFormat) -> None:
    """Give the result to whoever asked: the log's reader, a person, a machine."""
    if shape is LogFormat.JSON:
        print(json.dumps(result, ensure_ascii=False))
        return
    from greedy import console

    console.console().print(console.render(result))
    if not sys.stdout.isatty():
        print(json.dumps(result, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    with stopping.listening():
        app()
