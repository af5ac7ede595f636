"""`enqueue --all-due`: which rosters are due, and what is none."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from greedy.database.queue import Queue
from greedy.domain.source import SourceWords
from tests.support.database import Database, one_open_shift, slot_row
from tests.support.factories import Raw, requirement

BEFORE = "2026-01-01"
"""A day before the rosters of these tests."""


def due(here: Database, today: str = BEFORE) -> list[str]:
    return Queue(here.client).due(today, SourceWords())


@pytest.fixture
def raw(here: Database) -> dict[str, list[Raw]]:
    """A roster with a shift that is open, and nobody else's."""
    here.sql("delete from roosters; delete from greedy_runs")
    return one_open_shift()


@pytest.fixture
def roster_id(here: Database, raw: dict[str, list[Raw]]) -> str:
    return here.load(raw)


def run(here: Database, roster_id: str) -> None:
    """Fill it, and record the run, as the command does."""
    done = here.command(roster_id)
    assert done.returncode == 0, done.stderr


def test_a_roster_that_was_never_filled_is_due_and_one_that_is_full_is_not(here: Database, roster_id: str) -> None:
    assert due(here) == [roster_id]

    run(here, roster_id)

    assert due(here) == []


def test_a_roster_with_a_shift_that_stays_open_is_due_each_night(here: Database) -> None:
    here.sql("delete from roosters; delete from greedy_runs")
    raw = one_open_shift(roster_period_staffing_dagdelen=[requirement(aantal=9)])
    roster_id = here.load(raw)
    run(here, roster_id)

    assert due(here) == [roster_id]


@pytest.mark.parametrize(
    "change",
    [
        "update roosters set status = 'final'",
        "update roosters set status = 'completed'",
        "update roosters set status = 'archived'",
        "update roosters set start_date = '2020-01-01', end_date = '2020-02-01'",
    ],
)
def test_one_that_is_closed_or_past_is_not_due(here: Database, roster_id: str, change: str) -> None:
    assert due(here) == [roster_id]

    here.sql(change)

    assert due(here) == []


def test_the_last_day_counts_as_one_to_come(here: Database, roster_id: str, raw: Any) -> None:
    last = dt.date.fromisoformat(raw["roosters"][0]["end_date"])

    assert due(here, str(last)) == [roster_id]
    assert due(here, str(last + dt.timedelta(days=1))) == []


def test_a_planners_change_makes_it_due_and_the_jobs_own_rows_do_not(here: Database, roster_id: str, raw: Any) -> None:
    run(here, roster_id)
    here.client.table("roster_assignments").insert(
        slot_row(raw, None, person=1, status=3, dagdeel="A", source="manual")
    ).execute()

    assert due(here) == [roster_id]

    run(here, roster_id)

    assert due(here) == []


def test_a_run_that_failed_leaves_it_due(here: Database, roster_id: str) -> None:
    run(here, roster_id)
    here.sql("update greedy_runs set exit_code = 5")

    assert due(here) == [roster_id]
