"""Fill one roster: `python greedy_orchestrator.py --roster-id <uuid>`.

The options, and which of them go together; `greedy.cli.run` does what they ask.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid4

import typer

from greedy import __version__, interrupts
from greedy.cli.settings import LogFormat, LogLevel, on_railway
from greedy.domain.language import Language
from greedy.domain.period import Scope

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
        bool, typer.Option("--replan", help="Plan anew what earlier runs planned, with as few changes as possible.")
    ] = False,
    reshuffle: Annotated[
        bool, typer.Option("--reshuffle", help="As --replan, but share everything out anew, whoever has it.")
    ] = False,
    first_day: Annotated[
        dt.datetime | None,
        typer.Option("--from", help="First day to plan; other days stay as they are.", formats=DAY, metavar="DATE"),
    ] = None,
    last_day: Annotated[
        dt.datetime | None, typer.Option("--until", help="Last day to plan, inclusive.", formats=DAY, metavar="DATE")
    ] = None,
    today: Annotated[
        dt.datetime | None,
        typer.Option(help="Take another day for today: days before it are history.", formats=DAY, metavar="DATE"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Plan a roster too whose planners have closed it.")] = False,
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
    first, last, now = (day.date() if day else None for day in (first_day, last_day, today))
    run_id = str(uuid4())
    shape = log_format
    if shape is LogFormat.AUTO:
        shape = LogFormat.JSON if on_railway() else LogFormat.CONSOLE
    if check or history:
        from greedy.cli import commands

        ask = commands.check if check else commands.show_history
        raise typer.Exit(ask(shape, run_id, roster_id, log_level, timeout))
    from greedy.cli import run
    from greedy.cli.order import Order

    order = Order(
        run_id=run_id,
        roster_id=roster_id,
        scope=Scope(replan or reshuffle, first, last, now, force, reshuffle),
        dry_run=dry_run,
        strict=strict,
        timeout=timeout,
        log_level=log_level,
        log_format=shape,
        output=output,
        page=report_file,
        language=lang,
    )
    if exit_code := run.fill_roster(order):
        raise typer.Exit(exit_code)


if __name__ == "__main__":
    with interrupts.listening():
        app()
