"""FASE 1: rows -> workspace. What is wrong with them is told all at once, and stops the run or not."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import httpx
import pytest
from postgrest import APIError
from pytest_mock import MockerFixture

from greedy.database import requests
from greedy.database.codes import Action
from greedy.database.roster_rows import read_tables
from greedy.domain.models import Status, Workspace
from greedy.errors import DatabaseError, Problem, RosterDataError
from greedy.loader import build_workspace
from greedy.loader.records import MAX_DAYS
from tests.support.factories import (
    MONDAY,
    assignment,
    day,
    employee,
    qualification,
    requirement,
    roster,
    service,
    tables,
)
from tests.support.fake import FakeClient

REQUIREMENTS = "roster_period_staffing_dagdelen"
QUALIFICATIONS = "roster_employee_services"
ASSIGNMENTS = "roster_assignments"


def problems_of(**given: Any) -> list[Problem]:
    """Return the problems that stop a roster from being planned."""
    with pytest.raises(RosterDataError) as caught:
        build_workspace(tables(**given))
    assert caught.value.exit_code == 4
    return [problem for problem in caught.value.problems if problem.fatal]


def warnings_of(**given: Any) -> tuple[Workspace, list[Problem]]:
    """Return a workspace and the problems that did not stop it."""
    workspace = build_workspace(tables(**given))
    assert not any(problem.fatal for problem in workspace.warnings)
    return workspace, list(workspace.warnings)


FATAL = [
    pytest.param({"roosters": [roster(end_date=day(-1))]}, "roosters", "R1", "end_date", id="end before start"),
    pytest.param({"roosters": [roster(end_date=day(MAX_DAYS))]}, "roosters", "R1", "end_date", id="years too long"),
    pytest.param({"roosters": [roster(start_date="soon")]}, "roosters", "R1", "start_date", id="date that is none"),
    pytest.param({"roosters": [roster(start_date="0001-01-01")]}, "roosters", "R1", "start_date", id="year 1"),
    pytest.param({"roosters": []}, "roosters", "-", "row", id="no roster"),
    pytest.param({"roosters": [roster(), roster(id="R2")]}, "roosters", "-", "row", id="two rosters"),
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
    pytest.param(
        {"employees": [employee(team="Paars")], ASSIGNMENTS: [assignment(status=3, service_id=None)]}, "employees",
        "E1", "team", id="team of someone who holds a slot",
    ),
    pytest.param({"employees": [employee(), employee()]}, "employees", "E1", "id", id="employee twice"),
    pytest.param(
        {
            "service_types": [service("ECH"), service("ECH", id="z")],
            REQUIREMENTS: [requirement("ECH"), requirement("z")],
        },
        "service_types", "z", "code", id="code twice",
    ),
    pytest.param(
        {"service_types": [service("ECH"), service("OSP", id="ECH")], REQUIREMENTS: [requirement("ECH")]},
        "service_types", "ECH", "id", id="service twice",
    ),
    pytest.param(
        {"service_types": [service("ECH", is_system="?")], REQUIREMENTS: [requirement("ECH")]},
        "service_types", "ECH", "is_system", id="damaged service that is asked for",
    ),
    pytest.param({"roosters": [roster(end_date=None)]}, "roosters", "R1", "end_date", id="no last day"),
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


def test_a_period_of_the_greatest_length_is_planned() -> None:
    workspace, warnings = warnings_of(roosters=[roster(end_date=day(MAX_DAYS - 1))])

    assert (workspace.roster.days, warnings) == (MAX_DAYS, [])


def test_a_row_that_names_a_damaged_row__only_the_damaged_one_is_told() -> None:
    found = problems_of(
        service_types=[service("ECH", is_system="?")],
        roster_period_staffing_dagdelen=[requirement("ECH")],
        roster_employee_services=[qualification(service_id="ECH")],
    )

    assert [(problem.table, problem.id) for problem in found] == [("service_types", "ECH")]


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


STRANGER = [employee(), employee("E2", team="Paars")]


@pytest.mark.parametrize(
    "given",
    [
        {ASSIGNMENTS: [assignment("E2", roster_id="R0", date=day(-1))]},
        {ASSIGNMENTS: [assignment("E2", status=0, service_id=None)]},
        {QUALIFICATIONS: [qualification("E2", actief=False)]},
    ],
    ids=["works in another roster", "has an open slot", "was qualified once"],
)
def test_a_damaged_employee_who_does_not_matter_here_stops_nothing(given: dict[str, Any]) -> None:
    workspace, (problem,) = warnings_of(employees=STRANGER, **given)

    assert (problem.table, problem.id, problem.field) == ("employees", "E2", "team")
    assert workspace.employees == ()


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


def test_the_same_rows_in_any_order_make_the_same_warnings() -> None:
    given = tables(
        employees=[employee("E1"), *(employee(f"E{number}", team="?") for number in (2, 3, 4))],
        roster_period_staffing_dagdelen=[requirement(date=day(number)) for number in (7, 8, 9)],
    )
    turned = {table: rows[::-1] for table, rows in given.items()}

    assert build_workspace(turned).warnings == build_workspace(given).warnings


def test_dates_become_dates() -> None:
    workspace, _ = warnings_of(roster_period_staffing_dagdelen=[requirement()])

    assert workspace.requirements[0].date == MONDAY == dt.date(2027, 1, 4)


def test_what_is_asked_of_the_database__this_rosters_rows_and_work_on_the_days_beside_it() -> None:
    """The requests alone keep other rosters' demand and quotas out: the rows read do not say whose they are."""
    fake = FakeClient(
        **tables(
            roosters=[roster(), roster(id="R2", end_date=day(20)), roster(id="R3"), roster(id="R4", start_date=day(9))],
            roster_period_staffing_dagdelen=[
                requirement(id="ours"),
                requirement(id="none", aantal=0),
                requirement(id="theirs", roster_id="R2"),
            ],
            roster_employee_services=[
                qualification(id="ours"),
                qualification(id="off", actief=False),
                qualification(id="theirs", roster_id="R2"),
            ],
            roster_assignments=[
                *(assignment(id=f"ours {status}", status=status, date=day(status)) for status in range(4)),
                *(assignment(id=f"beside {day(n)}", roster_id="R2", date=day(n)) for n in (-2, -1, 0, 7, 8)),
                assignment(id="of a copy", roster_id="R3"),
                assignment(id="far away", roster_id="R4", date=day(7)),
                assignment(id="ours, emptied", status=0, service_id=None, dagdeel="A"),
                assignment(id="rest beside", roster_id="R2", date=day(-1), dagdeel="M", status=2),
            ],
        )
    )

    read = read_tables(fake, "R1")

    assert [row["id"] for row in read["roosters"]] == ["R1"]
    assert [row["id"] for row in read[REQUIREMENTS]] == ["ours"]
    assert [row["id"] for row in read[QUALIFICATIONS]] == ["ours"]
    assert [row["id"] for row in read["other_rosters"]] == ["R2", "R3"]
    assert [row["id"] for row in read[ASSIGNMENTS]] == [
        *(f"beside {date}" for date in ("2027-01-03", "2027-01-04", "2027-01-11")),
        *("ours 0", "ours 1", "ours 2", "ours 3"),
    ]
    assert sorted(fake.log) == sorted(f"read {table}" for table in tables())


