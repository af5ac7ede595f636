"""Ejection chains: steps that settle what the one before unsettled, until everything has its place again."""

from __future__ import annotations

import pytest

from benchmarks.cache import Cache
from benchmarks.kinds import roster as kind_of_roster
from greedy.solver.chains import Chains
from greedy.solver.draft import ANY, ON_CALL, Value
from tests.support.checker import violations
from tests.support.factories import day, qualification, requirement
from tests.support.made import with_seed
from tests.support.scenes import LIMIT, Scene, away, counts, demand, mornings, nights, roster, solve


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
        for number in (0, 2, 4):
            ring.unite(number)

        assert [ring.who("DIA", number) for number in (0, 2, 4)] == [["E1"], ["E2"], ["E3"]]
        assert ring.draft.value.pairs == 3
        assert not ring.draft.overdrawn

    def test_without_effort_nothing_is_found(self, ring: Scene) -> None:
        assert not ring.unite(0, effort=0)
        assert not ring.unite(0, limit=0)
        assert ring.draft.value.pairs == 0

    def test_what_cannot_be_settled_leaves_all_as_it_was(self) -> None:
        """E1 could have the night of the own morning, if E2, who is away then, took the other."""
        planned = [*mornings(E1=2), away("E2", 0, "A")]
        raw = roster(*nights(0, 2), can={"E1": "DIA", "E2": "DIA"}, quota=1, roster_assignments=planned)
        scene = Scene(raw, ("E1", "DIA", 0), ("E2", "DIA", 2))

        assert not scene.unite(2)
        assert (scene.who("DIA", 0), scene.who("DIA", 2)) == (["E1"], ["E2"])
        assert scene.draft.mark() == 0


