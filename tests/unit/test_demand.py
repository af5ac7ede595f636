"""Demand: which places of a shift are filled. `allocate` against brute force."""

from __future__ import annotations

from itertools import product
from operator import le

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greedy.domain.demand import Places, Shift, Staff, allocate
from greedy.domain.models import Team
from tests.support.strategies import thorough

SMALL = st.integers(0, 3)
PLACES = st.builds(Places, SMALL, SMALL, SMALL)
STAFF = st.builds(Staff, SMALL, SMALL, SMALL)

stable = settings(thorough, max_examples=4 * thorough.max_examples)


def people(staff: Staff) -> list[Team]:
    return [team for team, count in zip(Team, staff, strict=True) for _ in range(count)]


def fillings(places: Places, staff: Staff) -> list[Places]:
    """Return every way in which the staff can fill places by team, by trying each split of each team over the rows."""
    found = []
    for groen, oranje in product(range(staff.groen + 1), range(staff.oranje + 1)):
        for over_groen, over_oranje in product(range(staff.groen - groen + 1), range(staff.oranje - oranje + 1)):
            for tot, gro, ora in product(range(staff.overig + 1), repeat=3):
                filled = Places(over_groen + over_oranje + tot, groen + gro, oranje + ora)
                if tot + gro + ora <= staff.overig and all(map(le, filled, places)):
                    found.append(filled)
    return found


def most_by_team(places: Places, staff: Staff) -> int:
    return max(filled.total for filled in fillings(places, staff))


@given(PLACES, STAFF)
@stable
def test_allocate__fills_as_much_as_can_be_filled(places: Places, staff: Staff) -> None:
    allocation = allocate(places, staff)

    assert allocation.misfits == sum(staff) - most_by_team(places, staff)
    assert allocation.open.total == max(0, places.total - sum(staff))
    assert allocation.surplus == max(0, sum(staff) - places.total)
    assert all(0 <= now <= before for now, before in zip(allocation.open, places, strict=True))


@given(PLACES, STAFF, st.tuples(SMALL, SMALL, SMALL))
@stable
def test_allocate__of_the_most_that_can_be_filled_most_are_firm(
    places: Places, staff: Staff, parts: tuple[int, int, int]
) -> None:
    firm = Places(*map(min, places, parts))
    most = most_by_team(places, staff)
    by_team = max(sum(map(min, filled, firm)) for filled in fillings(places, staff) if filled.total == most)

    allocation = allocate(places, staff, firm)

    filled = places.total - allocation.open.total
    assert firm.total - allocation.firm_open == min(firm.total, by_team + filled - most)
    assert allocation.firm_open == sum(
        max(0, part - (every - now)) for part, every, now in zip(firm, places, allocation.open, strict=True)
    )


@given(PLACES, STAFF)
@stable
def test_allocate__admits_whoever_fills_one_more_place_by_team(places: Places, staff: Staff) -> None:
    most = most_by_team(places, staff)

    admitted = {team for team in Team if sum(staff) < places.total and most_by_team(places, staff.plus(team)) > most}

    assert set(allocate(places, staff).admitted) == admitted


@pytest.mark.parametrize(
    ("places", "staff", "open_"),
    [
        pytest.param(Places(1, 1, 1), Staff(1, 0, 0), Places(1, 0, 1), id="Groen: own row first"),
        pytest.param(Places(1, 1, 1), Staff(2, 0, 0), Places(0, 0, 1), id="Groen: then TOT"),
        pytest.param(Places(1, 1, 1), Staff(3, 0, 0), Places(0, 0, 0), id="Groen: planned for what remains"),
        pytest.param(Places(1, 1, 1), Staff(0, 1, 0), Places(1, 1, 0), id="Oranje: own row first"),
        pytest.param(Places(1, 1, 1), Staff(0, 0, 1), Places(0, 1, 1), id="Overig: TOT first"),
        pytest.param(Places(1, 1, 1), Staff(0, 0, 2), Places(0, 0, 1), id="Overig: then GRO"),
        pytest.param(Places(1, 1, 1), Staff(0, 0, 4), Places(0, 0, 0), id="Overig: then ORA"),
        pytest.param(Places(1, 1, 0), Staff(0, 1, 1), Places(0, 0, 0), id="Overig makes room for Oranje"),
    ],
)
def test_allocate__order_of_the_rows(places: Places, staff: Staff, open_: Places) -> None:
    assert allocate(places, staff).open == open_


def test_allocate__firm_places_first() -> None:
    """A row of MAG stays open, whichever it is."""
    assert allocate(Places(1, 1, 0), Staff(groen=1), firm=Places(tot=1)).open == Places(gro=1)
    assert allocate(Places(1, 1, 0), Staff(overig=1), firm=Places(gro=1)).open == Places(tot=1)


def test_shift__a_misfit_planned_by_hand_covers_a_place() -> None:
    shift = Shift(Places(ora=2), Staff(groen=1))

    assert (shift.vacant, shift.surplus) == (Places(ora=1), 0)


def test_shift__beyond_the_demand_is_surplus() -> None:
    shift = Shift(Places(tot=1), Staff(groen=2, overig=1))

    assert (shift.vacant, shift.surplus) == (Places(), 2)
    assert not any(shift.admits(team) for team in Team)


@pytest.mark.parametrize(
    ("places", "admitted"),
    [
        (Places(tot=1), set(Team)),
        (Places(gro=1), {Team.GROEN, Team.OVERIG}),
        (Places(ora=1), {Team.ORANJE, Team.OVERIG}),
        (Places(), set()),
    ],
)
def test_shift__admits_the_teams_that_may_fill_a_place(places: Places, admitted: set[Team]) -> None:
    shift = Shift(places, Staff())

    assert {team for team in Team if shift.admits(team)} == admitted


def test_shift__planned_people_make_room() -> None:
    """Overig, planned, counts for GRO, and Oranje takes TOT: nobody is tied to a row."""
    shift = Shift(Places(tot=1, gro=1), Staff(overig=1))

    assert shift.admits(Team.ORANJE)


def test_shift__a_misfit_leaves_room_for_those_who_fit() -> None:
    """Groen, planned for two places of ORA, takes one of them: one more Oranje is admitted, and no second."""
    shift = Shift(Places(ora=2), Staff(groen=1))

    assert shift.admits(Team.ORANJE)
    assert not shift.admits(Team.GROEN)
    shift.add(Team.ORANJE)
    assert (shift.open.total, shift.surplus) == (0, 0)
    assert not any(shift.admits(team) for team in Team)


def test_shift__added_people_make_room() -> None:
    """Overig, added, moves to GRO, and Oranje takes TOT."""
    shift = Shift(Places(tot=1, gro=1), Staff())
    shift.add(Team.OVERIG)

    assert shift.admits(Team.ORANJE)


@given(PLACES, STAFF, st.lists(st.sampled_from(list(Team)), max_size=6))
@stable
def test_shift__a_rerun_sees_the_same_places_open(needed: Places, planned: Staff, wish: list[Team]) -> None:
    """What a run leaves open is what the next run finds, to which the first one's people are planned."""
    shift = Shift(needed, planned)
    for team in wish:
        if shift.admits(team):
            before = shift.open.total
            shift.add(team)
            assert shift.open.total == before - 1

    staff = Staff(*(there + new for there, new in zip(planned, shift.added, strict=True)))
    again = Shift(needed, staff)

    assert again.vacant == shift.open
    assert again.surplus == shift.surplus
