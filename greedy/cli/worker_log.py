"""What is logged of a worker's work: a line for each roster, and the queue in numbers every minute."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import structlog
import typer

from greedy.cli import logs
from greedy.cli.order import Ended
from greedy.cli.settings import LogFormat, LogLevel, deployment_id, worker_name
from greedy.domain.queue import Fate, Figures, Taken, Verdict
from greedy.errors import GreedyError

log = structlog.get_logger("greedy")

EVERY = 60.0
"""Seconds between two lines of figures, at least: a roster that is being filled is not interrupted for them."""


@contextmanager
def errors_alone() -> Iterator[None]:
    """Log nothing below an error while the block lasts: each roster that is filled gets one line afterwards."""
    before = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        yield
    finally:
        structlog.configure(wrapper_class=before)


def sum_up(taken: Taken, run_id: str, ended: Ended | None, failure: GreedyError | None, verdict: Verdict) -> None:
    """Log in one line what a run made of a roster, and what becomes of it."""
    result = ended.result if ended else None
    coverage = result.coverage if result else None
    fields = {
        "roster_id": taken.roster_id,
        "run_id": run_id,
        "practice": taken.practice or None,
        "urgent": taken.urgent,
        "exit_code": failure.exit_code if failure else 0,
        "tried": taken.tried,
        "waited_ms": taken.waited_ms,
        "duration_ms": result.duration_ms if result else 0,
        "http_requests": result.http_requests if result else 0,
        "needed": coverage.needed if coverage else None,
        "assigned": coverage.assigned if coverage else None,
        "open": coverage.open if coverage else None,
        "fate": verdict.fate.name.lower(),
    }
    took = result.duration_ms / 1000 if result else 0.0
    circumstances = f"try {taken.tried}, waited {taken.waited_ms / 1000:.1f} s, took {took:.1f} s"
    if failure is None:
        filled = f"{coverage.needed - coverage.open} of {coverage.needed} shifts filled" if coverage else "done"
        log.info(f"✅ Roster {taken.roster_id}: {filled} ({circumstances})", **fields)
        return
    what = {
        Fate.AGAIN: f"tried again in {verdict.seconds} s",
        Fate.GIVEN_BACK: "given back, no try counted",
        Fate.GIVEN_UP: "given up; see `queue`",
        Fate.LOST: "left to the worker that has it now",
    }[verdict.fate]
    level = {Fate.GIVEN_BACK: log.info, Fate.GIVEN_UP: log.error}.get(verdict.fate, log.warning)
    reason = failure.message.split("\n")[0]
    level(f"❌ Roster {taken.roster_id}: {reason} ({failure.exit_code}); {what} ({circumstances})", **fields)


def late(taken: Taken) -> None:
    """Log that a roster was somebody else's by the time that it was reported."""
    log.warning(f"⚠️  Roster {taken.roster_id} is no longer this worker's", roster_id=taken.roster_id)


def unreported(taken: Taken, error: GreedyError) -> None:
    """Log that the queue could not be told of a roster."""
    log.warning(
        f"⚠️  Could not report roster {taken.roster_id}: {error.message}; it comes again when its lease is over",
        roster_id=taken.roster_id,
    )


def refuse(log_format: LogFormat, error: GreedyError) -> None:
    """Report that a worker cannot work, or that a question about the queue cannot be answered."""
    if log_format is not LogFormat.JSON:
        typer.echo(f"❌ {error}", err=True)
        return
    logs.configure(LogLevel.INFO, log_format, worker=worker_name(), deployment_id=deployment_id())
    log.error(f"❌ {error}")


@dataclass(slots=True)
class Meter:
    """Logs the queue's figures, every minute at most."""

    _told_at: float | None = None

    def note(self, figures: Figures, log_format: LogFormat) -> None:
        """Log the figures if it is time: as a JSON line on standard output, to a person as a line of the log."""
        now = time.monotonic()
        if self._told_at is not None and now - self._told_at < EVERY:
            return
        self._told_at = now
        oldest = f", the oldest for {figures.oldest_s:.0f} s" if figures.oldest_s is not None else ""
        log.info(
            f"📊 Queue: {figures.waiting} waiting{oldest}, {figures.running} running, {figures.failed} failed",
            **asdict(figures),
        )
        if log_format is not LogFormat.JSON and not sys.stdout.isatty():
            print(json.dumps({"message": "queue", **asdict(figures)}), flush=True)
