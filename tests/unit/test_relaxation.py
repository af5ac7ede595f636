"""The relaxation: each rule limits it, each aim counts in it, and it comes to the most that any roster is worth."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from pytest_mock import MockerFixture

from greedy.domain.models import Dagdeel, Slot
from greedy.loader import build_workspace
from greedy.solver.board import Board
from greedy.solver.draft import Draft, Value
from greedy.solver.linear import LinearProgram, Terms, Unsolved
from greedy.solver.relaxation import Choice, Relaxation
from tests.support.exhausting import most_of_all
from tests.support.factories import Raw, assignment, day, employee, requirement
from tests.support.scenes import Scene, away, demand, mornings, nights, roster

Taken = list[tuple[str, str, int]]
"""Who takes which service on which day."""


def most(raw: dict[str, list[Raw]]) -> Value:
    """Return the most that the relaxation allows, which here is what the best of all rosters is worth."""
    workspace = build_workspace(raw)
    relaxed = Relaxation(Draft(Board(workspace))).most()
    assert relaxed == most_of_all(workspace)
    return relaxed


def teams(raw: dict[str, list[Raw]], **of_people: str) -> dict[str, list[Raw]]:
    raw["employees"] = [employee(row["id"], team=of_people.get(row["id"], row["team"])) for row in raw["employees"]]
    return raw


def choices(scene: Scene, taken: Taken) -> set[Choice]:
    return {(scene.person(name), scene.half(code, number)) for name, code, number in taken}


class TestQuota:
    def test_it_is_not_exceeded(self) -> None:
        assert most(roster(*demand(("ECH", 0), ("ECH", 1), ("ECH", 2)), can={"ann": "ECH"}, quota=2)) == (0, -1, 0, 0)

    def test_each_has_their_own(self) -> None:
        raw = roster(*demand(*(("ECH", number) for number in range(4))), can={"ann": "ECH", "bea": "ECH"}, quota=1)
        raw["roster_employee_services"][1]["aantal"] = 2

        assert most(raw) == (0, -1, 0, 0)

    def test_each_service_has_its_own(self) -> None:
        raw = roster(*demand(("ECH", 0), ("ECH", 1), ("OSP", 2), ("OSP", 3)), can={"ann": "ECH OSP"}, quota=1)

        assert most(raw) == (0, -2, 0, 0)

    def test_what_was_planned_uses_it(self) -> None:
        """Wherever that is: here on a day that asks for nobody."""
        planned = [assignment("ann", date=day(5), service_id="ECH")]
        raw = roster(*demand(("ECH", 0), ("ECH", 1)), can={"ann": "ECH"}, quota=2, roster_assignments=planned)

        assert most(raw) == (0, -1, 0, 0)

    def test_what_the_draft_has_assigned_uses_none(self) -> None:
        """It could be taken back: of three shifts Ann takes two, and not those two of necessity."""
        raw = roster(*demand(("ECH", 0), ("ECH", 1), ("ECH", 2)), can={"ann": "ECH"}, quota=2)

        assert Relaxation(Scene(raw, ("ann", "ECH", 0), ("ann", "ECH", 1)).draft).most() == (0, -1, 0, 0)

    def test_who_was_planned_beyond_it_gets_no_more(self) -> None:
        planned = [assignment("ann", date=day(number), service_id="ECH") for number in (4, 5)]
        raw = roster(*demand(("ECH", 0)), can={"ann": "ECH"}, quota=1, roster_assignments=planned)

        assert most(raw) == (0, -1, 0, 0)


class TestSlots:
    def test_nobody_works_twice_in_a_slot(self) -> None:
        assert most(roster(*demand(("ECH", 0), ("OSP", 0)), can={"ann": "ECH OSP"})) == (0, -1, 0, 0)

    @pytest.mark.parametrize(
        ("shift", "value"),
        [
            pytest.param(("SWZ", 0), (0, -1, 0, 0), id="the rest of its day"),
            pytest.param(("ECH", 1), (0, -1, 0, 0), id="the next morning"),
            pytest.param(("SWZ", 1), (0, -1, 0, 0), id="the next afternoon"),
            pytest.param(("ECH", 2), (0, 0, 0, 0), id="not the day after that"),
        ],
    )
    def test_a_duty_needs_rest(self, shift: tuple[str, int], value: tuple[int, ...]) -> None:
        """On call comes first, so that it is the other shift that stays open."""
        assert most(roster(*demand(("DIO", 0), shift), can={"ann": "DIO ECH SWZ"})) == value

    def test_a_duty_needs_rest_from_a_duty(self) -> None:
        assert most(roster(*demand(("DIA", 0), ("DIO", 1)), can={"ann": "DIA DIO"})) == (-1, 0, 0, 0)

    def test_two_duties_may_rest_in_the_same_slots(self) -> None:
        """Morning and evening of one day: rest counts once."""
        assert most(roster(*demand(("DIO", 0), ("DIA", 0)), can={"ann": "DIO DIA"})) == (0, 0, 0, 1)

    def test_other_people_work_on_meanwhile(self) -> None:
        assert most(roster(*demand(("DIO", 0), ("ECH", 1)), can={"ann": "DIO ECH", "bea": "ECH"})) == (0, 0, 0, 0)

    @pytest.mark.parametrize(
        "taken",
        [
            pytest.param(assignment("ann", service_id="OSP"), id="other work"),
            pytest.param(away("ann", 0), id="leave"),
            pytest.param(assignment("ann", status=2, service_id=None), id="rest"),
        ],
    )
    def test_a_slot_that_is_taken_stays_so(self, taken: Raw) -> None:
        raw = roster(*demand(("ECH", 0), ("ECH", 1)), can={"ann": "ECH"}, roster_assignments=[taken])

        assert most(raw) == (0, -1, 0, 0)

    @pytest.mark.parametrize(("number", "dagdeel", "value"), [(0, "M", -1), (1, "O", 0), (1, "M", 0)])
    def test_leave_is_rest_on_the_next_day_alone(self, number: int, dagdeel: str, value: int) -> None:
        raw = roster(*demand(("DIO", 0)), can={"ann": "DIO"}, roster_assignments=[away("ann", number, dagdeel)])

        assert most(raw) == (value, 0, 0, 0)

    def test_work_planned_on_the_next_day_leaves_no_room_for_rest(self) -> None:
        planned = [assignment("ann", date=day(1), service_id="ECH")]

        assert most(roster(*nights(0), can={"ann": "DIA"}, roster_assignments=planned)) == (-1, 0, 0, 0)

    def test_a_duty_planned_before_needs_its_rest(self) -> None:
        planned = [assignment("ann", dagdeel="A", service_id="DIA")]
        raw = roster(*demand(("ECH", 1), ("ECH", 2)), can={"ann": "ECH"}, roster_assignments=planned)

        assert most(raw) == (0, -1, 0, 0)


class TestBeside:
    def test_a_duty_in_the_roster_before_needs_its_rest(self) -> None:
        duty = assignment("ann", roster_id="R0", date=day(-1), dagdeel="A", service_id="DIA")
        raw = roster(*demand(("ECH", 0), ("ECH", 1)), can={"ann": "ECH"}, roster_assignments=[duty])

        assert most(raw) == (0, -1, 0, 0)

    def test_work_in_the_roster_after_leaves_no_room_for_rest(self) -> None:
        work = assignment("ann", roster_id="R2", date=day(7), service_id="ECH")
        raw = roster(*nights(5, 6), can={"ann": "DIA"}, roster_assignments=[work])

        assert most(raw) == (-1, 0, 0, 0)

    def test_what_the_database_has_refused_nobody_takes(self) -> None:
        workspace = build_workspace(roster(*demand(("ECH", 0), ("ECH", 1)), can={"ann": "ECH"}))
        refused = frozenset({(Slot("ann", day(0), Dagdeel.OCHTEND), "ECH")})

        assert Relaxation(Draft(Board(replace(workspace, forbidden=refused)))).most() == (0, -1, 0, 0)


class TestDemand:
    @pytest.mark.parametrize(
        ("places", "people", "still_open"),
        [
            pytest.param({"GRO": 2}, {"ann": "Groen", "bea": "Oranje"}, 1, id="green: no orange"),
            pytest.param({"ORA": 2}, {"ann": "Groen", "bea": "Oranje"}, 1, id="orange: no green"),
            pytest.param({"GRO": 1, "ORA": 1}, {"ann": "Groen", "bea": "Groen"}, 1, id="two green, for one of each"),
            pytest.param({"GRO": 1, "ORA": 1}, {"ann": "Oranje", "bea": "Oranje"}, 1, id="two orange, for one of each"),
            pytest.param({"GRO": 1, "ORA": 1}, {"ann": "Overig", "bea": "Overig"}, 0, id="others, for one of each"),
            pytest.param({"GRO": 1, "TOT": 1}, {"ann": "Oranje", "bea": "Oranje"}, 1, id="two orange, one for all"),
            pytest.param({"ORA": 1, "TOT": 1}, {"ann": "Groen", "bea": "Overig"}, 0, id="green for all"),
            pytest.param({"TOT": 2}, {"ann": "Groen", "bea": "Oranje", "cor": "Overig"}, 0, id="all for all"),
        ],
    )
    def test_places_are_filled_by_team(self, places: dict[str, int], people: dict[str, str], still_open: int) -> None:
        rows = [requirement("ECH", team=team, aantal=count) for team, count in places.items()]

        assert most(teams(roster(*rows, can=dict.fromkeys(people, "ECH")), **people)) == (0, -still_open, 0, 0)

    @pytest.mark.parametrize(
        ("planned", "people", "still_open"),
        [
            pytest.param("Overig", {"ann": "Groen"}, 0, id="others for orange, green for green"),
            pytest.param("Overig", {"ann": "Oranje"}, 0, id="others for green, orange for orange"),
            pytest.param("Groen", {"ann": "Groen"}, 1, id="green is there"),
            pytest.param("Oranje", {"ann": "Groen"}, 0, id="orange is there"),
        ],
    )
    def test_who_was_planned_has_places_too(self, planned: str, people: dict[str, str], still_open: int) -> None:
        rows = [requirement("ECH", team=team) for team in ("GRO", "ORA")]
        raw = roster(*rows, can={"zoe": "", **dict.fromkeys(people, "ECH")}, roster_assignments=[assignment("zoe")])

        assert most(teams(raw, zoe=planned, **people)) == (0, -still_open, 0, 0)

    @pytest.mark.parametrize("team", ["Groen", "Overig"])
    def test_who_was_planned_and_fits_nowhere_takes_what_remains(self, team: str) -> None:
        """Two places for green: Zoe of orange has one of them, and one is left for two people."""
        raw = roster(
            requirement("ECH", team="GRO", aantal=2),
            *demand(("OSP", 0)),
            can={"zoe": "", "ann": "ECH OSP", "bea": "ECH OSP"},
            roster_assignments=[assignment("zoe")],
        )

        assert most(teams(raw, zoe="Oranje", ann=team, bea=team)) == (0, 0, 0, 0)

    def test_places_that_are_filled_ask_for_nobody(self) -> None:
        raw = roster(*demand(("ECH", 0)), can={"ann": "ECH", "zoe": ""}, roster_assignments=[assignment("zoe")])
        relaxation = Relaxation(Scene(raw).draft)

        assert relaxation.size == 0
        assert relaxation.most() == (0, 0, 0, 0)

    def test_work_that_nobody_asks_for_counts_for_nothing(self) -> None:
        raw = roster(*demand(("OSP", 1)), can={"ann": "OSP", "zoe": ""}, roster_assignments=[assignment("zoe")])

        assert most(raw) == (0, 0, 0, 0)


class TestMoetBesideMag:
    """GRO is of MOET, TOT of MAG, on one shift."""

    ROWS = (requirement("ECH", team="GRO"), requirement("ECH", status="MAG"))

    @pytest.mark.parametrize(
        ("people", "value"),
        [
            pytest.param({}, (0, -1, -1, 0), id="nobody"),
            pytest.param({"ann": "Groen"}, (0, 0, -1, 0), id="green: MOET first"),
            pytest.param({"ann": "Oranje"}, (0, -1, 0, 0), id="orange: MAG alone"),
            pytest.param({"ann": "Overig"}, (0, 0, -1, 0), id="others: MOET first"),
            pytest.param({"ann": "Groen", "bea": "Oranje"}, (0, 0, 0, 0), id="one of each"),
            pytest.param({"ann": "Oranje", "bea": "Oranje"}, (0, -1, 0, 0), id="two orange: no place for one"),
            pytest.param({"ann": "Groen", "bea": "Groen"}, (0, 0, 0, 0), id="two green"),
        ],
    )
    def test_by_team(self, people: dict[str, str], value: tuple[int, ...]) -> None:
        assert most(teams(roster(*self.ROWS, can=dict.fromkeys(people, "ECH")), **people)) == value

    @pytest.mark.parametrize(("team", "value"), [("Groen", (0, 0, -2, 0)), ("Oranje", (0, -1, -1, 0))])
    def test_one_person_goes_where_moet_is(self, team: str, value: tuple[int, ...]) -> None:
        """Ann could fill a place of MAG elsewhere as well."""
        raw = roster(*self.ROWS, requirement("OSP", status="MAG"), can={"ann": "ECH OSP"})

        assert most(teams(raw, ann=team)) == value

    @pytest.mark.parametrize(
        ("planned", "team", "value"),
        [
            pytest.param("Groen", "Oranje", (0, 0, 0, 0), id="MOET is filled"),
            pytest.param("Oranje", "Oranje", (0, -1, 0, 0), id="MAG is filled, MOET not for orange"),
            pytest.param("Oranje", "Groen", (0, 0, 0, 0), id="MAG is filled, MOET for green"),
            pytest.param("Overig", "Oranje", (0, 0, 0, 0), id="others take MOET, orange MAG"),
        ],
    )
    def test_who_was_planned_counts(self, planned: str, team: str, value: tuple[int, ...]) -> None:
        raw = roster(*self.ROWS, can={"zoe": "", "ann": "ECH"}, roster_assignments=[assignment("zoe")])

        assert most(teams(raw, zoe=planned, ann=team)) == value

    def test_orange_is_as_green(self) -> None:
        rows = (requirement("ECH", team="ORA", aantal=2), requirement("ECH", team="GRO", status="MAG"))
        people = {"ann": "Groen", "bea": "Oranje", "cor": "Groen"}

        assert most(teams(roster(*rows, can=dict.fromkeys(people, "ECH")), **people)) == (0, -1, 0, 0)

    @pytest.mark.parametrize("planned", ["Groen", "Oranje", "Overig"])
    def test_who_fits_nowhere_takes_what_remains_of_moet_first(self, planned: str) -> None:
        """Two places, one of MOET and one of MAG, and two people of a team: nothing is left for Ann."""
        rows = (requirement("ECH", team="ORA"), requirement("ECH", team="GRO", status="MAG"))
        raw = roster(
            *rows, can={"zoe": "", "yda": "", "ann": "ECH"},
            roster_assignments=[assignment("zoe"), assignment("yda")],
        )  # fmt: skip

        assert most(teams(raw, zoe=planned, yda=planned, ann="Oranje")) == (0, 0, 0, 0)

    def test_on_call_makes_no_difference_between_them(self) -> None:
        rows = (requirement("DIO", team="GRO"), requirement("DIO", status="MAG"))

        assert most(teams(roster(*rows, can={"ann": "DIO"}), ann="Oranje")) == (-1, 0, 0, 0)


class TestPairs:
    DUTY = (*demand(("DIO", 0)), *nights(0))

    @pytest.mark.parametrize(
        ("can", "pairs"),
        [
            pytest.param({"ann": "DIO DIA"}, 1, id="one can do both"),
            pytest.param({"ann": "DIO", "bea": "DIA"}, 0, id="each can do one"),
            pytest.param({"ann": "DIO DIA", "bea": "DIO DIA"}, 1, id="one duty, whoever has it"),
        ],
    )
    def test_one_person_has_both_halves(self, can: dict[str, str], pairs: int) -> None:
        assert most(roster(*self.DUTY, can=can)) == (0, 0, 0, pairs)

    def test_a_half_planned_by_hand_is_completed_by_its_person(self) -> None:
        raw = roster(*nights(0), can={"ann": "DIA", "bea": "DIA"}, roster_assignments=mornings(bea=0))

        assert most(raw) == (0, 0, 0, 1)

    def test_a_half_planned_by_hand_cannot_be_completed_by_another(self) -> None:
        raw = roster(*nights(0), can={"ann": "DIA", "bea": ""}, roster_assignments=mornings(bea=0))

        assert most(raw) == (0, 0, 0, 0)

    def test_an_evening_planned_by_hand_is_completed_too(self) -> None:
        evening = assignment("ann", dagdeel="A", service_id="DIA")

        assert most(roster(*self.DUTY, can={"ann": "DIO", "bea": "DIO"}, roster_assignments=[evening])) == (0, 0, 0, 1)

    @pytest.mark.parametrize("asked", [True, False])
    def test_a_duty_planned_by_hand_is_one(self, asked: bool) -> None:
        evening = assignment("ann", dagdeel="A", service_id="DIA")
        raw = roster(
            *(self.DUTY if asked else demand(("ECH", 4))),
            can={"ann": "DIO DIA ECH"},
            roster_assignments=[*mornings(ann=0), evening],
        )

        assert most(raw) == (0, 0, 0, 1)

    def test_what_the_draft_has_assigned_is_not_planned(self) -> None:
        """Ann has the duty in the draft; if it were hers anyway, Bea's would be a second one."""
        raw = roster(*self.DUTY, can={"ann": "DIO DIA", "bea": "DIO DIA"})
        scene = Scene(raw, ("ann", "DIO", 0), ("ann", "DIA", 0))

        assert Relaxation(scene.draft).most() == (0, 0, 0, 1)

    def test_several_people_have_a_duty_each(self) -> None:
        rows = [requirement("DIO", aantal=2), requirement("DIA", dagdeel="A", aantal=2)]
        raw = roster(*rows, can={"ann": "DIO DIA", "bea": "DIO DIA", "cor": "DIA"})

        assert most(raw) == (0, 0, 0, 2)

    def test_filling_outranks_pairing(self) -> None:
        """Ann alone could have the whole duty, and alone can do ECH."""
        assert most(roster(*self.DUTY, *demand(("ECH", 0)), can={"ann": "DIO DIA ECH", "bea": "DIO"})) == (0, 0, 0, 0)


