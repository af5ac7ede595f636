"""Which places of a shift are filled, and which stay open (`docs/rules.md`, rule 4).

A *shift* is one service on one date and dagdeel. Its places are counted per requirement row (TOT, GRO, ORA), its staff
per team. Staff are not tied to requirement rows: the open places depend only on the headcount per team. So the same
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
        return sum(self)


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


NO_STAFF = Staff()
"""Nobody works the shift."""


@lru_cache(maxsize=4096)  # few different headcounts, asked for very often
def allocate(places: Places, staff: Staff) -> tuple[Places, int]:
    """Allocate the staff to the places, by team.

    Groen and Oranje take their own team's row, then TOT; after them Overig takes TOT, then GRO, then ORA. As Overig may
    take any place, and Groen and Oranje compete for TOT only, no other order fills more.

    Returns:
        The places that stay open, and how many of the staff fit no place by team.
    """
    gro = min(places.gro, staff.groen)
    ora = min(places.ora, staff.oranje)
    over = staff.groen - gro + staff.oranje - ora
    tot = min(places.tot, over)
    open_, idle = take(Places(places.tot - tot, places.gro - gro, places.ora - ora), staff.overig)
    return open_, over - tot + idle


def take(places: Places, people: int) -> tuple[Places, int]:
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


def admitted(places: Places, staff: Staff) -> list[Team]:
    """Return the teams of which one more person fills one more place."""
    open_, _ = allocate(places, staff)
    return [team for team in Team if allocate(places, staff.plus(team))[0].total < open_.total]


@dataclass(slots=True)
class Shift:
    """The places of one service on one date and dagdeel, while the pass fills them.

    Attributes:
        needed: Places that the requirements ask for.
        planned: Staff that was there before the run.
        vacant: Places that the planned staff leaves open; somebody whom a planner has entered fills a place whatever
            their team.
        surplus: Planned staff beyond all places.
        added: Staff that this run adds. It fills `vacant` by team only.
        open: Places that are open now.
    """

    needed: Places
    planned: Staff
    vacant: Places = field(init=False)
    surplus: int = field(init=False)
    added: Staff = field(init=False, default=NO_STAFF)
    open: Places = field(init=False)

    def __post_init__(self) -> None:
        """Allocate the planned staff: by team first, then whoever fits no row by team takes what remains."""
        by_team, misfits = allocate(self.needed, self.planned)
        self.vacant, self.surplus = take(by_team, misfits)
        self.open = self.vacant

    def admits(self, team: Team) -> bool:
        """Whether one more person of a team fills one more place."""
        return allocate(self.vacant, self.added.plus(team))[0].total < self.open.total

    def add(self, team: Team) -> None:
        """Add a person of a team, whom the shift admits."""
        self._change(team, 1)

    def remove(self, team: Team) -> None:
        """Remove a person of a team, who was added before."""
        self._change(team, -1)

    def _change(self, team: Team, people: int) -> None:
        self.added = self.added.plus(team, people)
        self.open, _ = allocate(self.vacant, self.added)
