"""Ruin and recreate: part of a plan is taken back and assigned anew, where counting leaves hope of more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytest_mock import MockerFixture

from benchmarks.strangers import make_stranger
from greedy.loader import build_workspace
from greedy.solver.board import Board
from greedy.solver.completing import Completing
from greedy.solver.construction import construct
from greedy.solver.draft import Draft, Value
from greedy.solver.parameters import DEFAULT, Parameters
from greedy.solver.plan import make_plan
from greedy.solver.recreating import Recreating
from greedy.solver.rounding import Rounding
from greedy.solver.spreading import Spreading
from tests.support.scenes import Scene, away, demand, nights, roster

UNRELAXED = replace(DEFAULT, relaxed_possibilities=0)
"""The relaxation, which finds what recreating finds and more, plays no part."""

WITHOUT = replace(UNRELAXED, recreations=0)


def value(kind: str, seed: int, parameters: Parameters) -> Value:
    plan = make_plan(build_workspace(make_stranger(kind, seed)), parameters=parameters)
    return Draft(plan.board).value


class Completed:
    """A roster as chains complete it."""

    def __init__(self, kind: str, seed: int) -> None:
        self.board = Board(build_workspace(make_stranger(kind, seed)))
        construct(self.board)
        self.draft = Draft(self.board)
        self.completing = Completing(self.draft, DEFAULT)
        self.completing.chains.effort.left = 5_000
        self.completing.complete(DEFAULT.recreation_limits)
        self.spreading = Spreading(self.draft, DEFAULT)
        self.recreating = Recreating(self.draft, self.completing, self.spreading, DEFAULT)


@pytest.mark.parametrize(
    ("kind", "seed"), [("stranger tight", 1), ("stranger tight", 105), ("stranger overig", 105), ("stranger double", 1)]
)
def test_more_is_had_than_by_chains_alone(kind: str, seed: int) -> None:
    assert value(kind, seed, UNRELAXED) > value(kind, seed, WITHOUT)


@pytest.mark.parametrize("turns", range(1, 8))
def test_each_turn_leaves_the_plan_no_worse(turns: int) -> None:
    completed = Completed("stranger six", 4)
    was = completed.draft.value

    completed.recreating.fill(range(turns))

    assert completed.draft.value >= was
    assert completed.draft.value == Draft(completed.board).value  # what it counts is what is there
    assert not completed.draft.overdrawn


@pytest.mark.parametrize("seed", [2, 4])
def test_somebody_comes_on_call_on_dagdelen_that_have_nobody(seed: int, mocker: MockerFixture) -> None:
    """Each has a dagdeel that moving single places does not cover; as much is filled and paired without it.

    The relaxation, which would show the way, is taken for unsolved.
    """
    mocker.patch.object(Rounding, "cover", return_value=False)
    raw = make_stranger("stranger short pattern", seed)
    drafts = [
        Draft(make_plan(build_workspace(raw), parameters=parameters).board)
        for parameters in (replace(DEFAULT, cover_recreations=0), DEFAULT)
    ]

    assert [draft.spread.cost.uncovered for draft in drafts] == [1, 0]
    assert drafts[0].value == drafts[1].value


@pytest.mark.parametrize("turns", [1, 2, 5, 9])
def test_no_turn_costs_anything_where_nobody_more_can_be_on_call(turns: int) -> None:
    """Two dagdelen stay without anybody, however often it is tried; nothing else gets worse by it."""
    completed = Completed("stranger six", 7)
    completed.recreating.fill(range(5))
    completed.spreading.spread_out()
    draft = completed.draft
    was, cost = draft.value, draft.spread.cost
    assert cost.uncovered

    completed.recreating.cover(turns)

    assert (draft.value, *(-more for more in draft.spread.cost)) >= (was, *(-more for more in cost))


def test_no_dagdeel_is_tried_that_nobody_could_cover() -> None:
    raw = roster(*nights(1, 3), can={"ann": "DIA"}, roster_assignments=[away("ann", 3, "A")])
    scene = Scene(raw, ("ann", "DIA", 1))
    version = scene.draft.version
    completing = Completing(scene.draft, DEFAULT)

    Recreating(scene.draft, completing, Spreading(scene.draft, DEFAULT), DEFAULT).cover(3)

    assert scene.draft.spread.cost.uncovered == 1
    assert scene.draft.version == version


def test_nothing_is_hoped_for_that_counting_rules_out() -> None:
    """Ann is on leave on the third evening, and nobody else may: it stays open, and nothing is tried."""
    raw = roster(*nights(1, 3), can={"ann": "DIA"}, roster_assignments=[away("ann", 3, "A")])
    scene = Scene(raw, ("ann", "DIA", 1))

    assert Completing(scene.draft, DEFAULT).hopes() == []


def test_only_what_is_missing_since_is_tried_again() -> None:
    """One place was given up before. That of the other service is new, and Ann can take it."""
    raw = roster(*demand(("ECH", 1), ("OSP", 2)), can={"ann": "ECH OSP"})
    scene = Scene(raw)
    completing = Completing(scene.draft, DEFAULT)
    completing.chains.effort.left = 100

    completing.complete((8,), {(scene.half("ECH", 1),): 1})

    assert (scene.who("ECH", 1), scene.who("OSP", 2)) == ([], ["ann"])


@pytest.mark.parametrize(("given_up", "staff"), [(2, 0), (1, 2)])
def test_where_more_is_missing_than_was_given_up_it_is_tried(given_up: int, staff: int) -> None:
    (place,) = demand(("ECH", 1))
    scene = Scene(roster(place | {"aantal": 2}, can={"ann": "ECH", "bea": "ECH"}))
    completing = Completing(scene.draft, DEFAULT)
    completing.chains.effort.left = 100

    completing.complete((8,), {(scene.half("ECH", 1),): given_up})

    assert len(scene.who("ECH", 1)) == staff


@pytest.mark.parametrize("given_up", [True, False])
def test_a_duty_that_was_given_up_is_united_only_if_others_have_it_now(given_up: bool) -> None:
    scene = Scene(
        roster(*demand(("DIO", 1), ("DIA", 1)), can={"ann": "DIO DIA", "bea": "DIA"}),
        ("ann", "DIO", 1),
        ("bea", "DIA", 1),
    )
    completing = Completing(scene.draft, DEFAULT)
    completing.chains.effort.left = 100

    completing.complete((8,), completing.missing() if given_up else None)

    assert scene.who("DIA", 1) == (["bea"] if given_up else ["ann"])


def test_a_snapshot_brings_everything_back() -> None:
    raw = roster(*nights(1, 3, 5), can={"ann": "DIA", "bea": "DIA"})
    scene = Scene(raw, ("ann", "DIA", 1), ("bea", "DIA", 3))
    draft = scene.draft
    before, was, cost = draft.snapshot(), draft.value, draft.spread.cost
    draft.release(scene.person("ann"), (scene.half("DIA", 1),))
    draft.assign(scene.person("bea"), (scene.half("DIA", 1),))
    draft.assign(scene.person("ann"), (scene.half("DIA", 5),))
    draft.keep()

    draft.restore(before)

    assert (scene.who("DIA", 1), scene.who("DIA", 3), scene.who("DIA", 5)) == (["ann"], ["bea"], [])
    assert (draft.value, draft.spread.cost, draft.snapshot()) == (was, cost, before)
