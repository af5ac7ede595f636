"""Promises of the pass on any roster, judged by the independent checker.

Hypothesis makes up small rosters in which everything happens: duties planned by hand with and without their rest,
leave, rest without a duty, demand beyond all quotas, work in the rosters before and after.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.roster import PRESETS
from greedy.domain.models import Status
from greedy.outcome.coverage import measure
from greedy.outcome.open_shifts import Remedy
from greedy.solver.parameters import DEFAULT, Parameters
from tests.support import checker, factories, measures
from tests.support.factories import Raw
from tests.support.made import made, with_seed
from tests.support.records import MAY_FILL
from tests.support.scenes import planned, solve
from tests.support.strategies import rosters, thorough, written


@given(rosters())
@thorough
def test_no_rule_is_broken(tables: dict[str, list[Raw]]) -> None:
    _, records = planned(tables)

    assert checker.violations(tables, records, "R1") == []


@given(rosters())
@thorough
def test_nothing_stays_open_that_someone_could_take(tables: dict[str, list[Raw]]) -> None:
    _, records = planned(tables)

    assert checker.unfilled_but_fillable(tables, records, "R1") == []


@given(rosters())
@thorough
def test_coverage_is_what_an_independent_count_says(tables: dict[str, list[Raw]]) -> None:
    processor, records = planned(tables)
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
    _, records = planned(tables)

    assert checker.split_needlessly(tables, records, "R1", swaps=True) == []


@given(rosters(beside_overlap=True))
@thorough
def test_rosters_beside_that_overlap_each_other(tables: dict[str, list[Raw]]) -> None:
    """Two versions of the roster before may both be there: a duty in either needs its rest."""
    processor, records = planned(tables)

    assert measure(processor.board).needed >= 0
    assert checker.violations(tables, records, "R1") == []
    assert checker.unfilled_but_fillable(tables, records, "R1") == []


@given(rosters())
@thorough
def test_everyone_who_is_qualified_for_an_open_shift_is_told_with_what_rules_them_out(
    tables: dict[str, list[Raw]],
) -> None:
    processor, _ = planned(tables)
    team = {row["id"]: row["team"] for row in tables["employees"]}
    active = {row["code"] for row in tables["service_types"] if row["actief"]}

    for shift in measure(processor.board).open_shifts:
        if shift.service_code not in active:
            assert shift.reason == "the service is inactive"
            continue
        qualified = {
            row["employee_id"]
            for row in tables["roster_employee_services"]
            if row["actief"]
            and row["service_id"] == shift.service_code
            and team[row["employee_id"]] in MAY_FILL[shift.team]
        }
        assert {person.employee_id for person in shift.people} == qualified
        assert sum(shift.obstacles.values()) == len(qualified)


@given(rosters())
@thorough
def test_a_change_that_is_told_would_fill_a_place(tables: dict[str, list[Raw]]) -> None:
    processor, records = planned(tables)
    measured = measure(processor.board)
    done = written(tables, records)

    for shift in measured.open_shifts:
        for change in shift.remedies:
            again, _ = planned(done | {"roster_employee_services": changed(done, change, shift.service_code)})
            assert measure(again.board).open < measured.open


def changed(tables: dict[str, list[Raw]], change: Remedy, code: str) -> list[Raw]:
    """Return the qualifications with one person's quota of a service one larger, or with one more qualification."""
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
    _, records = planned(tables)
    shuffled = {name: random.sample(rows, len(rows)) for name, rows in tables.items()}

    assert planned(shuffled)[1] == records


@given(rosters())
@thorough
def test_a_rerun_adds_nothing_and_says_the_same(tables: dict[str, list[Raw]]) -> None:
    processor, records = planned(tables)

    again, more = planned(written(tables, records))

    assert more == []
    first, second = measure(processor.board), measure(again.board)
    assert (second.needed, second.open, second.surplus) == (first.needed, first.open, first.surplus)
    assert second.open_shifts == first.open_shifts


@given(rosters())
@thorough
def test_solving_twice_is_solving_once(tables: dict[str, list[Raw]]) -> None:
    processor, records = planned(tables)

    assert processor.process().assignments == records


@given(rosters())
@thorough
def test_only_open_slots_are_touched(tables: dict[str, list[Raw]]) -> None:
    _, records = planned(tables)
    held = {
        (row["employee_id"], row["date"], row["dagdeel"])
        for row in tables["roster_assignments"]
        if row["roster_id"] == "R1" and row["status"]
    }

    touched = [(record.employee_id, record.date.isoformat(), str(record.dagdeel)) for record in records]

    assert not held.intersection(touched)
    assert len(set(touched)) == len(touched)
    assert {record.status for record in records} <= {Status.ACTIVE, Status.BLOCKED}


@pytest.mark.parametrize("seed", [with_seed(seed, seed, name=str(seed)) for seed in range(1, 6)])
@pytest.mark.parametrize("kind", ["practice", "tight", "loose", "planned"])
def test_practice_rosters(kind: str, seed: int) -> None:
    """The same promises on rosters of a practice's size."""
    tables = made(PRESETS[kind], seed)
    _, records = planned(tables)

    assert checker.violations(tables, records) == []
    assert checker.unfilled_but_fillable(tables, records) == []
    assert planned(written(tables, records))[1] == []


@given(rosters())
@thorough
def test_no_aim_is_lost_for_a_later_one(tables: dict[str, list[Raw]]) -> None:
    """Spreading what is open, and then fairness, cost nothing of what comes before them."""
    shift_nothing = Parameters(spread_effort=0, spread_effort_per_place=0, relaxed_possibilities=0, rounds=0)
    share_nothing = Parameters(rounds=0)
    filled, spread, fair = (
        measures.measure(tables, solve(tables, parameters).workspace.assignments)
        for parameters in (shift_nothing, share_nothing, DEFAULT)
    )

    assert spread.counts >= filled.counts
    assert spread.rank >= filled.rank
    assert fair.rank >= spread.rank
