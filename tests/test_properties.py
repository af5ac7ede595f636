"""Promises of the pass on any roster, judged by the independent checker.

Hypothesis makes up small rosters in which everything happens: duties planned by hand with and without their rest,
leave, rest without a duty, demand beyond all quotas, work in the rosters before and after.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo.roster import PRESETS, make_roster
from greedy.coverage import Change, measure
from greedy.loader import build_workspace
from greedy.models import Assignment, Status
from greedy.processor import GreedyProcessor
from tests import checker, factories
from tests.factories import MONDAY, Raw

DAGDELEN = "OMA"
CODES = (*factories.ON_CALL, "ECH", "OSP")
TEAMS = ("Groen", "Oranje", "Overig")
ROWS = ("TOT", "GRO", "ORA")
NATURAL = {"DIO": "O", "DDO": "O", "DIA": "A", "DDA": "A", "ECH": "M", "OSP": "O"}

thorough = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def rosters(draw: st.DrawFn) -> dict[str, list[Raw]]:
    """Make up a valid roster as raw tables."""
    people = [f"E{number}" for number in range(1, draw(st.integers(1, 5)) + 1)]
    days = draw(st.integers(1, 6))
    dates = [MONDAY + dt.timedelta(days=number) for number in range(days)]
    slots = [(date, dagdeel) for date in dates for dagdeel in DAGDELEN]
    requirements = {}
    for _ in range(draw(st.integers(1, 14))):
        code = draw(st.sampled_from(CODES))
        dagdeel = NATURAL[code] if draw(st.integers(0, 4)) else draw(st.sampled_from(DAGDELEN))
        key = (draw(st.sampled_from(dates)), dagdeel, draw(st.sampled_from(ROWS)), code)
        requirements[key] = draw(st.sampled_from([1, 1, 1, 2, 3]))
    held: dict[tuple[str, dt.date, str], tuple[int, str | None]] = {}
    for _ in range(draw(st.integers(0, 10))):
        date, dagdeel = draw(st.sampled_from(slots))
        status = draw(st.sampled_from([1, 1, 2, 3, 0]))
        fitting = [code for code in CODES if NATURAL[code] == dagdeel] or list(CODES)
        code = draw(st.sampled_from(fitting)) if status == 1 else None
        held[draw(st.sampled_from(people)), date, dagdeel] = (status, code)
    beside = {}
    for roster_id, date in (("R0", MONDAY - dt.timedelta(days=1)), ("R2", dates[-1] + dt.timedelta(days=1))):
        for _ in range(draw(st.integers(0, 2))):
            dagdeel = draw(st.sampled_from(DAGDELEN))
            code = next(code for code in CODES[draw(st.integers(0, 1)) :] if NATURAL[code] == dagdeel)
            beside[roster_id, draw(st.sampled_from(people)), date, dagdeel] = code
    return factories.tables(
        roosters=[factories.roster(end_date=dates[-1])],
        employees=[
            factories.employee(person, team=draw(st.sampled_from(TEAMS)), actief=draw(st.integers(0, 9)) > 0)
            for person in people
        ],
        roster_period_staffing_dagdelen=[
            factories.requirement(code, date=date, dagdeel=dagdeel, team=row, aantal=count)
            for (date, dagdeel, row, code), count in requirements.items()
        ],
        roster_employee_services=[
            factories.qualification(person, code, draw(st.sampled_from([0, 1, 2, 2, 4])))
            for person in people
            for code in CODES
            if draw(st.integers(0, 2))
        ],
        roster_assignments=[
            *(
                factories.assignment(person, date=date, dagdeel=dagdeel, status=status, service_id=code)
                for (person, date, dagdeel), (status, code) in held.items()
            ),
            *(
                factories.assignment(person, roster_id=roster_id, date=date, dagdeel=dagdeel, service_id=code)
                for (roster_id, person, date, dagdeel), code in beside.items()
            ),
        ],
    )


def solve(tables: dict[str, list[Raw]]) -> tuple[GreedyProcessor, list[Assignment]]:
    processor = GreedyProcessor(build_workspace(tables))
    return processor, list(processor.process().assignments)


def written(tables: dict[str, list[Raw]], records: list[Assignment]) -> dict[str, list[Raw]]:
    """Give the tables as they are after the records were written."""
    rows = [
        factories.assignment(
            record.employee_id,
            roster_id=record.roster_id,
            date=record.date,
            dagdeel=str(record.dagdeel),
            service_id=record.service_id,
            status=int(record.status),
            source=record.source,
        )
        for record in records
    ]
    taken = {key(row) for row in rows}
    rows += [row for row in tables["roster_assignments"] if key(row) not in taken]
    return tables | {"roster_assignments": rows}


def key(row: Raw) -> tuple[str, ...]:
    return row["roster_id"], row["employee_id"], row["date"], row["dagdeel"]


@given(rosters())
@thorough
def test_no_rule_is_broken(tables: dict[str, list[Raw]]) -> None:
    _, records = solve(tables)

    assert checker.violations(tables, records, "R1") == []


@given(rosters())
@thorough
def test_nothing_stays_open_that_someone_could_take(tables: dict[str, list[Raw]]) -> None:
    _, records = solve(tables)

    assert checker.unfilled_but_fillable(tables, records, "R1") == []


@given(rosters())
@thorough
def test_coverage_is_what_an_independent_count_says(tables: dict[str, list[Raw]]) -> None:
    processor, records = solve(tables)
    measured = measure(processor.board)

    counted, _ = checker.coverage(tables, records, "R1")

    assert measured.needed == measured.filled_before + measured.assigned + measured.open
    assert (measured.needed, measured.open) == (counted.needed, counted.open)
    assert measured.open == sum(shift.missing for shift in measured.open_shifts)
    assert processor.pairing is not None
    assert processor.pairing.pairs == len(checker.pairs(tables, records, "R1"))


@given(rosters())
@thorough
def test_every_person_who_could_have_filled_an_open_shift_has_an_obstacle(tables: dict[str, list[Raw]]) -> None:
    processor, _ = solve(tables)

    for shift in measure(processor.board).open_shifts:
        assert sum(shift.obstacles.values()) == shift.qualified


@given(rosters())
@thorough
def test_a_change_that_is_told_would_fill_a_place(tables: dict[str, list[Raw]]) -> None:
    processor, records = solve(tables)
    measured = measure(processor.board)
    done = written(tables, records)

    for shift in measured.open_shifts:
        for change in shift.changes:
            again, _ = solve(done | {"roster_employee_services": changed(done, change, shift.service_code)})
            assert measure(again.board).open < measured.open


def changed(tables: dict[str, list[Raw]], change: Change, code: str) -> list[Raw]:
    """Give the qualifications with one person's quota of a service one larger, or with one more qualification."""
    rows = tables["roster_employee_services"]
    if change.kind == "qualification":
        kept = [row for row in rows if (row["employee_id"], row["service_id"]) != (change.employee_id, code)]
        return [*kept, factories.qualification(change.employee_id, code, 99)]
    used = sum(
        (row["employee_id"], row["service_id"], row["status"], row["roster_id"]) == (change.employee_id, code, 1, "R1")
        for row in tables["roster_assignments"]
    )
    return [
        row | {"aantal": used + 1} if (row["employee_id"], row["service_id"]) == (change.employee_id, code) else row
        for row in rows
    ]