class TestCodesOfThePlatform:
    """The error codes of Supabase's layers that test_database.py does not go through."""

    def sent(self, mocker: MockerFixture, failure: Exception) -> Any:
        """Send a request that always fails so; return how often it was sent, and what was told."""
        mocker.patch("tenacity.nap.time.sleep")
        query = mocker.Mock(execute=mocker.Mock(side_effect=failure))
        with pytest.raises(DatabaseError) as caught:
            requests.execute(query, Action.read("roosters"))
        assert caught.value.__cause__ is failure
        return query.execute.call_count, str(caught.value)

    @pytest.mark.parametrize("code", ["PGRST001", "40P01", "55P03", "57P01", "53400", "08003", "429", "502", "504"])
    def test_transient__tried_again(self, mocker: MockerFixture, code: str) -> None:
        tries, _ = self.sent(mocker, APIError({"code": code, "message": "no", "hint": None, "details": None}))

        assert tries == requests.TRIES

    @pytest.mark.parametrize("status", [500, 521, 522, 523, 524])
    def test_transient_status_of_a_gateway__tried_again(self, mocker: MockerFixture, status: int) -> None:
        request = httpx.Request("GET", "https://example.supabase.co/rest/v1/t")
        failure = httpx.HTTPStatusError("no", request=request, response=httpx.Response(status))

        assert self.sent(mocker, failure)[0] == requests.TRIES

    @pytest.mark.parametrize(
        "code", ["21000", "22P02", "23502", "23503", "23514", "25006", "42883", "P0001", "PGRST103", "402", "540"]
    )
    def test_one_that_will_stay__not_tried_again(self, mocker: MockerFixture, code: str) -> None:
        tries, _ = self.sent(mocker, APIError({"code": code, "message": "no", "hint": None, "details": None}))

        assert tries == 1

    def test_an_address_without_a_known_scheme__not_tried_again(self, mocker: MockerFixture) -> None:
        assert self.sent(mocker, httpx.UnsupportedProtocol("x"))[0] == 1

    @pytest.mark.parametrize("code", ["401", "PGRST301", "PGRST302", "PGRST303"])
    def test_a_key_that_is_refused__the_setting_is_named(self, mocker: MockerFixture, code: str) -> None:
        _, told = self.sent(mocker, APIError({"code": code, "message": "no", "hint": None, "details": None}))

        assert "SUPABASE_KEY" in told
