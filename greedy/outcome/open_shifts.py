"""The shifts that stay open: why, and what would fill them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Literal

from pydantic import Field

from greedy.domain.demand import PREFERENCE
from greedy.domain.models import Dagdeel, TeamDemand
from greedy.solver.board import Board
from greedy.solver.numbering import Mask, ServiceNumber, SlotNumber, bits
from greedy.solver.obstacles import Obstacle, obstacle, people_without_qualification, people_without_quota
from greedy.solver.quotas import Ladder

REMEDIES_LISTED = 3
"""Remedies that are listed for an open shift."""

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


@dataclass(frozen=True, slots=True)
class RuledOut:
    """Why one person cannot take a shift.

    Attributes:
        obstacle: The first rule that stands in the way.
        because: The row or count that makes it so: `DIO on 2027-01-04 O`, `3 of 3`; an empty string when there is
            no more to say.
    """

    employee_id: str
    obstacle: Obstacle
    because: str


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change to one person that alone would fill a place: `quota` one larger, or a `qualification` with a quota."""

    kind: Literal["quota", "qualification"]
    employee_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenShift:
    """Places of one requirement that stay open.

    Attributes:
        team: The requirement's team.
        on_call: Whether the service is an on-call one.
        firm: Whether the requirement is MOET or AANGEPAST; False for MAG.
        missing: How many places.
        reason: Why, in a sentence.
        qualified: How many people of a team that may fill it have a qualification.
        obstacles: What rules these people out, counted, the most frequent first; each person counts once.
        people: These people, each with what rules them out.
        remedies: The smallest changes that would fill a place, `REMEDIES_LISTED` at most: quotas first, then
            qualifications; those with the smallest share of all their quotas used go first. `changes` in JSON.
    """

    date: dt.date
    dagdeel: Dagdeel
    team: TeamDemand
    service_code: str
    on_call: bool
    firm: bool
    missing: int
    reason: str
    qualified: int
    obstacles: Mapping[Obstacle, int]
    people: tuple[RuledOut, ...]
    remedies: Annotated[tuple[Remedy, ...], Field(alias="changes")]

    @property
    def urgency(self) -> int:
        """Place in the order in which shifts should be filled: 0 on-call, 1 other MOET or AANGEPAST, 2 MAG."""
        return 0 if self.on_call else 1 if self.firm else 2


def open_shift(
    board: Board,
    shares: Ladder,
    service: ServiceNumber,
    slot: SlotNumber,
    team: TeamDemand,
    missing: int,
    *,
    firm: bool,
) -> OpenShift:
    """Explain why places of a requirement stay open.

    Args:
        board: The roster.
        shares: Its people `by_total_share`.
        service: The shift's service.
        slot: Its slot.
        team: The requirement row's team.
        missing: How many of its places stay open.
        firm: Whether the row is MOET or AANGEPAST.
    """
    may_fill = _may_fill(board, team)
    ruled_out = [
        (person, obstacle(board, person, service, slot))
        for person in sorted(board.quota[service])
        if may_fill >> person & 1
    ]
    people = tuple(RuledOut(board.people[person].id, *found) for person, found in ruled_out if found)
    obstacles = dict(Counter(person.obstacle for person in people).most_common())
    date, dagdeel = board.when(slot)
    return OpenShift(
        date=date,
        dagdeel=dagdeel,
        team=team,
        service_code=board.services[service].code,
        on_call=board.services[service].is_system,
        firm=firm,
        missing=missing,
        reason=_reason(
            obstacles, len(people), free=len(ruled_out) - len(people), service_active=board.services[service].active
        ),
        qualified=len(people),
        obstacles=obstacles,
        people=people,
        remedies=tuple(islice(remedies(board, shares, service, slot, team), REMEDIES_LISTED)),
    )


def _reason(obstacles: Mapping[Obstacle, int], qualified: int, *, free: int, service_active: bool) -> str:
    """Describe in a sentence why a shift stays open."""
    if not service_active:
        return "the service is inactive"
    if free and not qualified:
        return "planners were editing what it needs while the roster was written: run again"
    if not qualified:
        return "nobody of a team that may fill it is qualified"
    counts = ", ".join(f"{count} {_IN_WORDS[obstacle]}" for obstacle, count in obstacles.items())
    return f"{qualified} qualified: {counts}"


def _may_fill(board: Board, team: TeamDemand) -> Mask:
    """Return who belongs to a team that may fill a requirement row."""
    return board.of_teams(member for teams in PREFERENCE[team] for member in teams)


def remedies(
    board: Board, shares: Ladder, service: ServiceNumber, slot: SlotNumber, team: TeamDemand
) -> Iterator[Remedy]:
    """Yield every change to one person that would fill a place of a shift, in the order of `OpenShift.remedies`.

    Args:
        board: The roster.
        shares: Its people `by_total_share`.
        service: The shift's service.
        slot: Its slot.
        team: The requirement row's team.
    """
    if not board.services[service].active:
        return
    may_fill = _may_fill(board, team)
    quota: Literal["quota"] = "quota"
    qualification: Literal["qualification"] = "qualification"
    for kind, people in (
        (quota, people_without_quota(board, service, slot)),
        (qualification, people_without_qualification(board, service, slot)),
    ):
        for _, equals in shares.rungs(people & may_fill):
            for person in bits(equals):
                yield Remedy(kind, board.people[person].id)