class TestSteps:
    def test_a_place_that_overdraws_a_ledger_makes_it_give_another_away(self) -> None:
        """E1 alone is there on Wednesday, and has quota for one night: E2 takes over that of Monday."""
        planned = [away("E2", 2, "A")]
        raw = roster(*nights(0, 2), can={"E1": "DIA", "E2": "DIA"}, quota=1, roster_assignments=planned)
        scene = Scene(raw, ("E1", "DIA", 0))

        assert scene.fill("DIA", 2)
        assert (scene.who("DIA", 0), scene.who("DIA", 2)) == (["E2"], ["E1"])

    def test_what_is_in_the_way_goes_to_another(self) -> None:
        """E1 can take DIO if E2 takes the ECH that is in the way."""
        raw = roster(requirement("DIO"), requirement("ECH"), can={"E1": "DIO ECH", "E2": "ECH"}, quota=1)
        scene = Scene(raw, ("E1", "ECH", 0))

        assert scene.fill("DIO", 0)
        assert (scene.who("DIO", 0), scene.who("ECH", 0)) == (["E1"], ["E2"])

    def test_what_is_in_the_way_stays_open_for_an_on_call_shift_only(self) -> None:
        raw = roster(requirement("DIO"), requirement("ECH"), can={"E1": "DIO ECH"}, quota=1)
        scene = Scene(raw, ("E1", "ECH", 0))

        assert not scene.fill("DIO", 0, Value(1, 0, ANY))
        assert scene.fill("DIO", 0, Value(1, ANY, ANY))
        assert (scene.who("DIO", 0), scene.who("ECH", 0)) == (["E1"], [])

    def test_two_things_in_the_way_go_to_two_others(self) -> None:
        """Tuesday's ECH and SWZ are in the rest of Monday's night, which E1 alone can do."""
        later = [requirement("ECH", date=day(1)), requirement("SWZ", date=day(1), dagdeel="M")]
        raw = roster(*nights(0), *later, can={"E1": "DIA ECH SWZ", "E2": "ECH", "E3": "SWZ"}, quota=1)
        scene = Scene(raw, ("E1", "ECH", 1), ("E1", "SWZ", 1))

        assert scene.fill("DIA", 0, Value(1, 0, 0))
        assert (scene.who("DIA", 0), scene.who("ECH", 1), scene.who("SWZ", 1)) == (["E1"], ["E2"], ["E3"])

    def test_a_pair_is_broken_only_if_its_loss_does_not_matter(self) -> None:
        """E1's ECH can be filled by giving the morning of a 24-hour duty to E2."""
        raw = roster(
            requirement("DIO"), *nights(0), requirement("ECH"), can={"E1": "DIO DIA ECH", "E2": "DIO"}, quota=1
        )
        given = ("E1", "DIO", 0), ("E1", "DIA", 0)

        assert not Scene(raw, *given).fill("ECH", 0, Value(0, 1, 0))
        scene = Scene(raw, *given)
        assert scene.fill("ECH", 0, Value(0, 1, ANY))
        assert (scene.who("ECH", 0), scene.who("DIO", 0), scene.who("DIA", 0)) == (["E1"], ["E2"], ["E1"])

    def test_a_pair_moves_as_one(self) -> None:
        """E1's pair of Monday is in the rest of the one of Tuesday, that E2 and E3 share: E4 takes it whole."""
        days = [(code, number) for number in (0, 1) for code in ("DIO", "DIA")]
        raw = roster(
            *(requirement(code, date=day(number), dagdeel="A" if code == "DIA" else "O") for code, number in days),
            can={"E1": "DIO DIA", "E2": "DIO", "E3": "DIA", "E4": "DIO DIA"},
            roster_assignments=[away("E4", 1)],
        )
        scene = Scene(raw, ("E1", "DIO", 0), ("E1", "DIA", 0), ("E2", "DIO", 1), ("E3", "DIA", 1))

        assert scene.unite(1)
        assert [scene.who(code, number) for code, number in days] == [["E4"], ["E4"], ["E1"], ["E1"]]

    def test_both_halves_go_to_a_third(self) -> None:
        raw = roster(requirement("DIO"), *nights(0), can={"E1": "DIO", "E2": "DIA", "E3": "DIO DIA"}, quota=1)
        scene = Scene(raw, ("E1", "DIO", 0), ("E2", "DIA", 0))

        assert scene.unite(0)
        assert scene.who("DIO", 0) == scene.who("DIA", 0) == ["E3"]

    def test_a_third_takes_what_is_open_and_its_other_half(self) -> None:
        raw = roster(requirement("DIO"), *nights(0), can={"E1": "DIO", "E3": "DIO DIA"}, quota=1)
        scene = Scene(raw, ("E1", "DIO", 0))

        assert scene.unite(0)
        assert scene.who("DIO", 0) == scene.who("DIA", 0) == ["E3"]

    def test_an_open_place_of_another_service_is_filled_instead(self) -> None:
        """E1's quota bears one night; E2, who has Monday's, can take an open DDA, and Wednesday's DIA stays open."""
        raw = roster(
            *nights(0, 2),
            requirement("DDA", date=day(4), dagdeel="A"),
            can={"E1": "DIA", "E2": "DIA DDA"},
            quota=1,
            roster_assignments=[*mornings(E1=0), away("E2", 2, "A")],
        )
        scene = Scene(raw, ("E2", "DIA", 0), ("E1", "DIA", 2))

        assert scene.unite(0)
        assert [scene.who(*place) for place in (("DIA", 0), ("DIA", 2), ("DDA", 4))] == [["E1"], [], ["E2"]]

    def test_three_things_in_the_way_go_to_others(self) -> None:
        """The rest of Monday's morning takes Monday's SWZ, and both of Tuesday."""
        day_shifts = [("SWZ", 0), ("ECH", 1), ("SWZ", 1)]
        raw = roster(requirement("DIO"), *demand(*day_shifts), can={"E1": "DIO ECH SWZ", "E2": "ECH", "E3": "SWZ"})
        scene = Scene(raw, *(("E1", *shift) for shift in day_shifts))

        assert scene.fill("DIO", 0)
        assert [scene.who(*shift) for shift in day_shifts] == [["E3"], ["E2"], ["E3"]]

    def test_what_has_fewest_takers_is_settled_first(self) -> None:
        """Of three things in the way, E3 can take ECH, and gives up two: too much, but as the last of the three."""
        shifts = [("SWZ", 0), ("ECH", 1), ("SWZ", 1), ("DDO", 0), ("DIA", 0)]
        can = {"E1": "DIO ECH SWZ", "E2": "SWZ", "E3": "ECH DDO DIA", "E4": "ECH GRB", "E5": "DDO", "E6": "DIA"}
        raw = roster(
            requirement("DIO"),
            *demand(*shifts, ("GRB", 1)),
            can=can,
            roster_assignments=[away("E5", 1, "M"), away("E6", 1, "M")],
        )
        scene = Scene(
            raw, ("E4", "GRB", 1), *(("E3" if code in ("DDO", "DIA") else "E1", code, at) for code, at in shifts)
        )

        assert scene.fill("DIO", 0)
        assert [scene.who(*shift) for shift in shifts] == [["E2"], ["E3"], ["E2"], ["E5"], ["E6"]]

    def test_two_people_are_overdrawn_while_something_is_loose(self) -> None:
        """E1 and E2 each take one shift more than their quota, and E3 what was in the way of that."""
        shifts = [("DIA", 0), ("ECH", 1), ("GRB", 1), ("DIA", 4), ("ECH", 6)]
        raw = roster(
            *demand(*shifts),
            can={"E1": "DIA ECH", "E2": "ECH GRB", "E3": "GRB", "E4": "DIA", "E5": "ECH"},
            quota=1,
            roster_assignments=[away("E4", 0, "A"), away("E5", 1), away("E1", 6)],
        )
        raw["roster_employee_services"] = [
            row | {"aantal": 2} if row["employee_id"] == "E1" and row["service_id"] == "ECH" else row
            for row in raw["roster_employee_services"]
        ]
        scene = Scene(raw, ("E1", "ECH", 1), ("E2", "GRB", 1), ("E1", "DIA", 4), ("E2", "ECH", 6))

        assert scene.fill("DIA", 0)
        assert [scene.who(*shift) for shift in shifts] == [["E1"], ["E2"], ["E3"], ["E4"], ["E5"]]

    def test_an_overdrawn_ledger_gives_one_half_of_a_pair(self) -> None:
        """E1 alone is there on Friday, with quota for one morning: Monday's goes to E2, its evening stays."""
        raw = roster(
            *demand(("DIO", 0), ("DIA", 0), ("DIO", 4)),
            can={"E1": "DIO DIA", "E2": "DIO"},
            quota=1,
            roster_assignments=[away("E2", 4)],
        )
        scene = Scene(raw, ("E1", "DIO", 0), ("E1", "DIA", 0))

        assert scene.fill("DIO", 4, Value(1, 0, ANY))
        assert [scene.who("DIO", 0), scene.who("DIA", 0), scene.who("DIO", 4)] == [["E2"], ["E1"], ["E1"]]

    def test_a_pair_that_the_chain_makes_pays_for_one_that_it_breaks(self) -> None:
        """E3 takes Monday's evening, then its morning, that E2 gave up for E3's ECH; Friday's pair is broken for it."""
        shifts = [("DIA", 0), ("ECH", 1), ("DIO", 0), ("DIO", 4), ("DIA", 4)]
        raw = roster(
            *demand(*shifts),
            can={"E2": "ECH DIO", "E3": "ECH DIO", "E4": "DIO"},
            quota=1,
            roster_assignments=[away("E4", 0), away("E2", 4)],
        )
        raw["roster_employee_services"].append(qualification("E3", "DIA", 2))
        scene = Scene(raw, ("E3", "ECH", 1), ("E2", "DIO", 0), ("E3", "DIO", 4), ("E3", "DIA", 4))

        assert scene.fill("DIA", 0)
        assert [scene.who(*shift) for shift in shifts] == [["E3"], ["E2"], ["E3"], ["E4"], ["E3"]]

    def test_nobody_gets_two_shifts_that_spoil_each_others_rest(self) -> None:
        """E1 could take the DIA that is open, or the ECH of the next day that E2 would have to give up for it."""
        raw = roster(*nights(0), requirement("ECH", date=day(1)), can={"E1": "ECH", "E2": "DIA ECH"}, quota=2)
        scene = Scene(raw | {"roster_assignments": [away("E1", 1)]}, ("E2", "ECH", 1))

        assert not scene.fill("DIA", 0)
        assert (scene.who("DIA", 0), scene.who("ECH", 1)) == ([], ["E2"])


