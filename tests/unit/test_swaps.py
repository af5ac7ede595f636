"""Swaps: what two people may exchange is seen from bit masks alone."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from pytest_mock import MockerFixture

from greedy.loader import build_workspace
from greedy.processor import GreedyProcessor
from greedy.solver.draft import Draft
from greedy.solver.swaps import Busy, Held, Swaps
from tests.support.factories import Raw
from tests.support.scenes import Scene, demand, roster
from tests.support.strategies import rosters, thorough


def without(scene: Scene, person: str, *gone: tuple[str, int]) -> tuple[list[int], list[int]]:
    """The slots in which somebody works, and those in which they rest, once they have given some shifts away."""
    hand = Swaps(scene.draft).hand(scene.person(person))
    given = [held for held in hand.parts if held.unit in [(scene.half(*shift),) for shift in gone]]
    busy = hand.without(given)
    return [slot for slot in range(30) if busy.slots >> slot & 1], [
        slot for slot in range(30) if busy.rests >> slot & 1
    ]


def test_rest_stays_where_the_other_half_of_the_duty_needs_it() -> None:
    """DIO needs that day's afternoon and the next morning and afternoon, DIA the latter two."""
    raw = roster(*demand(("DIO", 0), ("DIA", 0)), can={"E1": "DIO DIA"})
    scene = Scene(raw, ("E1", "DIO", 0), ("E1", "DIA", 0))
    morning = scene.half("DIO", 0).slot

    assert without(scene, "E1") == ([morning, morning + 2], [morning + 1, morning + 3, morning + 4])
    assert without(scene, "E1", ("DIO", 0)) == ([morning + 2], [morning + 3, morning + 4])
    assert without(scene, "E1", ("DIO", 0), ("DIA", 0)) == ([], [])


def test_no_more_choices_are_looked_at_than_the_most(mocker: MockerFixture) -> None:
    """Two mornings for two of another's four: six ways, and millions of them over a year."""
    days = [("ECH", number) for number in range(6)]
    scene = Scene(
        roster(*demand(*days), can={"E1": "ECH", "E2": "ECH"}),
        *(("E1" if number < 2 else "E2", code, number) for code, number in days),
    )
    swaps = Swaps(scene.draft)
    one, two = (swaps.hand(scene.person(name)) for name in ("E1", "E2"))

    assert len(list(swaps.between(one, one.units, two, two.units))) == 6
    mocker.patch("greedy.solver.swaps.MOST_CHOICES", 4)
    assert len(list(swaps.between(one, one.units, two, two.units))) == 4


@given(rosters())
@thorough
def test_what_remains_is_what_was_not_given(raw: dict[str, list[Raw]]) -> None:
    processor = GreedyProcessor(build_workspace(raw))
    processor.process()
    swaps = Swaps(Draft(processor.board))
    for person in processor.board.everyone:
        hand = swaps.hand(person)
        for given_away in combinations(hand.units, 2):
            left = [held for held in hand.units if held not in given_away]
            assert hand.without(given_away) == together(left)


def together(some: list[Held]) -> Busy:
    slots = rests = 0
    for held in some:
        slots |= held.slots
        rests |= held.rests
    return Busy(slots, rests)  # type: ignore[arg-type]  # masks of slots, as a sum of masks is
