"""Repair: chains of moves that fill and pair what the greedy pass left, and give nothing up for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from pytest_mock import MockerFixture

from benchmarks.strangers import make_stranger
from demo.roster import PRESETS
from greedy.loader import build_workspace
from greedy.outcome.coverage import measure
from greedy.processor import GreedyProcessor
from greedy.solver.board import Board
from greedy.solver.chains import Chains
from greedy.solver.construction import construct
from greedy.solver.draft import Draft, Value
from greedy.solver.numbering import ServiceNumber, SlotNumber
from greedy.solver.parameters import DEFAULT, Parameters
from greedy.solver.recreating import Recreating
from greedy.solver.repair import repair
from greedy.solver.rounding import Rounding
from greedy.solver.spreading import Spreading
from tests.support.factories import Raw, assignment, day, employee, qualification, requirement
from tests.support.made import made, with_seed
from tests.support.scenes import GREEDY_ALONE, counts, roster, solve, who
from tests.support.strategies import rosters, thorough


class TestFill:
    def test_a_shift_that_only_the_other_can_do(self) -> None:
        """Greedy gives ECH to E1, who alone could do OSP."""
        raw = roster(requirement("ECH"), requirement("OSP"), can={"E1": "ECH OSP", "E2": "ECH"})

        assert counts(solve(raw, GREEDY_ALONE)) == (0, 1, 0)
        assert who(solve(raw)) == {"ECH": "E2", "OSP": "E1"}

    def test_a_chain_of_three(self) -> None:
        raw = roster(
            *(requirement(code) for code in ("ECH", "GRB", "OSP")),
            can={"E1": "ECH GRB", "E2": "GRB OSP", "E3": "ECH"},
        )

        assert counts(solve(raw, GREEDY_ALONE)) == (0, 2, 0)
        assert who(solve(raw)) == {"ECH": "E3", "GRB": "E1", "OSP": "E2"}

    def test_quota_is_passed_on(self) -> None:
        """E1's one ECH goes to Monday, but on Tuesday E2 is away: E2 takes Monday, E1 Tuesday."""
        raw = roster(
            requirement("ECH"),
            requirement("ECH", date=day(1)),
            can={"E1": "ECH", "E2": "ECH"},
            quota=1,
            roster_assignments=[assignment("E2", date=day(1), status=3, service_id=None)],
        )

        assert counts(solve(raw, GREEDY_ALONE)) == (0, 1, 0)
        assert counts(solve(raw)) == (0, 2, 0)

    def test_a_duty_moves_so_that_someone_need_not_rest(self) -> None:
        """E1 rests on Tuesday after the duty that E2 could do as well."""
        raw = roster(
            requirement("DIA", dagdeel="A"), requirement("ECH", date=day(1)), can={"E1": "DIA ECH", "E2": "DIA"}
        )

        assert counts(solve(raw, GREEDY_ALONE)) == (1, 0, 0)
        assert who(solve(raw)) == {"DIA": "E2", "ECH": "E1"}

    def test_what_was_planned_is_never_moved(self) -> None:
        raw = roster(
            requirement("ECH"),
            requirement("OSP"),
            can={"E1": "ECH OSP", "E2": "ECH"},
            roster_assignments=[assignment("E1", service_id="ECH")],
        )

        assert who(solve(raw)) == {}

    def test_what_somebody_can_simply_take_needs_no_effort(self) -> None:
        raw = roster(requirement("ECH", aantal=2), requirement("DIO"), can={"E1": "ECH DIO", "E2": "ECH", "E3": "ECH"})
        board = Board(build_workspace(raw))

        repair(board, Parameters(effort=0, effort_per_shift=0))

        assert [len(added) for added in board.added] == [1, 1, 1]

    def test_an_on_call_shift_is_worth_another_services_shift(self) -> None:
        """Without repair's help nobody is left for the second duty; with it, ECH is given up, not the duty."""
        raw = roster(
            requirement("DIO"),
            requirement("DDO"),
            requirement("ECH"),
            can={"E1": "DDO DIO", "E2": "DDO ECH"},
        )

        assert counts(solve(raw, GREEDY_ALONE))[0] == 1
        assert who(solve(raw)) == {"DIO": "E1", "DDO": "E2"}

    def test_a_shift_is_worth_a_pair(self) -> None:
        """E1, who has the whole duty, alone can do ECH: E2 takes the morning."""
        raw = roster(
            requirement("DIO"),
            requirement("DIA", dagdeel="A"),
            requirement("ECH"),
            can={"E1": "DIO DIA ECH", "E2": "DIO"},
        )

        assert who(solve(raw)) == {"DIO": "E2", "DIA": "E1", "ECH": "E1"}

    def test_teams_are_kept(self) -> None:
        """E2 of Oranje cannot take over the GRO place, so that E1 must stay."""
        asked = [requirement(code, team="GRO") for code in ("ECH", "OSP")]
        raw = roster(*asked, can={"E1": "ECH OSP", "E2": "ECH"})
        raw["employees"] = [employee("E1"), employee("E2", team="Oranje")]

        assert who(solve(raw)) == {"ECH": "E1"}


