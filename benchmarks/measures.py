"""What a filled roster is judged by: how complete it is, and how fair (DESIGN section 4, "Fairness").

Share = ACTIVE rows / quota, of active people whose quota is above 0. Per service: the spread is the largest share less
the smallest, and the mean absolute deviation is from the mean share. In total: Jain's index of (all ACTIVE rows / all
quotas), which is 1 when all have the same share and 1/n when one of n people has everything (R. Jain, D. Chiu and W.
Hawe, "A quantitative measure of fairness and discrimination for resource allocation in shared computer systems", DEC
Research Report TR-301, 1984).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import NamedTuple

from greedy.board import Board
from greedy.models import Assignment, Status, Workspace


class Counts(NamedTuple):
    """Completeness of the whole roster, planned rows included, in the order of importance: larger is better."""

    oncall: int
    """Filled places of on-call services."""
    other: int
    """Filled places of other services."""
    paired: int
    """24-hour duties: both halves worked by one person."""

    @property
    def filled(self) -> int:
        """Filled places of all services."""
        return self.oncall + self.other


class ServiceFairness(NamedTuple):
    """How evenly one service is shared out."""

    spread: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Measures:
    """What a filled roster came to.

    Attributes:
        counts: Completeness.
        needed: Places that the requirements ask for.
        by_service: Fairness by service code, of the services for which anybody has a quota.
        jain: Jain's index of the shares of all quotas together.
    """

    counts: Counts
    needed: int
    by_service: dict[str, ServiceFairness]
    jain: float

    @property
    def spread(self) -> float:
        """Mean spread over the services."""
        return fmean(service.spread for service in self.by_service.values()) if self.by_service else 0.0

    @property
    def worst_spread(self) -> float:
        """Largest spread of a service."""
        return max((service.spread for service in self.by_service.values()), default=0.0)

    @property
    def deviation(self) -> float:
        """Mean over the services of the mean absolute deviation."""
        return fmean(service.deviation for service in self.by_service.values()) if self.by_service else 0.0


def board_of(workspace: Workspace, plan: Iterable[Assignment]) -> Board:
    """Put a plan's ACTIVE rows on a board of its own; the workspace stays as it is."""
    board = Board(workspace)
    for row in plan:
        if row.status is Status.ACTIVE and row.service_id is not None:
            slot = board.slot_number(row.date, row.dagdeel)
            board.assign(board.person_number[row.employee_id], board.service_number[row.service_id], slot)
    return board


def measure(board: Board) -> Measures:
    """Measure a board in its final state."""
    filled = {True: 0, False: 0}
    for (_, service), shift in board.shifts.items():
        filled[board.services[service].is_system] += shift.needed.total - shift.open.total
    by_service = {
        service.code: _service_fairness(shares)
        for number, service in enumerate(board.services)
        if (shares := [board.share(person, number) for person in entitled(board, number)])
    }
    totals = [
        board.total_share(person)
        for person, employee in enumerate(board.people)
        if employee.active and board.total_quota[person] > 0
    ]
    return Measures(
        counts=Counts(filled[True], filled[False], paired(board)),
        needed=sum(shift.needed.total for shift in board.shifts.values()),
        by_service=by_service,
        jain=jain(totals),
    )


def entitled(board: Board, service: int) -> list[int]:
    """The active people with a quota above 0 for a service."""
    return [
        person for person, quota in sorted(board.quota[service].items()) if quota > 0 and board.people[person].active
    ]


def paired(board: Board) -> int:
    """Count the 24-hour duties inside the period."""
    return sum(
        service is not None
        and board.workspace.roster.covers(board.when(slot)[0])
        and board.duty(service, slot).is_morning
        and board.is_paired(person, service, slot)
        for (person, slot), service in board.works.items()
    )


def jain(shares: Sequence[float]) -> float:
    """Jain's index of some shares; 1 when there are none, or nothing is shared out."""
    squares = sum(share * share for share in shares)
    return sum(shares) ** 2 / (len(shares) * squares) if squares else 1.0


def _service_fairness(shares: Sequence[float]) -> ServiceFairness:
    mean = fmean(shares)
    return ServiceFairness(max(shares) - min(shares), fmean(abs(share - mean) for share in shares))
