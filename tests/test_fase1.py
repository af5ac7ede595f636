"""FASE 1: rows -> workspace. What is wrong with them is told all at once, and stops the run or not."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from greedy.errors import Problem, RosterDataError
from greedy.loader import MAX_DAYS, build_workspace
from greedy.models import Status, Workspace
from tests.factories import MONDAY, assignment, day, employee, qualification, requirement, roster, service, tables

REQUIREMENTS = "roster_period_staffing_dagdelen"
QUALIFICATIONS = "roster_employee_services"
ASSIGNMENTS = "roster_assignments"


def problems_of(**given: Any) -> list[Problem]:
    """Give the problems that stop a roster from being planned."""
    with pytest.raises(RosterDataError) as caught:
        build_workspace(tables(**given))
    assert caught.value.exit_code == 4
    return [problem for problem in caught.value.problems if problem.fatal]


def warnings_of(**given: Any) -> tuple[Workspace, list[Problem]]:
    """Give a workspace and the problems that did not stop it."""
    workspace = build_workspace(tables(**given))
    assert not any(problem.fatal for problem in workspace.warnings)
    return workspace, list(workspace.warnings)


FATAL = [
    pytest.param({"roosters": [roster(end_date=day(-1))]}, "roosters", "R1", "end_date", id="end before start"),
    pytest.param({"roosters": [roster(end_date=day(MAX_DAYS))]}, "roosters", "R1", "end_date", id="years too long"),
    pytest.param({"roosters": [roster(start_date="soon")]}, "roosters", "R1", "start_date", id="date that is none"),
    pytest.param({"roosters": [roster(start_date="0001-01-01")]}, "roosters", "R1", "start_date", id="year 1"),
    pytest.param({"roosters": []}, "roosters", "-", "row", id="no roster"),
    pytest.param({REQUIREMENTS: [requirement(dagdeel="N")]}, REQUIREMENTS, None, "dagdeel", id="unknown dagdeel"),
    pytest.param({REQUIREMENTS: [requirement(team="GEEL")]}, REQUIREMENTS, None, "team", id="unknown team"),
    pytest.param({REQUIREMENTS: [requirement(status="MISSCHIEN")]}, REQUIREMENTS, None, "status", id="unknown status"),
    pytest.param({REQUIREMENTS: [requirement(aantal=-1)]}, REQUIREMENTS, None, "aantal", id="negative aantal"),
    pytest.param({REQUIREMENTS: [requirement(aantal=10**9)]}, REQUIREMENTS, None, "aantal", id="absurd aantal"),
    pytest.param({REQUIREMENTS: [requirement(aantal="veel")]}, REQUIREMENTS, None, "aantal", id="aantal in words"),
    pytest.param({REQUIREMENTS: [requirement(aantal=None)]}, REQUIREMENTS, None, "aantal", id="aantal null"),
    pytest.param({REQUIREMENTS: [requirement("XXX")]}, REQUIREMENTS, None, "service_id", id="unknown service"),
    pytest.param(
        {REQUIREMENTS: [requirement(), requirement(id="z")]}, REQUIREMENTS, "z", "date, dagdeel, team, service_id",
        id="requirement twice",
    ),
    pytest.param({QUALIFICATIONS: [qualification("E9")]}, QUALIFICATIONS, None, "employee_id", id="unknown employee"),
    pytest.param({QUALIFICATIONS: [qualification("E1", "X")]}, QUALIFICATIONS, None, "service_id", id="unknown skill"),
    pytest.param({QUALIFICATIONS: [qualification(aantal=-2)]}, QUALIFICATIONS, None, "aantal", id="negative quota"),
    pytest.param(
        {QUALIFICATIONS: [qualification(), qualification(id="z")]}, QUALIFICATIONS, "z", "employee_id, service_id",
        id="qualification twice",
    ),
    pytest.param({ASSIGNMENTS: [assignment("E9")]}, ASSIGNMENTS, None, "employee_id", id="unknown person works"),
    pytest.param({ASSIGNMENTS: [assignment(service_id="X")]}, ASSIGNMENTS, None, "service_id", id="unknown work"),
    pytest.param({ASSIGNMENTS: [assignment(status=4)]}, ASSIGNMENTS, None, "status", id="unknown slot status"),
    pytest.param({ASSIGNMENTS: [assignment(dagdeel="")]}, ASSIGNMENTS, None, "dagdeel", id="empty dagdeel"),
    pytest.param(
        {ASSIGNMENTS: [assignment(), assignment(id="z")]}, ASSIGNMENTS, "z", "roster_id, employee_id, date, dagdeel",
        id="slot twice",
    ),
    pytest.param(
        {"employees": [employee(team="Paars")], QUALIFICATIONS: [qualification()]}, "employees", "E1", "team",
        id="team of someone who matters",
    ),
    pytest.param({"employees": [employee(), employee()]}, "employees", "E1", "id", id="employee twice"),
    pytest.param(
        {"service_types": [service("ECH"), service("ECH", id="z")]}, "service_types", "z", "code", id="code twice"
    ),
    pytest.param({"service_types": [service("ECH", is_system=None)]}, "service_types", "ECH", "is_system", id="null"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "table", "row_id", "column"), FATAL)
def test_bad_row__named_with_table_id_field_value_and_remedy(
    given: dict[str, Any], table: str, row_id: str | None, column: str
) -> None:
    (problem,) = problems_of(**given)

    expected_id = row_id or given[table][0]["id"]
    assert (problem.table, problem.id, problem.field) == (table, expected_id, column)
    assert problem.value
    assert problem.message
    assert problem.remedy
    for told in (table, expected_id, column, problem.value, problem.remedy):
        assert told in str(problem)


def test_all_problems_are_told_at_once() -> None:
    found = problems_of(
        roosters=[roster(end_date=day(-1))],
        roster_period_staffing_dagdelen=[requirement(dagdeel="N", aantal=-1), requirement("XXX")],
        roster_employee_services=[qualification("E9", "X")],
    )

    assert {(problem.table, problem.field) for problem in found} == {
        ("roosters", "end_date"),
        (REQUIREMENTS, "dagdeel"),
        (REQUIREMENTS, "aantal"),
        (REQUIREMENTS, "service_id"),
        (QUALIFICATIONS, "employee_id"),
    }


def test_a_row_without_id__named_by_its_number() -> None:
    row = requirement(dagdeel="N")
    del row["id"]

    found = problems_of(roster_period_staffing_dagdelen=[requirement(), row])

    assert {problem.id for problem in found} == {"#2"}


def test_a_value_that_is_long__cut_off() -> None:
    (problem,) = problems_of(roster_period_staffing_dagdelen=[requirement(dagdeel="x" * 10_000, id="r")])

    assert len(problem.value) < 100


def test_a_row_that_is_no_row__told() -> None:
    (problem,) = problems_of(roster_period_staffing_dagdelen=[None])

    assert (problem.id, problem.field) == ("#1", "row")


WARNINGS = [
    pytest.param({REQUIREMENTS: [requirement(date=day(7))]}, REQUIREMENTS, "date", id="requirement after the period"),
    pytest.param({REQUIREMENTS: [requirement(date=day(-1))]}, REQUIREMENTS, "date", id="requirement before it"),
    pytest.param({REQUIREMENTS: [requirement(status="MAG_NIET")]}, REQUIREMENTS, "aantal", id="MAG_NIET with aantal"),
    pytest.param({ASSIGNMENTS: [assignment(date=day(30))]}, ASSIGNMENTS, "date", id="slot outside the period"),
    pytest.param({ASSIGNMENTS: [assignment(service_id=None)]}, ASSIGNMENTS, "service_id", id="ACTIVE without service"),
    pytest.param({"employees": [employee(), employee("E2", team="?")]}, "employees", "team", id="nobody's team"),
]


@pytest.mark.parametrize(("given", "table", "column"), WARNINGS)
def test_what_can_be_left_out_is_a_warning(given: dict[str, Any], table: str, column: str) -> None:
    workspace, (problem,) = warnings_of(**given)

    assert (problem.table, problem.field) == (table, column)
    assert workspace.requirements == ()


def test_a_row_outside_the_period__holds_no_slot() -> None:
    workspace, _ = warnings_of(roster_assignments=[assignment(date=day(30))])

    assert (workspace.stored, workspace.neighbours) == ((), ())


def test_active_without_service__keeps_its_slot() -> None:
    workspace, _ = warnings_of(roster_assignments=[assignment(service_id=None)])

    assert [row.status for row in workspace.stored] == [Status.ACTIVE]


def test_rows_that_do_not_matter_are_left_out() -> None:
    workspace, warnings = warnings_of(
        roster_period_staffing_dagdelen=[requirement(aantal=0), requirement("OSP", status="MAG_NIET", aantal=0)],
        roster_employee_services=[qualification(actief=False)],
        roster_assignments=[assignment(status=0, service_id=None)],
    )

    assert (workspace.requirements, workspace.qualifications, workspace.stored) == ((), (), ())
    assert warnings == []


def test_what_other_rosters_hold_beside_the_period() -> None:
    before = assignment(roster_id="R0", date=day(-1), dagdeel="A", service_id="DIA")
    after = assignment(roster_id="R2", date=day(7))
    rest = assignment(roster_id="R2", date=day(7), dagdeel="M", status=2, service_id=None)
    far = assignment(roster_id="R2", date=day(9))

    stranger = assignment("E2", roster_id="R0", date=day(-1), dagdeel="A", service_id="DIA")

    workspace, warnings = warnings_of(
        employees=[employee(), employee("E2")],
        roster_employee_services=[qualification()],
        roster_assignments=[before, after, rest, far, stranger],
    )

    assert {row.id for row in workspace.neighbours} == {before["id"], after["id"]}
    assert (workspace.stored, warnings) == ((), [])


def test_only_the_people_of_the_roster_are_in_it() -> None:
    """Others, of other practices perhaps, neither are planned nor get rest here."""
    workspace, _ = warnings_of(
        employees=[employee("E1"), employee("E2"), employee("E3")],
        roster_employee_services=[qualification("E2")],
        roster_assignments=[assignment("E3", status=3, service_id=None)],
    )

    assert [person.id for person in workspace.employees] == ["E2", "E3"]


def test_names_may_be_missing() -> None:
    """They are for the report only."""
    workspace, warnings = warnings_of(
        employees=[employee(voornaam=None, achternaam=None)],
        service_types=[service("ECH", naam=None)],
        roster_employee_services=[qualification()],
    )

    assert (workspace.employees[0].first_name, workspace.services[0].name, warnings) == ("", "", [])


@pytest.mark.parametrize("empty", [{}, {"employees": None}], ids=["absent", "null"])
def test_missing_tables_count_as_empty(empty: dict[str, Any]) -> None:
    workspace = build_workspace({"roosters": [roster()], **empty})

    assert (workspace.employees, workspace.services, workspace.requirements) == ((), (), ())
    assert workspace.roster.days == 7
    assert workspace.roster_id == "R1"


def test_the_same_rows_in_any_order_make_the_same_workspace() -> None:
    given = tables(
        employees=[employee(f"E{number}") for number in range(5)],
        roster_period_staffing_dagdelen=[requirement(date=day(number)) for number in range(7)],
        roster_employee_services=[qualification(f"E{number}") for number in range(5)],
        roster_assignments=[assignment(f"E{number}", date=day(number)) for number in range(5)],
    )
    shuffled = {table: random.Random(1).sample(rows, len(rows)) for table, rows in given.items()}

    assert shuffled != given
    assert build_workspace(shuffled) == build_workspace(given)


def test_dates_become_dates() -> None:
    workspace, _ = warnings_of(roster_period_staffing_dagdelen=[requirement()])

    assert workspace.requirements[0].date == MONDAY == dt.date(2027, 1, 4)
