"""Transfers: moves from one person to the next that together keep every quota."""

from __future__ import annotations

import pytest

from benchmarks.cache import Cache
from benchmarks.kinds import roster as kind_of_roster
from greedy.board import Board
from greedy.draft import NOBODY, Draft, Half, Value
from greedy.loader import build_workspace
from greedy.transfers import Move, Transfer, Transfers
from tests.checker import violations
from tests.factories import Raw, assignment, day, requirement
from tests.test_repair import counts, roster, solve

ANY = -(10**9)


class Scene:
    """A draft, with people and services by their names, and a shift by service and day."""

    def __init__(self, raw: dict[str, list[Raw]], *given: tuple[str, str, int]) -> None:
        self.board = Board(build_workspace(raw))
        for person, code, number in given:
            self.board.assign(self.person(person), *self.half(code, number))
        self.draft = Draft(self.board)

    def person(self, name: str) -> int:
        return self.board.person_number[name]

    def half(self, code: str, number: int) -> Half:
        dagdeel = "A" if code.endswith("A") else "O"
        return Half(self.board.service_number[code], 3 * (number + 1) + "OMA".index(dagdeel))

    def transfers(self, depth: int = 0, effort: int = 10_000) -> Transfers:
        return Transfers(self.draft, depth, effort)

    def who(self, code: str, number: int) -> list[str]:
        mask = self.draft.works.get(self.half(code, number), 0)
        return [employee.id for at, employee in enumerate(self.board.people) if mask >> at & 1]


def nights(*numbers: int) -> list[Raw]:
    return [requirement("DIA", date=day(number), dagdeel="A") for number in numbers]


def mornings(**planned: int) -> list[Raw]:
    return [assignment(person, date=day(number), service_id="DIO") for person, number in planned.items()]


@pytest.fixture
def ring() -> Scene:
    """Three people with a morning by hand and quota for one night each: everybody has another's night."""
    raw = roster(
        *nights(0, 2, 4),
        can={"E1": "DIA", "E2": "DIA", "E3": "DIA"},
        quota=1,
        roster_assignments=mornings(E1=0, E2=2, E3=4),
    )
    return Scene(raw, ("E2", "DIA", 0), ("E3", "DIA", 2), ("E1", "DIA", 4))


class TestRings:
    def test_everybody_passes_one_on(self, ring: Scene) -> None:
        """E1's own night makes E2 take that of E1, and so on: nobody's quota bears two."""
        for giver, number, taker in (("E2", 0, "E1"), ("E3", 2, "E2")):
            moves = ring.transfers().from_person(ring.person(giver), (ring.half("DIA", number),))
            start = next(move for move in moves if move.transfers[0].taker == ring.person(taker))
            assert start.value == Value(0, 0, 1)
            assert ring.transfers().complete(start, Value(0, 0, 1))
            assert not ring.draft.overdrawn

        assert [ring.who("DIA", number) for number in (0, 2, 4)] == [["E1"], ["E2"], ["E3"]]
        assert ring.draft.value.pairs == 3

    def test_what_cannot_be_completed_leaves_all_as_it_was(self, ring: Scene) -> None:
        transfers = ring.transfers()
        start = transfers.from_person(ring.person("E2"), (ring.half("DIA", 0),))[0]

        assert not transfers.complete(start, Value(0, 0, 4))
        assert [ring.who("DIA", number) for number in (0, 2, 4)] == [["E2"], ["E3"], ["E1"]]
        assert ring.draft.mark() == 0

    def test_without_effort_nothing_is_found(self, ring: Scene) -> None:
        transfers = ring.transfers(effort=0)
        start = transfers.from_person(ring.person("E2"), (ring.half("DIA", 0),))[0]

        assert not transfers.complete(start, Value(0, 0, 1))


