"""Rosters that the demo's generator does not make: another hand's practice, of many kinds.

A pass that is measured on one generator only gets good at that generator. This one shares nothing with `demo.roster`
but the shape of the tables: demand follows a weekly pattern instead of being spread evenly, a service that both teams
give asks for one of each, people have fixed free days and are away on single dagdelen, quotas are as uneven as they
are where people have their favourites, some qualifications are inactive or of 0, and the planner has filled in shifts
in no particular order, now and then with someone whose team no requirement row asks for.

Each kind is made of a few numbers (`Stranger`) and a seed. The fixed seeds compare one version with the next; seeds
drawn anew in each run (`fresh_seeds`) show that nothing is tuned to a list.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random, SystemRandom

from benchmarks.strangers.kind import Stranger, Tables
from benchmarks.strangers.making import Maker

_SHORT = Stranger("four duties a day, few day services", four_duties=True, clinics=0.5, planned=0.05, uneven=0.3)

STRANGERS: dict[str, Stranger] = {
    "stranger tight": Stranger("quotas just enough", slack=0.0),
    "stranger normal": Stranger("quotas 8 % above demand"),
    "stranger loose": Stranger("quotas 30 % above demand", slack=0.30),
    "stranger sparse": Stranger("two thirds of the people for each service", qualified=0.65, slack=0.15),
    "stranger overig": Stranger("Overig planned by hand for GRO and ORA", planned=0.35, overig_first=True, overig=3),
    "stranger half planned": Stranger("half of the shifts planned by hand", planned=0.55),
    "stranger six": Stranger("six people", groen=2, clinics=0.35, planned=0.25, slack=0.09),
    "stranger forty": Stranger(
        "40 people, four duties twice", groen=17, overig=6, clinics=3.0, four_duties=True, each=2
    ),
    "stranger part-timers": Stranger("a third with quotas of 1 and 2", small_quotas=0.35),
    "stranger leave": Stranger("a third away for two weeks", long_leave=0.34, slack=0.15),
    "stranger double": Stranger("two people for each duty", groen=9, overig=3, each=2),
    "stranger sole": Stranger("one person for GRB, one for SWZ", sole=("GRB", "SWZ"), slack=0.15),
    "stranger holidays": Stranger("Christmas, Easter, Pentecost: duties only", holidays=True, slack=0.04),
    "stranger short 10": replace(_SHORT, story="quotas 10 % short", slack=-0.10),
    "stranger short 15": replace(_SHORT, story="quotas 15 % short", slack=-0.15),
    "stranger short four": Stranger(
        "16 people, four duties a day, 10 % short", groen=7, four_duties=True, slack=-0.10, planned=0.06
    ),
    "stranger short mixed": replace(_SHORT, story="a third MAG, 10 % short", clinics=1.0, mag=0.34, slack=-0.10),
    "stranger short pattern": Stranger("10 % short, DDO on two days a week", slack=-0.10),
    "stranger short holidays": Stranger("10 % short, with holidays", four_duties=True, slack=-0.10, holidays=True),
}
"""Kind -> what it is made of. The kinds with `short` in their name have more to do than people may."""


def make_stranger(kind: str, seed: int) -> Tables:
    """Make a roster of a kind: the same kind and seed give the same bytes.

    Raises:
        ValueError: There is no such kind.
    """
    if kind not in STRANGERS:
        raise ValueError(f"There is no kind {kind!r}; there are: {', '.join(STRANGERS)}")
    return Maker(STRANGERS[kind], Random(f"{kind} {seed}")).tables()


def fresh_seeds(count: int) -> list[int]:
    """Draw seeds that no run had before; print them, so that the run can be repeated."""
    return sorted(SystemRandom().sample(range(1_000, 1_000_000), count))
