"""What the operator asks beside a run: `--check` and `--history`. They write nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any
from uuid import UUID

import structlog
from rich.console import RenderableType

from greedy import interrupts
from greedy.cli import console, logs
from greedy.cli.check import Check, State, of_error, run_checks
from greedy.cli.console_operator import render_checks, render_history
from greedy.cli.settings import CheckSettings, CommandSettings, LogFormat, LogLevel, deployment_id
from greedy.database import client, history
from greedy.errors import ConfigurationError, GreedyError, RunStoppedError, RunTimeoutError

log = structlog.get_logger("greedy")

_LEVEL = {State.OK: "info", State.HINT: "warning", State.FAILED: "error"}


def check(shape: LogFormat, run_id: str, roster_id: UUID | None, log_level: LogLevel | None, timeout: float) -> int:
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
            with ended_by("--check", timeout), client.connect(settings.supabase_url, key) as connection:
                for found in run_checks(connection, settings):
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
    logs.configure(log_level or LogLevel.INFO, shape, **logs.context(run_id, roster_id, deployment_id()))
    try:
        settings = CommandSettings.load(log_level=log_level)
        key = settings.supabase_key.get_secret_value()
        with ended_by("--history", timeout), client.connect(settings.supabase_url, key) as connection:
            runs = history.read(connection.client, None if roster_id is None else str(roster_id))
    except GreedyError as error:
        log.error(f"❌ {error}")
        return error.exit_code
    _show(render_history(runs), {"runs": runs}, shape)
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
        print(json.dumps(data, ensure_ascii=False))
        return
    console.console().print(tables)
    if not sys.stdout.isatty():
        print(json.dumps(data, indent=2, ensure_ascii=False))
