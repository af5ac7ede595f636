"""Fairness: what is measured, and that shifts are shared out more evenly at no loss."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from pytest_mock import MockerFixture

from greedy.domain.models import Balance, Status
from greedy.loader import build_workspace
from greedy.outcome.fairness import compare_fairness
from greedy.outcome.result import as_json
from greedy.processor import GreedyProcessor
from greedy.solver.board import Board
from greedy.solver.chains import Chains
from greedy.solver.exchanging import Exchanging
from greedy.solver.fairness import evenness, measure
from greedy.solver.hours import Holidays, Nights, Weekends
from greedy.solver.parameters import DEFAULT
from greedy.solver.sharing import Sharing
from greedy.solver.steps import Transfer
from tests.support.factories import Raw, assignment, day, employee, qualification, requirement, service
from tests.support.factories import roster as roster_row
from tests.support.factories import tables as all_tables
from tests.support.scenes import UNSHARED, Scene, counts, demand, roster, solve
from tests.support.strategies import rosters, thorough

SERVICES = all_tables()["service_types"]
AWAY: dict[str, Any] = {"status": 3, "service_id": None}


def board(raw: dict[str, list[Raw]]) -> Board:
    return Board(build_workspace(raw))


def shifts(solved: GreedyProcessor, code: str = "ECH") -> dict[str, int]:
    """Count each person's new shifts of a service."""
    return Counter(
        record.employee_id
        for record in solved.workspace.assignments
        if record.status is Status.ACTIVE and record.service_id == code
    )


def days(solved: GreedyProcessor, person: str) -> list[dt.date]:
    return sorted(record.date for record in solved.workspace.assignments if record.employee_id == person)


