"""How many 24-hour duties there can be at most, and what can be filled: never too low, and not needlessly high."""

from __future__ import annotations

import pytest
from hypothesis import given

from benchmarks.cache import Cache
from benchmarks.kinds import roster as kind_of_roster
from greedy.loader import build_workspace
from greedy.solver.board import Board
from greedy.solver.bounds import PairBound, can_be_filled
from greedy.solver.chains import Chains
from greedy.solver.construction import construct
from greedy.solver.draft import ANY, Draft
from greedy.solver.halves import Half
from greedy.solver.repair import repair
from tests.support.factories import Raw, assignment, day, qualification, requirement
from tests.support.scenes import Scene, away, counts, mornings, nights, roster, solve
from tests.support.strategies import rosters, thorough

PEOPLE = {"E1": "DIO DIA", "E2": "DIO DIA"}


def duties(*numbers: int) -> list[Raw]:
    return [*(requirement("DIO", date=day(number)) for number in numbers), *nights(*numbers)]


def most(raw: dict[str, list[Raw]], *given: tuple[str, str, int]) -> int:
    return PairBound(Scene(raw, *given).draft).in_all()


class TestBound:
    def test_places_of_a_day(self) -> None:
        """Wednesday has no evening."""
        raw = roster(*duties(0), requirement("DIO", date=day(2)), can=PEOPLE)
        assert most(raw, ("E1", "DIO", 0), ("E1", "DIA", 0), ("E1", "DIO", 2)) == 1

    def test_quota_of_either_half(self) -> None:
        raw = roster(*duties(0, 2, 4), can={"E1": "DIO", "E2": "DIO"})
        raw["roster_employee_services"] += [qualification("E1", "DIA", 1), qualification("E2", "DIA", 1)]
        given = [("E1", "DIO", number) for number in (0, 2, 4)]

        assert most(raw, *given, ("E1", "DIA", 0), ("E2", "DIA", 2)) == 2

    def test_nobody_can_have_both_halves(self) -> None:
        raw = roster(*duties(0), can={"E1": "DIO", "E2": "DIA"})
        assert most(raw, ("E1", "DIO", 0), ("E2", "DIA", 0)) == 0

    def test_nobody_is_there_for_both_halves(self) -> None:
        """E1 is away on Monday evening."""
        raw = roster(*duties(0), can={"E1": "DIO DIA", "E2": "DIA"}, roster_assignments=[away("E1", 0, "A")])
        assert most(raw, ("E1", "DIO", 0), ("E2", "DIA", 0)) == 0

    def test_a_dead_half_takes_quota_alone(self) -> None:
        """There are two more days, but of E1's two mornings, one is Monday's, without its evening."""
        raw = roster(*duties(0, 2, 4), can={"E1": "DIO DIA", "E2": "DIO DIA"}, quota=2)
        raw["roster_assignments"] = [*mornings(E1=0), away("E1", 0, "A")]
        raw["roster_employee_services"] = [
            row for row in raw["roster_employee_services"] if (row["employee_id"], row["service_id"]) != ("E2", "DIO")
        ]

        assert sum(kind.most for kind in PairBound(Scene(raw).draft).kinds) == 1

    def test_a_dead_half_takes_quota_and_a_place(self) -> None:
        """E1, away in the evening, has Monday's morning by hand: one pair less of E1's two, and none on Monday."""
        planned = [*mornings(E1=0), away("E1", 0, "A")]
        raw = roster(*duties(0, 2, 4), can=PEOPLE, quota=2, roster_assignments=planned)
        given = [(person, code, number) for person, number in (("E1", 2), ("E2", 4)) for code in ("DIO", "DIA")]
        bound = PairBound(Scene(raw, *given, ("E2", "DIA", 0)).draft)

        (kind,) = (kind for kind in bound.kinds if kind.most)
        assert (kind.most, bound.in_all()) == (2, 2)
        assert most(raw | {"roster_assignments": []}, *given, ("E2", "DIA", 0), ("E1", "DIO", 0)) == 3

    def test_an_open_place_is_a_half_less(self) -> None:
        raw = roster(*duties(0, 2), can=PEOPLE)
        halves = [("E1", code, number) for code in ("DIO", "DIA") for number in (0, 2)]

        assert [most(raw, *halves[:filled]) for filled in range(5)] == [0, 0, 1, 1, 2]

    @pytest.mark.parametrize("on_call", [True, False])
    def test_another_service_could_stay_open_instead(self, *, on_call: bool) -> None:
        """With as many places filled, the other shift could be left for the evening; they are on-call, or none is."""
        raw = roster(*duties(0), requirement("GRB"), can={"E1": "DIO DIA", "E2": "GRB"})
        raw["service_types"] = [row | {"is_system": on_call} for row in raw["service_types"]]
        given = ("E1", "DIO", 0), ("E2", "GRB", 0)

        assert most(raw, *given[:1]) == 0
        assert most(raw, *given) == 1

    def test_pairs_of_the_roster_before_prove_nothing(self) -> None:
        """E4 had a 24-hour duty on the day before, in another roster; here one is still to be united, by E3."""
        raw = roster(*duties(0), can={"E1": "DIO", "E2": "DIA", "E3": "DIO DIA", "E4": "ECH"}, quota=1)
        raw["roster_assignments"] = [
            assignment("E4", roster_id="R0", date=day(-1), dagdeel=part, service_id=code)
            for code, part in (("DIO", "O"), ("DIA", "A"))
        ]
        scene = Scene(raw, ("E1", "DIO", 0), ("E2", "DIA", 0))
        before = scene.draft.value.pairs

        repair(scene.board)

        assert (before, Draft(scene.board).value.pairs) == (0, 1)


