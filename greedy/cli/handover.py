"""The result handed to whoever asked: a person at a terminal, the reader of a log, a machine."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import structlog
import typer

from greedy.cli.settings import LogFormat, LogLevel, deployment_id

if TYPE_CHECKING:
    from greedy.cli.order import Order
    from greedy.errors import GreedyError
    from greedy.outcome.result import RunResult

log = structlog.get_logger("greedy")


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
