"""Rounding: what the relaxation shows becomes a plan, which is never worse than it was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pytest_mock import MockerFixture

from benchmarks.strangers import make_stranger
from greedy.loader import build_workspace
from greedy.solver.board import Board
from greedy.solver.chains import Chains
from greedy.solver.completing import Completing
from greedy.solver.construction import construct
from greedy.solver.cost_relaxations import CoverRelaxation, SpreadRelaxation
from greedy.solver.draft import Draft, Value
from greedy.solver.linear import Unsolved
from greedy.solver.parameters import DEFAULT, Parameters
from greedy.solver.recreating import Recreating
from greedy.solver.relaxation import Choice, Relaxation
from greedy.solver.repair import repair
from greedy.solver.rounding import Rounding
from greedy.solver.spread import Cost
from tests.support.factories import day, requirement
from tests.support.scenes import Scene, demand, roster

BY_CHAINS = replace(DEFAULT, whole_choices=0, whole_variables=0)
"""No integer programs: what the solution says is assigned, and completed by chains."""

AS_IT_IS = replace(BY_CHAINS, recreation_effort=0)
"""What the solution says is assigned, and nothing else."""

Taken = tuple[str, str, int]
"""Who takes which service on which day."""


def constructed(kind: str, seed: int) -> Board:
    """Return a roster as the greedy pass fills it."""
    board = Board(build_workspace(make_stranger(kind, seed)))
    construct(board)
    return board


class Completed:
    """A roster as chains complete it."""

    def __init__(self, kind: str, seed: int, parameters: Parameters = DEFAULT) -> None:
        self.board = constructed(kind, seed)
        self.draft = Draft(self.board)
        self.completing = Completing(self.draft, parameters)
        self.completing.chains.effort.left = DEFAULT.effort
        self.completing.complete((*DEFAULT.limits, *DEFAULT.last_limits))
        self.before, self.was = self.draft.snapshot(), self.draft.value
        self.effort = self.completing.chains.effort.left
        self.rounding = Rounding(self.draft, self.completing, parameters)
        self.variables = parameters.whole_variables

    def fill(self) -> None:
        self.rounding.fill()
        self.rounding.solve(self.variables)


class Shown:
    """Three shifts in one slot and two people who can do all of them, and what the relaxation is to show of it.

    One stays open; but counting leaves hope, and the relaxation is to say that there is more.
    """

    def __init__(self, mocker: MockerFixture, shares: dict[Taken, float], *given: Taken) -> None:
        raw = roster(*demand(("ECH", 0), ("GRB", 0), ("OSP", 0)), can={"ann": "ECH GRB OSP", "bea": "ECH GRB OSP"})
        self.scene = Scene(raw, *given)
        self.draft = self.scene.draft
        self.completing = Completing(self.draft, DEFAULT)
        shown = {self.choice(*taken): share for taken, share in shares.items()}

        def most(relaxation: Relaxation) -> Value:
            relaxation.shares = shown
            return Value()

        mocker.patch.object(Relaxation, "most", most)

    def choice(self, name: str, code: str, number: int) -> Choice:
        return self.scene.person(name), self.scene.half(code, number)

    def fill(self, parameters: Parameters) -> None:
        rounding = Rounding(self.draft, self.completing, parameters)
        rounding.fill()
        rounding.solve(parameters.whole_variables)

    def staff(self) -> dict[str, list[str]]:
        return {code: who for code in ("ECH", "GRB", "OSP") if (who := self.scene.who(code, 0))}


class TestFill:
    @pytest.mark.parametrize(
        ("kind", "seed"), [("stranger six", 2), ("stranger six", 5), ("stranger overig", 5), ("stranger tight", 3)]
    )
    def test_more_is_had_than_by_chains_and_proven_to_be_the_most(self, kind: str, seed: int) -> None:
        completed = Completed(kind, seed)
        completed.fill()

        assert completed.was < completed.draft.value == completed.completing.most
        assert completed.completing.hopes() == []

    @pytest.mark.parametrize("seed", [1, 4, 6, 7])
    def test_so_it_is_without_integer_programs(self, seed: int, mocker: MockerFixture) -> None:
        best = mocker.spy(Relaxation, "best")
        completed = Completed("stranger six", seed, BY_CHAINS)
        completed.fill()

        assert completed.was < completed.draft.value == completed.completing.most
        best.assert_not_called()

    @pytest.mark.parametrize("parameters", [DEFAULT, BY_CHAINS, AS_IT_IS], ids=["default", "by chains", "as it is"])
    @pytest.mark.parametrize("seed", [2, 3, 5])
    def test_the_plan_is_no_worse_and_obeys_the_rules(self, seed: int, parameters: Parameters) -> None:
        completed = Completed("stranger six", seed, parameters)
        completed.fill()

        assert completed.draft.value >= completed.was
        assert completed.draft.value == Draft(completed.board).value  # what it counts is what is there
        assert not completed.draft.overdrawn
        assert completed.completing.chains.effort.left == completed.effort  # it has effort of its own

    def test_a_small_roster_is_solved_where_nobody_reaches_what_the_relaxation_allows(self) -> None:
        unproven, proven = (
            Completed("stranger six", 3, parameters) for parameters in (replace(DEFAULT, whole_variables=0), DEFAULT)
        )
        unproven.fill()
        proven.fill()

        assert unproven.completing.most is not None
        assert proven.completing.most is not None
        assert unproven.completing.hopes()
        assert unproven.draft.value <= proven.draft.value == proven.completing.most < unproven.completing.most

    def test_the_second_time_the_most_is_known(self, mocker: MockerFixture) -> None:
        most, solve = mocker.spy(Relaxation, "most"), mocker.spy(Relaxation, "solve")
        made = mocker.spy(Relaxation, "_add_choices")
        completed = Completed("stranger six", 3, BY_CHAINS)
        completed.fill()
        known = completed.completing.most
        solved = solve.call_count
        completed.fill()

        assert (made.call_count, most.call_count, solve.call_count) == (1, 1, solved + 1)
        assert completed.completing.most == known

    def test_where_the_plan_is_the_most_already_it_stays_as_it_was(self, mocker: MockerFixture) -> None:
        """Counting alone does not prove it."""
        completed = Completed("stranger half planned", 1)
        assert completed.completing.hopes()
        best = mocker.spy(Relaxation, "best")

        completed.fill()

        assert (completed.completing.most, completed.draft.snapshot()) == (completed.was, completed.before)
        best.assert_not_called()

    @pytest.mark.parametrize("beyond", [0, 1])
    def test_the_relaxation_of_a_huge_roster_is_not_solved(self, beyond: int, mocker: MockerFixture) -> None:
        solve = mocker.spy(Relaxation, "solve")
        completed = Completed("stranger six", 2)
        bounds = replace(DEFAULT, relaxed_possibilities=completed.board.possibilities - beyond)

        Rounding(completed.draft, completed.completing, bounds).fill()

        assert (solve.call_count == 0) == bool(beyond)
        assert (completed.completing.most is None) == bool(beyond)

    def test_nothing_is_solved_where_counting_leaves_no_hope(self, mocker: MockerFixture) -> None:
        solve = mocker.spy(Relaxation, "solve")
        scene = Scene(roster(*demand(("ECH", 0)), can={"ann": "ECH"}), ("ann", "ECH", 0))

        Rounding(scene.draft, Completing(scene.draft, DEFAULT), DEFAULT).fill()

        solve.assert_not_called()


class TestAssigning:
    """What the solution says, as far as the rules allow it."""

    def test_whole_things_are_assigned_and_others_taken_back(self, mocker: MockerFixture) -> None:
        shares = {("ann", "GRB", 0): 1.0, ("bea", "OSP", 0): 1.0}
        shown = Shown(mocker, shares, ("ann", "ECH", 0), ("bea", "OSP", 0))
        shown.fill(AS_IT_IS)

        assert shown.staff() == {"GRB": ["ann"], "OSP": ["bea"]}

    @pytest.mark.parametrize("given", ["ann", "bea"])
    def test_of_equal_parts_those_that_are_assigned_come_first(self, given: str, mocker: MockerFixture) -> None:
        other = "bea" if given == "ann" else "ann"
        shares = {(name, code, 0): 0.5 for code in ("ECH", "OSP") for name in ("ann", "bea")}
        shown = Shown(mocker, shares, (given, "OSP", 0), (other, "ECH", 0))
        shown.fill(AS_IT_IS)

        assert shown.staff() == {"ECH": [other], "OSP": [given]}

    def test_larger_parts_come_first(self, mocker: MockerFixture) -> None:
        shares = {("ann", "ECH", 0): 0.4, ("bea", "ECH", 0): 0.6, ("ann", "OSP", 0): 0.6, ("bea", "OSP", 0): 0.4}
        shown = Shown(mocker, shares, ("ann", "ECH", 0), ("bea", "OSP", 0))
        shown.fill(AS_IT_IS)

        assert shown.staff() == {"ECH": ["bea"], "OSP": ["ann"]}

    def test_parts_that_differ_by_rounding_alone_are_equal(self, mocker: MockerFixture) -> None:
        shares = {("ann", "ECH", 0): 0.5 + 1e-9, ("bea", "ECH", 0): 0.5, ("ann", "OSP", 0): 0.5, ("bea", "GRB", 0): 0.1}
        shown = Shown(mocker, shares, ("bea", "ECH", 0), ("ann", "OSP", 0))
        shown.fill(AS_IT_IS)

        assert shown.staff() == {"ECH": ["bea"], "OSP": ["ann"]}

    def test_nobody_is_assigned_twice_in_a_slot(self, mocker: MockerFixture) -> None:
        shares = {("ann", code, 0): 1.0 for code in ("ECH", "GRB", "OSP")} | {("bea", "ECH", 0): 0.5}
        shown = Shown(mocker, shares, ("ann", "OSP", 0))
        shown.fill(AS_IT_IS)

        assert shown.staff() == {"ECH": ["bea"], "OSP": ["ann"]}
        assert not shown.draft.overdrawn

    def test_nobody_is_assigned_beyond_the_places(self, mocker: MockerFixture) -> None:
        shares = {("ann", "ECH", 0): 1.0, ("bea", "ECH", 0): 1.0}
        shown = Shown(mocker, shares)
        shown.fill(AS_IT_IS)

        assert shown.staff() == {"ECH": ["ann"]}

    def test_what_is_missing_then_is_filled_by_chains(self, mocker: MockerFixture) -> None:
        shown = Shown(mocker, {("ann", "GRB", 0): 1.0}, ("ann", "ECH", 0))
        shown.fill(BY_CHAINS)

        assert sum(map(len, shown.staff().values())) == 2
        assert shown.staff()["GRB"] == ["ann"]

    def test_where_it_would_be_worse_the_plan_stays_as_it_was(self, mocker: MockerFixture) -> None:
        shown = Shown(mocker, {("ann", "GRB", 0): 1.0}, ("ann", "ECH", 0), ("bea", "OSP", 0))
        shown.fill(AS_IT_IS)

        assert shown.staff() == {"ECH": ["ann"], "OSP": ["bea"]}


class TestWholeChoices:
    """Where little is unsettled, the best plan near the draft is found exactly."""

    SHARES = {("ann", "GRB", 0): 1.0, ("bea", "OSP", 0): 1.0}  # noqa: RUF012  of no instance

    @pytest.mark.parametrize("few", [True, False])
    def test_it_is_looked_for_in_what_is_unsettled_if_that_is_little(self, few: bool, mocker: MockerFixture) -> None:
        """Three choices are: Ann's shift, which is another one, and Bea's, which is new."""
        best = mocker.spy(Relaxation, "best")
        shown = Shown(mocker, self.SHARES, ("ann", "ECH", 0))
        shown.fill(replace(AS_IT_IS, whole_choices=3 if few else 2))

        unsettled = {shown.choice("ann", "ECH", 0), *(shown.choice(*taken) for taken in self.SHARES)}
        assert [call.args[1] for call in best.call_args_list] == ([unsettled] if few else [])
        assert sum(map(len, shown.staff().values())) == 2

    def test_it_is_kept_where_it_is_better(self, mocker: MockerFixture) -> None:
        shown = Shown(mocker, self.SHARES, ("ann", "ECH", 0))
        found = {shown.choice("ann", "ECH", 0), shown.choice("bea", "GRB", 0)}
        mocker.patch.object(Relaxation, "best", return_value=found)
        shown.fill(replace(AS_IT_IS, whole_choices=99))

        assert shown.staff() == {"ECH": ["ann"], "GRB": ["bea"]}

    @pytest.mark.parametrize("found", [None, (("bea", "ECH", 0), ("ann", "OSP", 0))])
    def test_else_what_the_solution_says_is_assigned(
        self, found: tuple[Taken, ...] | None, mocker: MockerFixture
    ) -> None:
        """What is as good is no reason to move anybody: chains go on from the solution."""
        shown = Shown(mocker, self.SHARES, ("ann", "ECH", 0), ("bea", "OSP", 0))
        best = None if found is None else {shown.choice(*taken) for taken in found}
        mocker.patch.object(Relaxation, "best", return_value=best)
        shown.fill(replace(AS_IT_IS, whole_choices=99))

        assert shown.staff() == {"GRB": ["ann"], "OSP": ["bea"]}

    def test_what_is_as_good_is_forgotten(self, mocker: MockerFixture) -> None:
        """Of equal parts those of the draft come first, not those of another plan."""
        shares = {(name, code, 0): 0.5 for code in ("ECH", "OSP") for name in ("ann", "bea")}
        shown = Shown(mocker, shares, ("ann", "OSP", 0), ("bea", "ECH", 0))
        found = {shown.choice("ann", "ECH", 0), shown.choice("bea", "OSP", 0)}
        mocker.patch.object(Relaxation, "best", return_value=found)
        shown.fill(replace(AS_IT_IS, whole_choices=99))

        assert shown.staff() == {"ECH": ["bea"], "OSP": ["ann"]}

    def test_chains_complete_it(self, mocker: MockerFixture) -> None:
        """What may differ from the draft is not all that could be filled."""
        shown = Shown(mocker, self.SHARES)
        mocker.patch.object(Relaxation, "best", return_value={shown.choice("ann", "OSP", 0)})
        shown.fill(replace(BY_CHAINS, whole_choices=99))

        assert shown.staff()["OSP"] == ["ann"]
        assert sum(map(len, shown.staff().values())) == 2

    def test_a_plan_found_in_all_choices_is_the_most(self, mocker: MockerFixture) -> None:
        shown = Shown(mocker, self.SHARES, ("ann", "ECH", 0))
        shown.fill(replace(AS_IT_IS, whole_variables=6))

        assert shown.completing.most == shown.draft.value == Value(0, -1, 0, 0)
        assert shown.completing.hopes() == []

    @pytest.mark.parametrize("variables", [5, 6])
    def test_it_is_looked_for_in_a_small_relaxation_alone(self, variables: int, mocker: MockerFixture) -> None:
        best = mocker.spy(Relaxation, "best")
        shown = Shown(mocker, self.SHARES, ("ann", "ECH", 0))
        shown.fill(replace(AS_IT_IS, whole_variables=variables))

        assert best.call_count == (variables == 6)

    def test_where_it_cannot_be_proven_hope_remains(self, mocker: MockerFixture) -> None:
        shown = Shown(mocker, self.SHARES, ("ann", "ECH", 0))
        mocker.patch.object(Relaxation, "best", return_value=None)
        shown.fill(replace(AS_IT_IS, whole_variables=6))

        assert shown.completing.most == Value()
        assert shown.completing.hopes()
        assert shown.staff() == {"GRB": ["ann"], "OSP": ["bea"]}


class TestSpread:
    """Where other places than on-call ones stay open."""

    def rounding(self, *given: Taken, parameters: Parameters = DEFAULT, status: str = "MOET") -> tuple[Scene, Rounding]:
        """Return one who has quota for one of three shifts, of which two are in one week."""
        asked = [requirement("ECH", date=day(number), status=status) for number in (0, 1)]
        raw = roster(*asked, requirement("ECH", date=day(7)), can={"ann": "ECH"}, quota=1)
        raw["roosters"][0]["end_date"] = day(13).isoformat()
        scene = Scene(raw, *given)
        return scene, Rounding(scene.draft, Completing(scene.draft, parameters), parameters)

    def test_it_is_where_they_cost_least(self) -> None:
        scene, rounding = self.rounding(("ann", "ECH", 7))

        assert scene.draft.spread.cost == Cost(other_weeks=4, other_days=2)
        rounding.spread()
        assert scene.draft.spread.cost == Cost(other_weeks=2, other_days=2)

    def test_where_they_cost_least_already_no_plan_is_looked_for(self, mocker: MockerFixture) -> None:
        best = mocker.spy(SpreadRelaxation, "best")
        self.rounding(("ann", "ECH", 0))[1].spread()

        best.assert_not_called()

    def test_of_two_days_the_weekend_is_filled(self) -> None:
        scene = Scene(roster(*demand(("ECH", 4), ("ECH", 5)), can={"ann": "ECH"}, quota=1), ("ann", "ECH", 4))
        Rounding(scene.draft, Completing(scene.draft, DEFAULT), DEFAULT).spread()

        assert scene.who("ECH", 5) == ["ann"]

    def test_it_is_solved_again_only_where_something_has_changed(self, mocker: MockerFixture) -> None:
        solve = mocker.spy(SpreadRelaxation, "solve")
        scene, rounding = self.rounding(("ann", "ECH", 7))
        rounding.spread()
        rounding.spread()
        assert solve.call_count == 1

        scene.draft.release(scene.person("ann"), (scene.half("ECH", 0),))
        rounding.spread()
        assert solve.call_count == 2

    def test_nothing_is_solved_where_only_on_call_places_are_open(self, mocker: MockerFixture) -> None:
        solve = mocker.spy(SpreadRelaxation, "solve")
        scene = Scene(roster(*demand(("DIO", 0), ("ECH", 1)), can={"ann": "DIO ECH"}), ("ann", "ECH", 1))

        Rounding(scene.draft, Completing(scene.draft, DEFAULT), DEFAULT).spread()

        solve.assert_not_called()

    @pytest.mark.parametrize("beyond", [0, 1])
    def test_on_a_huge_roster_nothing_is_solved(self, beyond: int, mocker: MockerFixture) -> None:
        solve = mocker.spy(SpreadRelaxation, "solve")
        bounds = replace(DEFAULT, relaxed_possibilities=3 - beyond)

        self.rounding(("ann", "ECH", 0), parameters=bounds)[1].spread()

        assert solve.call_count == 1 - beyond

    def test_what_is_worth_more_does_not_stay_open(self) -> None:
        """Both open places are in one week, but the third is of MOET."""
        scene, _ = self.rounding(("ann", "ECH", 7), status="MAG")
        relaxation = SpreadRelaxation(scene.draft)
        relaxation.solve()

        assert not relaxation.hopes

    @pytest.mark.parametrize(
        ("name", "outcome"),
        [("solve", {"side_effect": Unsolved("Infeasible")}), ("best", {"return_value": None})],
        ids=["unsolved", "no plan in whole numbers"],
    )
    def test_where_the_solver_gives_up_the_plan_stays_as_it_was(
        self, name: str, outcome: Any, mocker: MockerFixture
    ) -> None:
        patched = mocker.patch.object(SpreadRelaxation, name, **outcome)
        scene, rounding = self.rounding(("ann", "ECH", 7))

        rounding.spread()

        assert patched.call_count == 1
        assert scene.who("ECH", 7) == ["ann"]

    def test_then_chains_move_them(self, mocker: MockerFixture) -> None:
        mocker.patch.object(SpreadRelaxation, "solve", side_effect=Unsolved("Infeasible"))
        scene, _ = self.rounding(("ann", "ECH", 7))
        repair(scene.board, replace(DEFAULT, rounds=0))

        assert Draft(scene.board).spread.cost.other_weeks == 2


class TestCover:
    """Who is on call where nobody is."""

    def rounding(self, *given: Taken, parameters: Parameters = DEFAULT) -> tuple[Scene, Rounding]:
        """Return two who have quota for one morning each, of which two are on one day and one is on another."""
        asked = [requirement("DIO", date=day(0), aantal=2), requirement("DIO", date=day(3))]
        scene = Scene(roster(*asked, can={"ann": "DIO", "bea": "DIO"}, quota=1), *given)
        return scene, Rounding(scene.draft, Completing(scene.draft, parameters), parameters)

    def test_no_fewer_have_nobody(self) -> None:
        scene, rounding = self.rounding(("ann", "DIO", 0), ("bea", "DIO", 0))

        assert scene.draft.spread.cost.uncovered == 1
        assert rounding.cover()
        assert scene.draft.spread.cost.uncovered == 0
        assert len(scene.who("DIO", 0)) == len(scene.who("DIO", 3)) == 1

    def test_it_is_known_where_that_cannot_be(self) -> None:
        raw = roster(*demand(("DIO", 0), ("DIO", 3)), can={"ann": "DIO"}, quota=1)
        scene = Scene(raw, ("ann", "DIO", 3))

        assert Rounding(scene.draft, Completing(scene.draft, DEFAULT), DEFAULT).cover()
        assert scene.who("DIO", 3) == ["ann"]

    @pytest.mark.parametrize(
        ("name", "outcome"),
        [("solve", {"side_effect": Unsolved("Infeasible")}), ("best", {"return_value": None})],
        ids=["unsolved", "no plan in whole numbers"],
    )
    def test_where_the_solver_gives_up_it_is_not(self, name: str, outcome: Any, mocker: MockerFixture) -> None:
        mocker.patch.object(CoverRelaxation, name, **outcome)
        scene, rounding = self.rounding(("ann", "DIO", 0), ("bea", "DIO", 0))

        assert not rounding.cover()
        assert scene.who("DIO", 0) == ["ann", "bea"]

    def test_on_a_huge_roster_nothing_is_solved(self, mocker: MockerFixture) -> None:
        solve = mocker.spy(CoverRelaxation, "solve")
        bounds = replace(DEFAULT, relaxed_possibilities=1)

        assert not self.rounding(("ann", "DIO", 0), parameters=bounds)[1].cover()
        solve.assert_not_called()

    def test_nothing_is_made_anew_where_it_is_known(self, mocker: MockerFixture) -> None:
        """With six people two dagdelen cannot have anybody, however often parts are made anew."""
        cover = mocker.spy(Recreating, "cover")
        board = constructed("stranger six", 1)
        repair(board, replace(DEFAULT, rounds=0))

        assert Draft(board).spread.cost.uncovered == 2
        cover.assert_not_called()


class TestSolveAround:
    """At last, where a roster is too large to be solved whole: the best plan near what the relaxation shows."""

    def test_more_is_had_than_by_chains(self) -> None:
        completed = Completed("stranger tight", 3, BY_CHAINS)
        completed.completing.most = Relaxation(completed.draft).most()
        completed.rounding._relaxation = Relaxation(completed.draft)
        completed.rounding.solve_around(DEFAULT.last_choices)

        assert completed.was < completed.draft.value == completed.completing.most

    @pytest.mark.parametrize("known", [False, True])
    def test_nothing_is_solved_where_no_more_is_known_to_be_possible(self, known: bool, mocker: MockerFixture) -> None:
        solve = mocker.spy(Relaxation, "solve")
        completed = Completed("stranger tight", 3)
        completed.completing.most = completed.draft.value if known else None
        completed.rounding._relaxation = Relaxation(completed.draft)
        completed.rounding.solve_around(DEFAULT.last_choices)

        solve.assert_not_called()

    def test_it_ends_where_nothing_is_gained(self, mocker: MockerFixture) -> None:
        completed = Completed("stranger tight", 3)
        completed.completing.most = Value()
        completed.rounding._relaxation = Relaxation(completed.draft)
        best = mocker.patch.object(Relaxation, "best", return_value=None)
        completed.rounding.solve_around(DEFAULT.last_choices)

        assert best.call_count == 1
        assert completed.draft.snapshot() == completed.before


class TestUnsolved:
    def test_it_is_not_tried_again(self, mocker: MockerFixture) -> None:
        most = mocker.patch.object(Relaxation, "most", side_effect=Unsolved("Iteration limit reached"))
        spread = mocker.spy(SpreadRelaxation, "solve")
        completed = Completed("stranger six", 2)
        for _ in range(2):
            completed.rounding.fill()
        completed.rounding.spread()

        assert most.call_count == 1
        spread.assert_not_called()

    def test_the_plan_stays_as_it_was(self, mocker: MockerFixture) -> None:
        mocker.patch.object(Relaxation, "most", side_effect=Unsolved("Infeasible"))
        completed = Completed("stranger six", 2)
        completed.fill()

        assert completed.completing.most is None
        assert completed.draft.snapshot() == completed.before

    def test_the_run_goes_on(self, mocker: MockerFixture) -> None:
        """As if the roster were too large for a relaxation."""
        fill = mocker.spy(Recreating, "fill")
        boards = [constructed("stranger six", 2) for _ in range(2)]
        bounds = replace(DEFAULT, rounds=0, effort=2_000, effort_per_shift=0, cover_recreations=0)
        repair(boards[0], replace(bounds, relaxed_possibilities=0))
        mocker.patch.object(Relaxation, "most", side_effect=Unsolved("Infeasible"))
        calls = fill.call_count

        repair(boards[1], bounds)

        assert calls
        assert fill.call_count == 2 * calls
        assert boards[0].added == boards[1].added


class TestProven:
    """Nothing is searched for where the plan is known to be the most."""

    @pytest.mark.parametrize(
        ("most", "searches"),
        [
            pytest.param(None, True, id="nothing is known"),
            pytest.param(Value(0, 0, 0, 0), True, id="there may be more"),
            pytest.param(Value(0, -1, 0, 0), False, id="it is the most"),
            pytest.param(Value(0, -2, 0, 0), False, id="it is more"),
        ],
    )
    def test_chains_are_looked_for_only_where_there_may_be_more(
        self, most: Value | None, searches: bool, mocker: MockerFixture
    ) -> None:
        fill = mocker.spy(Chains, "fill")
        raw = roster(*demand(("ECH", 0), ("OSP", 0)), can={"ann": "ECH OSP"})
        scene = Scene(raw, ("ann", "ECH", 0))
        completing = Completing(scene.draft, DEFAULT)
        completing.chains.effort.left = 100
        completing.most = most

        assert bool(completing.hopes()) == searches
        completing.complete((8,))
        assert bool(fill.call_count) == searches

    def test_the_search_ends_when_the_most_is_reached(self, mocker: MockerFixture) -> None:
        """All that there can be is filled by the first search; a second one would see that there is nothing else."""
        look_ahead = mocker.spy(Chains, "look_ahead")
        raw = roster(*demand(("ECH", 0), ("OSP", 0), ("GRB", 0)), can={"ann": "ECH OSP GRB", "bea": "ECH OSP GRB"})
        scene = Scene(raw, ("ann", "ECH", 0))
        completing = Completing(scene.draft, DEFAULT)
        completing.chains.effort.left = 100
        completing.most = Value(0, -1, 0, 0)
        completing.complete((8, 60))

        assert scene.draft.value == completing.most
        assert look_ahead.call_count == 1

    @pytest.mark.parametrize(("parameters", "made_anew"), [(DEFAULT, False), (replace(DEFAULT, few_variables=0), True)])
    def test_no_part_of_the_plan_is_made_anew(
        self, parameters: Parameters, made_anew: bool, mocker: MockerFixture
    ) -> None:
        """Only the integer program proves it of this one."""
        recreate = mocker.spy(Recreating, "recreate_around")
        mocker.patch.object(Recreating, "cover")

        repair(constructed("stranger six", 3), replace(parameters, rounds=0, recreations=2))

        assert bool(recreate.call_count) == made_anew
