"""Which requirement row each ACTIVE row fills, and how many places of each are filled."""

from __future__ import annotations

import random
from typing import Any

import pytest

from greedy.domain.models import REQUIREMENT_COLUMN, Status, Workspace
from greedy.loader import build_workspace
from greedy.processor import GreedyProcessor
from greedy.solver.allocation import Allocation, allocate_rows, moved_rows, touched_requirements
from tests.support.factories import assignment, day, employee, qualification, requirement, tables

TEAMS = {"A1": "Overig", "G1": "Groen", "G2": "Groen", "R1": "Oranje", "V1": "Overig"}
GRO, ORA, TOT = (requirement(team=team, id=team) for team in ("GRO", "ORA", "TOT"))


def allocated(
    *rows: Any, requirements: Any = (GRO, ORA, TOT), free: str = ""
) -> tuple[Workspace, dict[str, str], Allocation]:
    """Solve a shift; return the roster, employee -> requirement, and the allocation. `free` may be added by the job."""
    processor = GreedyProcessor(
        build_workspace(
            tables(
                employees=[employee(id_, team=team) for id_, team in TEAMS.items()],
                roster_period_staffing_dagdelen=list(requirements),
                roster_employee_services=[qualification(id_) for id_ in free.split()],
                roster_assignments=list(rows),
            )
        )
    )
    workspace = processor.process()
    found = allocate_rows(processor.board)
    return workspace, {slot.employee_id: id_ for slot, id_ in found.requirement_of.items()}, found


def test_own_team_first_then_everybody_s() -> None:
    workspace, who, found = allocated(free="G1 G2 R1 V1")

    assert who == {"G1": "GRO", "G2": "TOT", "R1": "ORA"}
    assert found.filled == {"GRO": 1, "ORA": 1, "TOT": 1}
    assert {record.employee_id: record.requirement_id for record in workspace.assignments} == who
    assert {record.employee_id: record.team for record in workspace.assignments} == {
        "G1": "Groen", "G2": "Groen", "R1": "Oranje",
    }  # fmt: skip


def test_overig_takes_what_the_teams_leave() -> None:
    _, who, found = allocated(free="V1 G1", requirements=[GRO, TOT])

    assert (who, found.filled) == ({"G1": "GRO", "V1": "TOT"}, {"GRO": 1, "TOT": 1})


def test_overig_comes_after_the_teams_whatever_the_ids() -> None:
    """Else A1 would take the place of TOT, and one of Groen would be left without any."""
    _, who, found = allocated(free="A1 G1 G2")

    assert who == {"G1": "GRO", "G2": "TOT", "A1": "ORA"}
    assert found.filled == {"GRO": 1, "ORA": 1, "TOT": 1}


def test_a_row_keeps_the_requirement_that_it_names() -> None:
    for free, there in (("G2", []), ("", [assignment("G2")])):
        _, who, found = allocated(
            assignment("G1", **{REQUIREMENT_COLUMN: "TOT"}), *there, requirements=[GRO, TOT], free=free
        )
        assert who == {"G1": "TOT", "G2": "GRO"}
        assert found.filled == {"GRO": 1, "TOT": 1}


def test_it_keeps_it_although_somebody_of_the_team_is_added() -> None:
    _, who, _ = allocated(assignment("G2", **{REQUIREMENT_COLUMN: "GRO"}), requirements=[GRO, TOT], free="G1")

    assert who == {"G2": "GRO", "G1": "TOT"}


def test_it_gives_way_to_whom_no_other_place_fits() -> None:
    """By headcount G1 fills GRO, and leaves TOT to R1: so it does, although its own row names TOT."""
    _, who, _ = allocated(assignment("G1", **{REQUIREMENT_COLUMN: "TOT"}), requirements=[GRO, TOT], free="R1")

    assert who == {"G1": "GRO", "R1": "TOT"}


def test_a_row_that_names_a_place_that_is_not_filled_or_not_there_fills_another() -> None:
    for named in ("ORA", "gone", None):
        _, who, _ = allocated(assignment("G1", **{REQUIREMENT_COLUMN: named}), requirements=[GRO])
        assert who == {"G1": "GRO"}


