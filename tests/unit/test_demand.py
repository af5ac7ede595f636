"""Demand: which places of a shift are filled. `allocate` against brute force."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greedy.domain.demand import Places, Shift, Staff, allocate, take
from greedy.domain.models import Team

MAY_FILL = {
    "tot": {Team.GROEN, Team.ORANJE, Team.OVERIG},
    "gro": {Team.GROEN, Team.OVERIG},
    "ora": {Team.ORANJE, Team.OVERIG},
}
SMALL = st.integers(0, 3)
PLACES = st.builds(Places, SMALL, SMALL, SMALL)
STAFF = st.builds(Staff, SMALL, SMALL, SMALL)

stable = settings(max_examples=500, deadline=None, derandomize=True)


def people(staff: Staff) -> list[Team]:
    return [team for team, count in zip(Team, staff, strict=True) for _ in range(count)]


def most_filled(places: Places, staff: Staff) -> int:
    """Find the largest number of places that the staff can fill, by trying every split of each team over the rows."""
    best = 0
    for g_gro, o_ora in product(range(staff.groen + 1), range(staff.oranje + 1)):
        for g_tot, o_tot in product(range(staff.groen - g_gro + 1), range(staff.oranje - o_ora + 1)):
            if g_gro > places.gro or o_ora > places.ora or g_tot + o_tot > places.tot:
                continue
            left = places.total - g_gro - o_ora - g_tot - o_tot
            best = max(best, g_gro + o_ora + g_tot + o_tot + min(left, staff.overig))
    return best


@given(PLACES, STAFF)
@stable
def test_allocate__fills_as_much_as_can_be_filled(places: Places, staff: Staff) -> None:
    open_, idle = allocate(places, staff)

    assert places.total - open_.total == most_filled(places, staff) == sum(staff) - idle
    assert all(0 <= now <= before for now, before in zip(open_, places, strict=True))


@pytest.mark.parametrize(
    ("places", "staff", "open_", "idle"),
    [
        pytest.param(Places(1, 1, 1), Staff(1, 0, 0), Places(1, 0, 1), 0, id="Groen: own row first"),
        pytest.param(Places(1, 1, 1), Staff(2, 0, 0), Places(0, 0, 1), 0, id="Groen: then TOT"),
        pytest.param(Places(1, 1, 1), Staff(3, 0, 0), Places(0, 0, 1), 1, id="Groen: never ORA"),
        pytest.param(Places(1, 1, 1), Staff(0, 1, 0), Places(1, 1, 0), 0, id="Oranje: own row first"),
        pytest.param(Places(1, 1, 1), Staff(0, 3, 0), Places(0, 1, 0), 1, id="Oranje: never GRO"),
        pytest.param(Places(1, 1, 1), Staff(0, 0, 1), Places(0, 1, 1), 0, id="Overig: TOT first"),
        pytest.param(Places(1, 1, 1), Staff(0, 0, 2), Places(0, 0, 1), 0, id="Overig: then GRO"),
        pytest.param(Places(1, 1, 1), Staff(0, 0, 4), Places(0, 0, 0), 1, id="Overig: then ORA"),
        pytest.param(Places(1, 1, 0), Staff(0, 1, 1), Places(0, 0, 0), 0, id="Overig makes room for Oranje"),
    ],
)
def test_allocate__order_of_the_rows(places: Places, staff: Staff, open_: Places, idle: int) -> None:
    assert allocate(places, staff) == (open_, idle)


def test_take__tot_then_gro_then_ora() -> None:
    assert take(Places(1, 1, 1), 2) == (Places(0, 0, 1), 0)
    assert take(Places(1, 0, 0), 3) == (Places(0, 0, 0), 2)


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


def test_shift__planned_people_stay_in_the_place_that_they_fill() -> None:
    """Overig, planned, holds TOT: Oranje may not fill the GRO place that is left."""
    shift = Shift(Places(tot=1, gro=1), Staff(overig=1))

    assert not shift.admits(Team.ORANJE)


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
