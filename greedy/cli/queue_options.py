"""The commands of the queue as the command line has them, beside the plain options that fill one roster."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from greedy.cli.days import read_day
from greedy.cli.settings import LogFormat, LogLevel, on_railway

if TYPE_CHECKING:
    from greedy.cli.order import QueueOrder

MAX_TIMEOUT = 86_400
"""Longest `--timeout`, in seconds."""

POLL = 3.0
"""Seconds between two questions of an idle worker: 20 requests a minute, and a planner waits 3 s at most."""

queue_app = typer.Typer(help="See what is in the queue; retry or drop a roster.", rich_markup_mode=None)

Level = Annotated[
    LogLevel | None,
    typer.Option(
        "--log-level",
        help="Least level to log.  [env var: LOG_LEVEL; default: INFO]",
        case_sensitive=False,
        show_default=False,
    ),
]
Format = Annotated[
    LogFormat,
    typer.Option(
        "--log-format", help="console: lines on standard error; json: lines on standard output; auto: json on Railway."
    ),
]
Today = Annotated[
    dt.date | None, typer.Option("--today", help="Take another day for today.", parser=read_day, metavar="DATE")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(enqueue)
    app.command()(worker)
    app.add_typer(queue_app, name="queue")


def shape_of(log_format: LogFormat) -> LogFormat:
    """Return the log's shape: what `auto` means here."""
    if log_format is not LogFormat.AUTO:
        return log_format
    return LogFormat.JSON if on_railway() else LogFormat.CONSOLE


def enqueue(
    roster_id: Annotated[
        list[UUID] | None, typer.Option(help="Id of a roster to fill; may be given more than once.")
    ] = None,
    all_due: Annotated[
        bool,
        typer.Option(
            "--all-due",
            help="Every roster that is not closed, has days to come, and open shifts or changes since its last run.",
        ),
    ] = False,
    urgent: Annotated[bool, typer.Option("--urgent", help="Somebody waits: before all that is not urgent.")] = False,
    practice: Annotated[
        str | None, typer.Option(help="Whose rosters they are, where the database does not say: practices take turns.")
    ] = None,
    replan: Annotated[
        bool, typer.Option("--replan", help="Take back what earlier runs of this job planned, and plan anew.")
    ] = False,
    first_day: Annotated[
        dt.date | None, typer.Option("--from", help="First day to plan.", parser=read_day, metavar="DATE")
    ] = None,
    last_day: Annotated[
        dt.date | None, typer.Option("--until", help="Last day to plan, inclusive.", parser=read_day, metavar="DATE")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Plan a roster too whose planners have closed it.")] = False,
    publish: Annotated[
        bool, typer.Option("--publish", help="Put page, PDF, sheet and calendars into Storage, and give links.")
    ] = False,
    today: Today = None,
    log_level: Level = None,
    log_format: Format = LogFormat.AUTO,
) -> None:
    """Ask for rosters to be filled by a worker; each is in the queue once, however often it is asked for."""
    if bool(roster_id) == all_due:
        raise typer.BadParameter("give --roster-id, or --all-due")
    if first_day and last_day and first_day > last_day:
        raise typer.BadParameter(f"--from {first_day} is after --until {last_day}")
    from greedy.cli import queue_commands
    from greedy.cli.order import QueueOrder
    from greedy.domain.queue import Wish

    _end(
        queue_commands.enqueue(
            QueueOrder(log_level=log_level, log_format=shape_of(log_format)),
            None if all_due else [str(roster) for roster in roster_id or ()],
            Wish(replan, force, publish, first_day, last_day),
            urgent=urgent,
            practice=practice,
            today=today,
        )
    )


def worker(
    drain: Annotated[bool, typer.Option("--drain", help="End when nothing is left to fill, retries included.")] = False,
    timeout: Annotated[float, typer.Option(help="Most seconds that a run may take.", min=1, max=MAX_TIMEOUT)] = 600,
    poll: Annotated[float, typer.Option(help="Seconds between two questions of an idle worker.", min=0.1)] = POLL,
    today: Today = None,
    log_level: Level = None,
    log_format: Format = LogFormat.AUTO,
) -> None:
    """Fill the rosters of the queue, one after the other; several workers share one queue.

    A signal stops the run in flight in order and gives its roster back. Exit codes: 0 drained or stopped, 2 usage,
    3 configuration, 5 the database has no queue or, with --drain, does not answer.
    """
    from greedy.cli import worker as workers
    from greedy.cli.order import WorkerOrder

    _end(
        workers.work(
            WorkerOrder(
                drain=drain,
                timeout=timeout,
                poll=poll,
                today=today,
                log_level=log_level,
                log_format=shape_of(log_format),
            )
        )
    )


@queue_app.callback(invoke_without_command=True)
def show(context: typer.Context, log_level: Level = None, log_format: Format = LogFormat.AUTO) -> None:
    """Show what is in the queue: failed, running, waiting."""
    if context.invoked_subcommand is not None:
        return
    from greedy.cli import queue_commands

    _end(queue_commands.show(_order(log_level, log_format)))


@queue_app.command("list")
def list_(log_level: Level = None, log_format: Format = LogFormat.AUTO) -> None:
    """Show what is in the queue: failed, running, waiting."""
    from greedy.cli import queue_commands

    _end(queue_commands.show(_order(log_level, log_format)))


@queue_app.command()
def retry(
    roster_id: Annotated[UUID | None, typer.Option(help="Id of a roster that has failed.")] = None,
    all_failed: Annotated[bool, typer.Option("--all", help="Every roster that has failed.")] = False,
    log_level: Level = None,
    log_format: Format = LogFormat.AUTO,
) -> None:
    """Let what has failed be tried again."""
    if (roster_id is not None) == all_failed:
        raise typer.BadParameter("give --roster-id, or --all")
    from greedy.cli import queue_commands

    _end(queue_commands.retry(_order(log_level, log_format), str(roster_id) if roster_id else None))


@queue_app.command()
def drop(
    roster_id: Annotated[UUID, typer.Option(help="Id of the roster.")],
    log_level: Level = None,
    log_format: Format = LogFormat.AUTO,
) -> None:
    """Take a roster out of the queue; a worker that has it writes no more from then on."""
    from greedy.cli import queue_commands

    _end(queue_commands.drop(_order(log_level, log_format), str(roster_id)))


def _order(log_level: LogLevel | None, log_format: LogFormat) -> QueueOrder:
    from greedy.cli.order import QueueOrder

    return QueueOrder(log_level=log_level, log_format=shape_of(log_format))


def _end(exit_code: int) -> None:
    """End the command, with an exit code where it is not 0."""
    if exit_code:
        raise typer.Exit(exit_code)