def test_a_shift_goes_to_none_but_those_who_may_have_one_more() -> None:
    """E2 could take the ECH that E1 should give; E3, who is away then, can have it only if E2 gives another for it."""
    raw = roster(*demand(("ECH", 0), ("ECH", 2)), can={"E1": "ECH", "E2": "ECH", "E3": "ECH"})
    planned = [away("E3", 0), away("E1", 2)]
    scene = Scene(raw | {"roster_assignments": planned}, ("E1", "ECH", 0), ("E2", "ECH", 2))
    unfair = iter(range(9, 0, -1))
    ledger, takers = (scene.person("E1"), scene.half("ECH", 0).service), {scene.person("E3")}

    assert Chains(scene.draft, 1_000).relieve(ledger, takers, lambda _: (next(unfair),), LIMIT)
    assert (scene.who("ECH", 0), scene.who("ECH", 2)) == (["E2"], ["E3"])


def test_an_exchange_keeps_to_the_quotas() -> None:
    raw = roster(*demand(("ECH", 0), ("ECH", 2)), can={"E1": "ECH", "E2": "ECH"}, quota=1)
    scene = Scene(raw, ("E1", "ECH", 0), ("E2", "ECH", 2))
    unfair = iter((2, 1))
    one, two = scene.person("E1"), scene.person("E2")

    assert not Chains(scene.draft, 1_000).exchange(one, (scene.half("ECH", 0),), two, (), lambda _: (next(unfair),))
    assert (scene.who("ECH", 0), scene.who("ECH", 2), scene.draft.overdrawn) == (["E1"], ["E2"], set())