class TestMeasures:
    def test_evenness_by_hand(self) -> None:
        even = evenness([0.5, 1.0, 0.0])

        assert even == pytest.approx((3, 1.0, 1 / 3, 1.5**2 / (3 * 1.25)))

    @pytest.mark.parametrize(("shares", "jain"), [([], 1.0), ([0.0, 0.0], 1.0), ([1.0], 1.0), ([1.0, 0.0], 0.5)])
    def test_the_limits_of_jains_index(self, shares: list[float], jain: float) -> None:
        assert evenness(shares).jain == jain

    def test_shares_are_of_active_people_with_a_quota(self) -> None:
        raw = roster(can={"E1": "ECH", "E2": "ECH", "E3": "ECH"}, quota=2)
        raw["employees"][2] = employee("E3", actief=False)
        raw["roster_employee_services"].append(qualification("E2", "OSP", 0))
        raw["roster_assignments"] = [assignment("E1"), assignment("E3")]

        measured = measure(board(raw))

        assert measured.by_service == {"ECH": (2, 0.5, 0.25, 0.5)}
        assert measured.total == (2, 0.5, 0.25, 0.5)
        assert (measured.spread, measured.worst_spread, measured.deviation) == (0.5, 0.5, 0.25)

    def test_nights_and_weekends_are_of_who_may_have_them(self) -> None:
        """E3 does surgeries on weekdays only: nights and weekends are none of theirs."""
        raw = roster(
            requirement("DIA", dagdeel="A"),
            requirement("DIA", date=day(5), dagdeel="A"),
            requirement("ECH"),
            can={"E1": "DIA", "E2": "DIA", "E3": "ECH"},
            quota=2,
            roster_assignments=[
                assignment("E1", dagdeel="A", service_id="DIA"),
                assignment("E1", date=day(5), dagdeel="A", service_id="DIA"),
            ],
        )

        placed = board(raw)

        assert Nights(placed).shares() == {0: 1.0, 1: 0.0}
        assert Weekends(placed).shares() == {0: 0.5, 1: 0.0}
        assert measure(placed).nights == (2, 1.0, 0.5, 0.5)
        assert measure(placed).weekends.spread == 0.5

    def test_a_weekend_is_worked_or_not__holidays_count_with_weekends(self) -> None:
        """A 24-hour Saturday and the Sunday night after it are one weekend; Christmas and the day after it are two."""
        monday = dt.date(2026, 12, 21)
        work = [(5, "DIO", "O"), (5, "DIA", "A"), (6, "DIA", "A"), (4, "DIA", "A"), (12, "ECH", "A")]
        raw = roster(
            *(requirement(code, date=monday + dt.timedelta(days=on), dagdeel=part) for on, code, part in work),
            can={"E1": "DIO DIA ECH", "E2": "DIA"},
            quota=4,
            roosters=[roster_row(start_date=monday, end_date=monday + dt.timedelta(days=13))],
            roster_assignments=[
                assignment("E1", date=monday + dt.timedelta(days=on), dagdeel=part, service_id=code)
                for on, code, part in work
            ],
        )

        placed = board(raw)

        # 25 December is a Friday, 26 December a Saturday: the holiday alone, the weekend with the other, one Saturday.
        assert [Weekends(placed).worked(person) for person in placed.everyone] == [3, 0]
        assert [Holidays(placed).worked(person) for person in placed.everyone] == [2, 0]
        assert [Nights(placed).worked(person) for person in placed.everyone] == [3, 0]  # an echo in the evening is none

    def test_what_people_had_before_counts__who_is_new_had_as_much_as_the_others(self) -> None:
        raw = roster(requirement("DIA", dagdeel="A"), can={"E1": "DIA", "E2": "DIA", "E3": "DIA"}, quota=4)
        workspace = replace(build_workspace(raw), balance={"E1": Balance(nights=6), "E2": Balance(nights=2)})

        assert Nights(Board(workspace)).shares() == {0: 1.5, 1: 0.5, 2: 1.0}

    def test_work_counts_what_the_service_says(self) -> None:
        """A DDO counts two: E1 has two thirds of the work, E2 one third, of equal quotas."""
        raw = roster(requirement("DDO"), requirement("OSP"), can={"E1": "DDO OSP", "E2": "DDO OSP"}, quota=1)
        raw["service_types"] = [row | {"dienstwaarde": 2 if row["code"] == "DDO" else None} for row in SERVICES]
        raw["roster_assignments"] = [assignment("E1", service_id="DDO"), assignment("E2", service_id="OSP")]

        placed = board(raw)

        assert [placed.total_share(person) for person in placed.everyone] == pytest.approx([2 / 3, 1 / 3])

    def test_a_roster_without_anything_is_even(self) -> None:
        measured = measure(board(roster(can={"E1": ""})))

        assert (measured.by_service, measured.spread, measured.worst_spread, measured.deviation) == ({}, 0, 0, 0)
        assert measured.total == measured.nights == measured.weekends == (0, 0.0, 0.0, 1.0)