class TestPair:
    DUTY = (requirement("DIO"), requirement("DIA", dagdeel="A"))

    def test_a_duty_that_greedy_split_is_paired(self) -> None:
        """Monday's duty takes E1, whom alone Tuesday's pair could have had; Monday's can be E2's."""
        days = [requirement(code, date=day(number), dagdeel=part) for number in (0, 1) for code, part in
                (("DIO", "O"), ("DIA", "A"))]  # fmt: skip
        raw = roster(*days, can={"E1": "DIO DIA", "E2": "DIO DIA", "E3": "DIO", "E4": "DIA"}, quota=1)
        raw["roster_assignments"] = [assignment("E2", date=day(1), dagdeel="M", status=3, service_id=None)]

        assert counts(solve(raw, GREEDY_ALONE)) == (4, 0, 1)
        assert counts(solve(raw)) == (4, 0, 2)

    def test_a_half_planned_by_hand_stays_and_is_paired(self) -> None:
        raw = roster(
            *self.DUTY,
            can={"E1": "DIA", "E2": "DIA"},
            quota=1,
            roster_assignments=[assignment("E2", service_id="DIO")],
        )

        assert who(solve(raw)) == {"DIA": "E2"}

    def test_nothing_moves_without_gain(self) -> None:
        """E1, planned for both mornings, has quota for one evening: which one makes no difference."""
        raw = roster(
            *(requirement("DIA", date=day(number), dagdeel="A") for number in (0, 2)),
            can={"E1": "DIA", "E2": "DIA", "E3": "DIO DIA"},
            quota=1,
            roster_assignments=[
                *(assignment("E1", date=day(number), service_id="DIO") for number in (0, 2)),
                *(assignment("E3", date=day(number), dagdeel="A", status=3, service_id=None) for number in (0, 2)),
            ],
        )
        raw["roster_employee_services"].append(qualification("E1", "DIO", 2))

        evenings = [record for record in solve(raw).workspace.assignments if record.service_id == "DIA"]

        assert [(record.employee_id, record.date) for record in evenings] == [("E1", day(0)), ("E2", day(2))]

    def test_a_morning_planned_without_quota_is_paired_as_well(self) -> None:
        """E1 is planned for a morning that no quota allows: quotas alone do not tell how many pairs there can be."""
        raw = roster(
            *(requirement("DIA", date=day(number), dagdeel="A") for number in (0, 2)),
            can={"E1": "DIA", "E2": "DIA"},
            quota=1,
            roster_assignments=[
                assignment("E1", date=day(2), service_id="DIO"),
                *(assignment("E2", date=day(number), service_id="ECH") for number in (4, 5)),
            ],
        )

        assert counts(solve(raw)) == (2, 0, 1)

    def test_two_halves_planned_by_hand_stay_apart(self) -> None:
        planned = [assignment("E1", service_id="DIO"), assignment("E2", dagdeel="A", service_id="DIA")]
        raw = roster(*self.DUTY, can={"E1": "DIO DIA", "E2": "DIO DIA"}, roster_assignments=planned)

        assert who(solve(raw)) == {}


def test_a_shortage_that_no_chain_can_mend_ends() -> None:
    """Thirty people, a hundred places beyond their quotas: the effort is bounded."""
    people = {f"E{number:02}": "ECH OSP GRB" for number in range(30)}
    raw = roster(
        *(requirement(code, date=day(number), aantal=40) for code in ("ECH", "OSP", "GRB") for number in range(7)),
        can=people,
        quota=2,
    )

    solved = solve(raw)

    assert measure(solved.board).assigned == 30 * 2 * 3


@given(rosters())
@thorough
def test_repair_never_gives_up_what_greedy_had(raw: dict[str, list[Raw]]) -> None:
    assert counts(solve(raw)) >= counts(solve(raw, GREEDY_ALONE))


PROVEN = {"practice": [227] * 5, "tight": [227] * 5, "loose": [227] * 5, "planned": [225, 226, 226, 224, 227]}
"""Places that can be filled in the presets' rosters 1 to 5, as a constraint solver (OR-Tools CP-SAT) has proven."""


@pytest.mark.parametrize(
    ("kind", "seed", "most"),
    [
        with_seed(seed, kind, seed, most, name=f"{kind} {seed}")
        for kind, row in PROVEN.items()
        for seed, most in enumerate(row, 1)
    ],
)
def test_practice_rosters_are_filled_as_far_as_is_proven_possible(kind: str, seed: int, most: int) -> None:
    on_call, others, _ = counts(solve(made(PRESETS[kind], seed)))

    assert on_call + others == most


