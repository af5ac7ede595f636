"""Promises of a calm replan: whoever a change does not touch keeps their shifts, weekends and holidays."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.edits import changes
from benchmarks.rosters import roster
from greedy.loader import build_workspace
from greedy.solver.draft import Draft, Value
from greedy.solver.plan import Plan, make_plan
from greedy.solver.replan import own_duties, replan, without
from tests.support import factories
from tests.support.calmness import needless_moves
from tests.support.factories import Raw
from tests.support.scenes import planned
from tests.support.strategies import key, rosters, thorough, written

Tables = dict[str, list[Raw]]


def replanned(tables: Tables) -> tuple[Plan, list[str]]:
    """Replan a roster; return the plan, and which moves of it were needless."""
    before = build_workspace(tables)
    plan = replan(before)
    return plan, needless_moves(before, plan)


def keeping_all(tables: Tables) -> Value:
    """What a roster comes to where each shift stays with its person that can: only to fill more may others move."""
    before = build_workspace(tables)
    own = own_duties(before)
    return Draft(make_plan(without(before, own), keeping=own).board).value


@st.composite
def with_leave(draw: st.DrawFn) -> Tables:
    """Make up a roster that the job filled, in which somebody who works has a day or two off since."""
    raw = draw(rosters())
    _, records = planned(raw)
    filled = written(raw, records)
    mine = [row for row in filled["roster_assignments"] if row["status"] == 1 and row["source"] == "greedy"]
    if not mine:
        return filled
    chosen = draw(st.sampled_from(mine))
    first = dt.date.fromisoformat(chosen["date"])
    [period] = raw["roosters"]
    dates = [first + dt.timedelta(days=number) for number in range(draw(st.integers(1, 2)))]
    leave = [
        factories.assignment(chosen["employee_id"], date=date, dagdeel=dagdeel, status=3, service_id=None)
        for date in dates
        if date.isoformat() <= period["end_date"]
        for dagdeel in "OMA"
    ]
    by_hand = {key(row) for row in filled["roster_assignments"] if row["status"] and row["source"] == "manual"}
    leave = [row for row in leave if key(row) not in by_hand]
    taken = {key(row) for row in leave}
    rest = [row for row in filled["roster_assignments"] if key(row) not in taken]
    return filled | {"roster_assignments": [*rest, *leave]}


@given(with_leave())
@thorough
def test_after_leave_no_shift_moves_that_could_have_stayed(tables: Tables) -> None:
    assert replanned(tables)[1] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "seed"),
    [("practice normal", 12), ("scarce normal", 12), ("stranger normal", 11), ("stranger short 10", 12)],
)
def test_on_rosters_of_a_practices_size_no_shift_moves_that_could_have_stayed(kind: str, seed: int) -> None:
    for change in changes(roster(kind, seed)):
        plan, needless = replanned(change.tables)

        assert needless == [], change.name
        assert len(plan.taken_back) <= 40 or Draft(plan.board).value > keeping_all(change.tables)
