"""`--list`: the rosters of the database, so that nobody has to look an id up. Nothing is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from greedy import loader
from greedy.cli.settings import CommandSettings
from greedy.database import history, inspection, roster_rows
from greedy.database.client import Client
from greedy.database.codes import NO_TABLE
from greedy.database.schema import DatabaseSchema
from greedy.domain.days import read_day
from greedy.domain.models import CLOSED
from greedy.errors import DatabaseError, RosterDataError
from greedy.solver.board import Board

SHOWN = 20
"""Rosters that are shown at most: those that begin last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A roster as the operator chooses it.

    Attributes:
        start_date: Its first day, as the database has it.
        end_date: Its last day.
        status: What its planners call it; None where the database does not say.
        open: Places that are open from today on; None where nothing is left to plan (closed, past), or `problem`.
        problem: Why it cannot be planned; None when it can.
        last_run: Its latest run, a row of `greedy_runs`; None for none, or where there is no history.
    """

    id: str
    start_date: str | None
    end_date: str | None
    status: str | None
    open: int | None = None
    problem: str | None = None
    last_run: dict[str, Any] | None = None


def list_rosters(client: Client, settings: CommandSettings, today: dt.date) -> Iterator[Listed]:
    """Yield the rosters, those that begin last first.

    Args:
        client: The database.
        settings: Where the practice is, and the job's own words.
        today: The day from which on places count as open.

    Raises:
        DatabaseError: They cannot be read.
    """
    found = inspection.begin_with_any(client, None)
    runs = _Runs(client)
    for row in sorted(roster_rows.read_rosters(client), key=_begins, reverse=True)[:SHOWN]:
        roster_id, ends = str(row["id"]), read_day(row.get("end_date"))
        count, problem = None, None
        if row.get("status") not in CLOSED and (ends is None or ends >= today):
            try:
                count = _count_open(client, roster_id, found, settings, today)
            except RosterDataError as error:
                problem = error.message.split("\n")[0]
        yield Listed(
            id=roster_id,
            start_date=row.get("start_date"),
            end_date=row.get("end_date"),
            status=row.get("status"),
            open=count,
            problem=problem,
            last_run=runs.last(roster_id),
        )


def _begins(row: dict[str, Any]) -> tuple[dt.date, str]:
    return read_day(row.get("start_date")) or dt.date.min, str(row["id"])


def _count_open(
    client: Client, roster_id: str, found: DatabaseSchema, settings: CommandSettings, today: dt.date
) -> int:
    """Count the places that a run would try to fill: those that are open on the days that are not past."""
    workspace = loader.load(
        client,
        roster_id,
        duties=found.duties,
        words=settings.words,
        columns=found.columns,
        lookback=settings.lookback,
    )
    board = Board(workspace)
    return sum(shift.open.total for (slot, _), shift in board.shifts.items() if board.when(slot)[0] >= today)


class _Runs:
    """The history, asked for one roster after the other; not any more once there is none."""

    def __init__(self, client: Client) -> None:
        self._client: Client | None = client

    def last(self, roster_id: str) -> dict[str, Any] | None:
        """Return a roster's latest run; None where there is none."""
        if self._client is None:
            return None
        try:
            return next(iter(history.read(self._client, roster_id, most=1)), None)
        except DatabaseError as error:
            if error.code not in NO_TABLE:
                raise
            self._client = None
            return None