def test_an_exchange_that_breaks_a_pair_is_taken_back(ring: Scene) -> None:
    for number in (0, 2):
        ring.unite(number)
    one, two = ring.person("E1"), ring.person("E2")
    fairer = iter((1.0, 0.0))

    exchanged = Chains(ring.draft, 100).exchange(
        one, (ring.half("DIA", 0),), two, (ring.half("DIA", 2),), lambda _: (next(fairer),)
    )

    assert not exchanged
    assert (ring.who("DIA", 0), ring.who("DIA", 2)) == (["E1"], ["E2"])


def test_what_was_looked_at_is_forgotten_when_the_draft_changes() -> None:
    """E1 cannot take the place of GRO but by giving up ECH, which E2 can take only once the OSP is gone."""
    raw = roster(*(requirement(code) for code in ("GRB", "ECH", "OSP")), can={"E1": "GRB ECH", "E2": "ECH OSP"})
    scene = Scene(raw, ("E1", "ECH", 0), ("E2", "OSP", 0))
    chains = Chains(scene.draft, 1_000)
    need = Value(0, 1, 0)
    assert not chains.fill(scene.half("GRB", 0), need, LIMIT)

    scene.draft.release(scene.person("E2"), (scene.half("OSP", 0),))
    scene.draft.keep()

    assert chains.fill(scene.half("GRB", 0), need, LIMIT)
    assert (scene.who("GRB", 0), scene.who("ECH", 0)) == (["E1"], ["E2"])


def test_the_draft_counts_what_it_is_worth_and_undoes_it(ring: Scene) -> None:
    draft, one = ring.draft, ring.person("E1")
    before = draft.value

    draft.release(one, (ring.half("DIA", 4),))
    assert draft.value == before - Value(on_call=1)
    assert draft.open_halves(ON_CALL) == [ring.half("DIA", 4)]
    mark = draft.mark()
    draft.release(ring.person("E2"), (ring.half("DIA", 0),))
    draft.assign(one, (ring.half("DIA", 0),))
    assert draft.value == before - Value(on_call=1) + Value(pairs=1)
    assert not draft.overdrawn
    draft.assign(one, (ring.half("DIA", 4),))
    assert draft.overdrawn == {(one, ring.half("DIA", 4).service)}
    draft.undo(mark)
    draft.undo(0)

    assert (draft.value, draft.overdrawn, draft.open_halves(ON_CALL)) == (before, set(), [])
    assert ring.who("DIA", 4) == ["E1"]


PROVEN = [
    with_seed(seed, kind, seed, name=f"{kind} {seed}")
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
