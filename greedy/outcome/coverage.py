"""How much of the demand is filled, which shifts stay open, and why."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from greedy.domain.demand import PREFERENCE
from greedy.domain.models import Dagdeel, TeamDemand
from greedy.domain.period import Period
from greedy.solver.board import Board
from greedy.solver.numbering import Mask, ServiceNumber, SlotNumber, bits
from greedy.solver.obstacles import Obstacle, obstacle, people_without_qualification, people_without_quota
from greedy.solver.quotas import Ladder

CHANGES_TOLD = 3
"""Changes that are told for an open shift."""

_IN_WORDS = {
    Obstacle.SERVICE_INACTIVE: "kept from an inactive service",
    Obstacle.EMPLOYEE_INACTIVE: "inactive",
    Obstacle.UNAVAILABLE: "unavailable",
    Obstacle.WORKS: "working already",
    Obstacle.RESTS: "resting after a duty",
    Obstacle.BLOCKED: "blocked",
    Obstacle.QUOTA_USED: "quota used",
    Obstacle.WOULD_LOSE_REST: "would lose rest",
}


class RuledOut(NamedTuple):
    """Why one person cannot take a shift: the one fact, and what is behind it (`DIO on 2027-01-04 O`, `3 of 3`)."""

    employee_id: str
    obstacle: Obstacle
    because: str


class Change(NamedTuple):
    """A change to one person that alone would fill a place: `quota` one larger, or a `qualification` with a quota."""

    kind: str
    employee_id: str


@dataclass(frozen=True, slots=True)
class OpenShift:
    """Places of one requirement that stay open.

    Attributes:
        missing: How many places.
        people: Everyone of a team that may fill it who has a qualification, and what rules them out.
        changes: The smallest changes that would fill a place, `CHANGES_TOLD` at most: quotas first, then
            qualifications; those with the smallest share of all their quotas used go first.
        service_active: False when the service itself is inactive: then nobody may work it.
    """

    date: dt.date
    dagdeel: Dagdeel
    team: TeamDemand
    service_code: str
    missing: int
    people: tuple[RuledOut, ...]
    changes: tuple[Change, ...]
    service_active: bool = True

    @property
    def qualified(self) -> int:
        """How many people of a team that may fill it have a qualification."""
        return len(self.people)

    @property
    def obstacles(self) -> dict[Obstacle, int]:
        """What rules these people out, counted, the most frequent first; each person counts once."""
        return dict(Counter(person.obstacle for person in self.people).most_common())

    @property
    def reason(self) -> str:
        """Say why, in a sentence."""
        if not self.service_active:
            return "the service is inactive"
        if not self.qualified:
            return "nobody of a team that may fill it is qualified"
        told = ", ".join(f"{count} {_IN_WORDS[obstacle]}" for obstacle, count in self.obstacles.items())
        return f"{self.qualified} qualified: {told}"


@dataclass(frozen=True, slots=True)
class ServiceCoverage:
    """Coverage of one service, in places."""

    service_code: str
    needed: int
    filled_before: int
    assigned: int
    open: int


@dataclass(frozen=True, slots=True)
class Surplus:
    """People planned by hand for a shift beyond what it needs."""

    date: dt.date
    dagdeel: Dagdeel
    service_code: str
    count: int


@dataclass(slots=True)
class Coverage:
    """Coverage of a roster: places that are needed, were filled before the run, are assigned by it, and stay open."""

    by_service: list[ServiceCoverage] = field(default_factory=list)
    open_shifts: list[OpenShift] = field(default_factory=list)
    surplus: list[Surplus] = field(default_factory=list)

    @property
    def needed(self) -> int:
        """Places that the requirements ask for."""
        return sum(service.needed for service in self.by_service)

    @property
    def filled_before(self) -> int:
        """Places that rows from before the run fill."""
        return sum(service.filled_before for service in self.by_service)

    @property
    def assigned(self) -> int:
        """Places that the run fills."""
        return sum(service.assigned for service in self.by_service)

    @property
    def open(self) -> int:
        """Places that stay open."""
        return sum(service.open for service in self.by_service)

    @property
    def percent(self) -> float:
        """Filled share of what is needed, in percent with one decimal; 100 only when no place is open."""
        if not self.open:
            return 100.0
        return min(99.9, round(100 * (self.needed - self.open) / self.needed, 1))


def measure(board: Board, period: Period | None = None) -> Coverage:
    """Measure the coverage of a board, by service code, its open shifts in the order of their slots.

    Args:
        board: The roster.
        period: Days to which the run is confined: only these are measured. None for all.
    """
    totals: dict[ServiceNumber, Counter[str]] = {}
    open_shifts: list[OpenShift] = []
    surplus: list[Surplus] = []
    shares = board.by_total_share()
    for (slot, service), shift in sorted(board.shifts.items()):
        if period is not None and not period.covers(board.when(slot)[0]):
            continue
        total = totals.setdefault(service, Counter())
        total["needed"] += shift.needed.total
        total["filled_before"] += shift.needed.total - shift.vacant.total
        total["assigned"] += sum(shift.added)
        total["open"] += shift.open.total
        if shift.surplus:
            date, dagdeel = board.when(slot)
            surplus.append(Surplus(date, dagdeel, board.services[service].code, shift.surplus))
        open_shifts.extend(
            _open_shift(board, shares, service, slot, team, shift.open.of(team))
            for team in TeamDemand
            if shift.open.of(team)
        )
    return Coverage(
        by_service=[
            ServiceCoverage(
                service_code=board.services[service].code,
                needed=total["needed"],
                filled_before=total["filled_before"],
                assigned=total["assigned"],
                open=total["open"],
            )
            for service, total in sorted(totals.items())
        ],
        open_shifts=open_shifts,
        surplus=surplus,
    )


def _open_shift(
    board: Board, shares: Ladder, service: ServiceNumber, slot: SlotNumber, team: TeamDemand, missing: int
) -> OpenShift:
    may_fill = _may_fill(board, team)
    people = (
        (person, obstacle(board, person, service, slot))
        for person in sorted(board.quota[service])
        if may_fill >> person & 1
    )
    date, dagdeel = board.when(slot)
    return OpenShift(
        date=date,
        dagdeel=dagdeel,
        team=team,
        service_code=board.services[service].code,
        missing=missing,
        people=tuple(RuledOut(board.people[person].id, *found) for person, found in people if found),
        changes=tuple(islice(changes(board, shares, service, slot, team), CHANGES_TOLD)),
        service_active=board.services[service].active,
    )


def _may_fill(board: Board, team: TeamDemand) -> Mask:
    """Who belongs to a team that may fill a requirement row."""
    return board.of_teams(member for teams in PREFERENCE[team] for member in teams)


def changes(
    board: Board, shares: Ladder, service: ServiceNumber, slot: SlotNumber, team: TeamDemand
) -> Iterator[Change]:
    """Give every change to one person that would fill a place of a shift, in the order of `OpenShift.changes`.

    Args:
        board: The roster.
        shares: Its people `by_total_share`.
        service: The shift's service.
        slot: Its slot.
        team: The requirement row.
    """
    if not board.services[service].active:
        return
    may_fill = _may_fill(board, team)
    for kind, people in (
        ("quota", people_without_quota(board, service, slot)),
        ("qualification", people_without_qualification(board, service, slot)),
    ):
        for _, equals in shares.rungs(people & may_fill):
            for person in bits(equals):
                yield Change(kind, board.people[person].id)
