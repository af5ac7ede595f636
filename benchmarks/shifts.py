"""A shift of the integer program: what it needs, who is planned and who could be added, and what limits that."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from ortools.sat.python import cp_model

from greedy.domain.models import Dagdeel, TeamDemand

Expr = cp_model.LinearExpr
Var = cp_model.IntVar

Number = TypeVar("Number", int, cp_model.LinearExpr)

TEAMS = ("Groen", "Oranje", "Overig")


class ShiftKey(NamedTuple):
    """A service on a date and dagdeel."""

    service_id: str
    date: dt.date
    dagdeel: Dagdeel


class Choice(NamedTuple):
    """A person takes a shift."""

    employee_id: str
    shift: ShiftKey


@dataclass(slots=True)
class Shift:
    """What a shift needs, who is planned, and who could be added.

    Attributes:
        needed: Places by team of the requirement row.
        firm: Those of MOET and AANGEPAST.
        planned: People planned before, per team (Groen, Oranje, Overig).
        choices: Who could be added: their teams and variables.
        head_count: How many of them are; None while it is not settled who could be.
    """

    needed: Counter[TeamDemand] = field(default_factory=Counter)
    firm: Counter[TeamDemand] = field(default_factory=Counter)
    planned: Counter[str] = field(default_factory=Counter)
    choices: list[tuple[str, Var]] = field(default_factory=list)
    head_count: Var | None = None

    @property
    def places(self) -> int:
        """All places together."""
        return self.needed.total()

    @property
    def filled_before(self) -> int:
        """Places that the planned rows fill, whatever their team."""
        return min(self.places, self.planned.total())

    @property
    def added(self) -> Expr:
        """How many are added."""
        return self.head_count if self.head_count is not None else total([])

    @property
    def filled(self) -> Expr:
        """Filled places."""
        return self.filled_before + self.added

    def by_team_before(self) -> int:
        """Places that the planned rows fill by team."""
        groen, oranje, overig = (self.planned[team] for team in TEAMS)
        everybody = groen + oranje + overig
        return min(self.places, everybody, *team_limits(self.needed, groen, oranje, overig))

    def staff(self) -> tuple[Expr, Expr, Expr]:
        """All who work it, per team."""
        groen, oranje, overig = (
            self.planned[team] + total(x for member, x in self.choices if member == team) for team in TEAMS
        )
        return groen, oranje, overig


def total(parts: Iterable[Expr]) -> Expr:
    """Add up; the sum of nothing is an expression as well."""
    return cp_model.LinearExpr.sum(list(parts)) + 0


def team_limits(
    places: Mapping[TeamDemand, int], groen: Number, oranje: Number, overig: Number
) -> tuple[Number, Number]:
    """Return what limits the places that staff can fill by team, beside all places and all staff (Hall, Ore).

    For Groen alone and for Oranje alone: the places that they may take, and everybody else.
    """
    tot, gro, ora = (places.get(team, 0) for team in (TeamDemand.TOT, TeamDemand.GRO, TeamDemand.ORA))
    return oranje + overig + (gro + tot), groen + overig + (ora + tot)
