"""One joint set of changes that fills what is open: which changes it names, for whom, and where it ends."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.strangers import make_stranger
from greedy.domain.models import Dagdeel, TeamDemand
from greedy.domain.period import Period
from greedy.joint.bounding import LeastQuotas
from greedy.joint.finding import BOUNDS, Bounds, find_joint_set
from greedy.joint.remedies import FreeDay, JointSet, LargerQuota, NewQualification, PlaceLeft, TakenOver
from greedy.loader import build_workspace
from greedy.processor import GreedyProcessor
from greedy.solver.board import Board
from greedy.solver.confine import confine
from greedy.solver.replan import replan
from tests.support.changes import made
from tests.support.factories import Raw, assignment, day, employee, qualification, requirement, tables
from tests.support.scenes import away, demand, roster
from tests.support.strategies import written

ECH_TO_E2 = TakenOver(employee_id="E1", to_employee_id="E2", date=day(0), dagdeel=Dagdeel.OCHTEND, service_code="ECH")


def advised(raw: dict[str, list[Raw]], period: Period | None = None, bounds: Bounds = BOUNDS) -> JointSet | None:
    workspace = build_workspace(raw)
    if period is not None:
        workspace = confine(workspace, period).workspace
    processor = GreedyProcessor(workspace)
    processor.process()
    return find_joint_set(processor.workspace, processor.board, period, bounds=bounds)


def changes(raw: dict[str, list[Raw]], period: Period | None = None) -> tuple[object, ...]:
    found = advised(raw, period)
    assert found is not None
    return found.remedies


def with_quotas(*requirements: Raw, people: int = 2, **quotas: int) -> dict[str, list[Raw]]:
    """A roster in which `E1_ECH=2` says that E1 may do ECH twice."""
    return tables(
        employees=[employee(f"E{number}") for number in range(1, people + 1)],
        roster_period_staffing_dagdelen=list(requirements),
        roster_employee_services=[
            qualification(person, code, aantal) for key, aantal in quotas.items() for person, code in (key.split("_"),)
        ],
    )


def larger(person: str, code: str, quota: int) -> LargerQuota:
    return LargerQuota(employee_id=person, service_code=code, quota=quota, new_quota=quota + 1)


def test_a_larger_quota_for_who_has_the_smallest_share() -> None:
    raw = with_quotas(*demand(("ECH", 0), ("ECH", 1), ("ECH", 2)), E1_ECH=1, E2_ECH=1, E2_OSP=2)

    assert changes(raw) == (larger("E2", "ECH", 1),)


def test_larger_quotas_are_shared_out() -> None:
    raw = with_quotas(*demand(*(("ECH", number) for number in range(6))), E1_ECH=1, E2_ECH=2)

    assert changes(raw) == (larger("E1", "ECH", 1), larger("E2", "ECH", 2), larger("E2", "ECH", 3))


def test_one_person_gets_both_halves_of_a_24_hour_duty() -> None:
    raw = with_quotas(
        requirement("DIO"),
        requirement("DIA", dagdeel="A"),
        E1_DIO=0,
        E2_DIO=0,
        E1_DIA=0,
        E2_DIA=0,
        E1_OSP=1,
    )

    assert changes(raw) == (larger("E1", "DIA", 0), larger("E1", "DIO", 0))


def test_a_larger_quota_elsewhere_fills_a_shift_by_a_chain() -> None:
    """E1 alone can do OSP, and E2 takes the ECH of that morning."""
    raw = roster(*demand(("ECH", 0), ("OSP", 0)), can={"E1": "ECH OSP", "E2": "ECH"}, quota=1)
    raw["roster_employee_services"][-1]["aantal"] = 0

    assert changes(raw) == (larger("E2", "ECH", 0),)


def test_a_planners_shift_is_taken_over_where_no_quota_helps() -> None:
    planned = [assignment("E1", service_id="ECH")]
    raw = roster(*demand(("ECH", 0), ("OSP", 0)), can={"E1": "ECH OSP", "E2": "ECH"}, roster_assignments=planned)

    assert changes(raw) == (ECH_TO_E2,)


def test_a_shift_beyond_the_rules_that_a_planner_wants_so_is_left_alone() -> None:
    """E1 has no qualification for the ECH that a planner gave them, so it stays theirs."""
    planned = [assignment("E1", service_id="ECH")]
    raw = roster(*demand(("ECH", 0), ("OSP", 0)), can={"E1": "OSP", "E2": "ECH"}, roster_assignments=planned)

    assert changes(raw) == (NewQualification(employee_id="E2", service_code="OSP", new_quota=1),)


def test_a_free_day_is_given_up_with_the_rest_that_a_duty_needs_on_it() -> None:
    free = [away("E1", 0, dagdeel) for dagdeel in "OMA"]
    raw = roster(requirement("DIO"), can={"E1": "DIO", "E2": "ECH"}, roster_assignments=free)

    given_up = FreeDay(employee_id="E1", date=day(0), dagdelen=(Dagdeel.OCHTEND, Dagdeel.MIDDAG))
    assert changes(raw) == (given_up,)


@pytest.mark.parametrize(("days", "kind"), [(3, "free_day"), (4, "qualification")])
def test_an_absence_of_more_than_three_days_is_no_free_day(days: int, kind: str) -> None:
    absence = [away("E1", number) for number in range(days)]
    raw = roster(requirement("ECH"), can={"E1": "ECH", "E2": "OSP"}, roster_assignments=absence)

    [change] = advised(raw).remedies  # type: ignore[union-attr]
    assert change.kind == kind


def test_a_qualification_comes_with_as_large_a_quota_as_it_takes() -> None:
    raw = roster(*demand(("ECH", 0), ("ECH", 1)), can={"E1": "OSP"})

    assert changes(raw) == (NewQualification(employee_id="E1", service_code="ECH", new_quota=2),)


def test_what_no_change_fills_is_told() -> None:
    raw = roster(requirement("ECH", aantal=3), can={"E1": "ECH"}, quota=0)

    found = advised(raw)

    left = PlaceLeft(date=day(0), dagdeel=Dagdeel.OCHTEND, team=TeamDemand.TOT, service_code="ECH", missing=2)
    assert found == JointSet(remedies=(larger("E1", "ECH", 0),), open_before=3, fills=1, left_open=(left,))


def test_where_no_change_helps_there_is_none() -> None:
    absence = [away("E1", number) for number in range(5)]

    found = advised(roster(requirement("ECH"), can={"E1": "ECH"}, roster_assignments=absence))

    assert found is not None
    assert (found.remedies, found.fills, found.open_after, found.helps) == ((), 0, 1, False)


def test_where_nothing_is_open_there_is_no_set() -> None:
    assert advised(roster(requirement("ECH"), can={"E1": "ECH"})) is None


@pytest.mark.parametrize("bound", [{"open_places": 2}, {"shifts": 2}])
def test_beyond_the_bounds_there_is_no_set(bound: dict[str, int]) -> None:
    raw = roster(*demand(("ECH", 0), ("ECH", 1), ("ECH", 2)), can={"E1": "ECH"}, quota=0)

    assert advised(raw, bounds=Bounds(**bound)) is None
    assert advised(raw, bounds=Bounds(**{key: most + 1 for key, most in bound.items()})) is not None


def test_on_days_that_are_not_planned_nothing_changes() -> None:
    planned = [assignment("E1", date=day(0), service_id="ECH"), *(away("E1", 1, dagdeel) for dagdeel in "OMA")]
    raw = roster(
        *demand(("ECH", 0), ("OSP", 0), ("OSP", 1)), can={"E1": "ECH OSP", "E2": "ECH"}, roster_assignments=planned
    )

    assert {change.kind for change in changes(raw)} == {"swap", "free_day"}  # type: ignore[attr-defined]
    assert changes(raw, Period(day(0), day(0))) == (ECH_TO_E2,)
    assert [change.kind for change in changes(raw, Period(day(1), day(1)))] == ["free_day"]  # type: ignore[attr-defined]


def test_the_roster_stays_as_it_was() -> None:
    processor = GreedyProcessor(build_workspace(roster(requirement("ECH"), can={"E1": "ECH"}, quota=0)))
    processor.process()
    before = repr(processor.workspace)

    assert find_joint_set(processor.workspace, processor.board) is not None
    assert repr(processor.workspace) == before


def saved(raw: dict[str, list[Raw]]) -> dict[str, Any]:
    """The roster after a run."""
    return written(raw, list(GreedyProcessor(build_workspace(raw)).process().assignments))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["stranger short 10", "stranger half planned", "stranger six"])
def test_a_rerun_gives_the_same_advice(kind: str) -> None:
    raw = make_stranger(kind, 2)

    assert advised(saved(raw)) == advised(raw) is not None


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["stranger short 10", "stranger half planned", "stranger sole"])
def test_a_replan_of_the_roster_that_was_written_fills_as_much(kind: str) -> None:
    raw = saved(make_stranger(kind, 1))
    found = advised(raw)
    assert found is not None

    plan = replan(build_workspace(made(raw, found.remedies)))

    assert sum(shift.open.total for shift in plan.board.shifts.values()) == found.open_after


def least(raw: dict[str, list[Raw]]) -> int:
    return LeastQuotas(Board(build_workspace(raw))).to_fill_all()


class TestHowManyQuotasItTakesAtLeast:
    def test_as_many_as_places_are_beyond_the_quotas_of_the_service(self) -> None:
        raw = with_quotas(*demand(*(("ECH", number) for number in range(5))), E1_ECH=1, E2_ECH=2, E1_OSP=9)

        assert least(raw) == 2

    def test_a_quota_beyond_the_shifts_that_somebody_can_take_fills_nothing(self) -> None:
        raw = with_quotas(*demand(("ECH", 0), ("ECH", 1)), E1_ECH=2, E2_ECH=0)
        raw["roster_assignments"] = [away("E1", 1)]

        assert least(raw) == 1

    def test_who_has_the_only_shift_of_another_hands_it_on(self) -> None:
        """E1 takes day 0 first; for day 1, which E2 is away, E2 takes day 0 over."""
        raw = with_quotas(*demand(("ECH", 0), ("ECH", 1)), E1_ECH=1, E2_ECH=1)
        raw["roster_assignments"] = [away("E2", 1)]

        assert least(raw) == 0

    def test_nobody_has_two_duties_of_which_one_lies_in_the_rest_of_the_other(self) -> None:
        raw = with_quotas(*demand(*(("DIO", number) for number in range(5))), people=1, E1_DIO=5)

        assert least(raw) == 2

    def test_nobody_has_a_shift_twice(self) -> None:
        raw = with_quotas(requirement("ECH", aantal=3), *demand(("ECH", 1)), E1_ECH=3, E2_ECH=3)

        assert least(raw) == 1

    def test_what_stays_open_takes_no_quota(self) -> None:
        raw = with_quotas(*demand(*(("ECH", number) for number in range(4))), E1_ECH=1)
        board = Board(build_workspace(raw))

        assert (LeastQuotas(board).to_fill_all(), LeastQuotas(board).to_come_to(board)) == (3, 0)