def test_who_fits_no_row_by_team_fills_any_and_who_is_beyond_fills_none() -> None:
    _, who, found = allocated(assignment("R1"), assignment("V1"), assignment("G1"), requirements=[GRO])

    assert who == {"G1": "GRO"}
    assert found.filled == {"GRO": 1}
    _, who, _ = allocated(assignment("R1"), requirements=[GRO])
    assert who == {"R1": "GRO"}


def test_rest_names_no_requirement_and_nothing_is_counted_where_nobody_works() -> None:
    workspace, _, found = allocated(free="", requirements=[GRO])

    assert (workspace.assignments, found.filled) == ([], {"GRO": 0})
    duty = requirement("DIO", id="duty")
    processor = GreedyProcessor(
        build_workspace(
            tables(roster_period_staffing_dagdelen=[duty], roster_employee_services=[qualification(service_id="DIO")])
        )
    )
    records = processor.process().assignments
    assert {(record.status, record.requirement_id, record.team) for record in records} == {
        (Status.ACTIVE, "duty", "Groen"),
        (Status.BLOCKED, None, "Groen"),
    }
    assert processor.pairing is not None
    assert [block.team for block in processor.pairing.blocks] == 3 * ["Groen"]


def test_touched_are_all_requirements_of_a_changed_shift() -> None:
    elsewhere = [requirement(date=day(1), id="next"), requirement(dagdeel="A", id="late")]
    workspace, _, _ = allocated(requirements=[GRO, ORA, *elsewhere], free="G1")
    added = [record for record in workspace.assignments if record.dagdeel == "O" and record.date == day(0)]

    assert touched_requirements(workspace, added) == {"GRO", "ORA"}
    assert touched_requirements(workspace, ()) == set()


@pytest.mark.parametrize(("source", "moved"), [("greedy", {"row": "GRO"}), ("manual", {})])
def test_a_row_of_the_job_follows_its_place__a_planners_does_not(source: str, moved: dict[str, str]) -> None:
    """R1 may fill TOT alone, which G1's row names: G1 fills GRO instead."""
    there = assignment("G1", id="row", source=source, **{REQUIREMENT_COLUMN: "TOT"})
    processor = GreedyProcessor(
        build_workspace(
            tables(
                employees=[employee(id_, team=team) for id_, team in TEAMS.items()],
                roster_period_staffing_dagdelen=[GRO, TOT],
                roster_employee_services=[qualification("R1")],
                roster_assignments=[there],
            )
        )
    )
    processor.process()
    found = allocate_rows(processor.board)

    assert {slot.employee_id: id_ for slot, id_ in found.requirement_of.items()} == {"G1": "GRO", "R1": "TOT"}
    assert moved_rows(processor.board, found) == moved


@pytest.mark.parametrize("seed", range(40))
def test_as_many_as_are_filled_and_the_added_by_team(seed: int) -> None:
    """Whoever is there: the rows of the allocation add up to what the headcount fills."""
    drawn = random.Random(seed)
    people = {f"P{n}": drawn.choice(("Groen", "Oranje", "Overig")) for n in range(8)}
    needed = [requirement(team=team, id=team, aantal=drawn.randint(1, 2)) for team in ("GRO", "ORA", "TOT")]
    there = drawn.sample(sorted(people), drawn.randint(0, 5))
    names = ("GRO", "ORA", "TOT", None)
    processor = GreedyProcessor(
        build_workspace(
            tables(
                employees=[employee(id_, team=team) for id_, team in people.items()],
                roster_period_staffing_dagdelen=needed,
                roster_employee_services=[qualification(id_) for id_ in people],
                roster_assignments=[assignment(id_, **{REQUIREMENT_COLUMN: drawn.choice(names)}) for id_ in there],
            )
        )
    )
    added = {record.employee_id for record in processor.process().assignments}
    found = allocate_rows(processor.board)

    (shift,) = processor.board.shifts.values()
    assert sum(found.filled.values()) == len(found.requirement_of) == shift.needed.total - shift.open.total
    who = {slot.employee_id: id_ for slot, id_ in found.requirement_of.items()}
    assert added <= set(who)
    may = {"Groen": {"GRO", "TOT"}, "Oranje": {"ORA", "TOT"}, "Overig": {"GRO", "ORA", "TOT"}}
    assert all(who[id_] in may[people[id_]] for id_ in added)
