"""How fairly the work is shared out (`docs/rules.md`, rule 7).

Everyone should work the same *share* of their quota: shifts worked / quota, of active people whose quota is above 0.
It is measured separately for each service, for all work together, for nights (dagdeel A) and for weekends (Saturday and
Sunday). The quota for nights is that of all services that ask for somebody on a night; for weekends likewise.

Three measures say how even some shares are:

* spread: the largest less the smallest; 0 is even;
* deviation: the mean absolute deviation from the mean share; 0 is even;
* Jain's index, (sum of shares)^2 / (people * sum of squared shares): 1 is even, 1/n is one of n people having
  everything. R. Jain, D. Chiu and W. Hawe, "A quantitative measure of fairness and discrimination for resource
  allocation in shared computer systems", DEC Research Report TR-301 (1984).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import NamedTuple

from greedy.domain.models import Dagdeel
from greedy.solver.board import Board
from greedy.solver.halves import Half
from greedy.solver.numbering import PER_DAY, PersonNumber, ServiceNumber, SlotMask, SlotNumber
from greedy.solver.spread import is_weekend

EXACT = 9
"""Decimals that count when sums of shares are compared: beyond them they differ by rounding alone."""


class Evenness(NamedTuple):
    """How even the shares of some people are; those of no people are perfectly even."""

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
        nights: Of the nights.
        weekends: Of the weekends.
    """

    by_service: dict[str, Evenness]
    total: Evenness
    nights: Evenness
    weekends: Evenness

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
        """Mean over the services of the deviation."""
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
    """Return how fairly a board is shared out as it is."""
    by_service = {
        service.code: evenness(shares)
        for service in board.services
        if (shares := _shares(board, board.service_number[service.id]))
    }
    total = [board.total_share(person) for person in active(board) if board.total_quota[person] > 0]
    return Fairness(
        by_service,
        evenness(total),
        evenness(list(Hours.nights(board).shares().values())),
        evenness(list(Hours.weekends(board).shares().values())),
    )


def active(board: Board) -> list[PersonNumber]:
    """Return the active people."""
    return [person for person in board.everyone if board.people[person].active]


def entitled(board: Board, service: ServiceNumber) -> list[PersonNumber]:
    """Return the active people with a quota above 0 for a service."""
    return [
        person for person, quota in sorted(board.quota[service].items()) if quota > 0 and board.people[person].active
    ]


def _shares(board: Board, service: ServiceNumber) -> list[float]:
    return [board.share(person, service) for person in entitled(board, service)]


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of which everyone should have a fair share: the nights, or the weekends.

    Attributes:
        board: The board.
        slots: The slots that count.
        quota: By person the quota of all services that ask for somebody in these slots; of active people, above 0.
    """

    board: Board
    slots: SlotMask
    quota: dict[PersonNumber, int]

    @classmethod
    def nights(cls, board: Board) -> Hours:
        """Return the nights of a period."""
        return cls._in(board, map(SlotNumber, board.period[Dagdeel.AVOND.order :: PER_DAY]))

    @classmethod
    def weekends(cls, board: Board) -> Hours:
        """Return the Saturdays and Sundays of a period."""
        period = map(SlotNumber, board.period)
        return cls._in(board, (slot for slot in period if is_weekend(board.when(slot)[0])))

    @classmethod
    def _in(cls, board: Board, slots: Iterable[SlotNumber]) -> Hours:
        mask = SlotMask(sum(1 << slot for slot in slots))
        services = {service for slot, service in board.shifts if mask >> slot & 1}
        quota = {
            person: total
            for person in active(board)
            if (total := sum(board.quota[service].get(person, 0) for service in services))
        }
        return cls(board, mask, quota)

    def shares(self) -> dict[PersonNumber, float]:
        """Return the share of each person's quota that is worked in these hours."""
        return {person: self.worked(person) / quota for person, quota in self.quota.items()}

    def worked(self, person: PersonNumber) -> int:
        """Return how many of these slots somebody works in this roster."""
        return self.board.worked_in(person, self.slots)

    def count(self, halves: Iterable[Half]) -> int:
        """Return how many of some halves fall into these hours."""
        return sum(self.slots >> slot & 1 for _, slot in halves)

    def fairer(self, giver: PersonNumber, taker: PersonNumber, slots: int) -> bool:
        """Whether it is fairer when so many slots go from one to another: the sum of slots^2 / quota is less."""
        gives, takes = self.worked(giver), self.worked(taker)
        change = (slots - 2 * gives) * slots / self.quota[giver] + (slots + 2 * takes) * slots / self.quota[taker]
        return change < 0