class TestSharing:
    def test_who_has_more_passes_a_shift_on(self) -> None:
        """E1 and E2 have one of the first days each; then E2 is away, and E1 has three."""
        raw = roster(
            *(requirement("ECH", date=day(number)) for number in range(4)),
            can={"E1": "ECH", "E2": "ECH"},
            quota=4,
            roster_assignments=[assignment("E2", date=day(number), **AWAY) for number in (2, 3)],
        )

        assert shifts(solve(raw)) == {"E1": 2, "E2": 2}
        assert shifts(solve(raw, UNSHARED)) == {"E1": 3, "E2": 1}

    def test_who_has_least_gets_one_from_whom_it_hurts_least(self) -> None:
        """Three shifts for quotas of 1, 1 and 2: shares of 1, 1 and 0.5 are more even than 0, 1 and 1."""
        raw = roster(
            *(requirement("ECH", date=day(number)) for number in range(3)), can={"E1": "", "E2": "ECH", "E3": "ECH"}
        )
        raw["roster_employee_services"] = [
            qualification("E1", "ECH", 1),
            qualification("E2", "ECH", 1),
            qualification("E3", "ECH", 2),
        ]

        assert shifts(solve(raw)) == {"E1": 1, "E2": 1, "E3": 1}

    def test_weekends_are_exchanged_for_weekdays(self) -> None:
        """E2 is away on Tuesday, so E1 has two weekdays and E2 both Saturdays; one of each is fairer."""
        raw = roster(
            *(requirement("ECH", date=day(number)) for number in (0, 1, 5, 12)),
            can={"E1": "ECH", "E2": "ECH"},
            quota=4,
            roosters=[roster_row(end_date=day(13))],
            roster_assignments=[assignment("E2", date=day(1), **AWAY)],
        )

        solved = solve(raw)

        assert days(solved, "E2") in ([day(0), day(5)], [day(0), day(12)])
        assert measure(solved.board).weekends.spread == 0

    def test_who_works_on_saturday_works_on_sunday_too__the_other_has_the_weekend_free(self) -> None:
        raw = roster(
            *(requirement("ECH", date=day(number)) for number in (0, 1, 5, 6)),
            can={"E1": "ECH", "E2": "ECH"},
            quota=4,
        )

        solved = solve(raw)

        assert {tuple(days(solved, person)) for person in ("E1", "E2")} == {(day(0), day(1)), (day(5), day(6))}

    def test_nights_and_weekends_of_the_rosters_before_are_made_up_for(self) -> None:
        """E1 had Christmas, so Easter Monday is E2's; without it the first of equals would be E1."""
        easter = dt.date(2027, 3, 29)
        raw = roster(
            requirement("ECH", date=easter),
            requirement("ECH", date=easter + dt.timedelta(days=1)),
            can={"E1": "ECH", "E2": "ECH"},
            quota=2,
            roosters=[roster_row(start_date=easter, end_date=easter + dt.timedelta(days=6))],
        )
        workspace = build_workspace(raw)
        christmas = replace(workspace, balance={"E1": Balance(weekends=1, holidays=1), "E2": Balance()})

        on_easter = [GreedyProcessor(some).process().assignments[0].employee_id for some in (workspace, christmas)]

        assert on_easter == ["E1", "E2"]

    def test_a_pair_is_passed_on_as_a_whole(self) -> None:
        """As with single shifts, but of 24-hour duties: none is split for fairness."""
        raw = roster(
            *(
                requirement(code, date=day(number), dagdeel=part)
                for number in (0, 2, 4, 6)
                for code, part in (("DIO", "O"), ("DIA", "A"))
            ),
            can={"E1": "DIO DIA", "E2": "DIO DIA"},
            quota=4,
            roster_assignments=[assignment("E2", date=day(number), **AWAY) for number in (4, 6)],
        )

        solved = solve(raw)
        assert (shifts(solved, "DIO"), shifts(solved, "DIA")) == ({"E1": 2, "E2": 2}, {"E1": 2, "E2": 2})
        assert counts(solved) == (8, 0, 4)
        assert shifts(solve(raw, UNSHARED), "DIO") == {"E1": 3, "E2": 1}

    def test_what_is_in_the_way_goes_to_another(self) -> None:
        """E2 can take an ECH of E1 only if E3 takes the OSP that E2 has then."""
        raw = roster(
            *(requirement(code, date=day(number)) for code, number in (("ECH", 0), ("ECH", 1), ("OSP", 0))),
            can={"E1": "ECH", "E2": "ECH OSP", "E3": "OSP"},
            quota=2,
            roster_assignments=[assignment("E2", date=day(1), **AWAY)],
        )
        scene = Scene(raw, ("E1", "ECH", 0), ("E1", "ECH", 1), ("E2", "OSP", 0))

        Sharing(scene.draft).share_out(effort=1_000, ejecting=False)
        assert scene.who("ECH", 0) == ["E1"]
        Sharing(scene.draft).share_out(effort=1_000, ejecting=True)
        assert (scene.who("ECH", 0), scene.who("OSP", 0)) == (["E2"], ["E3"])

    def test_who_has_least_may_come_to_have_as_much_as_the_most(self) -> None:
        """3 of 10, 2 of 10 and 5 of 18: the third can give the second one, as 2/10 + 1/10 is 3/10 and no more."""
        raw = roster(
            *(requirement("ECH", date=day(number), aantal=2) for number in range(5)), can={"E1": "", "E2": "", "E3": ""}
        )
        raw["roster_employee_services"] = [
            qualification(person, "ECH", quota) for person, quota in (("E1", 10), ("E2", 10), ("E3", 18))
        ]
        given = {"E1": (0, 1, 2), "E2": (3, 4), "E3": (0, 1, 2, 3, 4)}
        scene = Scene(raw, *((person, "ECH", number) for person, numbers in given.items() for number in numbers))

        Sharing(scene.draft).share_out(effort=1_000, ejecting=False)

        service = scene.half("ECH", 0).service
        assert [scene.board.used[service][person] for person in scene.board.everyone] == [3, 3, 4]

    def test_what_a_later_service_frees_an_earlier_one_passes_on(self) -> None:
        """E2 can take an ECH of E1 only once E3 has the OSP that is in the way; ECH comes before OSP."""
        raw = roster(
            *(requirement(code, date=day(number)) for code, number in (("ECH", 0), ("ECH", 1), ("OSP", 0), ("OSP", 2))),
            can={"E1": "ECH", "E2": "ECH OSP", "E3": "OSP"},
            quota=2,
            roster_assignments=[assignment("E2", date=day(1), **AWAY), assignment("E3", date=day(2), **AWAY)],
        )
        scene = Scene(raw, ("E1", "ECH", 0), ("E1", "ECH", 1), ("E2", "OSP", 0), ("E2", "OSP", 2))

        Sharing(scene.draft).share_out(effort=1_000, ejecting=False)

        assert (scene.who("OSP", 0), scene.who("ECH", 0)) == (["E3"], ["E2"])

    def test_what_somebody_can_simply_take_needs_no_search(self, mocker: MockerFixture) -> None:
        """The whole duty goes on, to E3: E2 has no quota left for its evening."""
        search = mocker.patch.object(Chains, "relieve", return_value=False)
        raw = roster(
            *(
                requirement(code, date=day(number), dagdeel=part)
                for number in (0, 2)
                for code, part in (("DIO", "O"), ("DIA", "A"))
            ),
            requirement("DIA", date=day(4), dagdeel="A"),
            can={"E1": "DIO DIA", "E2": "DIO", "E3": "DIO DIA"},
            quota=2,
            roster_assignments=[assignment("E2", date=day(4), dagdeel="A", service_id="DIA")],
        )
        raw["roster_employee_services"].append(qualification("E2", "DIA", 1))
        scene = Scene(raw, *(("E1", code, number) for code in ("DIO", "DIA") for number in (0, 2)))

        Sharing(scene.draft).share_out(effort=1_000, ejecting=False)

        assert [scene.who(code, 0) for code in ("DIO", "DIA")] == [["E3"], ["E3"]]
        assert [scene.who(code, 2) for code in ("DIO", "DIA")] == [["E1"], ["E1"]]
        assert scene.draft.value.pairs == 2
        search.assert_not_called()

    def test_one_wish_cannot_use_up_the_effort_of_all(self, mocker: MockerFixture) -> None:
        """E2 is never free: neither E1 nor E3 can give an ECH away, and each is tried, with a limit."""
        search = mocker.patch.object(Chains, "relieve", return_value=False)
        raw = roster(
            *(requirement("ECH", date=day(number), aantal=2) for number in (0, 1)),
            can={"E1": "ECH", "E2": "ECH", "E3": "ECH"},
            quota=2,
            roster_assignments=[assignment("E2", date=day(number), **AWAY) for number in (0, 1)],
        )
        scene = Scene(raw, *((person, "ECH", number) for person in ("E1", "E3") for number in (0, 1)))

        Sharing(scene.draft).share_out(effort=1_000, ejecting=True)

        tried = [(call.args[0][0], call.args[-1]) for call in search.call_args_list]
        assert tried[:2] == [(scene.person("E1"), DEFAULT.wish_limit), (scene.person("E3"), DEFAULT.wish_limit)]

    def test_teams_are_kept_in_exchanges(self) -> None:
        """Only Groen may work the weekend, only Oranje on weekdays: there is nothing to exchange."""
        raw = roster(
            *(requirement("ECH", date=day(number), team=team) for number, team in ((0, "ORA"), (1, "ORA"), (5, "GRO"))),
            can={"E1": "ECH", "E2": "ECH"},
            quota=4,
        )
        raw["employees"] = [employee("E1"), employee("E2", team="Oranje")]

        assert days(solve(raw), "E1") == [day(5)]

    def test_people_who_are_inactive_and_services_that_are_count_for_nothing(self) -> None:
        raw = roster(requirement("ECH"), requirement("OSP"), can={"E1": "ECH OSP", "E2": "ECH OSP"})
        raw["employees"][0] = employee("E1", actief=False)
        raw["service_types"] = [
            row | {"actief": row["code"] != "OSP"} for row in raw["service_types"] or [service("OSP")]
        ]

        assert shifts(solve(raw)) == {"E2": 1}