@given(rosters())
@thorough
def test_no_roster_exceeds_the_bound(raw: dict[str, list[Raw]]) -> None:
    solved = solve(raw)
    bound = PairBound(Draft(solved.board))

    assert counts(solved)[2] <= bound.in_all()


@pytest.mark.parametrize(
    ("kind", "seed"), [(kind, seed) for kind in ("practice planned tight", "scarce tight") for seed in range(1, 7)]
)
def test_the_proven_optimum_is_within_the_bound(kind: str, seed: int) -> None:
    tables = kind_of_roster(kind, seed)
    optimum = Cache().get(kind, seed, tables)
    assert optimum is not None
    board = Board(build_workspace(tables))
    bound = PairBound(Draft(board))

    assert optimum.counts[2] <= sum(kind.most for kind in bound.kinds)


class TestFilling:
    """O1, of Oranje, has used the quota of 1 on Tuesday; Monday's place is open."""

    @staticmethod
    def hope(tuesday: str = "ORA", **others: str) -> bool:
        """Whether Monday's place can be filled, with others of some teams who have quota left."""
        days = [requirement("ECH", team="ORA"), requirement("ECH", date=day(1), team=tuesday)]
        teams = {"O1": "Oranje", **others}
        raw = roster(*days, can=dict.fromkeys(teams, "ECH"), quota=1)
        for row in raw["employees"]:
            row["team"] = teams[row["id"]]
        scene = Scene(raw, ("O1", "ECH", 1))
        return can_be_filled(scene.draft, scene.half("ECH", 0))

    def test_by_somebody_of_the_team_with_quota_left(self) -> None:
        assert self.hope(O2="Oranje")
        assert self.hope(X="Overig")

    def test_not_by_the_other_team(self) -> None:
        assert not self.hope()
        assert not self.hope(G1="Groen")

    def test_by_another_who_takes_over_what_any_team_may(self) -> None:
        """Whoever leaves must be of a team whose place the other may have: demand is asked once they have left."""
        assert self.hope("TOT", G1="Groen")
        assert not self.hope("ORA", G1="Groen")


@given(rosters())
@thorough
def test_where_counting_leaves_no_hope_no_chain_fills_a_place(raw: dict[str, list[Raw]]) -> None:
    """However long it is searched for: as much of MAG must stay filled, as that may give way to MOET."""
    board = Board(build_workspace(raw))
    construct(board)
    draft = Draft(board)
    for service in board.service_number.values():
        for slot in sorted(draft.open[service]):
            half = Half(service, slot)
            if not can_be_filled(draft, half):
                need = draft.worth(half)._replace(pairs=ANY)
                assert not Chains(draft, 50_000).fill(half, need, 50)
