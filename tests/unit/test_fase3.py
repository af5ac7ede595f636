"""FASE 3: the rest that duties need, pairs, and what does not fit."""

from __future__ import annotations

from typing import Any

import pytest

from greedy.domain.duties import BUILT_IN
from greedy.domain.models import Assignment, Dagdeel, Status
from greedy.loader import build_workspace
from greedy.outcome import coverage
from greedy.outcome.run_warnings import find_warnings
from greedy.processor import GreedyProcessor
from greedy.solver.pairing import Pairing
from tests.support.factories import MONDAY, assignment, day, employee, qualification, requirement, tables

REST_OF = {
    ("DIO", "O"): [(0, "M"), (1, "O"), (1, "M")],
    ("DDO", "O"): [(0, "M"), (1, "O"), (1, "M")],
    ("DIA", "A"): [(1, "O"), (1, "M")],
    ("DDA", "A"): [(1, "O"), (1, "M")],
}
DUTIES = sorted(REST_OF)


def pair(*rows: Any, **given: Any) -> Pairing:
    """Return what FASE 3 finds in a roster with these rows."""
    processor = GreedyProcessor(build_workspace(tables(roster_assignments=list(rows), **given)))
    processor.process()
    assert processor.pairing is not None
    return processor.pairing


def slots(blocks: list[Assignment]) -> list[tuple[int, str]]:
    return [((block.date - MONDAY).days, str(block.dagdeel)) for block in blocks]


def duty(code: str, dagdeel: str, **overrides: Any) -> Any:
    return assignment(service_id=code, dagdeel=dagdeel, **overrides)


@pytest.mark.parametrize(("code", "dagdeel"), DUTIES)
def test_a_planned_duty_without_its_blocks_gets_them(code: str, dagdeel: str) -> None:
    pairing = pair(duty(code, dagdeel))

    assert slots(pairing.blocks) == REST_OF[code, dagdeel]
    for block in pairing.blocks:
        assert (block.employee_id, block.status, block.source) == ("E1", Status.BLOCKED, "greedy-blocking")
        assert block.service_id is None
        assert block.notes == f"Auto-blocked: rest after {code} on 2027-01-04 {dagdeel}"


@pytest.mark.parametrize(("code", "dagdeel"), DUTIES)
def test_a_new_duty_says_what_it_blocks(code: str, dagdeel: str) -> None:
    workspace = build_workspace(
        tables(
            roster_period_staffing_dagdelen=[requirement(code, dagdeel=dagdeel)],
            roster_employee_services=[qualification(service_id=code)],
        )
    )

    new, *blocks = GreedyProcessor(workspace).process().assignments

    assert slots(blocks) == REST_OF[code, dagdeel]
    assert new.blocking_future == tuple((block.date, block.dagdeel, "E1") for block in blocks)


def test_a_new_duty_on_the_last_day_says_what_it_blocks_inside_the_roster() -> None:
    workspace = build_workspace(
        tables(
            roster_period_staffing_dagdelen=[requirement("DIO", date=day(6))],
            roster_employee_services=[qualification(service_id="DIO")],
        )
    )

    new, *_ = GreedyProcessor(workspace).process().assignments

    assert new.blocking_future == ((day(6), Dagdeel.MIDDAG, "E1"),)


@pytest.mark.parametrize("code", ["DIO", "DIA", "ECH"])
def test_a_code_on_another_dagdeel_is_no_duty(code: str) -> None:
    pairing = pair(duty(code, "M"))

    assert (pairing.blocks, pairing.duties) == ([], 0)


def test_rest_slots_that_are_blocked_already_are_left_alone() -> None:
    there = [
        assignment(date=day(number), dagdeel=part, status=2, service_id=None) for number, part in [(0, "M"), (1, "O")]
    ]

    assert slots(pair(duty("DIO", "O"), *there).blocks) == [(1, "M")]


def test_leave_is_rest_already() -> None:
    leave = assignment(date=day(1), status=3, service_id=None)

    assert slots(pair(duty("DIO", "O"), leave).blocks) == [(0, "M"), (1, "M")]


def test_a_rest_slot_with_status_0_is_open() -> None:
    empty = assignment(date=day(1), status=0, service_id=None)

    assert slots(pair(duty("DIA", "A"), empty).blocks) == [(1, "O"), (1, "M")]


def test_rest_that_is_worked_stays_and_is_reported() -> None:
    pairing = pair(duty("DIO", "O"), assignment(date=day(1)))

    (conflict,) = pairing.conflicts
    assert slots(pairing.blocks) == [(0, "M"), (1, "M")]
    assert (conflict.slot.date, conflict.slot.dagdeel, conflict.duty_code) == (day(1), "O", "DIO")


def test_nothing_is_blocked_after_the_last_day() -> None:
    assert slots(pair(duty("DIO", "O", date=day(6))).blocks) == [(6, "M")]


def test_a_duty_of_the_roster_before_blocks_the_first_day() -> None:
    here = [qualification()]

    pairing = pair(duty("DIA", "A", date=day(-1), roster_id="R0"), roster_employee_services=here)

    assert slots(pairing.blocks) == [(0, "O"), (0, "M")]
    assert {block.roster_id for block in pairing.blocks} == {"R1"}
    assert pairing.duties == 0


@pytest.mark.parametrize("ids", [("a", "b"), ("b", "a")], ids=["duty first", "duty last"])
def test_a_duty_of_the_roster_before_counts_whatever_else_a_copy_of_that_roster_says(ids: tuple[str, str]) -> None:
    """Two rosters before this one hold the same slot; which row comes first must not matter."""
    rows = [
        duty("DIA", "A", date=day(-1), roster_id="R0", id=ids[0]),
        duty("ECH", "A", date=day(-1), roster_id="R9", id=ids[1]),
    ]

    pairing = pair(*rows, roster_employee_services=[qualification()])

    assert slots(pairing.blocks) == [(0, "O"), (0, "M")]


