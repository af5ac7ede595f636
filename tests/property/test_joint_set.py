"""Promises of the joint set of changes: made in the tables and planned again, it fills exactly what it says."""

from __future__ import annotations

import copy
import random

import pytest
from hypothesis import given

from benchmarks.rosters import SHORT
from benchmarks.strangers import make_stranger
from greedy.joint.bounding import LeastQuotas
from greedy.joint.finding import BOUNDS, Bounds, find_joint_set
from greedy.joint.remedies import JointSet, LargerQuota
from greedy.loader import build_workspace
from greedy.outcome.coverage import measure
from greedy.processor import GreedyProcessor
from greedy.solver.board import Board
from tests.support import checker
from tests.support.changes import Tables, made
from tests.support.strategies import rosters, thorough

Open = list[tuple[object, ...]]
"""Open places: date, dagdeel, team, service code, how many."""


def advised(tables: Tables, bounds: Bounds = BOUNDS) -> JointSet | None:
    """Return the joint set of a roster that is planned in memory."""
    processor = GreedyProcessor(build_workspace(tables))
    processor.process()
    return find_joint_set(processor.workspace, processor.board, bounds=bounds)


def open_after_a_run(tables: Tables) -> Open:
    """Plan a roster, and return what stays open; the plan keeps all rules."""
    processor = GreedyProcessor(build_workspace(tables))
    records = processor.process().assignments
    roster_id = tables["roosters"][0]["id"]
    covered = measure(processor.board)

    assert checker.violations(tables, records, roster_id) == []
    assert covered.open == checker.coverage(tables, records, roster_id)[0].open
    return sorted(
        (shift.date, shift.dagdeel, shift.team, shift.service_code, shift.missing) for shift in covered.open_shifts
    )


def promised(found: JointSet) -> Open:
    """Return what a set says that stays open."""
    return sorted((left.date, left.dagdeel, left.team, left.service_code, left.missing) for left in found.left_open)


@given(rosters())
@thorough
def test_made_in_the_tables_and_planned_again_it_fills_exactly_what_it_says(tables: Tables) -> None:
    before = open_after_a_run(tables)
    places = sum(int(str(missing)) for *_, missing in before)

    found = advised(tables)

    if found is None:
        assert places == 0
        return
    after = open_after_a_run(made(tables, found.remedies))
    assert after == promised(found)
    assert (found.open_before, found.fills) == (places, places - found.open_after)
    assert found.fills >= 0
    assert not found.remedies or found.fills


@given(rosters())
@thorough
def test_a_set_of_larger_quotas_has_at_least_as_many_as_counting_says(tables: Tables) -> None:
    found = advised(tables)

    if found is not None and all(isinstance(change, LargerQuota) for change in found.remedies):
        board = Board(build_workspace(tables))
        changed = GreedyProcessor(build_workspace(made(tables, found.remedies)))
        changed.process()
        assert len(found.remedies) >= LeastQuotas(board).to_come_to(changed.board)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kind", SHORT)
def test_on_every_short_kind_of_roster_it_fills_everything(kind: str, seed: int) -> None:
    tables = make_stranger(kind, seed)

    found = advised(tables)

    assert found is not None
    assert (promised(found), found.fills) == ([], found.open_before)
    assert open_after_a_run(made(tables, found.remedies)) == []
    quotas = sum(isinstance(change, LargerQuota) for change in found.remedies)
    assert quotas >= len(found.remedies) - 1, "a larger quota comes before anything else"
    assert len(found.remedies) <= 1.5 * found.fills


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kind", ["stranger six", "stranger leave"])
def test_where_changes_do_not_fill_everything_it_says_what_stays_open(kind: str, seed: int) -> None:
    tables = make_stranger(kind, seed)

    found = advised(tables)

    assert found is not None
    assert open_after_a_run(made(tables, found.remedies)) == promised(found)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
def test_a_set_that_is_tried_once_is_judged_by_all_that_a_run_does_with_it(seed: int) -> None:
    """Here a run fills some only after sharing out, which makes room."""
    tables = make_stranger("stranger short four", seed)

    found = advised(tables, Bounds(sets=1, additions=0, left_out=0))

    assert found is not None
    assert open_after_a_run(made(tables, found.remedies)) == promised(found)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["stranger short 10", "stranger six", "stranger sole", "stranger half planned"])
def test_shuffled_rows_give_the_same_set(kind: str) -> None:
    tables = make_stranger(kind, 1)
    shuffled = copy.deepcopy(tables)
    for rows in shuffled.values():
        random.Random(7).shuffle(rows)

    assert advised(shuffled) == advised(tables) is not None