THREE_IN_EACH_OTHERS_WAY = demand(("DIA", 0), ("DIO", 1), ("SWZ", 1))
"""A night, the morning after it and the afternoon: nobody has two of them, but half of each goes together."""


class TestMost:
    def test_it_is_rounded_down(self) -> None:
        """A duty in two halves leaves half of the afternoon."""
        assert most(roster(*THREE_IN_EACH_OTHERS_WAY, can={"ann": "DIA DIO SWZ"})) == (-1, -1, 0, 0)

    def test_it_may_be_more_than_any_roster_is_worth(self) -> None:
        """Two halves are an afternoon, if people are divisible."""
        raw = roster(
            *THREE_IN_EACH_OTHERS_WAY,
            *demand(("DDA", 0), ("DDO", 1)),
            can={"ann": "DIA DIO SWZ", "bea": "DDA DDO SWZ"},
        )
        workspace = build_workspace(raw)

        assert Relaxation(Draft(Board(workspace))).most() == (-2, 0, 0, 0)
        assert most_of_all(workspace) == (-2, -1, 0, 0)

    def test_an_aim_is_not_given_up_for_a_later_one(self) -> None:
        """One duty costs the four shifts of Ann's before it, in its slot and in its rest."""
        raw = roster(*demand(("DIO", 0), ("ECH", 0), ("SWZ", 0), ("ECH", 1), ("SWZ", 1)), can={"ann": "DIO ECH SWZ"})

        assert most(raw) == (0, -4, 0, 0)

    def test_it_may_be_asked_again(self) -> None:
        """What one aim came to is demanded for the later ones alone."""
        relaxation = Relaxation(Scene(roster(*demand(("DIO", 0), ("ECH", 0)), can={"ann": "DIO ECH"})).draft)

        assert relaxation.most() == relaxation.most() == (0, -1, 0, 0)

    def test_nothing_of_it_binds_what_is_solved_next(self) -> None:
        """Near the draft so much cannot be reached: that is no reason to find nothing there."""
        scene = Scene(roster(*demand(("ECH", 0), ("ECH", 1)), can={"ann": "ECH"}))
        relaxation = Relaxation(scene.draft)
        relaxation.most()

        assert relaxation.best(choices(scene, [("ann", "ECH", 1)])) == choices(scene, [("ann", "ECH", 1)])

    def test_nor_does_it_where_the_solver_gives_up_on_the_way(self, mocker: MockerFixture) -> None:
        scene = Scene(roster(*demand(("ECH", 0), ("ECH", 1)), can={"ann": "ECH"}))
        relaxation = Relaxation(scene.draft)
        demand_more, demands = LinearProgram.demand, count(1)

        def impossible(program: LinearProgram, terms: Terms, least: float) -> None:
            """Demand what cannot be, once the places that are filled have been demanded."""
            demand_more(program, terms, least if next(demands) <= 2 else 9)

        mocker.patch.object(LinearProgram, "demand", impossible)
        with pytest.raises(Unsolved):
            relaxation.most()

        assert relaxation.best(choices(scene, [("ann", "ECH", 1)])) == choices(scene, [("ann", "ECH", 1)])

    def test_the_solution_is_worth_it(self) -> None:
        scene = Scene(roster(*demand(("DIO", 0), ("DIA", 0), ("ECH", 2)), can={"ann": "DIO DIA ECH", "bea": "DIO"}))
        relaxation = Relaxation(scene.draft)
        relaxation.most()

        assert relaxation.shares == dict.fromkeys(
            choices(scene, [("ann", "DIO", 0), ("ann", "DIA", 0), ("ann", "ECH", 2)]), 1
        )

    def test_the_solution_is_the_last_one(self, mocker: MockerFixture) -> None:
        """That of all aims together may be worth less: it is only what the search for the others begins with."""
        scene = Scene(roster(*demand(("ECH", 0), ("ECH", 1)), can={"ann": "ECH"}))
        solutions = [[1.0, 0.0]] * 4 + [[0.0, 1.0]]
        mocker.patch.object(LinearProgram, "maximize", side_effect=solutions)
        relaxation = Relaxation(scene.draft)
        relaxation.most()

        assert relaxation.shares == dict.fromkeys(choices(scene, [("ann", "ECH", 1)]), 1)

    @pytest.mark.parametrize(
        "given", [[], [("ann", "DIO", 0)], [("ann", "ECH", 0)], [("bea", "DIO", 0), ("ann", "DIA", 0)]]
    )
    def test_it_does_not_depend_on_what_is_assigned(self, given: Taken) -> None:
        """And finding it assigns nothing."""
        raw = roster(
            *demand(("DIO", 0), ("DIA", 0), ("ECH", 0), ("ECH", 1)),
            can={"ann": "DIO DIA ECH", "bea": "DIO ECH"},
            quota=1,
        )
        scene = Scene(raw, *given)
        before = scene.draft.snapshot()

        assert Relaxation(scene.draft).most() == most(raw)
        assert scene.draft.snapshot() == before


