"""Duties as data: the table's rows become rules, and the pass plans by whatever they say."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from greedy.domain.dagdeel import Dagdeel
from greedy.domain.duties import BUILT_IN, Duty, DutyRules, Rest
from greedy.domain.models import Status, Workspace
from greedy.errors import RosterDataError
from greedy.loader import build_workspace, unnamed_on_call
from greedy.processor import GreedyProcessor
from tests.support.factories import assignment, day, employee, qualification, requirement, service, tables

O, M, A = Dagdeel  # noqa: E741  the practice's own letters

SPECIFIED: list[dict[str, Any]] = [
    {"code": "DIO", "dagdeel": "O", "rest": ["M", "O+1", "M+1"], "other_code": "DIA", "other_dagdeel": "A"},
    {"code": "DIA", "dagdeel": "A", "rest": ["O+1", "M+1"], "other_code": "DIO", "other_dagdeel": "O"},
    {"code": "DDO", "dagdeel": "O", "rest": ["M", "O+1", "M+1"], "other_code": "DDA", "other_dagdeel": "A"},
    {"code": "DDA", "dagdeel": "A", "rest": ["M+1", "O+1"], "other_code": None, "other_dagdeel": None},
]
NIGHT = {"code": "NX", "dagdeel": "A", "rest": ["O+1", "M+1", "A+1", "O+2", "M+2", "A+2", "O+3"], "other_code": None}


def solved(duties: list[dict[str, Any]], **given: Any) -> Workspace:
    services = [service("NX", is_system=True), service("ECH")]
    return GreedyProcessor(build_workspace(tables(service_types=services, greedy_duties=duties, **given))).process()


def test_the_specification_s_rows_are_the_built_in_rules() -> None:
    assert DutyRules.from_rows(SPECIFIED) == BUILT_IN
    assert DutyRules.from_rows(SPECIFIED[::-1]) == BUILT_IN


def test_halves_know_each_other_whichever_names_the_other() -> None:
    rules = DutyRules.from_rows(SPECIFIED)

    assert rules.other_half("DDO", O) == Duty("DDA", A)
    assert rules.other_half("DDA", A) == Duty("DDO", O)
    assert rules.other_half("DDA", M) is None
    assert [rules.is_morning(code, dagdeel) for code, dagdeel in (("DIO", O), ("DIA", A), ("DIO", A))] == [
        True,
        False,
        False,
    ]


def test_reach_is_the_longest_rest_and_at_least_a_day() -> None:
    assert (BUILT_IN.reach, DutyRules.from_rows([NIGHT]).reach, DutyRules.from_rows([]).reach) == (1, 3, 1)
    same_day = {"code": "X", "dagdeel": "O", "rest": ["M"], "other_code": None}
    assert DutyRules.from_rows([same_day]).reach == 1
    assert DutyRules.from_rows([same_day]).rest("X", O) == (Rest(0, M),)


@pytest.mark.parametrize(
    "damage",
    [
        {"code": ""},
        {"code": None},
        {"dagdeel": "N"},
        {"dagdeel": None},
        {"rest": ["O+4"]},
        {"rest": ["O"]},
        {"rest": ["A"]},
        {"rest": ["tomorrow"]},
        {"other_code": "DIO", "other_dagdeel": "A"},
        {"other_code": "DIO", "other_dagdeel": None},
    ],
    ids=str,
)
def test_a_damaged_row_is_named(damage: dict[str, Any]) -> None:
    with pytest.raises(RosterDataError) as caught:
        DutyRules.from_rows([NIGHT | damage])

    (problem,) = caught.value.problems
    assert problem.table == "greedy_duties"
    assert caught.value.exit_code == 4


def test_a_half_belongs_to_one_duty() -> None:
    third = {"code": "DXO", "dagdeel": "O", "rest": [], "other_code": "DIA", "other_dagdeel": "A"}

    with pytest.raises(RosterDataError) as caught:
        DutyRules.from_rows([*SPECIFIED, third])

    assert "DIA belongs to another duty" in caught.value.problems[0].message


def test_rest_of_three_days_is_made_and_kept() -> None:
    """Whoever works the night rests for three days, and nobody who works then gets the night."""
    people = [employee("E1"), employee("E2")]
    workspace = solved(
        [NIGHT],
        employees=people,
        roster_period_staffing_dagdelen=[requirement("NX", dagdeel="A"), requirement("ECH", date=day(3))],
        roster_employee_services=[
            qualification("E1", "NX"), qualification("E2", "NX"), qualification("E1"), qualification("E2"),
        ],
        roster_assignments=[assignment("E1", date=day(3), service_id="ECH")],
    )  # fmt: skip

    worked = [record for record in workspace.assignments if record.status is Status.ACTIVE]
    assert [(record.employee_id, record.service_id) for record in worked] == [("E2", "NX")]
    rested = {(record.date, str(record.dagdeel)) for record in workspace.assignments if record.status is Status.BLOCKED}
    assert rested == {(day(n), g) for n in (1, 2) for g in "OMA"} | {(day(3), "O")}
    assert {record.blocked_by for record in workspace.assignments if record.status is Status.BLOCKED} == {
        (day(0), A, "NX")
    }


@pytest.mark.parametrize(("before", "works"), [(3, False), (4, True)])
def test_a_duty_of_another_roster_three_days_before(before: int, works: bool) -> None:
    workspace = solved(
        [NIGHT],
        roster_period_staffing_dagdelen=[requirement("ECH")],
        roster_employee_services=[qualification()],
        roster_assignments=[
            assignment(roster_id="R0", date=day(-before), dagdeel="A", service_id="NX", id="before"),
        ],
    )

    assert [record.service_id for record in workspace.assignments if record.status is Status.ACTIVE] == works * ["ECH"]


@pytest.mark.parametrize(("after", "works"), [(3, False), (4, True)])
def test_work_in_another_roster_three_days_after(after: int, works: bool) -> None:
    workspace = solved(
        [NIGHT],
        roster_period_staffing_dagdelen=[requirement("NX", date=day(6), dagdeel="A")],
        roster_employee_services=[qualification(service_id="NX")],
        roster_assignments=[assignment(roster_id="R2", date=day(6 + after), id="after")],
    )

    assert len([record for record in workspace.assignments if record.status is Status.ACTIVE]) == works


def test_without_the_table_s_rule_a_known_code_is_no_duty() -> None:
    """The database's table holds in place of the built-in one, not beside it."""
    workspace = GreedyProcessor(
        build_workspace(
            tables(
                greedy_duties=[NIGHT],
                roster_assignments=[assignment(service_id="DIO")],
            )
        )
    ).process()

    assert workspace.assignments == []
    assert workspace.duties.rest_slots("DIO", dt.date(2027, 1, 4), O) == ()


def test_a_system_service_that_no_duty_names_is_a_warning_each() -> None:
    services = [
        service("DIO"), service("DIA-BER", is_system=True), service("dia", is_system=True), service("ECH"),
        service("OLD", is_system=True, actief=False),
    ]  # fmt: skip
    workspace = build_workspace(tables(service_types=services))

    assert [row.code for row in unnamed_on_call(workspace.services, BUILT_IN)] == ["DIA-BER", "dia"]
    assert [(problem.table, problem.value, problem.fatal) for problem in workspace.warnings] == [
        ("service_types", "DIA-BER", False),
        ("service_types", "dia", False),
    ]
