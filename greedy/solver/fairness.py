"""How fairly the work is shared out (`docs/rules.md`, rule 7).

Everyone should work the same *share* of their quota: shifts worked / quota, of active people whose quota is above 0.
It is measured separately for each service, for all work together (each shift counted as its service's `dienstwaarde`
says), for nights (dagdeel A of on-call services), for weekends (worked or not: Saturday and Sunday are one; holidays
count with them) and for holidays. The quota for nights is that of all on-call services that ask for somebody on a
night; for weekends and holidays that of all services that ask for somebody then. For nights, weekends and holidays,
what people had in earlier rosters counts too (`Workspace.balance`).

Three measures of how even some shares are:

* spread: the largest less the smallest; 0 is even;
* deviation: the mean absolute deviation from the mean share; 0 is even;
* Jain's index, (sum of shares)^2 / (people * sum of squared shares): 1 is even, 1/n means that one of n people has
  everything. R. Jain, D. Chiu and W. Hawe, "A quantitative measure of fairness and discrimination for resource
  allocation in shared computer systems", DEC Research Report TR-301 (1984).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import NamedTuple

from greedy.solver.board import Board
from greedy.solver.hours import EXACT as EXACT
from greedy.solver.hours import Holidays, Nights, Weekends, active
from greedy.solver.numbering import PersonNumber, ServiceNumber


class Evenness(NamedTuple):
    """How even some people's shares are; perfectly even where there are no people."""

    people: int
    spread: float
    deviation: float
    jain: float


@dataclass(frozen=True, slots=True)
class Fairness:
    """How fairly a roster is shared out.

    Attributes:
        by_service: By service code, of the services for which somebody has a quota.
        total: Of all work together.
        nights: Of the nights on call.
        weekends: Of the weekends and holidays worked.
        holidays: Of the holidays worked.
    """

    by_service: dict[str, Evenness]
    total: Evenness
    nights: Evenness
    weekends: Evenness
    holidays: Evenness

    @property
    def spread(self) -> float:
        """Mean spread of the services."""
        return fmean(service.spread for service in self.by_service.values()) if self.by_service else 0.0

    @property
    def worst_spread(self) -> float:
        """Largest spread of a service."""
        return max((service.spread for service in self.by_service.values()), default=0.0)

    @property
    def deviation(self) -> float:
        """Mean deviation of the services."""
        return fmean(service.deviation for service in self.by_service.values()) if self.by_service else 0.0


def evenness(shares: Sequence[float]) -> Evenness:
    """Return how even some shares are."""
    if not shares:
        return Evenness(0, 0.0, 0.0, 1.0)
    mean, squares = fmean(shares), sum(share * share for share in shares)
    return Evenness(
        people=len(shares),
        spread=max(shares) - min(shares),
        deviation=fmean(abs(share - mean) for share in shares),
        jain=sum(shares) ** 2 / (len(shares) * squares) if squares else 1.0,
    )


def measure(board: Board) -> Fairness:
    """Return how fairly the work on a board is shared out now."""
    by_service = {
        service.code: evenness(shares)
        for service in board.services
        if (shares := _shares(board, board.service_number[service.id]))
    }
    total = [board.total_share(person) for person in active(board) if board.total_quota[person] > 0]
    return Fairness(
        by_service,
        evenness(total),
        *(evenness(list(kind(board).shares().values())) for kind in (Nights, Weekends, Holidays)),
    )


def entitled(board: Board, service: ServiceNumber) -> list[PersonNumber]:
    """Return the active people with a quota above 0 for a service."""
    return [
        person for person, quota in sorted(board.quota[service].items()) if quota > 0 and board.people[person].active
    ]


def _shares(board: Board, service: ServiceNumber) -> list[float]:
    return [board.share(person, service) for person in entitled(board, service)]
