"""Odd rows: nulls, days as time stamps or beyond all dates, services nobody asks for, rosters that overlap."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pytest_mock import MockerFixture

from greedy.database.roster_rows import read_tables
from greedy.database.tables import read_columns
from greedy.domain.days import lies_outside, read_day
from greedy.domain.models import REQUIREMENT_COLUMN, Roster, Status, Team, Workspace
from greedy.domain.period import Period, Scope
from greedy.domain.source import SourceWords
from greedy.errors import DatabaseError, Problem, RosterDataError, UsageError
from greedy.loader import build_workspace, load
from greedy.outcome import coverage
from greedy.outcome.run_warnings import RestWarning, RunWarning, StaffWarning, find_warnings
from greedy.processor import GreedyProcessor
from tests.support.factories import (
    MONDAY,
    SUNDAY,
    Raw,
    assignment,
    day,
    employee,
    qualification,
    requirement,
    roster,
    service,
    tables,
)
from tests.support.fake import FakeClient, Query, refused

REQUIREMENTS = "roster_period_staffing_dagdelen"
FAR = ["0001-01-01", "2999-12-31", "9999-12-31", "0044-03-15 BC", "infinity"]


def solved(**given: Any) -> Workspace:
    return GreedyProcessor(build_workspace(tables(**given))).process()


def works(workspace: Workspace) -> list[tuple[str, dt.date]]:
    return [(row.employee_id, row.date) for row in workspace.assignments if row.status is Status.ACTIVE]


def warnings_of(workspace: Workspace) -> list[RunWarning]:
    processor = GreedyProcessor(workspace)
    processor.assign()
    return find_warnings(workspace, (), coverage.measure(processor.board), processor.pair())


class TestDays:
    @pytest.mark.parametrize(
        "text",
        [
            "2027-07-05",
            "2027-07-05T00:00:00",
            "2027-07-05 00:00:00",
            "2027-07-05 00:00:00+00",
            "2027-07-05T00:00:00Z",
            "2027-07-05T00:00:00+02:00",
            "2027-07-04T22:00:00+00:00",
            "2027-07-05T23:59:59+00:00",
            "2027-07-05T00:00:00-05:00",
            "2027-07-05T09:30:00.5",
        ],
    )
    def test_a_day_however_it_is_written(self, text: str) -> None:
        assert read_day(text) == dt.date(2027, 7, 5)

    @pytest.mark.parametrize("text", ["", "soon", None, 5, "2027-13-01", "0044-03-15 BC", "infinity", "2027-07-05T99"])
    def test_what_is_no_day(self, text: object) -> None:
        assert read_day(text) is None

    def test_the_ends_of_time(self) -> None:
        assert read_day("0001-01-01T00:00:00+05:00") == dt.date(1, 1, 1)
        assert read_day("9999-12-31T23:59:59-05:00") == dt.date(9999, 12, 31)

    @pytest.mark.parametrize(
        "text",
        [*FAR, "-infinity", "10000-01-01", "2027-01-03", "0044-03-15T00:00:00 BC"],
    )  # fmt: skip
    def test_what_lies_outside(self, text: str) -> None:
        assert lies_outside(text, MONDAY, SUNDAY)

    @pytest.mark.parametrize("text", ["2027-01-04", "2027-01-10T00:00:00", "soon", None, 4])
    def test_what_does_not(self, text: object) -> None:
        assert not lies_outside(text, MONDAY, SUNDAY)

    @pytest.mark.parametrize("end", ["2027-01-10T00:00:00", "2027-01-10 00:00:00", "2027-01-09T23:00:00+00:00"])
    def test_a_roster_of_time_stamps__its_days_and_its_neighbours(self, end: str) -> None:
        stamped = roster(start_date="2027-01-04T00:00:00", end_date=end)
        beside = assignment(roster_id="R0", date=day(-1), dagdeel="A", service_id="DIA")
        fake = FakeClient(
            **tables(
                roosters=[stamped, roster(id="R0", start_date="2026-12-07 00:00:00", end_date="2027-01-03 00:00:00")],
                roster_employee_services=[qualification()],
                roster_assignments=[beside],
            )
        )

        workspace = load(fake, "R1")

        assert (workspace.roster.start_date, workspace.roster.end_date) == (MONDAY, SUNDAY)
        assert [row.id for row in workspace.neighbours] == [beside["id"]]


@pytest.mark.parametrize("date", FAR)
@pytest.mark.parametrize("kind", ["requirement", "slot", "slot of another roster"])
def test_a_row_far_away_stops_nothing(date: str, kind: str) -> None:
    row = (
        {REQUIREMENTS: [requirement(date=date, team="?")]}
        if kind == "requirement"
        else {"roster_assignments": [assignment(date=date, roster_id="R0" if "another" in kind else "R1", status=7)]}
    )

    workspace = build_workspace(tables(**row))

    told = [(problem.field, problem.value) for problem in workspace.warnings]
    assert told == ([] if "another" in kind else [("date", date)])


class TestNulls:
    def test_each_means_something_and_is_told_once_with_examples(self) -> None:
        people = [employee(f"E{n}", team=None, actief=None) for n in range(5)]
        workspace = build_workspace(
            tables(
                employees=[*people, employee("F")],
                service_types=[service("ECH", is_system=None), service("OSP", actief=None)],
                roster_employee_services=[
                    *(qualification(f"E{n}") for n in range(5)), qualification("F", actief=None),
                ],
            )
        )  # fmt: skip

        assert {person.team for person in workspace.employees} == {Team.OVERIG}
        assert not any(person.active for person in workspace.employees)
        assert [(row.is_system, row.active) for row in workspace.services] == [(False, True), (False, False)]
        assert "F" not in {row.employee_id for row in workspace.qualifications}
        told = {(row.table, row.field): (row.id, row.count, row.others) for row in workspace.warnings}
        assert told == {
            ("employees", "team"): ("E0", 5, ("E1", "E2")),
            ("employees", "actief"): ("E0", 5, ("E1", "E2")),
            ("service_types", "is_system"): ("ECH", 1, ()),
            ("service_types", "actief"): ("OSP", 1, ()),
            ("roster_employee_services", "actief"): ("qua-F-ECH", 1, ()),
        }
        (team,) = (row for row in workspace.warnings if row.field == "team")
        assert str(team).startswith("employees E0, E1, E2 and 2 more (5 rows): team is None: counts as Overig")

    def test_a_qualification_that_is_null_is_read_and_one_that_is_off_is_not(self) -> None:
        fake = FakeClient(
            **tables(
                roster_employee_services=[
                    qualification(id=str(active), service_id="OSP", actief=active) for active in (True, False, None)
                ]
            )
        )

        assert [row["id"] for row in read_tables(fake, "R1")["roster_employee_services"]] == ["None", "True"]

    def test_a_roster_without_a_last_day__told_so(self) -> None:
        with pytest.raises(RosterDataError) as caught:
            build_workspace(tables(roosters=[roster(end_date=None)]))

        (problem,) = caught.value.problems
        assert (problem.field, problem.message) == ("end_date", "the roster has no last day")

    def test_another_roster_without_a_last_day_stops_nothing(self) -> None:
        fake = FakeClient(**tables(roosters=[roster(), roster(id="R0", end_date=None, start_date=day(-9))]))

        assert load(fake, "R1").warnings == ()


class TestServicesNobodyAsksFor:
    DAMAGES = ({"code": None}, {"code": ""}, {"is_system": "?"}, {"id": None}, {"actief": "?"}, {"code": "ECH"})

    @pytest.mark.parametrize("damage", DAMAGES, ids=str)
    def test_stop_nothing_whatever_is_wrong(self, damage: dict[str, Any]) -> None:
        workspace = solved(
            service_types=[service("AAA") | damage, service("ECH")],
            roster_period_staffing_dagdelen=[requirement("ECH"), requirement("AAA", aantal=0, status="MAG_NIET")],
            roster_employee_services=[qualification(service_id="ECH"), *(
                [] if damage.get("id", "") is None else [qualification(service_id="AAA")]
            )],
        )  # fmt: skip

        assert works(workspace) == [("E1", MONDAY)]
        assert [problem.table for problem in workspace.warnings] == ["service_types"]

    def test_who_works_one_keeps_the_slot(self) -> None:
        workspace = solved(
            service_types=[service("AAA") | {"code": ""}, service("ECH")],
            roster_period_staffing_dagdelen=[requirement("ECH")],
            roster_employee_services=[qualification(service_id="ECH")],
            roster_assignments=[assignment(service_id="AAA")],
        )

        assert works(workspace) == []
        assert [(row.status, row.service_id) for row in workspace.stored] == [(Status.ACTIVE, None)]


class TestRostersThatOverlap:
    def given(self, **other: Any) -> dict[str, Any]:
        period = {"start_date": day(-7), "end_date": day(3)} | other
        return tables(
            roosters=[roster(), roster(id="R0", **period)],
            roster_period_staffing_dagdelen=[requirement("ECH", date=day(1)), requirement("OSP", dagdeel="A")],
            roster_employee_services=[qualification(), qualification(service_id="OSP")],
            roster_assignments=[
                assignment(roster_id="R0", dagdeel="A", service_id="DIA"),  # and rest on the next day
            ],
        )

    def test_nobody_is_at_work_in_two_at_once_and_the_rest_holds(self) -> None:
        workspace = load(FakeClient(**self.given()), "R1")
        processor = GreedyProcessor(workspace)
        processor.process()

        assert works(workspace) == []
        assert [(row.date, str(row.dagdeel)) for row in workspace.assignments] == [(day(1), "O"), (day(1), "M")]
        assert processor.pairing is not None
        assert (processor.pairing.duties, processor.pairing.unpaired, processor.pairing.conflicts) == (0, [], [])
        (warning,) = workspace.warnings
        assert (warning.table, warning.id, warning.value) == ("roosters", "R0", "2026-12-28 to 2027-01-07")

    def test_an_overlap_in_which_nobody_of_this_roster_works_is_not_told(self) -> None:
        given = self.given()
        given["employees"].append(employee("E2"))
        given["roster_assignments"] = [assignment("E2", roster_id="R0", dagdeel="A", service_id="DIA")]

        workspace = load(FakeClient(**given), "R1")

        assert (workspace.warnings, workspace.neighbours) == ((), ())

    def test_a_copy_is_left_out(self) -> None:
        workspace = load(FakeClient(**self.given(start_date=MONDAY, end_date=SUNDAY)), "R1")

        assert len(works(GreedyProcessor(workspace).process())) == 2
        assert workspace.warnings == ()

    def test_a_copy_among_rows_given(self) -> None:
        given = self.given(start_date=MONDAY, end_date=SUNDAY)
        given["other_rosters"] = [given["roosters"].pop()]

        assert build_workspace(given).neighbours == ()

    def test_work_here_that_breaks_the_rest_after_a_duty_there_is_a_conflict(self) -> None:
        given = self.given()
        given["roster_assignments"].append(assignment(date=day(1)))
        workspace = load(FakeClient(**given), "R1")

        told = [row for row in warnings_of(workspace) if isinstance(row, RestWarning)]
        assert [(row.service_code, row.duty_code, row.duty_date) for row in told] == [("ECH", "DIA", MONDAY)]

    def test_two_clashes_there_are_theirs_to_settle(self) -> None:
        given = self.given()
        given["roster_assignments"].append(assignment(roster_id="R0", date=day(1)))

        assert [row for row in warnings_of(load(FakeClient(**given), "R1")) if row.kind == "rest_conflict"] == []

    def test_work_there_uses_no_quota_here(self) -> None:
        given = self.given()
        given["roster_employee_services"] = [qualification(aantal=1)]
        given["roster_assignments"] = [assignment(roster_id="R0", date=day(2))]

        assert works(GreedyProcessor(load(FakeClient(**given), "R1")).process()) == [("E1", day(1))]


class TestHeldAllTheSame:
    def test_left_unqualified_and_beyond_the_quota(self) -> None:
        rows = [assignment(id_, date=day(n)) for n in (0, 1) for id_ in ("E1", "E2", "E3", "E4")]
        workspace = build_workspace(
            tables(
                employees=[employee("E1", actief=False), employee("E2"), employee("E3"), employee("E4")],
                roster_employee_services=[
                    qualification("E1", aantal=1), qualification("E3", aantal=1), qualification("E4", aantal=2),
                ],
                roster_assignments=rows,
            )
        )  # fmt: skip

        told = [row for row in warnings_of(workspace) if isinstance(row, StaffWarning)]
        assert [(row.kind, row.employee_id, row.service_code, row.count, row.quota) for row in told] == [
            ("left", "E1", "ECH", 2, None),
            ("unqualified", "E2", "ECH", 2, None),
            ("beyond_quota", "E3", "ECH", 2, 1),
        ]

    def test_a_clash_between_entries_of_planners_names_both(self) -> None:
        rows = [assignment(service_id="DIO"), assignment(date=day(1), service_id="OSP")]

        (told,) = (
            row for row in warnings_of(build_workspace(tables(roster_assignments=rows))) if row.kind == "rest_conflict"
        )
        assert isinstance(told, RestWarning)
        assert (told.date, told.dagdeel, told.service_code) == (day(1), "O", "OSP")
        assert (told.duty_date, told.duty_dagdeel, told.duty_code) == (MONDAY, "O", "DIO")
        assert "DIO on 2027-01-04 O" in told.message
        assert "OSP" in told.message


class TestWhatRowsCarry:
    def test_open_rows_that_still_name_something_are_carried(self) -> None:
        rows = [
            assignment(id="empty", status=0, service_id=None),
            assignment(id="a service", status=0, date=day(1)) | {REQUIREMENT_COLUMN: None},
            assignment(id="requirement", status=0, service_id=None, date=day(2)) | {REQUIREMENT_COLUMN: "r"},
            assignment(id="outside", status=0, date=day(8)),
            assignment(id="held", date=day(3), blocked_by_date="?", blocked_by_dagdeel="?"),
        ]
        for workspace in (
            build_workspace(tables(roster_assignments=rows)),
            load(FakeClient(**tables(roster_assignments=rows)), "R1"),
        ):
            assert {row.id for row in workspace.carried} == {"a service", "requirement"}
            assert [(row.id, row.blocked_by_date, row.blocked_by_dagdeel) for row in workspace.stored] == [
                ("held", None, None)
            ]

    def test_columns_are_those_of_the_table(self) -> None:
        rows = [assignment(team="Groen") | {REQUIREMENT_COLUMN: "r9"}]
        fake = FakeClient(**tables(roster_assignments=rows))

        assert read_columns(fake) == set(rows[0])
        assert load(fake, "R1").columns == set(rows[0])
        assert load(fake, "R1").stored[0].requirement_id == "r9"
        assert load(fake, "R1", columns=("status",)).columns == {"status"}
        assert load(fake, "R1", columns=("status",)).stored[0].requirement_id is None

    def test_counters_as_read(self) -> None:
        rows = [
            requirement(id="a", invulling=2),
            requirement("OSP", id="b", invulling=None),
            requirement("MSP", id="c"),
        ]
        del rows[2]["invulling"]

        assert build_workspace(tables(**{REQUIREMENTS: rows})).counters == {"a": 2, "b": None}

    def test_no_counter_of_what_is_no_demand(self) -> None:
        rows = [requirement(id="a", invulling=0), requirement("OSP", id="b", invulling=3, status="MAG_NIET")]

        assert build_workspace(tables(**{REQUIREMENTS: rows})).counters == {"a": 0}

    @pytest.mark.parametrize(("table", "column"), [("roosters", "status"), (REQUIREMENTS, "invulling")])
    def test_a_column_that_the_job_can_do_without(self, mocker: MockerFixture, table: str, column: str) -> None:
        fake = FakeClient(**tables(**{REQUIREMENTS: [requirement()]}))
        shown = Query._shown

        def refusing(query: Query, row: Raw) -> Raw:
            if query.table == table and column in query.columns.split(","):
                raise refused("42703", f"column {table}.{column} does not exist")
            return shown(query, row)

        mocker.patch.object(Query, "_shown", refusing)
        workspace = load(fake, "R1")

        assert (len(workspace.requirements), workspace.roster.days) == (1, 7)
        assert fake.log.count(f"read {table}") == 2

    def test_one_that_it_cannot_do_without(self, mocker: MockerFixture) -> None:
        mocker.patch.object(Query, "_shown", side_effect=refused("42703", "column roosters.id does not exist"))

        with pytest.raises(DatabaseError, match="id does not exist"):
            load(FakeClient(**tables()), "R1")

    def test_the_job_s_words(self) -> None:
        words = SourceWords("ours", "ours-rest")
        fake = FakeClient(
            **tables(**{REQUIREMENTS: [requirement("DIO")]}, roster_employee_services=[qualification(service_id="DIO")])
        )

        workspace = GreedyProcessor(load(fake, "R1", words=words)).process()

        assert [row.source for row in workspace.assignments] == ["ours", *3 * ["ours-rest"]]


class TestToday:
    ROSTER = Roster(id="R1", start_date=MONDAY, end_date=SUNDAY)

    @pytest.mark.parametrize(
        ("scope", "planned", "past_until"),
        [
            (Scope(today=day(-1)), None, None),
            (Scope(today=day(0)), None, None),
            (Scope(today=day(1)), Period(day(1), SUNDAY), day(0)),
            (Scope(today=day(6)), Period(SUNDAY, SUNDAY), day(5)),
            (Scope(today=day(7)), Period(day(7), SUNDAY), SUNDAY),
            (Scope(today=day(900)), Period(day(7), SUNDAY), SUNDAY),
            (Scope(today=day(3), first_day=day(1)), Period(day(1), SUNDAY), None),
            (Scope(today=day(3), last_day=day(4)), Period(day(3), day(4)), day(2)),
            (Scope(today=day(3), last_day=day(1)), Period(day(2), day(1)), day(2)),
            (Scope(today=day(-3), last_day=day(1)), Period(day(0), day(1)), None),
        ],
    )
    def test_days_before_it_are_history(self, scope: Scope, planned: Period | None, past_until: dt.date | None) -> None:
        assert (scope.period(self.ROSTER), scope.past_until(self.ROSTER)) == (planned, past_until)

    def test_a_day_outside_is_refused_all_the_same(self) -> None:
        with pytest.raises(UsageError):
            Scope(today=day(3), last_day=day(7)).period(self.ROSTER)

    @pytest.mark.parametrize("status", ["final", "completed", "archived"])
    def test_a_closed_roster_is_not_planned_unless_forced(self, status: str) -> None:
        closed = self.ROSTER.model_copy(update={"status": status})

        with pytest.raises(RosterDataError, match="--force") as caught:
            Scope().period(closed)
        assert caught.value.exit_code == 4
        assert Scope(force=True).period(closed) is None

    @pytest.mark.parametrize("status", ["draft", "in_progress", None, "concept"])
    def test_others_are(self, status: str | None) -> None:
        assert Scope().period(self.ROSTER.model_copy(update={"status": status})) is None


def test_problems_of_a_kind_are_one_and_those_that_stop_the_run_each_their_own() -> None:
    with pytest.raises(RosterDataError) as caught:
        build_workspace(
            tables(
                **{
                    REQUIREMENTS: [
                        *(requirement(date=day(n)) for n in (8, 9, 10, 11)),
                        requirement(dagdeel="N", id="bad 1"),
                        requirement("OSP", dagdeel="N", id="bad 2"),
                    ]
                }
            )
        )

    found: list[Problem] = list(caught.value.problems)
    assert [(problem.id, problem.count) for problem in found if problem.fatal] == [("bad 1", 1), ("bad 2", 1)]
    assert [(problem.count, len(problem.others)) for problem in found if not problem.fatal] == [(4, 2)]
