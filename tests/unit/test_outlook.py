"""The outlook: in how many steps each unsettled thing could be settled, worked out once for all searches."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytest_mock import MockerFixture

from greedy.solver.chains import Chains
from greedy.solver.claims import Ledger, Loose
from greedy.solver.draft import ANY, FIRM, NOBODY, ONE_PAIR, Value
from greedy.solver.halves import Half
from greedy.solver.knowledge import Effort, Knowledge
from greedy.solver.outlook import Outlook
from greedy.solver.parameters import DEFAULT
from tests.support.factories import requirement
from tests.support.scenes import Scene, away, demand, mornings, nights, roster

FILLING = Value(0, 1, ANY, ANY)
KEEPING = Value(0, 1, 0, 0)


class Seen:
    """A scene, and what an outlook sees in it."""

    def __init__(self, scene: Scene, need: Value) -> None:
        self.scene = scene
        self.knowledge = Knowledge(scene.draft, Effort(10_000), DEFAULT, ejecting=True)
        self.outlook = Outlook(self.knowledge, need)

    def loose(self, code: str, number: int, person: str | None = None) -> tuple[int, ...]:
        """The number of a place: that somebody had, or an open one."""
        giver = NOBODY if person is None else self.scene.person(person)
        return (self.knowledge.number(Loose((self.scene.half(code, number),), (giver,))),)

    def pair(self, number: int, person: str) -> tuple[int, ...]:
        """The number of a 24-hour duty that somebody had."""
        unit: tuple[Half, ...] = self.scene.half("DIO", number), self.scene.half("DIA", number)
        return (self.knowledge.number(Loose(unit, (self.scene.person(person),) * 2)),)

    def ledger(self, person: str, code: str) -> Ledger:
        return self.scene.person(person), self.scene.board.service_number[code]

    def ways(self, loose: tuple[int, ...] = (), *ledgers: Ledger) -> int | None:
        """The steps ahead; None where there is no way."""
        if not self.outlook.sees_a_way(loose, ledgers):
            return None
        return self.outlook.ahead(loose, tuple(sorted(ledgers)))


class TestFilling:
    def test_who_can_take_it_as_things_are_takes_one_step(self) -> None:
        seen = Seen(Scene(roster(requirement("OSP"), can={"E1": "OSP"})), FILLING)

        assert seen.ways(seen.loose("OSP", 0)) == 1

    def test_what_must_be_given_up_takes_its_own_steps_as_well(self) -> None:
        raw = roster(*demand(("ECH", 0), ("GRB", 0), ("OSP", 0)), can={"E1": "ECH GRB", "E2": "GRB OSP", "E3": "ECH"})
        seen = Seen(Scene(raw, ("E1", "ECH", 0), ("E2", "GRB", 0)), FILLING)

        assert seen.ways(seen.loose("ECH", 0, "E1")) == 1
        assert seen.ways(seen.loose("GRB", 0, "E2")) == 2
        assert seen.ways(seen.loose("OSP", 0)) == 3

    def test_an_overdrawn_ledger_gives_another_away(self) -> None:
        """E1 alone is there on Wednesday, and has quota for one night: E2 could take over that of Monday."""
        raw = roster(*nights(0, 2), can={"E1": "DIA", "E2": "DIA"}, quota=1, roster_assignments=[away("E2", 2, "A")])
        seen = Seen(Scene(raw, ("E1", "DIA", 0)), Value(1, ANY, ANY, ANY))

        assert seen.ways((), seen.ledger("E1", "DIA")) == 2
        assert seen.ways(seen.loose("DIA", 2)) == 3

    def test_two_ledgers_of_one_person_take_as_long_as_the_dearer(self) -> None:
        """Their two halves can go together, as one 24-hour duty."""
        raw = roster(*demand(("DIO", 0), ("DIA", 0)), can={"E1": "DIO DIA", "E2": "DIO DIA"}, quota=1)
        seen = Seen(Scene(raw, ("E1", "DIO", 0), ("E1", "DIA", 0)), KEEPING)

        assert seen.ways((), seen.ledger("E1", "DIO"), seen.ledger("E1", "DIA")) == 2

    def test_a_pair_overdraws_two_ledgers_that_are_settled_together(self) -> None:
        """E3, who is away on Monday, could take E2's pair of Wednesday."""
        raw = roster(
            *demand(("DIO", 0), ("DIA", 0), ("DIO", 2), ("DIA", 2)),
            can={"E1": "DIO DIA", "E2": "DIO DIA", "E3": "DIO DIA"},
            quota=1,
            roster_assignments=[away("E3", 0)],
        )
        given = [(person, code, number) for person, number in (("E1", 0), ("E2", 2)) for code in ("DIO", "DIA")]
        seen = Seen(Scene(raw, *given), KEEPING)

        assert seen.ways((), seen.ledger("E2", "DIO")) == 2
        assert seen.ways(seen.pair(0, "E1")) == 3

    def test_of_two_ledgers_only_the_dearer_counts(self) -> None:
        """E2 can take E1's DIO, but must give up ECH for the OSP."""
        raw = roster(
            *demand(("DIO", 0), ("OSP", 2), ("ECH", 2)),
            can={"E1": "DIO OSP", "E2": "DIO OSP ECH", "E3": "ECH"},
            quota=1,
        )
        seen = Seen(Scene(raw, ("E1", "DIO", 0), ("E1", "OSP", 2), ("E2", "ECH", 2)), KEEPING)

        assert seen.ways((), seen.ledger("E1", "DIO")) == 2
        assert seen.ways((), seen.ledger("E1", "OSP")) == 3
        assert seen.ways((), seen.ledger("E1", "DIO"), seen.ledger("E1", "OSP")) == 3

    def test_there_is_no_way_where_nobody_takes_what_is_in_the_way(self) -> None:
        raw = roster(*demand(("ECH", 0), ("OSP", 0)), can={"E1": "ECH OSP"})
        seen = Seen(Scene(raw, ("E1", "ECH", 0)), FILLING)

        assert seen.ways(seen.loose("OSP", 0)) is None
        assert seen.outlook.ahead(seen.loose("OSP", 0), ()) > 10

    @pytest.mark.parametrize(("status", "ways"), [("MAG", 2), ("MOET", None)])
    def test_what_is_worth_less_may_stay_open(self, status: str, ways: int | None) -> None:
        """MAG for MOET, and nothing for its like."""
        raw = roster(requirement("ECH", status=status), requirement("OSP"), can={"E1": "ECH OSP"})
        seen = Seen(Scene(raw, ("E1", "ECH", 0)), FILLING)

        assert seen.ways(seen.loose("OSP", 0)) == ways

    def test_a_pair_may_be_split_for_it(self) -> None:
        """E1's ECH can be filled by giving the morning of the 24-hour duty to E2, and the night to E3."""
        raw = roster(
            *demand(("DIO", 0), ("DIA", 0), ("ECH", 0)), can={"E1": "DIO DIA ECH", "E2": "DIO", "E3": "DIA"}, quota=1
        )
        given = ("E1", "DIO", 0), ("E1", "DIA", 0)
        seen = Seen(Scene(raw, *given), FILLING)

        assert seen.ways(seen.pair(0, "E1")) == 3