def test_work_in_the_next_roster_on_the_day_after_a_planned_duty_is_reported() -> None:
    pairing = pair(duty("DIA", "A", date=day(6)), assignment(date=day(7), roster_id="R2"))

    assert [(conflict.slot.date, conflict.slot.dagdeel) for conflict in pairing.conflicts] == [(day(7), "O")]
    assert pairing.blocks == []


def test_what_happens_in_other_rosters_alone_is_theirs() -> None:
    before = [duty("DIO", "O", date=day(-1), roster_id="R0"), duty("ECH", "M", date=day(-1), roster_id="R0")]
    after = [duty("DIO", "O", date=day(7), roster_id="R2"), duty("ECH", "M", date=day(7), roster_id="R2")]

    pairing = pair(*before, *after)

    assert (pairing.conflicts, pairing.duties, pairing.unpaired) == ([], 0, [])


def test_the_earliest_duty_names_a_block_of_two() -> None:
    pairing = pair(duty("DIO", "O"), duty("DIA", "A"))

    assert slots(pairing.blocks) == [(0, "M"), (1, "O"), (1, "M")]
    assert {block.notes for block in pairing.blocks} == {"Auto-blocked: rest after DIO on 2027-01-04 O"}


def test_a_block_without_a_duty_is_reported_and_left_alone() -> None:
    pairing = pair(assignment(status=2, service_id=None), duty("DIO", "O", date=day(3)))

    assert [(slot.date, slot.dagdeel) for slot in pairing.orphaned] == [(MONDAY, "O")]


def test_a_block_after_a_duty_of_the_roster_before_is_no_orphan() -> None:
    blocked = [assignment(status=2, service_id=None, dagdeel=part) for part in "OM"]

    assert pair(duty("DDA", "A", date=day(-1), roster_id="R0"), *blocked).orphaned == []


@pytest.mark.parametrize(("morning", "evening"), [("DIO", "DIA"), ("DDO", "DDA")])
def test_pairs(morning: str, evening: str) -> None:
    pairing = pair(duty(morning, "O"), duty(evening, "A"))

    assert (pairing.pairs, pairing.duties, pairing.unpaired) == (1, 2, [])


@pytest.mark.parametrize(("morning", "evening"), [("DIO", "DDA"), ("DDO", "DIA")])
def test_halves_of_different_kinds_are_no_pair(morning: str, evening: str) -> None:
    pairing = pair(duty(morning, "O"), duty(evening, "A"))

    assert (pairing.pairs, len(pairing.unpaired)) == (0, 2)


def test_halves_of_two_people_are_no_pair() -> None:
    pairing = pair(duty("DIO", "O"), duty("DIA", "A", employee_id="E2"), employees=[employee(), employee("E2")])

    assert [(lone.code, lone.missing_code, lone.planned) for lone in pairing.unpaired] == [
        ("DIO", "DIA", True),
        ("DIA", "DIO", True),
    ]


def test_a_duty_that_this_run_fills_alone_is_told_apart() -> None:
    pairing = pair(
        roster_period_staffing_dagdelen=[requirement("DIO")],
        roster_employee_services=[qualification(service_id="DIO")],
    )

    assert [lone.planned for lone in pairing.unpaired] == [False]


@pytest.mark.parametrize(("source", "planned"), [("manual", True), (None, True), ("greedy", False)])
def test_a_duty_alone__planned_unless_an_earlier_run_gave_it(source: str | None, planned: bool) -> None:
    pairing = pair(duty("DIO", "O", source=source))

    assert [lone.planned for lone in pairing.unpaired] == [planned]


def test_warnings_of_the_result() -> None:
    rows = [
        duty("DIO", "O"),
        assignment(date=day(1)),
        assignment(date=day(4), status=2, service_id=None),
        assignment(date=day(5), service_id="OSP"),
    ]
    processor = GreedyProcessor(build_workspace(tables(roster_assignments=rows)))
    processor.assign()

    told = find_warnings(processor.workspace, ["no guard"], coverage.measure(processor.board), processor.pair())

    assert [warning.kind for warning in told] == [
        "schema", *3 * ["unqualified"], *3 * ["surplus"], "unpaired", "rest_conflict", "orphaned",
    ]  # fmt: skip
    assert [warning.message for warning in told][-3:] == [
        "DIO on 2027-01-04 O of E1 is planned by hand without DIA",
        "2027-01-05 O of E1 should be rest after DIO on 2027-01-04 O, but is worked (ECH); a planner must free one of "
        "the two",
        "2027-01-08 O of E1 is BLOCKED without a duty; it is left alone, open it if nobody needs it",
    ]


def test_the_duty_table() -> None:
    assert {(code, str(dagdeel)) for code, dagdeel in BUILT_IN.rests} == set(REST_OF)
    for (code, dagdeel), rests in REST_OF.items():
        expected = tuple((day(number), Dagdeel(part)) for number, part in rests)
        assert BUILT_IN.rest_slots(code, MONDAY, Dagdeel(dagdeel)) == expected
    assert BUILT_IN.rest_slots(None, MONDAY, Dagdeel.OCHTEND) == ()
    assert {(morning.code, evening.code) for morning, evening in BUILT_IN.evenings.items()} == {
        ("DIO", "DIA"),
        ("DDO", "DDA"),
    }
    assert {evening: morning for morning, evening in BUILT_IN.evenings.items()} == BUILT_IN.mornings
