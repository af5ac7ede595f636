"""A run as the database's table `greedy_runs` keeps it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A row of `greedy_runs`: what one run did. Places that are planned but not written do not count as done.

    Attributes:
        duration_ms: The run's duration, in milliseconds.
        error: Why it failed, cut off when long; None when it did not.
        version: The program's version.
        from_date: First day to which it was confined; None for the roster's first.
        until_date: Last day to which it was confined; None for the roster's last.
        needed: Places that the requirements ask for; None, as all the counts, where the run did not come that far.
        filled_before: Places that were filled before the run.
        assigned: Assignments that were written; 0 also where a run with a plan ended before its first write.
        taken_back: Shifts of earlier runs that were taken back or moved to somebody else.
        open: Places that stay open.
        percent: Filled share of `needed`.
        rest_proven: Whether the rest periods were proven to be in place; None where nobody looked.
        alerts: How many alerts there were.
        warnings: How many warnings there were.
        exit_code: The process's exit code.
        deployment_id: Railway's id of the deployment; None elsewhere.
        tried: Which try of a queued roster it was, from 1; None for a run that no worker did.
        waited_ms: From the request to the run's beginning, in milliseconds; None for a run that no worker did.
        links: Links to the files that it published, by kind; empty where it published none.
    """

    run_id: str
    roster_id: str
    started_at: dt.datetime
    duration_ms: int
    exit_code: int
    error: str | None
    version: str
    deployment_id: str | None
    replan: bool
    from_date: dt.date | None
    until_date: dt.date | None
    needed: int | None
    filled_before: int | None
    assigned: int | None
    taken_back: int | None
    open: int | None
    percent: float | None
    rest_proven: bool | None
    alerts: int
    warnings: int
    tried: int | None = None
    waited_ms: int | None = None
    links: Mapping[str, str] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        """Return the row as PostgREST takes it, dates as text; without columns that an older database may lack."""
        row = {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in asdict(self).items()}
        if self.tried is None:
            del row["tried"], row["waited_ms"]
        if not self.links:
            del row["links"]
        return row