class TestSolutions:
    ONE_OF_TWO = roster(*demand(("ECH", 0), ("OSP", 0)), can={"ann": "ECH", "bea": "ECH OSP", "cor": "OSP"})

    @pytest.mark.parametrize("given", [[("ann", "ECH", 0), ("bea", "OSP", 0)], [("bea", "ECH", 0), ("cor", "OSP", 0)]])
    def test_a_draft_that_is_the_best_is_the_solution(self, given: Taken) -> None:
        scene = Scene(self.ONE_OF_TWO, *given)
        relaxation = Relaxation(scene.draft)
        relaxation.solve()

        assert relaxation.shares == dict.fromkeys(choices(scene, given), 1)
        assert relaxation.unsettled() == set()

    def test_what_the_solution_has_otherwise_is_unsettled(self) -> None:
        """Bea has ECH, so that nobody can do OSP; with Ann there, Bea can."""
        raw = roster(*demand(("ECH", 0), ("OSP", 0), ("GRB", 1)), can={"ann": "ECH", "bea": "ECH OSP", "dot": "GRB"})
        scene = Scene(raw, ("bea", "ECH", 0), ("dot", "GRB", 1))
        relaxation = Relaxation(scene.draft)
        relaxation.solve()

        assert relaxation.unsettled() == choices(scene, [("ann", "ECH", 0), ("bea", "ECH", 0), ("bea", "OSP", 0)])

    def test_all_aims_count_at_once(self) -> None:
        """One duty is worth more than the four shifts that are in its way."""
        raw = roster(*demand(("DIO", 0), ("ECH", 0), ("SWZ", 0), ("ECH", 1), ("SWZ", 1)), can={"ann": "DIO ECH SWZ"})
        scene = Scene(raw, *(("ann", code, number) for code in ("ECH", "SWZ") for number in (0, 1)))
        relaxation = Relaxation(scene.draft)
        relaxation.solve()

        assert relaxation.shares == dict.fromkeys(choices(scene, [("ann", "DIO", 0)]), 1)

    def test_parts_are_unsettled(self) -> None:
        scene = Scene(roster(*THREE_IN_EACH_OTHERS_WAY, can={"ann": "DIA DIO SWZ"}), ("ann", "DIA", 0))
        relaxation = Relaxation(scene.draft)
        relaxation.solve()
        parts = choices(scene, [("ann", "DIA", 0), ("ann", "DIO", 1), ("ann", "SWZ", 1)])

        assert relaxation.shares == pytest.approx(dict.fromkeys(parts, 0.5))
        assert relaxation.unsettled() == parts

    def test_what_is_assigned_has_its_variables(self) -> None:
        scene = Scene(self.ONE_OF_TWO, ("ann", "ECH", 0))
        relaxation = Relaxation(scene.draft)

        assert relaxation.assigned().keys() == choices(scene, [("ann", "ECH", 0)])
        assert relaxation.assigned().keys() < set(relaxation.choices)
        assert len(relaxation.choices) == relaxation.size == 4