class TestMoves:
    def test_a_half_of_a_pair_is_given_at_the_price_of_the_pair(self) -> None:
        raw = roster(*nights(0), can={"E1": "DIA", "E2": "DIA"}, quota=1, roster_assignments=mornings(E1=0))
        scene = Scene(raw, ("E1", "DIA", 0))

        (move,) = scene.transfers().from_person(scene.person("E1"), (scene.half("DIA", 0),))

        assert move == Move(
            Value(0, 0, 0),
            (Transfer(scene.half("DIA", 0), scene.person("E1"), scene.person("E2")),),
            broken=(scene.person("E1"), scene.half("DIO", 0).slot),
        )
        assert not scene.transfers().complete(move, Value(0, 0, 0))
        assert scene.transfers().complete(move, Value(0, 0, -1))

    def test_an_open_place_is_filled_by_moving_the_hole_to_another_day(self) -> None:
        """E1, who alone can do nights, has but one: the place of that day opens for the one of another."""
        scene = Scene(roster(*nights(0, 2), can={"E1": "DIA"}, quota=1), ("E1", "DIA", 0))
        (start,) = scene.transfers().from_nobody(scene.half("DIA", 2))

        assert start.value == Value(1, 0, 0)
        assert not scene.transfers().complete(start, Value(1, ANY, ANY))
        assert scene.transfers().complete(start, Value(0, 0, 0))
        assert (scene.who("DIA", 0), scene.who("DIA", 2)) == ([], ["E1"])

    def test_an_on_call_place_is_worth_another_services(self) -> None:
        scene = Scene(roster(requirement("DIO"), requirement("ECH"), can={"E1": "DIO ECH"}, quota=1), ("E1", "ECH", 0))
        assert scene.transfers().from_nobody(scene.half("DIO", 0)) == []

        moves = scene.transfers(depth=1).from_nobody(scene.half("DIO", 0))

        assert moves == []  # E1's ECH would have to go to somebody: what is in the way is not simply dropped

    def test_what_is_in_the_way_is_taken_over(self) -> None:
        """E1 can take DIO if E2 takes the ECH that is in the way."""
        scene = Scene(
            roster(requirement("DIO"), requirement("ECH"), can={"E1": "DIO ECH", "E2": "ECH"}, quota=1),
            ("E1", "ECH", 0),
        )
        one, two = scene.person("E1"), scene.person("E2")

        (move,) = scene.transfers(depth=1).from_nobody(scene.half("DIO", 0))

        assert move.transfers == (
            Transfer(scene.half("DIO", 0), NOBODY, one),
            Transfer(scene.half("ECH", 0), one, two),
        )
        assert move.value == Value(1, 0, 0)

    def test_both_halves_go_to_a_third(self) -> None:
        raw = roster(
            requirement("DIO"),
            *nights(0),
            can={"E1": "DIO", "E2": "DIA", "E3": "DIO DIA"},
            quota=1,
        )
        scene = Scene(raw, ("E1", "DIO", 0), ("E2", "DIA", 0))
        morning, evening = scene.half("DIO", 0), scene.half("DIA", 0)

        (move,) = scene.transfers().from_two(scene.person("E1"), morning, scene.person("E2"), evening)

        assert move.value == Value(0, 0, 1)
        assert scene.transfers().complete(move, Value(0, 0, 1))
        assert scene.who("DIO", 0) == scene.who("DIA", 0) == ["E3"]


def test_the_draft_counts_what_it_is_worth_and_undoes_it(ring: Scene) -> None:
    draft, one = ring.draft, ring.person("E1")
    before = draft.value

    draft.release(one, (ring.half("DIA", 4),))
    assert draft.value == Value(before.on_call - 1, before.other, before.pairs)
    assert draft.open_halves(on_call=True) == [ring.half("DIA", 4)]
    mark = draft.mark()
    draft.release(ring.person("E2"), (ring.half("DIA", 0),))
    draft.assign(one, (ring.half("DIA", 0),))
    assert draft.value == Value(before.on_call - 1, before.other, before.pairs + 1)
    assert not draft.overdrawn
    draft.assign(one, (ring.half("DIA", 4),))
    assert draft.overdrawn == {(one, ring.half("DIA", 4).service)}
    draft.undo(mark)
    draft.undo(0)

    assert (draft.value, draft.overdrawn, draft.open_halves(on_call=True)) == (before, set(), [])
    assert ring.who("DIA", 4) == ["E1"]


PROVEN = [
    (kind, seed)
    for kind in ("practice tight", "practice planned normal", "practice planned loose", "scarce normal", "scarce loose")
    for seed in (1, 2, 3)
]


@pytest.mark.parametrize(("kind", "seed"), PROVEN)
def test_no_count_is_below_the_proven_optimum(kind: str, seed: int) -> None:
    """The optima are those that the benchmark keeps, proven by OR-Tools CP-SAT."""
    tables = kind_of_roster(kind, seed)
    most = Cache().get(kind, seed, tables)
    assert most is not None
    assert most.proven

    solved = solve(tables)

    assert counts(solved) == tuple(most.counts)
    assert violations(tables, solved.workspace.assignments) == []
