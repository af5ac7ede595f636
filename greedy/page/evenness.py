"""How even the work is, before it was shared out and after."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from greedy.outcome.fairness import FairnessComparison, FairnessSummary
from greedy.page.language import Wording


@dataclass(frozen=True, slots=True)
class Gap:
    """How far apart people are: the largest share of a quota less the smallest, in whole percent.

    Attributes:
        label: What kind of work.
        before: Before the work was shared out; None where that is not known.
        after: As it is planned.
    """

    label: str
    before: int | None
    after: int


def gaps(fairness: FairnessComparison | None, say: Wording) -> list[Gap]:
    """Return how far apart people are, by kind of work; none where nothing is known, or nobody has a quota."""
    if fairness is None or not fairness.after.by_service:
        return []
    after = _spreads(fairness.after)
    before = _spreads(fairness.before) if fairness.before and fairness.before.by_service else {}
    return [
        Gap(say(f"gap_{kind}"), _percent(before[kind]) if kind in before else None, _percent(spread))
        for kind, spread in after.items()
    ]


def _spreads(summary: FairnessSummary) -> dict[str, float]:
    return {
        "services": fmean(service.spread for service in summary.by_service),
        "total": summary.total.spread,
        "nights": summary.nights.spread,
        "weekends": summary.weekends.spread,
        **({"holidays": summary.holidays.spread} if summary.holidays.people else {}),
    }


def _percent(share: float) -> int:
    return round(100 * share)
