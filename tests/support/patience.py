"""How long tests wait: for the event itself, so that none of them shows how fast the machine is.

As a program it runs the command like a user does, but for the limits in `LIMITS`, which a busy machine would reach.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

LONG_AGO = "2025-01-01"
"""A today (`--today`) for which no day of a test's roster is past, whenever the tests run."""

PATIENCE = 300.0
"""Seconds after which an event that has not come is taken for one that never comes: a failure."""

LIMITS = {
    "greedy.cli.handover.LEAST_SECONDS": PATIENCE,
    "greedy.cli.handover.TELLING_SECONDS": PATIENCE,
    "greedy.database.client.REQUEST_TIMEOUT": PATIENCE,
    "greedy.database.history.HURRY": PATIENCE,
    "greedy.database.history.PATIENCE": PATIENCE,
    "greedy.outcome.alerts.BLOCKING_MS": 1000 * PATIENCE,
    "greedy.outcome.alerts.VERIFICATION_MS": 1000 * PATIENCE,
    "greedy.outcome.alerts.WRITE_MS": 1000 * PATIENCE,
    "greedy.interrupts.GRACE": PATIENCE,
}
"""The job's own limits of time that a machine at work on other things may reach: after which it gives up, or complains.

A test that is about one of them sets it itself, to what is never reached or always.
"""

GRACE = "greedy.interrupts.GRACE"
HISTORY, HURRY = "greedy.database.history.PATIENCE", "greedy.database.history.HURRY"
HANDING_OVER, TELLING = "greedy.cli.handover.LEAST_SECONDS", "greedy.cli.handover.TELLING_SECONDS"
SOON = 0.2
"""Seconds: a limit for what never comes. Reached whatever the machine does."""

_PROJECT = Path(__file__).resolve().parents[2]


class Done(NamedTuple):
    """How a command ended: its exit code, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


def command(*options: str, limits: Mapping[str, Any] | None = None) -> list[str]:
    """Return the command line that runs the job with these options.

    Args:
        options: The options.
        limits: What differs from `LIMITS`.
    """
    return [sys.executable, str(Path(__file__).resolve()), json.dumps(LIMITS | dict(limits or {})), *options]


def environment(**settings: str) -> dict[str, str]:
    """Return the environment of a command: these settings and no other, whatever the tests' own holds."""
    kept = {name: value for name, value in os.environ.items() if name == "PATH" or name.startswith("COVERAGE_")}
    return kept | settings


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Run a program for at most as long as the context lasts: at its end, nothing of it is left."""
    with subprocess.Popen(
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def run(command: Sequence[str], environment: Mapping[str, str]) -> Done:
    """Run a program to its end."""
    with running(command, environment) as process:
        out, log = process.communicate(timeout=PATIENCE)
    return Done(process.returncode, out, log)


def _main() -> None:
    sys.path.insert(0, str(_PROJECT))
    from unittest.mock import patch

    for name, seconds in json.loads(sys.argv.pop(1)).items():
        patch(name, seconds).start()  # which fails for a name that is not there
    if "--today" not in sys.argv:
        sys.argv += ["--today", LONG_AGO]
    sys.argv[0] = str(_PROJECT / "greedy_orchestrator.py")
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    _main()