@given(rosters(), st.randoms(use_true_random=False))
@thorough
def test_rows_in_any_order_give_the_same_roster(tables: dict[str, list[Raw]], random: Any) -> None:
    _, records = solve(tables)
    shuffled = {name: random.sample(rows, len(rows)) for name, rows in tables.items()}

    assert solve(shuffled)[1] == records


@given(rosters())
@thorough
def test_a_rerun_adds_nothing_and_says_the_same(tables: dict[str, list[Raw]]) -> None:
    processor, records = solve(tables)

    again, more = solve(written(tables, records))

    assert more == []
    first, second = measure(processor.board), measure(again.board)
    assert (second.needed, second.open, second.surplus) == (first.needed, first.open, first.surplus)
    assert second.open_shifts == first.open_shifts


@given(rosters())
@thorough
def test_solving_twice_is_solving_once(tables: dict[str, list[Raw]]) -> None:
    processor, records = solve(tables)

    assert processor.process().assignments == records


@given(rosters())
@thorough
def test_only_open_slots_are_touched(tables: dict[str, list[Raw]]) -> None:
    _, records = solve(tables)
    held = {
        (row["employee_id"], row["date"], row["dagdeel"])
        for row in tables["roster_assignments"]
        if row["roster_id"] == "R1" and row["status"]
    }

    touched = [(record.employee_id, record.date.isoformat(), str(record.dagdeel)) for record in records]

    assert not held.intersection(touched)
    assert len(set(touched)) == len(touched)
    assert {record.status for record in records} <= {Status.ACTIVE, Status.BLOCKED}


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize("kind", ["practice", "tight", "loose", "planned"])
def test_practice_rosters(kind: str, seed: int) -> None:
    """The same promises on rosters of a practice's size."""
    tables = make_roster(PRESETS[kind], seed=seed)
    _, records = solve(tables)

    assert checker.violations(tables, records) == []
    assert checker.unfilled_but_fillable(tables, records) == []
    assert solve(written(tables, records))[1] == []
