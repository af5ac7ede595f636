"""Fill one roster: `python greedy_orchestrator.py --roster-id <uuid>`; many: `enqueue`, `worker`, `queue`.

The options, and which of them go together; `greedy.cli.run` does what they ask.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn
from uuid import UUID, uuid4

OLDEST_PYTHON = (3, 11)


def _explain(missing: str) -> str:
    """Return what to do where this Python cannot run the job."""
    python = "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt"
    there = (Path(__file__).resolve().parent / ".venv" / "bin" / "python").exists()
    return (
        f"{missing} (Python {sys.version.split()[0]}, {sys.executable})\n"
        + ("" if there else f"Set the job up once: {python}\n")
        + "Run it with its own Python: .venv/bin/python greedy_orchestrator.py ..."
    )


def _stop(missing: str) -> NoReturn:
    """End with the exit code of a configuration that does not do."""
    print(_explain(missing), file=sys.stderr)  # noqa: T201  nothing better is there yet
    sys.exit(3)


if sys.version_info < OLDEST_PYTHON:
    _stop("Python 3.11 or later is needed")
try:
    import typer

    from greedy import __version__, interrupts
    from greedy.cli import queue_options, streams
    from greedy.cli.days import read_day
    from greedy.cli.settings import LogFormat, LogLevel
    from greedy.domain.language import Language
    from greedy.domain.period import Scope
    from greedy.exports.formats import format_of
except ModuleNotFoundError as error:
    if __name__ != "__main__":
        raise
    _stop(f"The package {error.name} is missing")

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


def _refuse_options_before(command: str, context: typer.Context) -> None:
    """Refuse options that belong to the filling of one roster before a command, which would not have them."""
    for name in context.params:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter(f"give the options of `{command}` after it")


def _known_and_writable(reports: list[Path] | None) -> list[Path] | None:
    """Refuse a file of no known kind, one that cannot be written, and one that is named twice."""
    for report in reports or ():
        try:
            format_of(report)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
        _can_be_written(report)
    return reports


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
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
        dt.date | None,
        typer.Option("--from", help="First day to plan; other days stay as they are.", parser=read_day, metavar="DATE"),
    ] = None,
    last_day: Annotated[
        dt.date | None, typer.Option("--until", help="Last day to plan, inclusive.", parser=read_day, metavar="DATE")
    ] = None,
    today: Annotated[
        dt.date | None,
        typer.Option(help="Take another day for today: days before it are history.", parser=read_day, metavar="DATE"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Plan a roster too whose planners have closed it.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Check settings, connection and database, one line each; write nothing.")
    ] = False,
    history: Annotated[
        bool, typer.Option("--history", help="Show what the latest runs did: of --roster-id, else of all rosters.")
    ] = False,
    list_rosters: Annotated[
        bool, typer.Option("--list", help="Show the rosters of the database: period, status, open shifts, last run.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Write the result, as JSON, to this file too.", dir_okay=False, writable=True, callback=_can_be_written
        ),
    ] = None,
    reports: Annotated[
        list[Path] | None,
        typer.Option(
            "--report",
            help="Write the roster to this file: .html, .pdf, .xlsx, .csv or .ics. May be given several times.",
            dir_okay=False,
            writable=True,
            callback=_known_and_writable,
        ),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(help="Let --report hold one person's own roster, by id or by a name that nobody else has."),
    ] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="Put page, PDF, sheet and calendars into Storage, and give links.")
    ] = False,
    notify: Annotated[
        str | None,
        typer.Option(
            help="Tell a webhook of the run, signed by NOTIFY_SECRET.  [env var: NOTIFY_URL]",
            metavar="URL",
            show_default=False,
        ),
    ] = None,
    lang: Annotated[Language, typer.Option(help="Language of page and files.")] = Language.NL,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with code 6 when the verification of the rest periods fails.")
    ] = False,
    fail_on_open: Annotated[
        bool, typer.Option("--fail-on-open", help="Exit with code 7 when shifts stay open.")
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
    --strict, 7 shifts open under --fail-on-open, 129, 130 and 143 stopped by SIGHUP, SIGINT and SIGTERM.
    """
    if context.invoked_subcommand is not None:
        _refuse_options_before(context.invoked_subcommand, context)
        return
    files = [file for file in (output, *(reports or ())) if file is not None]
    if twice := [file for file in files if [one.resolve() for one in files].count(file.resolve()) > 1]:
        raise typer.BadParameter(f"--output and --report name the same file {twice[0]} twice")
    if person is not None and not reports:
        raise typer.BadParameter("--person says whose roster --report holds: give --report FILE too")
    if dry_run and (publish or notify):
        raise typer.BadParameter("--dry-run saves nothing, so that there is nothing to publish or to tell")
    if check + history + list_rosters > 1:
        raise typer.BadParameter("--check, --history and --list are questions of their own: ask one at a time")
    if first_day and last_day and first_day > last_day:
        raise typer.BadParameter(f"--from {first_day} is after --until {last_day}")
    run_id = str(uuid4())
    shape = queue_options.shape_of(log_format)
    if list_rosters:
        from greedy.cli import commands

        raise typer.Exit(commands.show_rosters(shape, run_id, today, log_level, timeout))
    if check:
        from greedy.cli import commands

        raise typer.Exit(commands.check(shape, run_id, roster_id, log_level, timeout, publish=publish))
    if history:
        from greedy.cli import commands

        raise typer.Exit(commands.show_history(shape, run_id, roster_id, log_level, timeout))
    from greedy.cli import run
    from greedy.cli.order import Order

    order = Order(
        run_id=run_id,
        roster_id=roster_id,
        scope=Scope(replan or reshuffle, first_day, last_day, today, force, reshuffle),
        dry_run=dry_run,
        strict=strict,
        fail_on_open=fail_on_open,
        timeout=timeout,
        log_level=log_level,
        log_format=shape,
        output=output,
        reports=tuple(reports or ()),
        person=person,
        publish=publish,
        notify=notify,
        language=lang,
    )
    if exit_code := run.fill_roster(order):
        raise typer.Exit(exit_code)


queue_options.add_to(app)

if __name__ == "__main__":
    streams.make_lasting()
    try:
        with interrupts.listening():
            app()
    except ModuleNotFoundError as error:
        _stop(f"The package {error.name} is missing")
