"""Which places of a shift are filled, and which stay open (`docs/rules.md`, rule 4).

A *shift* is one service on one date and dagdeel. Its places are counted per requirement row (TOT, GRO, ORA), its staff
per team. Nobody is tied to a requirement row: all the staff, planned before the run or added by it, is allocated
together, so that as many places as possible are filled. What is open depends on the headcount per team alone: the same
staff always leaves the same places open, whatever the order in which it was assigned, and a rerun adds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from greedy.domain.models import Team, TeamDemand

PREFERENCE: dict[TeamDemand, tuple[frozenset[Team], ...]] = {
    TeamDemand.TOT: (frozenset(Team),),
    TeamDemand.GRO: (frozenset({Team.GROEN}), frozenset({Team.OVERIG})),
    TeamDemand.ORA: (frozenset({Team.ORANJE}), frozenset({Team.OVERIG})),
}
"""Who may fill a requirement row, the preferred teams first."""


class Places(NamedTuple):
    """Places of a shift, per requirement row."""

    tot: int = 0
    gro: int = 0
    ora: int = 0

    def of(self, team: TeamDemand) -> int:
        """Return the places of one requirement row."""
        return self[team.order]

    @property
    def total(self) -> int:
        """All places together."""
        return self[0] + self[1] + self[2]


class Staff(NamedTuple):
    """People who work a shift, per team."""

    groen: int = 0
    oranje: int = 0
    overig: int = 0

    def plus(self, team: Team, people: int = 1) -> Staff:
        """Return the staff with so many more people of a team; with fewer when the number is negative."""
        groen, oranje, overig = self
        if team is Team.GROEN:
            return Staff(groen + people, oranje, overig)
        if team is Team.ORANJE:
            return Staff(groen, oranje + people, overig)
        return Staff(groen, oranje, overig + people)


NO_PLACES = Places()
NO_STAFF = Staff()
"""Nobody works the shift."""

TOT, GRO, ORA = range(3)


class Allocation(NamedTuple):
    """A shift's staff, allocated to its places.

    Attributes:
        open: The places that stay open.
        misfits: How many of the staff fill no place by team; they take what remains, as far as there is any.
        firm_open: How many of the open places are of MOET or AANGEPAST.
        surplus: How many of the staff are beyond all places.
        admitted: The teams from which one more person would fill one more place by team.
    """

    open: Places
    misfits: int
    firm_open: int
    surplus: int
    admitted: tuple[Team, ...]


@lru_cache(maxsize=65_536)  # few different headcounts, asked for very often
def allocate(needed: Places, staff: Staff, firm: Places = NO_PLACES) -> Allocation:
    """Allocate a shift's staff to its places: as many as possible by team, of those as many firm ones as possible.

    Places can be filled together exactly when no row takes more people than may fill it, and all rows together take no
    more people than there are (Hall's theorem for this case). So places can be taken one by one, firm ones first, and
    no place once taken is ever in the way of a larger allocation. Among equally good allocations, Groen and Oranje take
    their own team's row before TOT, and Overig takes TOT before GRO and ORA. Whoever fits no row by team then takes
    what remains.

    Args:
        needed: The places.
        staff: All the staff.
        firm: Which of the places are of MOET or AANGEPAST.
    """
    people = sum(staff)
    if firm in (needed, NO_PLACES):
        open_, idle = _alike(needed, staff)
        firm_open = open_.total if firm == needed else 0
    else:
        open_, firm_open, idle = _firm_first(needed, staff, firm)
    return Allocation(
        open=open_,
        misfits=people - by_team(needed, staff),
        firm_open=firm_open,
        surplus=idle,
        admitted=_admitted(needed, staff),
    )


def by_team(needed: Places, staff: Staff) -> int:
    """Return how many places can be filled by team at most."""
    (tot, gro, ora), (groen, oranje, overig) = needed, staff
    return min(groen + oranje + overig, tot + min(gro, groen + overig) + min(ora, oranje + overig))


def _admitted(needed: Places, staff: Staff) -> tuple[Team, ...]:
    if sum(staff) >= needed.total:
        return ()
    now = by_team(needed, staff)
    return tuple(team for team in Team if by_team(needed, staff.plus(team)) > now)


def _alike(needed: Places, staff: Staff) -> tuple[Places, int]:
    """Allocate staff to places of which all are firm, or none is.

    Returns:
        The places that stay open, and how many people are left over.
    """
    (tot, gro, ora), (groen, oranje, overig) = needed, staff
    own_gro, own_ora = min(gro, groen), min(ora, oranje)
    over = groen - own_gro + oranje - own_ora
    over_tot = min(tot, over)
    return _take(Places(tot - over_tot, gro - own_gro, ora - own_ora), over - over_tot + overig)


def _firm_first(needed: Places, staff: Staff, firm: Places) -> tuple[Places, int, int]:
    """Allocate staff to places of which some are firm.

    Returns:
        The places that stay open, how many of them are firm, and how many people are left over.
    """
    groen, oranje, overig = staff
    people = groen + oranje + overig
    order = ((GRO, groen), (ORA, oranje), (TOT, people), (GRO, groen + overig), (ORA, oranje + overig))
    left = [[*firm], [every - part for every, part in zip(needed, firm, strict=True)]]
    taken = [0, 0, 0]
    for part in left:
        for row, most in order:
            filled = max(0, min(part[row], most - taken[row], people - sum(taken)))
            part[row] -= filled
            taken[row] += filled
    firm_open, idle = _take(Places(*left[0]), people - sum(taken))
    other_open, idle = _take(Places(*left[1]), idle)
    return Places(*(one + other for one, other in zip(firm_open, other_open, strict=True))), firm_open.total, idle


def _take(places: Places, people: int) -> tuple[Places, int]:
    """Allocate people whose team does not matter: to TOT, then GRO, then ORA.

    Returns:
        The places that stay open, and how many of the people found none.
    """
    open_ = []
    for count in places:
        taken = min(count, people)
        people -= taken
        open_.append(count - taken)
    return Places(*open_), people


@dataclass(slots=True)
class Shift:
    """The places of one service on one date and dagdeel, while the pass fills them.

    Attributes:
        needed: Places that the requirements ask for.
        planned: Staff that was there before the run.
        firm: Which of the places are of MOET or AANGEPAST.
        vacant: Places that the planned staff leaves open; somebody whom a planner has entered fills a place whatever
            their team.
        surplus: Planned staff beyond all places.
        added: Staff that this run adds. Each fills one more place by team.
        now: How all the staff is allocated.
    """

    needed: Places
    planned: Staff
    firm: Places = NO_PLACES
    vacant: Places = field(init=False)
    surplus: int = field(init=False)
    added: Staff = field(init=False, default=NO_STAFF)
    staff: Staff = field(init=False)
    now: Allocation = field(init=False)

    def __post_init__(self) -> None:
        """Allocate the planned staff."""
        self.staff = self.planned
        self.now = allocate(self.needed, self.planned, self.firm)
        self.vacant, self.surplus = self.now.open, self.now.surplus

    @property
    def open(self) -> Places:
        """Places that are open now."""
        return self.now.open

    def without(self, team: Team) -> Allocation:
        """Return the allocation without one person of a team whom this run has added."""
        return allocate(self.needed, self.staff.plus(team, -1), self.firm)

    def admits(self, team: Team) -> bool:
        """Whether one more person of a team fills one more place."""
        return team in self.now.admitted

    def add(self, team: Team) -> None:
        """Add a person of a team, whom the shift admits."""
        self._change(team, 1)

    def remove(self, team: Team) -> None:
        """Remove a person of a team, who was added before."""
        self._change(team, -1)

    def _change(self, team: Team, people: int) -> None:
        self.added = self.added.plus(team, people)
        self.staff = self.staff.plus(team, people)
        self.now = allocate(self.needed, self.staff, self.firm)
