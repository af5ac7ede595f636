"""The fairness figures of the result: how evenly the work is shared out, rounded to four decimals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from greedy.solver.fairness import Evenness, Fairness


@dataclass(frozen=True, slots=True, kw_only=True)
class EvennessSummary:
    """How even people's shares of their quotas are.

    Attributes:
        people: How many active people with a quota are compared.
        spread: The largest share less the smallest; 0 is even.
        deviation: Mean absolute deviation from the mean share; 0 is even.
        jain: Jain's index; 1 is even, 1/`people` means that one person has everything.
    """

    people: int
    spread: float
    deviation: float
    jain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceEvenness:
    """Evenness of one service."""

    service_code: str
    people: int
    spread: float
    deviation: float
    jain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessSummary:
    """How fairly a roster is shared out (docs/rules.md, rule 7).

    Attributes:
        by_service: Per service for which somebody has a quota, by code.
        total: Of all work together.
        nights: Of the nights on call, those of the rosters before included.
        weekends: Of the weekends worked, with the holidays on other days, likewise.
        holidays: Of the holidays worked, likewise.
    """

    by_service: tuple[ServiceEvenness, ...]
    total: EvennessSummary
    nights: EvennessSummary
    weekends: EvennessSummary
    holidays: EvennessSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessComparison:
    """Fairness before and after.

    Attributes:
        before: When everything was filled and paired, before the work was shared out; of a replan, the roster as it
            was read. None where that is not known.
        after: As it is planned.
    """

    before: FairnessSummary | None
    after: FairnessSummary


def compare_fairness(before: Fairness | None, after: Fairness) -> FairnessComparison:
    """Round both measurements for the result."""
    return FairnessComparison(before=None if before is None else _summary(before), after=_summary(after))


def _summary(measured: Fairness) -> FairnessSummary:
    return FairnessSummary(
        by_service=tuple(
            ServiceEvenness(service_code=code, **_rounded(evenness))
            for code, evenness in sorted(measured.by_service.items())
        ),
        total=EvennessSummary(**_rounded(measured.total)),
        nights=EvennessSummary(**_rounded(measured.nights)),
        weekends=EvennessSummary(**_rounded(measured.weekends)),
        holidays=EvennessSummary(**_rounded(measured.holidays)),
    )


class _Rounded(TypedDict):
    people: int
    spread: float
    deviation: float
    jain: float


def _rounded(evenness: Evenness) -> _Rounded:
    return {
        "people": evenness.people,
        "spread": round(evenness.spread, 4),
        "deviation": round(evenness.deviation, 4),
        "jain": round(evenness.jain, 4),
    }
