"""Calm where a fuller plan has moved much: parts of it are made anew with those who had the shifts before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytest_mock import MockerFixture

from benchmarks.edits import Change, changes
from benchmarks.rosters import roster
from greedy.loader import build_workspace
from greedy.solver.draft import Draft
from greedy.solver.parameters import DEFAULT
from greedy.solver.plan import Plan
from greedy.solver.recreating import Recreating
from greedy.solver.replan import replan

CHAINS_ALONE = replace(DEFAULT, recreations=0, cover_recreations=0)


@pytest.fixture(scope="module")
def changed() -> list[Change]:
    return changes(roster("practice tight", 2))


def replanned(change: Change, times: int) -> tuple[Plan, Draft]:
    plan = replan(build_workspace(change.tables), parameters=replace(DEFAULT, calm_recreations=times))
    return plan, Draft(plan.board)


def test_much_of_what_a_fuller_plan_has_moved_goes_back() -> None:
    """Three days' leave of one: to fill and pair as many as can be, more was moved than need be."""
    leave = changes(roster("stranger leave", 3))[0]
    (much, _), (less, _) = (replanned(leave, times) for times in (0, DEFAULT.calm_recreations))

    assert len(less.taken_back) < len(much.taken_back)


@pytest.mark.parametrize(("kind", "seed"), [("practice tight", 2), ("scarce normal", 1), ("stranger short 10", 1)])
def test_nothing_is_lost_by_giving_back(kind: str, seed: int) -> None:
    leave = changes(roster(kind, seed))[0]
    (much, fuller), (less, calmer) = (replanned(leave, times) for times in (0, DEFAULT.calm_recreations))

    assert (calmer.value, *(-worse for worse in calmer.spread.cost)) >= (
        fuller.value,
        *(-worse for worse in fuller.spread.cost),
    )
    if calmer.value == fuller.value:
        assert len(less.taken_back) <= len(much.taken_back)


def test_where_no_more_has_moved_than_must_nothing_is_made_anew(changed: list[Change], mocker: MockerFixture) -> None:
    recreate = mocker.spy(Recreating, "recreate_around")

    replan(build_workspace(changed[1].tables), parameters=CHAINS_ALONE)

    recreate.assert_not_called()


def test_nobody_is_moved_for_places_to_be_open_elsewhere() -> None:
    """One requirement more, where staff is short: nothing has to move for it. By the bounds of a first run 6 did."""
    more = next(change for change in changes(roster("stranger short 10", 1)) if change.name == "one requirement more")

    assert replan(build_workspace(more.tables)).taken_back == ()