def test_the_rounding_of_a_sum_makes_nothing_fairer() -> None:
    """1 + 2 + 3 shifts of people with equal quotas are as uneven as 3 + 2 + 1, which as floats are a little more."""
    can, numbers = dict.fromkeys(("E1", "E2", "E3"), "ECH"), range(6)
    raw = roster(*demand(*(("ECH", number) for number in numbers)), can=can, quota=10)

    def unfairness(*people: str) -> tuple[float, ...]:
        scene = Scene(raw, *((person, "ECH", number) for person, number in zip(people, numbers, strict=True)))
        moves = [Transfer(scene.half("ECH", 0), scene.person(one), scene.person(two)) for one, two in pairwise(can)]
        return Sharing(scene.draft).unfairness(moves)

    assert 1 / 10 + 4 / 10 + 9 / 10 < 9 / 10 + 4 / 10 + 1 / 10
    assert unfairness("E1", "E2", "E2", "E3", "E3", "E3") == unfairness("E3", "E2", "E2", "E1", "E1", "E1")


class TestWeekendsChangeHands:
    """Each way in which a weekend goes to somebody else, with no help of chains."""

    def after(self, scene: Scene) -> dict[str, set[tuple[str, int]]]:
        """Even the weekends out; return who then works what on which day."""
        draft, board = scene.draft, scene.board
        parameters = replace(DEFAULT, chain_effort=0)
        Exchanging(draft, Weekends(board), Sharing(draft).unfairness, parameters).even_out(1_000)
        return {
            board.people[person].id: {
                (board.services[service].code, (board.when(slot)[0] - day(0)).days)
                for slot, service in board.added[person].items()
            }
            for person in board.everyone
        }

    def scene(self, can: dict[str, str], *works: tuple[str, str, int], away: tuple[tuple[str, int], ...] = ()) -> Scene:
        raw = roster(
            *demand(*((code, number) for _, code, number in works)),
            can=can,
            roosters=[roster_row(end_date=day(13))],
            roster_assignments=[assignment(person, date=day(number), **AWAY) for person, number in away],
        )
        return Scene(raw, *works)

    def test_with_what_is_in_the_way_on_the_other_day(self) -> None:
        """E1 has OSP on the day of the ECH that they get, so E2 takes that too, and gives another OSP for it."""
        scene = self.scene(
            {"E1": "ECH OSP", "E2": "ECH OSP"},
            ("E1", "ECH", 5), ("E1", "ECH", 12), ("E1", "OSP", 0), ("E2", "ECH", 0), ("E2", "OSP", 1),
        )  # fmt: skip

        works = self.after(scene)

        assert works["E1"] in ({("ECH", 0), ("OSP", 1), ("ECH", 12)}, {("ECH", 0), ("OSP", 1), ("ECH", 5)})

    def test_what_is_in_the_way_may_go_to_a_third(self) -> None:
        scene = self.scene(
            {"E1": "ECH OSP", "E2": "ECH", "E3": "OSP"},
            ("E1", "ECH", 5), ("E1", "ECH", 12), ("E1", "OSP", 0), ("E2", "ECH", 0), ("E3", "OSP", 1),
        )  # fmt: skip

        works = self.after(scene)

        assert ("ECH", 0) in works["E1"]
        assert works["E3"] == {("OSP", 0)}

    def test_saturday_to_one_and_sunday_to_another(self) -> None:
        """E2 and E3 work on that weekend anyway; neither can do what the other does."""
        scene = self.scene(
            {"E1": "ECH OSP", "E2": "ECH", "E3": "OSP"},
            ("E1", "ECH", 5), ("E1", "OSP", 6), ("E2", "ECH", 6), ("E3", "OSP", 5), ("E2", "ECH", 0), ("E3", "OSP", 1),
        )  # fmt: skip

        works = self.after(scene)

        assert works == {"E1": {("ECH", 0), ("OSP", 1)}, "E2": {("ECH", 5), ("ECH", 6)}, "E3": {("OSP", 5), ("OSP", 6)}}

    def test_in_a_ring_of_three(self) -> None:
        """E1 is away on the day that E2 could give, and E3 on the weekend."""
        scene = self.scene(
            {"E1": "ECH", "E2": "ECH", "E3": "ECH"},
            ("E1", "ECH", 5), ("E2", "ECH", 6), ("E2", "ECH", 0), ("E3", "ECH", 1),
            away=(("E1", 0), ("E1", 6), ("E3", 5), ("E3", 6), ("E2", 1)),
        )  # fmt: skip

        works = self.after(scene)

        assert works == {"E1": {("ECH", 1)}, "E2": {("ECH", 5), ("ECH", 6)}, "E3": {("ECH", 0)}}

    def test_a_24_hour_duty_of_a_weekday_is_split_for_one_of_the_weekend(self) -> None:
        scene = self.scene(
            {"E1": "DIO", "E2": "DIO DIA"},
            ("E1", "DIO", 5), ("E2", "DIA", 5), ("E2", "DIO", 1), ("E2", "DIA", 1),
        )  # fmt: skip

        works = self.after(scene)

        assert works == {"E1": {("DIO", 1)}, "E2": {("DIO", 5), ("DIA", 5), ("DIA", 1)}}

    def test_not_at_the_cost_of_a_24_hour_duty(self) -> None:
        """E1 would be free of the weekend, and nobody would have two halves of a day any more."""
        scene = self.scene(
            {"E1": "DIO", "E2": "DIO DIA", "E3": "DIA"},
            ("E1", "DIO", 5), ("E3", "DIA", 5), ("E2", "DIO", 12), ("E2", "DIA", 12), ("E1", "DIO", 13),
        )  # fmt: skip

        assert ("DIO", 12) in self.after(scene)["E2"]


