"""Nights, weekends and holidays of the rosters before: what counts, what is read, and that it is made up for."""

from __future__ import annotations

import datetime as dt

import pytest

from greedy.domain.balance import Lookback, balances, rosters_before
from greedy.domain.models import CLOSED, Balance, Status
from greedy.loader import load
from greedy.processor import GreedyProcessor
from tests.support.factories import Raw, assignment, employee, qualification, requirement, roster, tables
from tests.support.fake import FakeClient
from tests.support.strategies import written

PEOPLE = ("E1", "E2", "E3", "E4", "E5")
CHRISTMAS_WEEK = dt.date(2026, 12, 21)
EASTER_WEEK = dt.date(2027, 3, 22)
DAYS = [dt.timedelta(days=number) for number in range(10)]
CHRISTMAS = {dt.date(2026, 12, 25), dt.date(2026, 12, 26)}
EASTER = {dt.date(2027, 3, 26), dt.date(2027, 3, 28), dt.date(2027, 3, 29)}
"""Good Friday, Easter Sunday and Monday."""


@pytest.mark.parametrize(
    ("start", "months", "first"),
    [
        (dt.date(2027, 3, 29), 6, dt.date(2026, 9, 29)),
        (dt.date(2027, 8, 31), 6, dt.date(2027, 2, 28)),
        (dt.date(2027, 1, 4), 1, dt.date(2026, 12, 4)),
        (dt.date(2027, 1, 4), 0, dt.date(2027, 1, 4)),
        (dt.date(2027, 1, 4), 25, dt.date(2024, 12, 4)),
    ],
)
def test_how_far_back(start: dt.date, months: int, first: dt.date) -> None:
    assert Lookback(months).first_day(start) == first


def test_weekends_and_holidays_of_that_time() -> None:
    days = Lookback(1).free_days(dt.date(2027, 1, 4))

    assert days[0] == dt.date(2026, 12, 5)
    assert {dt.date(2026, 12, 25), dt.date(2027, 1, 1), dt.date(2027, 1, 3)} < {*days}
    assert dt.date(2026, 12, 24) not in days


def test_which_rosters_count() -> None:
    """Of two plans for the same weeks the closed one; not the roster itself, nor a copy of it, nor a later one."""
    own = {"start_date": "2027-03-01", "end_date": "2027-04-04"}
    rows: list[Raw] = [
        own | {"id": "own", "status": "draft"},
        own | {"id": "copy", "status": "draft"},
        {"id": "later", "start_date": "2027-04-05", "end_date": "2027-05-09"},
        {"id": "draft", "start_date": "2027-01-25", "end_date": "2027-02-28", "status": "draft"},
        {"id": "final", "start_date": "2027-01-25", "end_date": "2027-02-28", "status": "final"},
        {"id": "old", "start_date": "2026-07-01", "end_date": "2026-08-31"},
        {"id": "reaches in", "start_date": "2026-08-01", "end_date": "2026-09-01"},
        {"id": "unknown", "start_date": None, "end_date": None},
    ]
    start, end = dt.date(2027, 3, 1), dt.date(2027, 4, 4)

    found = rosters_before(rows, start, end, Lookback(), CLOSED)

    assert [row["id"] for row in found] == ["final", "reaches in"]
    assert rosters_before(rows, start, end, Lookback(0), CLOSED) == []


def test_what_counts() -> None:
    """Christmas on a Friday and Boxing Day on a Saturday; what cannot be read counts for nothing."""
    friday, saturday, sunday = dt.date(2026, 12, 25), dt.date(2026, 12, 26), dt.date(2026, 12, 27)
    rows = [
        assignment("E1", date=friday, dagdeel="A", service_id="DIA"),
        assignment("E1", date=saturday, dagdeel="O"),
        assignment("E1", date=sunday, dagdeel="A"),
        assignment("E2", date=sunday, dagdeel="A", service_id="DIA"),
        assignment("E2", date=friday, status=int(Status.UNAVAILABLE)),
        assignment("E2", date=dt.date(2027, 1, 4)),
        assignment("E2") | {"date": "?"},
        assignment("E2") | {"employee_id": None},
    ]

    found = balances(rows, ["E3"], {"DIA"}, dt.date(2027, 1, 4), "NL")

    assert found == {
        "E1": Balance(nights=1, weekends=2, holidays=2),
        "E2": Balance(nights=1, weekends=1),
        "E3": Balance(),
    }


def practice(first: dt.date, roster_id: str, worked: list[Raw]) -> dict[str, list[Raw]]:
    """Return a roster of ten days, with one person on call on each."""
    own = roster(id=roster_id, start_date=first, end_date=first + DAYS[-1])
    return tables(
        roosters=[own],
        employees=[employee(person) for person in PEOPLE],
        roster_period_staffing_dagdelen=[
            requirement("DIO", roster_id=roster_id, date=first + day) | {"id": f"{roster_id} {day}"} for day in DAYS
        ],
        roster_employee_services=[
            qualification(person, "DIO", 2, roster_id=roster_id) | {"id": f"{roster_id} {person}"} for person in PEOPLE
        ],
        roster_assignments=worked,
    )


def plan(raw: dict[str, list[Raw]], roster_id: str, lookback: Lookback) -> tuple[dict[str, list[Raw]], FakeClient]:
    client = FakeClient(**raw)
    records = GreedyProcessor(load(client, roster_id, lookback=lookback, columns={"notes"})).process().assignments
    return written(raw, records), client


def on(raw: dict[str, list[Raw]], days: set[dt.date]) -> set[str]:
    """Return who works on some days."""
    names = {str(day) for day in days}
    return {row["employee_id"] for row in raw["roster_assignments"] if row["status"] == 1 and row["date"] in names}


@pytest.mark.parametrize("months", [6, 0])
def test_two_rosters_in_a_row__who_had_christmas_has_no_easter(months: int) -> None:
    """With the rosters before left out of account, those who are first of equals have both."""
    before, _ = plan(practice(CHRISTMAS_WEEK, "R0", []), "R0", Lookback(months))
    easter = practice(EASTER_WEEK, "R1", before["roster_assignments"])
    both = easter | {
        table: [*before[table], *easter[table]]
        for table in ("roosters", "roster_period_staffing_dagdelen", "roster_employee_services")
    }

    after, client = plan(both, "R1", Lookback(months))

    christmas = on(before, CHRISTMAS)
    assert len(christmas) == len(CHRISTMAS)
    assert bool(on(after, EASTER) & christmas) is not bool(months)
    _, alone = plan(practice(EASTER_WEEK, "R1", []), "R1", Lookback(months))
    assert len(client.log) == len(alone.log), "what was before comes with the same requests"
