"""What a planner could change so that more can be filled, and the roster after such changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field

from greedy.domain.models import Dagdeel, Qualification, Status, TeamDemand, Workspace
from greedy.solver.replan import without


@dataclass(frozen=True, slots=True, kw_only=True)
class LargerQuota:
    """Somebody's quota for a service, one larger.

    Attributes:
        quota: What it is before, `new_quota` after.
    """

    kind: Literal["quota"] = "quota"
    employee_id: str
    service_code: str
    quota: int
    new_quota: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """A shift that a planner has entered changes hands.

    Attributes:
        employee_id: Who works it now.
        to_employee_id: Who takes it over.
    """

    kind: Literal["swap"] = "swap"
    employee_id: str
    to_employee_id: str
    date: dt.date
    dagdeel: Dagdeel
    service_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeDay:
    """Somebody gives up a free day, or some dagdelen of it, if they want to.

    Attributes:
        dagdelen: The UNAVAILABLE dagdelen that become open.
    """

    kind: Literal["free_day"] = "free_day"
    employee_id: str
    date: dt.date
    dagdelen: tuple[Dagdeel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQualification:
    """Somebody gets a qualification for a service, if they are able to do it.

    Attributes:
        new_quota: The quota that goes with it.
    """

    kind: Literal["qualification"] = "qualification"
    employee_id: str
    service_code: str
    new_quota: int


JointRemedy = Annotated[LargerQuota | TakenOver | FreeDay | NewQualification, Field(discriminator="kind")]
"""One change that a planner could make; the kinds in the order in which they are preferred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLeft:
    """Places of a requirement that stay open all the same."""

    date: dt.date
    dagdeel: Dagdeel
    team: TeamDemand
    service_code: str
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JointSet:
    """Remedies that belong together: the roster was planned anew, from nothing, with all of them.

    Attributes:
        remedies: Each counts as one; the most welcome kind first, but for those that planning with it showed to be
            needed besides. `changes` in JSON. Empty where planning anew alone does it, or where nothing helps.
        open_before: Places that are open without them.
        fills: How many of these places are filled with them.
        left_open: What stays open all the same, by slot.
    """

    remedies: Annotated[tuple[JointRemedy, ...], Field(alias="changes")]
    open_before: int
    fills: int
    left_open: tuple[PlaceLeft, ...]

    @property
    def open_after(self) -> int:
        """Places that stay open with all remedies."""
        return sum(place.missing for place in self.left_open)

    def __str__(self) -> str:
        """Describe it in a line of the log."""
        changes = "1 change" if len(self.remedies) == 1 else f"{len(self.remedies)} changes together"
        return f"{changes} would fill {self.fills} of {self.open_before} open places"

    @property
    def helps(self) -> bool:
        """Whether anything is filled by it."""
        return self.fills > 0


def applied(workspace: Workspace, remedies: Iterable[JointRemedy]) -> Workspace:
    """Return a roster after some remedies, one after the other; rest follows the shifts that change hands."""
    for remedy in remedies:
        workspace = _applied(workspace, remedy)
    return workspace


def _applied(workspace: Workspace, remedy: JointRemedy) -> Workspace:
    match remedy:
        case LargerQuota(employee_id=person, new_quota=quota):
            service = _service_id(workspace, remedy.service_code)
            rows = tuple(
                row.model_copy(update={"quota": quota})
                if (row.employee_id, row.service_id) == (person, service)
                else row
                for row in workspace.qualifications
            )
            return replace(workspace, qualifications=rows)
        case NewQualification(employee_id=person, new_quota=quota):
            service = _service_id(workspace, remedy.service_code)
            row = new_qualification(person, service, quota)
            return replace(workspace, qualifications=(*workspace.qualifications, row))
        case FreeDay(employee_id=person, date=date, dagdelen=dagdelen):
            stored = tuple(
                row
                for row in workspace.stored
                if (row.employee_id, row.date, row.status) != (person, date, Status.UNAVAILABLE)
                or row.dagdeel not in dagdelen
            )
            return replace(workspace, stored=stored)
        case TakenOver(employee_id=person, to_employee_id=taker, date=date, dagdeel=dagdeel):
            given = [
                row for row in workspace.stored if row.slot == (person, date, dagdeel) and row.status is Status.ACTIVE
            ]
            taken = (row.model_copy(update={"employee_id": taker}) for row in given)
            rest = without(workspace, given)
            return replace(rest, stored=(*rest.stored, *taken))


def new_qualification(employee_id: str, service_id: str, quota: int) -> Qualification:
    """Return a qualification that the database does not have."""
    return Qualification(
        id=f"{employee_id} {service_id}", employee_id=employee_id, service_id=service_id, quota=quota, active=True
    )


def _service_id(workspace: Workspace, code: str) -> str:
    return next(service.id for service in workspace.services if service.code == code)
