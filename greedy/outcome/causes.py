"""Why a run failed, as one of a few kinds: what a reader who knows no error codes can be told."""

from __future__ import annotations

from typing import Literal

from greedy.errors import (
    ConfigurationError,
    ConflictError,
    DatabaseError,
    GreedyError,
    RosterDataError,
    RunStoppedError,
    RunTimeoutError,
    UsageError,
)

Cause = Literal["data", "roster", "settings", "options", "conflict", "database", "timeout", "stopped", "unexpected"]
"""`data`: rows that are wrong. `roster`: there is no such roster, or it is closed. `settings`, `options`: how the job
was started. `conflict`: planners edited the roster all the while. `database`: it refused, or gave no answer.
`timeout`: the time limit. `stopped`: a signal. `unexpected`: none of these."""

_BY_ERROR: tuple[tuple[type[GreedyError], Cause], ...] = (  # the first that fits: a conflict is a database error too
    (ConfigurationError, "settings"),
    (UsageError, "options"),
    (ConflictError, "conflict"),
    (DatabaseError, "database"),
    (RunTimeoutError, "timeout"),
    (RunStoppedError, "stopped"),
)


def cause_of(error: Exception) -> Cause:
    """Return what kind of failure an error is."""
    if isinstance(error, RosterDataError):
        return "data" if error.problems else "roster"
    for kind, cause in _BY_ERROR:
        if isinstance(error, kind):
            return cause
    return "unexpected"