def test_the_result_tells_it_before_and_after() -> None:
    raw = roster(
        *(requirement("ECH", date=day(number)) for number in range(4)),
        can={"E1": "ECH", "E2": "ECH"},
        quota=4,
        roster_assignments=[assignment("E2", date=day(number), **AWAY) for number in (2, 3)],
    )
    solved = solve(raw)

    told = as_json(compare_fairness(solved.fairness_before, measure(solved.board)))

    uneven = {"people": 2, "spread": 0.5, "deviation": 0.25, "jain": 0.8}
    even = {"people": 2, "spread": 0.0, "deviation": 0.0, "jain": 1.0}
    assert told["before"]["by_service"] == [{"service_code": "ECH", **uneven}]
    assert told["after"]["by_service"] == [{"service_code": "ECH", **even}]
    assert (told["before"]["total"], told["after"]["total"]) == (uneven, even)
    assert compare_fairness(None, measure(solved.board)).before is None


@given(rosters())
@thorough
def test_sharing_out_costs_nothing_and_makes_it_no_less_fair(raw: dict[str, list[Raw]]) -> None:
    unshared, shared = solve(raw, UNSHARED), solve(raw)

    assert counts(shared) >= counts(unshared)
    if counts(shared) == counts(unshared):
        before, after = measure(unshared.board), measure(shared.board)
        assert after.spread <= before.spread + 1e-9
