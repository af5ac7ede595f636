"""The result handed to whoever asked: files first, then a person at a terminal, the reader of a log, a machine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog
import typer

from greedy import interrupts
from greedy.cli import files, streams
from greedy.cli.settings import LogFormat, LogLevel, deployment_id
from greedy.errors import GreedyError, RunTimeoutError

if TYPE_CHECKING:
    from greedy.cli.order import Ended, Order
    from greedy.outcome.result import RunResult

log = structlog.get_logger("greedy")

LINE_BYTES = 16 * 1024
"""Bytes that the result's line in a JSON log may have, its end included: Docker splits longer ones."""

LEAST_SECONDS = 10.0
"""Seconds that saving the files, and handing the result over, may take each, however much time the run has used up."""

TELLING_SECONDS = 5.0
"""Seconds that saying so may take when one of them was given up."""


def deliver(order: Order, ended: Ended, seconds: float, zone: ZoneInfo) -> int:
    """Save the files, hand the result over, and return the exit code: the run's own, else that of what fails here.

    Args:
        order: What the command line asks for.
        ended: The run.
        seconds: What is left of the run's time. A disk or a reader that hangs is given up after it.
        zone: Where the practice is, which decides what hour the files print.
    """
    seconds = max(LEAST_SECONDS, seconds)
    unsaved = _in_time("saving the files", seconds, lambda: files.save_all(order, ended, zone))
    whole_in = [str(order.output)] if order.output and not unsaved else []
    lost = _in_time("handing the result over", seconds, lambda: hand_over(ended.result, order.log_format, whole_in))
    failures = [*([ended.failure] if ended.failure else []), *unsaved, *lost]
    return failures[0].exit_code if failures else 0


def _in_time(name: str, seconds: float, step: Callable[[], list[GreedyError]]) -> list[GreedyError]:
    """Do a step within its time, and return what went wrong in it."""
    try:
        with interrupts.time_limit(seconds, lambda: name):
            return step()
    except RunTimeoutError as error:
        return [_late(error)]


def _late(error: RunTimeoutError) -> RunTimeoutError:
    """Report that the time was over; if nobody reads that either, give up standard error as well."""
    failure = RunTimeoutError(error.message, "The run itself is done; see its files, --history, or the database.")
    try:
        with interrupts.time_limit(TELLING_SECONDS, lambda: "saying so"):
            typer.echo(f"❌ {failure}", err=True)
    except RunTimeoutError:
        pass  # the stream is lost by now, and whoever does not read it reads this neither
    return failure


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
    print(_line(result))


def hand_over(result: RunResult, log_format: LogFormat, whole_in: Sequence[str] = ()) -> list[GreedyError]:
    """Hand the result to whoever asked: the log's reader, a person, a machine.

    Args:
        result: The result.
        log_format: `CONSOLE` or `JSON`.
        whole_in: Files that hold the whole of it.

    Returns:
        What went wrong: that standard output could not be written to.
    """
    if log_format is LogFormat.JSON:
        _sum_up(result)
        print(_line(result, whole_in))
    else:
        from greedy.cli import console

        if result.success and result.coverage and result.coverage.open:
            log.warning(f"⚠️  {result.coverage.open} of {result.coverage.needed} shifts stay open")
        console.console().print(console.render(result), crop=False)  # links stay whole
        if not sys.stdout.isatty():
            print(streams.dumps(result.to_json(), indent=2))
    reason = streams.lost(sys.stdout)
    if reason is None:
        return []
    failure = GreedyError(f"Could not write to standard output: {reason}", "The run itself is done; see --history.")
    typer.echo(f"❌ {failure}", err=True)
    return [failure]


def _line(result: RunResult, whole_in: Sequence[str] = ()) -> str:
    """Return the result as one line of a log: all of it where that fits, else its summary."""
    from greedy.outcome.summary import shorten

    def fits(short: RunResult) -> bool:
        return len(streams.dumps(short.to_json()).encode(errors="backslashreplace")) < LINE_BYTES

    return streams.dumps(shorten(result, fits, whole_in).to_json())


def _sum_up(result: RunResult) -> None:
    """Log in one event what a person reads under the tables, so that a log can be searched for it."""
    coverage = result.coverage
    if not result.success or coverage is None:
        return
    tell, mark = (log.warning, "⚠️ ") if coverage.open else (log.info, "✅")
    tell(
        f"{mark} {coverage.needed - coverage.open} of {coverage.needed} shifts filled ({coverage.percent} %), "
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
