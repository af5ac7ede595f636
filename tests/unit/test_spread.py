"""Which places stay open: at the same counts they are moved to where it hurts least."""

from __future__ import annotations

from dataclasses import replace

import pytest

from greedy.loader import build_workspace
from greedy.processor import GreedyProcessor
from greedy.solver.draft import Draft
from greedy.solver.parameters import Parameters
from greedy.solver.spread import Cost
from tests.support.factories import Raw, day, qualification, requirement
from tests.support.factories import roster as period
from tests.support.scenes import Scene, roster, solve

BY_CHAINS = Parameters(relaxed_possibilities=0)
BY_DATE = replace(BY_CHAINS, spread_effort=0, spread_effort_per_place=0, cover_recreations=0, rounds=0)


BOTH_WAYS = [pytest.param(Parameters(), id="linear program"), pytest.param(BY_CHAINS, id="chains")]
"""How places other than on-call ones are moved: on a roster of usual size, and on a huge one."""


def open_days(solved: GreedyProcessor) -> list[int]:
    """Return the days of the open places, from the first day of the roster on."""
    board = solved.board
    return [
        (board.when(slot)[0] - day(0)).days
        for (slot, _), shift in sorted(board.shifts.items())
        for _ in range(shift.open.total)
    ]


def cost(solved: GreedyProcessor) -> Cost:
    return Draft(solved.board).spread.cost


def nights_of_two(days: int, quota: int) -> dict[str, list[Raw]]:
    asked = [requirement("DIA", date=day(number), dagdeel="A", aantal=2) for number in range(days)]
    can = {"E1": "DIA", "E2": "DIA", "E3": "DIA", "E4": "DIA"}
    return roster(*asked, can=can, quota=quota, roosters=[period(end_date=day(days))])


def test_nobody_on_call_is_avoided_first() -> None:
    """Eight shifts for ten places: by date both of the last night stay open."""
    raw = nights_of_two(5, quota=2)

    assert open_days(solve(raw, BY_DATE)) == [4, 4]
    spread = solve(raw)
    assert cost(spread).uncovered == 0
    assert len(set(open_days(spread))) == 2


def test_a_whole_pair_stays_open_on_another_day() -> None:
    """Quota for three 24-hour duties of each kind, four days: the day without DDO must not be that without DIO."""
    asked = [
        requirement(code, date=day(number), dagdeel="A" if code.endswith("A") else "O")
        for number in (0, 2, 4, 6)
        for code in ("DIO", "DIA", "DDO", "DDA")
    ]
    raw = roster(*asked, can={"E1": "DIO DIA", "E2": "DDO DDA"}, quota=3)

    assert cost(solve(raw, BY_DATE)).uncovered == 2
    spread = solve(raw)
    assert cost(spread).uncovered == 0
    assert Draft(spread.board).value == Draft(solve(raw, BY_DATE).board).value


@pytest.mark.parametrize("parameters", BOTH_WAYS)
def test_other_services_are_spread_over_the_weeks(parameters: Parameters) -> None:
    asked = [requirement("ECH", date=day(number)) for number in (0, 1, 2, 3, 7, 8, 9, 10)]
    raw = roster(*asked, can={"E1": "ECH"}, quota=6, roosters=[period(end_date=day(13))])

    assert open_days(solve(raw, BY_DATE)) == [9, 10]
    early, late = open_days(solve(raw, parameters))
    assert early < 7 <= late


@pytest.mark.parametrize("parameters", BOTH_WAYS)
def test_other_services_are_spread_over_the_days(parameters: Parameters) -> None:
    """Two shifts a day, on two days: not both of a day stay open."""
    asked = [requirement("ECH", date=day(number), aantal=2) for number in (0, 1)]
    raw = roster(*asked, can={"E1": "ECH", "E2": "ECH"}, quota=1)

    assert open_days(solve(raw, BY_DATE)) == [1, 1]
    assert open_days(solve(raw, parameters)) == [0, 1]


@pytest.mark.parametrize("parameters", BOTH_WAYS)
def test_nothing_is_left_open_for_it(parameters: Parameters) -> None:
    """Both open shifts are in one week, and one that could be open in the other is of MOET."""
    asked = [requirement("ECH", date=day(number), status="MAG") for number in (0, 1)]
    raw = roster(
        *asked, requirement("ECH", date=day(7)), can={"E1": "ECH"}, quota=1, roosters=[period(end_date=day(13))]
    )

    assert open_days(solve(raw, parameters)) == [0, 1]


@pytest.mark.parametrize("parameters", BOTH_WAYS)
@pytest.mark.parametrize(("holiday", "expected"), [(False, {4}), (True, {3})])
def test_weekends_and_holidays_are_filled_rather(holiday: bool, expected: set[int], parameters: Parameters) -> None:
    """Thursday to Saturday, quota for two: never Saturday, and not Friday where that is a holiday."""
    raw = roster(*(requirement("ECH", date=day(number)) for number in (4, 5)), can={"E1": "ECH"}, quota=1)
    if holiday:
        raw["roster_period_staffing_dagdelen"].append(requirement("ECH", date=day(3)))
        raw["roster_employee_services"] = [qualification("E1", "ECH", 2)]
    workspace = build_workspace(raw)
    if holiday:
        workspace = replace(workspace, holidays=frozenset({day(4)}))
    solved = GreedyProcessor(workspace, parameters=parameters)
    solved.process()

    assert set(open_days(solved)) == expected


def test_the_cost_is_kept_up_to_date() -> None:
    raw = nights_of_two(9, quota=2)
    scene = Scene(raw, ("E1", "DIA", 0), ("E2", "DIA", 0), ("E1", "DIA", 2), ("E3", "DIA", 8))
    draft = scene.draft

    draft.release(scene.person("E2"), (scene.half("DIA", 0),))
    draft.assign(scene.person("E2"), (scene.half("DIA", 4),))

    assert draft.spread.cost == Draft(scene.board).spread.cost
    night = (scene.half("DIA", 8),)
    would = draft.spread.if_open(night)
    draft.release(scene.person("E3"), night)
    assert draft.spread.cost == would
    assert draft.spread.cost == Draft(scene.board).spread.cost
