"""Promises of the relaxation on any roster: no plan is worth more, and what is made of it obeys the rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from greedy.loader import build_workspace
from greedy.solver.board import Board
from greedy.solver.completing import Completing
from greedy.solver.construction import construct
from greedy.solver.cost_relaxations import CoverRelaxation, SpreadRelaxation
from greedy.solver.draft import Draft
from greedy.solver.parameters import DEFAULT
from greedy.solver.relaxation import Relaxation
from greedy.solver.rounding import Rounding
from tests.support import checker, factories
from tests.support.exhausting import assigned, choices, fewest_uncovered, is_on_call, least_cost, most_of_all, remake
from tests.support.factories import Raw
from tests.support.scenes import GREEDY_ALONE, solve
from tests.support.strategies import ROWS, TEAMS, rosters, thorough

Tables = dict[str, list[Raw]]

BY_RELAXATION = replace(DEFAULT, limits=(), recreations=0)
"""Chains find nothing to begin with, so that what the greedy pass leaves is left to the relaxation."""

BY_PARTS = replace(BY_RELAXATION, whole_choices=0, whole_variables=0)
"""And no integer program finds the best plan: parts of it are made whole."""

FEW = 11
"""Choices of a roster of which all plans can be tried."""


@st.composite
def shifts(draw: st.DrawFn) -> Tables:
    """Draw a roster of one shift: places of each team, of MOET or of MAG, people who have some, and others who could.

    Nothing but demand keeps them from it.
    """
    teams = draw(st.lists(st.sampled_from(TEAMS), max_size=4)), draw(st.lists(st.sampled_from(TEAMS), max_size=3))
    could, there = (
        [(f"{kind}{at}", team) for at, team in enumerate(some)] for kind, some in zip("CT", teams, strict=True)
    )
    rows = [
        factories.requirement(team=team, aantal=draw(st.integers(0, 2)), status=draw(st.sampled_from(["MOET", "MAG"])))
        for team in ROWS
    ]
    return factories.tables(
        employees=[factories.employee(person, team=team) for person, team in [*could, *there]],
        roster_period_staffing_dagdelen=rows,
        roster_employee_services=[factories.qualification(person) for person, _ in could],
        roster_assignments=[factories.assignment(person) for person, _ in there],
    )


def constructed(tables: Tables) -> Draft:
    """Return a roster of which all plans can be tried, as the greedy pass fills it."""
    board = Board(build_workspace(tables))
    assume(len(choices(board)) <= FEW)
    construct(board)
    return Draft(board)


@given(rosters())
@thorough
def test_no_plan_is_worth_more(tables: Tables) -> None:
    most = Relaxation(Draft(Board(build_workspace(tables)))).most()

    for parameters in (GREEDY_ALONE, BY_RELAXATION, BY_PARTS, DEFAULT):
        assert most >= Draft(solve(tables, parameters).board).value


@given(rosters())
@thorough
def test_it_does_not_depend_on_what_is_assigned(tables: Tables) -> None:
    """Neither does the draft on what has been asked of it."""
    draft = Draft(Board(build_workspace(tables)))
    before = Relaxation(draft).most()
    construct(draft.board)
    constructed = Draft(draft.board)
    snapshot, value = constructed.snapshot(), constructed.value

    assert Relaxation(constructed).most() == before
    assert (constructed.snapshot(), constructed.value) == (snapshot, value)


@given(shifts())
@thorough
def test_of_one_shift_it_is_the_best(tables: Tables) -> None:
    workspace = build_workspace(tables)

    assert Relaxation(Draft(Board(workspace))).most() == most_of_all(workspace)


@given(rosters())
@thorough
def test_in_whole_numbers_it_is_the_best_of_all_plans(tables: Tables) -> None:
    workspace = build_workspace(tables)
    assume(len(choices(Board(workspace))) <= FEW)
    draft = Draft(Board(workspace))
    relaxation = Relaxation(draft)
    best = relaxation.best(relaxation.choices)
    assert best is not None
    remake(draft, best)

    most = most_of_all(workspace)

    assert draft.value == most <= relaxation.most()


@given(rosters())
@thorough
def test_what_stays_open_costs_least_of_all_plans(tables: Tables) -> None:
    """On call is who was, as much is filled and paired; where it shows no hope, nothing costs less."""
    draft = constructed(tables)
    before, least = draft.value, least_cost(draft)
    relaxation = SpreadRelaxation(draft)
    relaxation.solve()
    assert relaxation.hopes == (least < draft.spread.cost)
    best = relaxation.best(relaxation.choices)
    assert best is not None
    on_call = {choice for choice in assigned(draft) if is_on_call(draft, choice[1])}
    remake(draft, best)

    assert draft.spread.cost == least
    assert draft.value >= before
    assert {choice for choice in assigned(draft) if is_on_call(draft, choice[1])} == on_call


@given(rosters())
@thorough
def test_no_fewer_dagdelen_can_have_nobody_on_call(tables: Tables) -> None:
    draft = constructed(tables)
    before, fewest = draft.value, fewest_uncovered(draft)
    relaxation = CoverRelaxation(draft)
    relaxation.solve()
    assert relaxation.hopes or fewest == draft.spread.cost.uncovered
    best = relaxation.best(relaxation.choices)
    assert best is not None
    remake(draft, best)

    assert draft.spread.cost.uncovered == fewest
    assert draft.value >= before


@given(rosters(), st.sampled_from([DEFAULT, BY_PARTS]))
@thorough
def test_what_is_made_of_it_is_no_worse_and_obeys_the_rules(tables: Tables, parameters: Any) -> None:
    """Begun with nothing, and once more with what that has become."""
    board = Board(build_workspace(tables))
    draft = Draft(board)
    rounding = Rounding(draft, Completing(draft, parameters), parameters)
    values = [draft.value]
    for _ in range(2):
        rounding.fill()
        values.append(draft.value)

    assert values == sorted(values)
    assert values[-1] == Draft(board).value  # what it counts is what is there
    assert not draft.overdrawn


@given(rosters())
@thorough
def test_a_plan_made_of_it_breaks_no_rule(tables: Tables) -> None:
    for parameters in (BY_RELAXATION, BY_PARTS):
        records = list(solve(tables, parameters).workspace.assignments)

        assert checker.violations(tables, records, "R1") == []
        assert checker.unfilled_but_fillable(tables, records, "R1") == []


@given(rosters(), st.randoms(use_true_random=False))
@thorough
def test_rows_in_any_order_give_the_same_roster(tables: Tables, random: Any) -> None:
    shuffled = {name: random.sample(rows, len(rows)) for name, rows in tables.items()}

    for parameters in (BY_RELAXATION, BY_PARTS):
        one, other = (list(solve(raw, parameters).workspace.assignments) for raw in (tables, shuffled))
        assert one == other