class TestUniting:
    def test_a_ring_begins_with_a_credit(self) -> None:
        """Nobody has quota left, but E3, whose own night another would take, may have E1's for it."""
        raw = roster(
            *nights(0, 2, 4),
            can={"E1": "DIA", "E2": "DIA", "E3": "DIA"},
            quota=1,
            roster_assignments=mornings(E1=0, E2=2, E3=4),
        )
        scene = Scene(raw, ("E2", "DIA", 0), ("E3", "DIA", 2), ("E1", "DIA", 4))

        assert Seen(scene, ONE_PAIR).ways((), Seen(scene, ONE_PAIR).ledger("E1", "DIA")) == 2
        assert Seen(scene, FILLING).ways((), Seen(scene, FILLING).ledger("E1", "DIA")) is None

    def test_no_other_pair_is_broken_for_it(self) -> None:
        raw = roster(*demand(("DIO", 0), ("DIA", 0)), can={"E1": "DIO DIA", "E2": "DIO"}, quota=1)
        scene = Scene(raw, ("E1", "DIO", 0), ("E1", "DIA", 0))

        assert Seen(scene, ONE_PAIR).ways((), Seen(scene, ONE_PAIR).ledger("E1", "DIO")) is None
        assert Seen(scene, FILLING).ways((), Seen(scene, FILLING).ledger("E1", "DIO")) == 2

    def test_no_other_pair_is_broken_to_take_something(self) -> None:
        """E1 could take ECH if E2 took the morning of the 24-hour duty."""
        raw = roster(
            *demand(("DIO", 0), ("DIA", 0), ("ECH", 0)), can={"E1": "DIO DIA ECH", "E2": "DIO", "E3": "DIA"}, quota=1
        )
        scene = Scene(raw, ("E1", "DIO", 0), ("E1", "DIA", 0))

        assert Seen(scene, ONE_PAIR).ways(Seen(scene, ONE_PAIR).loose("ECH", 0)) is None
        assert Seen(scene, FILLING).ways(Seen(scene, FILLING).loose("ECH", 0)) == 2


