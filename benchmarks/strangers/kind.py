"""What a kind of roster is made of, and the rules that a planner keeps by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple

Row = dict[str, Any]
Tables = dict[str, list[Row]]

MORNINGS = {"DIO": "DIA", "DDO": "DDA"}
_NEXT_DAY = ((1, "O"), (1, "M"))
REST = {
    "DIO": ((0, "M"), *_NEXT_DAY),
    "DDO": ((0, "M"), *_NEXT_DAY),
    "DIA": _NEXT_DAY,
    "DDA": _NEXT_DAY,
}
"""Duty -> rest after it: days later, dagdeel."""

TEAMS_OF_ROW = {"TOT": ("Groen", "Oranje", "Overig"), "GRO": ("Groen", "Overig"), "ORA": ("Oranje", "Overig")}


@dataclass(frozen=True, slots=True)
class Stranger:
    """What a kind of roster is made of. The defaults are a practice of fourteen over five weeks.

    Attributes:
        story: What is unusual, in a few words.
        groen: People of team Groen, and as many of Oranje.
        overig: People of team Overig.
        clinics: Size of the day services' weekly demand; 1 is two practices side by side, of fourteen in all.
        four_duties: All four duties every day; else DDO and DDA on two days a week, a Groen and an Oranje each.
        each: People that each duty needs.
        slack: How far the quotas of each service exceed its demand; below 0 they fall short of it.
        uneven: How uneven quotas are: 0 as even as can be, 1 anything from nothing to twice one's part.
        qualified: Share of the people who may do a service.
        mag: Share of the requirement rows that are MAG; half as many are AANGEPAST.
        away: Share of the dagdelen in which somebody is away, fixed free days aside.
        long_leave: Share of the people who are away for two weeks on end.
        planned: Share of the shifts that are planned by hand.
        overig_first: Overig is planned by hand wherever Groen and Oranje are asked for by rows of their own.
        small_quotas: Share of the people whose quotas are 1 or 2, whatever the service.
        sole: Services that one person alone may do.
        holidays: The period holds public holidays, on which there are duties only.
    """

    story: str
    groen: int = 6
    overig: int = 2
    clinics: float = 1.0
    four_duties: bool = False
    each: int = 1
    slack: float = 0.08
    uneven: float = 0.9
    qualified: float = 0.9
    mag: float = 0.04
    away: float = 0.06
    long_leave: float = 0.0
    planned: float = 0.07
    overig_first: bool = False
    small_quotas: float = 0.0
    sole: tuple[str, ...] = ()
    holidays: bool = False
    days: int = 35


class Place(NamedTuple):
    """A place to fill."""

    date: dt.date
    dagdeel: str
    team: str
    code: str


def row_of(status: int, notes: str | None, code: str | None = None) -> Row:
    """What a row of `roster_assignments` says of its slot."""
    return {"code": code, "status": status, "source": "blocking-trigger" if status == 2 else "manual", "notes": notes}