class TestBest:
    TWO_DAYS = roster(*demand(("ECH", 0), ("OSP", 0), ("ECH", 1), ("OSP", 1)), can={"ann": "ECH OSP", "bea": "ECH"})

    def best(self, region: Taken | None, *given: tuple[str, str, int]) -> tuple[Scene, set[Choice] | None]:
        scene = Scene(self.TWO_DAYS, *given)
        relaxation = Relaxation(scene.draft)
        return scene, relaxation.best(relaxation.choices if region is None else choices(scene, region))

    def test_all_may_change(self) -> None:
        scene, best = self.best(None, ("ann", "ECH", 0))

        assert best == choices(
            scene, [(who, code, day) for who, code in (("ann", "OSP"), ("bea", "ECH")) for day in (0, 1)]
        )

    @pytest.mark.parametrize("who", ["ann", "bea"])
    @pytest.mark.parametrize("code", ["ECH", "OSP"])
    def test_of_equals_it_is_the_one_that_keeps_the_most(self, who: str, code: str) -> None:
        raw = roster(*demand(("ECH", 0), ("OSP", 0)), can={"ann": "ECH OSP", "bea": "ECH OSP"})
        scene = Scene(raw, (who, code, 0))
        relaxation = Relaxation(scene.draft)

        best = relaxation.best(relaxation.choices)

        assert best is not None
        assert len(best) == 2
        assert (scene.person(who), scene.half(code, 0)) in best

    def test_only_the_region_changes(self) -> None:
        """On the second day nothing is to change: Ann stays, nobody comes."""
        region = [(who, code, 0) for who, code in (("ann", "ECH"), ("ann", "OSP"), ("bea", "ECH"))]
        scene, best = self.best(region, ("ann", "ECH", 0), ("ann", "ECH", 1))

        assert best == choices(scene, [("ann", "OSP", 0), ("bea", "ECH", 0), ("ann", "ECH", 1)])

    def test_with_no_region_it_is_the_draft(self) -> None:
        scene, best = self.best([], ("ann", "ECH", 0))

        assert best == choices(scene, [("ann", "ECH", 0)])

    def test_there_may_be_none(self, mocker: MockerFixture) -> None:
        mocker.patch.object(LinearProgram, "maximize_whole", return_value=None)

        assert self.best(None)[1] is None

    def test_a_pair_needs_both_whole_halves(self) -> None:
        raw = roster(*demand(("DIO", 0), ("DIA", 0)), can={"ann": "DIO DIA", "bea": "DIO DIA"})
        scene = Scene(raw, ("ann", "DIO", 0), ("bea", "DIA", 0))
        relaxation = Relaxation(scene.draft)
        best = relaxation.best(relaxation.choices)

        assert best in [choices(scene, [(name, "DIO", 0), (name, "DIA", 0)]) for name in ("ann", "bea")]

    def test_it_is_whole_where_the_relaxation_is_not(self) -> None:
        raw = roster(*THREE_IN_EACH_OTHERS_WAY, can={"ann": "DIA DIO SWZ"})
        scene = Scene(raw)
        relaxation = Relaxation(scene.draft)
        best = relaxation.best(relaxation.choices)

        assert best in [choices(scene, [("ann", "DIA", 0)]), choices(scene, [("ann", "DIO", 1)])]
