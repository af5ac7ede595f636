"""What the operator asks beside a run: `--check`, `--history` and `--list`. They write nothing."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any
from uuid import UUID

import structlog
from rich.console import RenderableType

from greedy import interrupts
from greedy.cli import console, logs, streams
from greedy.cli.check import run_checks
from greedy.cli.check_line import Check, State, of_error
from greedy.cli.console_operator import render_checks, render_history, render_rosters
from greedy.cli.listing import list_rosters
from greedy.cli.settings import CheckSettings, CommandSettings, LogFormat, LogLevel, deployment_id
from greedy.database import history
from greedy.database.client import Client, connect
from greedy.errors import ConfigurationError, GreedyError, RunStoppedError, RunTimeoutError

log = structlog.get_logger("greedy")

_LEVEL = {State.OK: "info", State.HINT: "warning", State.FAILED: "error"}


def check(
    shape: LogFormat,
    run_id: str,
    roster_id: UUID | None,
    log_level: LogLevel | None,
    timeout: float,
    *,
    publish: bool = False,
) -> int:
    """Check everything that a run needs, and show it; return the exit code: that of the first check that failed."""
    checks: list[Check] = []
    logs.configure(log_level or LogLevel.INFO, shape, **logs.context(run_id, roster_id, deployment_id()))
    try:
        settings = CheckSettings.load(rooster_id=roster_id, log_level=log_level)
    except ConfigurationError as error:
        checks.append(of_error("settings", error))
    else:
        key = settings.supabase_key.get_secret_value()
        try:
            with ended_by("--check", timeout), connect(settings.supabase_url, key) as connection:
                for found in run_checks(connection, settings, publish=publish):
                    checks.append(found)  # one by one: those before the end are shown
        except ConfigurationError as error:
            checks.append(of_error("connection", error))
        except (RunTimeoutError, RunStoppedError) as error:
            checks.append(of_error("time", error))
    if shape is LogFormat.JSON:
        for found in checks:
            getattr(log, _LEVEL[found.state])(f"{found.state} {found.name}: {found.message}", check=found.name)
    exit_code = next((found.exit_code for found in checks if found.exit_code), 0)
    data = {"success": exit_code == 0, "exit_code": exit_code, "checks": [asdict(found) for found in checks]}
    _show(render_checks(checks), data, shape)
    return exit_code


def show_history(
    shape: LogFormat, run_id: str, roster_id: UUID | None, log_level: LogLevel | None, timeout: float
) -> int:
    """Show what the latest runs did, of one roster or of all; return the exit code."""

    def answer(client: Client, _: CommandSettings) -> tuple[RenderableType, dict[str, Any]]:
        runs = history.read(client, None if roster_id is None else str(roster_id))
        return render_history(runs), {"runs": runs}

    return _answer("--history", answer, shape, logs.context(run_id, roster_id, deployment_id()), log_level, timeout)


def show_rosters(
    shape: LogFormat, run_id: str, today: dt.date | None, log_level: LogLevel | None, timeout: float
) -> int:
    """Show the rosters of the database; return the exit code.

    Args:
        shape: `CONSOLE` or `JSON`.
        run_id: Names this question in the log.
        today: Another day than the clock's; None for that.
        log_level: The least level that is logged; None for what the environment says.
        timeout: Most seconds that it may take.
    """

    def answer(client: Client, settings: CommandSettings) -> tuple[RenderableType, dict[str, Any]]:
        rosters = list(list_rosters(client, settings, today or settings.today()))
        return render_rosters(rosters), {"rosters": [asdict(roster) for roster in rosters]}

    return _answer("--list", answer, shape, logs.context(run_id, None, deployment_id()), log_level, timeout)


def _answer(
    what: str,
    answer: Callable[[Client, CommandSettings], tuple[RenderableType, dict[str, Any]]],
    shape: LogFormat,
    context: dict[str, str],
    log_level: LogLevel | None,
    timeout: float,
) -> int:
    """Ask the database, and show what it answers; return the exit code."""
    logs.configure(log_level or LogLevel.INFO, shape, **context)
    try:
        settings = CommandSettings.load(log_level=log_level)
        key = settings.supabase_key.get_secret_value()
        with ended_by(what, timeout), connect(settings.supabase_url, key) as connection:
            tables, data = answer(connection.client, settings)
    except GreedyError as error:
        log.error(f"❌ {error}")
        return error.exit_code
    _show(tables, data, shape)
    return 0


@contextmanager
def ended_by(what: str, timeout: float) -> Iterator[None]:
    """End a question when its time is over, or at once by a signal: nothing can be lost by it."""

    def doing() -> str:
        return what

    with interrupts.stoppable(doing), interrupts.interruptible(), interrupts.time_limit(timeout, doing):
        yield


def _show(tables: RenderableType, data: dict[str, Any], shape: LogFormat) -> None:
    """Show a person a table, a machine JSON."""
    if shape is LogFormat.JSON:
        print(streams.dumps(data))
        return
    console.console().print(tables, crop=False)  # links stay whole
    if not sys.stdout.isatty():
        print(streams.dumps(data, indent=2))