class TestSearches:
    """E1's ECH is in the way of OSP, and nobody else does either."""

    @pytest.fixture
    def hopeless(self) -> Scene:
        return Scene(roster(*demand(("ECH", 0), ("OSP", 0)), can={"E1": "ECH OSP"}), ("E1", "ECH", 0))

    def test_a_long_one_without_a_way_is_not_begun(self, hopeless: Scene, mocker: MockerFixture) -> None:
        begun = mocker.patch("greedy.solver.search.Search.run", return_value=iter(()))
        chains = Chains(hopeless.draft, 1_000)

        assert not chains.fill(hopeless.half("OSP", 0), FILLING, DEFAULT.hopeless_limit + 1)
        assert not begun.called
        assert not chains.fill(hopeless.half("OSP", 0), FILLING, DEFAULT.hopeless_limit)
        assert begun.called

    def test_where_little_effort_is_left_none_is_worked_out(self, hopeless: Scene, mocker: MockerFixture) -> None:
        outlook = mocker.patch("greedy.solver.chains.Outlook")

        Chains(hopeless.draft, 3).fill(hopeless.half("OSP", 0), FILLING, 600)
        assert not outlook.called
        Chains(hopeless.draft, 4).fill(hopeless.half("OSP", 0), FILLING, 600)
        assert outlook.called

    def test_it_is_worked_out_anew_when_the_roster_is_another(self, mocker: MockerFixture) -> None:
        raw = roster(*demand(("ECH", 0), ("OSP", 0)), *demand(("OSP", 1)), can={"E1": "ECH OSP", "E2": "ECH"})
        scene = Scene(raw, ("E1", "ECH", 0))
        outlook = mocker.spy(Outlook, "__init__")
        chains = Chains(scene.draft, 10_000, replace(DEFAULT, guided_from=0))

        assert chains.fill(scene.half("OSP", 0), FILLING, 60)
        assert chains.fill(scene.half("OSP", 1), FILLING, 60)
        assert outlook.call_count == 1
        chains.look_ahead()
        chains.fill(scene.half("OSP", 1), FILLING, 60)
        assert outlook.call_count == 2

    def test_scores_are_in_the_order_of_values(self) -> None:
        values = [Value(1, ANY, ANY, ANY), Value(0, 1, -9), Value(0, 1, ANY), Value(0, 0, 3), FIRM - ONE_PAIR, Value()]

        assert sorted(values, key=lambda value: value.score) == sorted(values)
        assert (FIRM - ONE_PAIR).score == FIRM.score - ONE_PAIR.score