def test_the_aims_are_pursued_more_than_once() -> None:
    """Sharing out moves much about: of six people, more is had by easy chains after it than before."""
    raw = make_stranger("stranger six", 4)
    chains_alone = replace(
        DEFAULT, relaxed_possibilities=0, recreations=0, cover_recreations=0, limits=(8,), last_limits=()
    )
    once = GreedyProcessor(build_workspace(raw), parameters=replace(chains_alone, rounds=1))
    again = GreedyProcessor(build_workspace(raw), parameters=chains_alone)
    once.process()
    again.process()

    assert Draft(again.board).value > Draft(once.board).value


class TestWhatChainsLeave:
    """It is filled and paired by the relaxation, and by making parts of the plan anew, in turns."""

    UNRELAXED = replace(DEFAULT, relaxed_possibilities=0)

    @pytest.mark.parametrize("seed", [1, 3, 101])
    def test_where_nothing_is_won_the_plan_stays_as_it_was(self, seed: int, mocker: MockerFixture) -> None:
        """Each of these is proven to be the most; counting alone does not prove it, so it is tried."""
        boards = [constructed("stranger half planned", seed) for _ in range(2)]
        mocker.patch.object(Recreating, "cover")
        fill = mocker.spy(Recreating, "fill")

        for board, parameters in zip(boards, (self.UNRELAXED, replace(self.UNRELAXED, recreations=0)), strict=True):
            repair(board, replace(parameters, rounds=0))

        assert fill.call_count > 0
        assert boards[0].added == boards[1].added

    def test_a_plan_that_is_as_good_is_not_kept(self, mocker: MockerFixture) -> None:
        """Making parts anew keeps what is as good, to go on from there; in the end that moved people for nothing."""
        board = constructed("stranger half planned", 1)
        snapshots = []
        mocker.patch.object(Recreating, "cover")
        mocker.patch.object(Spreading, "spread_out", side_effect=lambda: snapshots.append(copied(board)))
        fill = Recreating.fill

        def noted(recreating: Recreating, turns: range) -> None:
            snapshots.append(copied(board))
            fill(recreating, turns)
            snapshots.append(copied(board))

        mocker.patch.object(Recreating, "fill", noted)

        repair(board, replace(self.UNRELAXED, rounds=0, last_limits=()))

        first, *_, last, kept = snapshots
        assert last != first
        assert kept == first

    @pytest.mark.parametrize(
        ("parameters", "turns"),
        [
            pytest.param({"recreations": 7}, [range(7)], id="no more than may be"),
            pytest.param({"recreations": 25}, [range(10), range(10, 20), range(20, 25)], id="some at once"),
            pytest.param({"recreated_shifts": 0}, [], id="none on a roster that is too large"),
        ],
    )
    def test_how_often_it_is_done(self, parameters: dict[str, Any], turns: list[range], mocker: MockerFixture) -> None:
        """The relaxation goes first, and after each of these."""
        order = mocker.Mock()
        mocker.patch.object(Recreating, "fill", order.recreate)
        mocker.patch.object(Rounding, "fill", order.round)
        board = constructed("stranger six", 4)

        repair(board, replace(DEFAULT, rounds=0, last_limits=(), **parameters))

        recreated = [call for some in turns for call in (mocker.call.recreate(some), mocker.call.round())]
        assert order.mock_calls == [mocker.call.round(), *recreated]

    @pytest.mark.parametrize(
        ("most", "searches"),
        [(None, True), (Value(), True), (Value(-99, 0, 0, 0), False)],
        ids=["unknown", "more", "no more"],
    )
    def test_a_last_long_search_is_made_unless_the_relaxation_says_that_there_is_no_more(
        self, most: Value | None, searches: bool, mocker: MockerFixture
    ) -> None:
        def relax(rounding: Rounding) -> None:
            rounding._completing.most = most

        mocker.patch.object(Rounding, "fill", relax)
        fill = mocker.spy(Chains, "fill")
        board = constructed("stranger six", 4)

        repair(board, replace(DEFAULT, rounds=0, recreations=0, cover_recreations=0))

        assert (DEFAULT.last_limits[0] in {call.args[3] for call in fill.call_args_list}) == searches


def constructed(kind: str, seed: int) -> Board:
    """Return a roster as the greedy pass fills it."""
    board = Board(build_workspace(make_stranger(kind, seed)))
    construct(board)
    return board


def copied(board: Board) -> list[dict[SlotNumber, ServiceNumber]]:
    return [dict(added) for added in board.added]
