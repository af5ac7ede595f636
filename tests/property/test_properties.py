"""Promises of the pass on any roster, judged by the independent checker.

Hypothesis makes up small rosters in which everything happens: duties planned by hand with and without their rest,
leave, rest without a duty, demand beyond all quotas, work in the rosters before and after.
"""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo.roster import PRESETS, make_roster
from greedy.domain.models import Assignment, Status
from greedy.loader import build_workspace
from greedy.outcome.coverage import Change, measure
from greedy.processor import GreedyProcessor
from tests.support import checker, factories
from tests.support.factories import MONDAY, Raw

DAGDELEN = "OMA"
CODES = (*factories.ON_CALL, *factories.DAY_SERVICES)
DENSE = (*factories.ON_CALL, "ECH", "OSP")
TEAMS = ("Groen", "Oranje", "Overig")
ROWS = ("TOT", "GRO", "ORA")
NATURAL = {"DIO": "O", "DDO": "O", "DIA": "A", "DDA": "A", "OSP": "O", "MSP": "M", "ECH": "M", "GRB": "O", "SWZ": "M"}
DAY = dt.timedelta(days=1)

settings.register_profile(
    "ci",
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("explore", settings.get_profile("ci"), max_examples=2_500, derandomize=False)
settings.register_profile("fast", settings.get_profile("ci"), max_examples=10)

thorough = settings(settings.get_profile(os.getenv("HYPOTHESIS_PROFILE", "ci")))
"""The same examples each time; with HYPOTHESIS_PROFILE=explore many new ones (and a longer --timeout)."""


@st.composite
def rosters(draw: st.DrawFn, *, beside_overlap: bool = False) -> dict[str, list[Raw]]:
    """Make up a valid roster as raw tables.

    Half of them are dense: few days and services, so that much competes. `beside_overlap`: the days beside the period
    may lie in several rosters at once, in which the same person does different things.
    """
    dense = draw(st.booleans())
    codes = DENSE if dense else CODES
    people = [f"E{number}" for number in range(1, draw(st.integers(1, 6)) + 1)]
    dates = [MONDAY + dt.timedelta(days=number) for number in range(draw(st.integers(1, 4 if dense else 10)))]
    services = [factories.service(code, actief=draw(st.integers(0, 19)) > 0) for code in CODES]
    stored = draw(held(people, dates, codes))
    stored |= draw(beside(people, dates, codes, overlap=beside_overlap))
    return factories.tables(
        roosters=[factories.roster(end_date=dates[-1])],
        employees=[
            factories.employee(person, team=draw(st.sampled_from(TEAMS)), actief=draw(st.integers(0, 9)) > 0)
            for person in people
        ],
        service_types=services,
        roster_period_staffing_dagdelen=draw(demand(dates, codes)),
        roster_employee_services=[
            factories.qualification(person, code, draw(st.integers(0, 4)), actief=draw(st.integers(0, 14)) > 0)
            for person in people
            for code in codes
            if draw(st.integers(0, 2))
        ],
        roster_assignments=list(stored.values()),
    )


@st.composite
def demand(draw: st.DrawFn, dates: list[dt.date], codes: tuple[str, ...]) -> list[Raw]:
    """Make up requirement rows: mostly on the dagdeel where a service belongs, of any team and status."""
    rows = {}
    for _ in range(draw(st.integers(1, 14))):
        code = draw(st.sampled_from(codes))
        dagdeel = NATURAL[code] if draw(st.integers(0, 4)) else draw(st.sampled_from(DAGDELEN))
        row = factories.requirement(
            code,
            date=draw(st.sampled_from(dates)),
            dagdeel=dagdeel,
            team=draw(st.sampled_from(ROWS)),
            aantal=draw(st.sampled_from([1, 1, 1, 2, 3])),
            status=draw(st.sampled_from(["MOET", "MOET", "MAG", "AANGEPAST", "MAG_NIET"])),
        )
        rows[row["id"]] = row
    return list(rows.values())


@st.composite
def held(draw: st.DrawFn, people: list[str], dates: list[dt.date], codes: tuple[str, ...]) -> dict[str, Raw]:
    """Make up stored rows by id: work (a duty with or without its rest), rest, leave, rows with status 0."""
    rows: dict[str, Raw] = {}
    for _ in range(draw(st.integers(0, 10))):
        person, date, dagdeel = (draw(st.sampled_from(pool)) for pool in (people, dates, DAGDELEN))
        status = draw(st.sampled_from([1, 1, 2, 3, 0]))
        fitting = [code for code in codes if NATURAL[code] == dagdeel] or list(codes)
        code = draw(st.sampled_from(fitting)) if status == 1 or not draw(st.integers(0, 3)) else None
        row = factories.assignment(person, date=date, dagdeel=dagdeel, status=status, service_id=code)
        rows[row["id"]] = row
        if status == 1 and draw(st.booleans()):
            for days, rest in checker.REST.get((code or "", dagdeel), []):
                on = date + dt.timedelta(days=days)
                block = factories.assignment(person, date=on, dagdeel=rest, status=2, service_id=None)
                if on <= dates[-1]:
                    rows.setdefault(block["id"], block)
    return rows


@st.composite
def beside(
    draw: st.DrawFn, people: list[str], dates: list[dt.date], codes: tuple[str, ...], *, overlap: bool
) -> dict[str, Raw]:
    """Make up what other rosters hold on the day before the period and on the day after it."""
    rows: dict[str, Raw] = {}
    for roster_ids, date in (("R0", "RA"), dates[0] - DAY), (("R2", "RZ"), dates[-1] + DAY):
        for roster_id in roster_ids if overlap else roster_ids[:1]:
            for _ in range(draw(st.integers(0, 2))):
                dagdeel = draw(st.sampled_from(DAGDELEN))
                code = draw(st.sampled_from([code for code in codes if NATURAL[code] == dagdeel]))
                row = factories.assignment(
                    draw(st.sampled_from(people)), roster_id=roster_id, date=date, dagdeel=dagdeel, service_id=code
                )
                rows[row["id"]] = row
    return rows


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
def test_no_duty_is_split_that_its_person_could_have_had_whole(tables: dict[str, list[Raw]]) -> None:
    """Rule 6, also where the run gave the evening to somebody else who has no morning."""
    _, records = solve(tables)

    assert checker.split_needlessly(tables, records, "R1", swaps=True) == []


@given(rosters(beside_overlap=True))
@thorough
def test_rosters_beside_that_overlap_each_other(tables: dict[str, list[Raw]]) -> None:
    """Two versions of the roster before may both be there: a duty in either needs its rest."""
    processor, records = solve(tables)

    assert measure(processor.board).needed >= 0
    assert checker.violations(tables, records, "R1") == []
    assert checker.unfilled_but_fillable(tables, records, "R1") == []


@given(rosters())
@thorough
def test_everyone_who_is_qualified_for_an_open_shift_is_told_with_what_rules_them_out(
    tables: dict[str, list[Raw]],
) -> None:
    processor, _ = solve(tables)
    team = {row["id"]: row["team"] for row in tables["employees"]}

    for shift in filter(lambda shift: shift.service_active, measure(processor.board).open_shifts):
        qualified = {
            row["employee_id"]
            for row in tables["roster_employee_services"]
            if row["actief"]
            and row["service_id"] == shift.service_code
            and team[row["employee_id"]] in checker.MAY_FILL[shift.team]
        }
        assert {person.employee_id for person in shift.people} == qualified
        assert sum(shift.obstacles.values()) == len(qualified)


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
