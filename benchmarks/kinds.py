"""The kinds of roster that are measured, by name.

`real` is the practice as it is: a fresh roster, with two lines on call on a workday. `practice` is one much like it, in
which who may do a morning duty may do its evening too, as often. `scarce` is the same with half of the people for each
duty, not the same half: the plain greedy pass loses most there. These two come in three tightnesses (how far the quotas
exceed the demand), and with hardly any shifts or most of them planned by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from demo.needs import Tables
from demo.real import REAL, RealSpec, make_real_roster
from demo.roster import PRACTICE, SCARCE, make_roster
from demo.spec import RosterSpec, large_spec

TIGHTNESS = {"tight": 0.0, "normal": 0.08, "loose": 0.30}
"""Quotas above the demand."""

PLANNED = {"": 3, "planned ": 130}
"""Shifts planned by hand. Of the tightest scarce rosters, some leave a planner no room for more."""

_TEAMS = replace(large_spec(people=40, days=35, shifts_per_day=20, services=28), quota_slack=0.08, pair_quotas=False)

KINDS: dict[str, RosterSpec | RealSpec] = {
    **{
        f"{family} {planned}{tightness}": replace(spec, hand_planned=shifts, quota_slack=slack)
        for family, spec in (("practice", PRACTICE), ("scarce", SCARCE))
        for planned, shifts in PLANNED.items()
        for tightness, slack in TIGHTNESS.items()
    },
    "teams": _TEAMS,
    "large": replace(PRACTICE, people=60, shifts=35 * 30, duties_per_day=4, hand_planned=0, pair_quotas=False),
    "real": REAL,
}
"""Kind -> what it is made of. `teams`: 28 services, most with four people each; `large`: 60 people, 1,050 shifts."""


def choose(names: Sequence[str]) -> list[str]:
    """Return the kinds whose name begins with one of some words; all when there are none.

    Raises:
        ValueError: A word begins no name.
    """
    chosen = [kind for kind in KINDS if not names or any(kind.startswith(name) for name in names)]
    for name in names:
        if not any(kind.startswith(name) for kind in KINDS):
            raise ValueError(f"There is no kind {name!r}; there are: {', '.join(KINDS)}")
    return chosen


def roster(kind: str, seed: int) -> Tables:
    """Make a roster of a kind."""
    spec = KINDS[kind]
    return make_real_roster(spec, seed) if isinstance(spec, RealSpec) else make_roster(spec, seed)
