"""A roster in the practice's application: fresh, on one of its databases, with two people and a planner at work."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.support import factories
from tests.support.database import answered
from tests.support.factories import MONDAY, Raw
from tests.support.foreign import BARE, OURS, ForeignDatabase, Variant
from tests.support.planner import Cell, Planner

LAST = 34
"""Number of a roster's last day."""
ASKING = (0, 1, 2, LAST)
"""Days that have requirements."""


@dataclass(frozen=True)
class Setting:
    """On which database, and with which application.

    Attributes:
        variant: The database.
        since_29_december: Whether the application is the one of 29 December 2025 or later, which needs S2.
    """

    variant: Variant
    since_29_december: bool

    def __str__(self) -> str:
        """The setting as test ids name it."""
        return f"{self.variant}, {'since' if self.since_29_december else 'before'} 29 December"


def _settings(variants: tuple[Variant, ...]) -> tuple[Setting, ...]:
    return tuple(
        Setting(variant, since)
        for variant in variants
        for since in (False, True)
        if variant.knows_requirements or not since
    )


BARE_SETTINGS = _settings(BARE)
OUR_SETTINGS = _settings(OURS)


@dataclass(frozen=True)
class Scene:
    """A fresh roster of two people, of Groen and of Oranje, who may do everything and are in no other roster.

    A person is never there on Sunday evenings. Each of some days asks for one of each service, and its
    requirement is the TOT row of the dagdeel on which it is done.
    """

    database: ForeignDatabase
    planner: Planner
    people: tuple[str, str]
    service: Mapping[str, str]
    requirement: Mapping[tuple[int, str], str]
    dagdeel: Mapping[str, str] = field(
        default_factory=lambda: {"DIO": "O", "DDO": "O", "DIA": "A", "DDA": "A", "ECH": "O", "MSP": "M"}
    )

    @property
    def default_source(self) -> str:
        """What `source` is in a row that nobody sent one for."""
        return "system" if self.database.variant.knows_requirements else "manual"

    @property
    def planner_source(self) -> str:
        """What `source` is in a cell that a planner filled or emptied; before 29 December it stayed as it was."""
        return "manual" if self.planner.since_29_december else self.default_source

    def cell(self, day: int, dagdeel: str, who: int = 0) -> Cell:
        """A cell of the first or the second person; day 0 is the first."""
        return Cell(self.people[who], MONDAY + dt.timedelta(days=day), dagdeel)

    def enter(self, day: int, code: str, who: int = 0) -> None:
        """Enter a service on its dagdeel."""
        self.planner.enter(self.cell(day, self.dagdeel[code], who), self.service[code], self.requirement[day, code])

    def row(self, day: int, dagdeel: str, who: int = 0) -> Raw | None:
        """A cell's row as the owner of the tables sees it."""
        cell = self.cell(day, dagdeel, who)
        keys = {"roster_id": self.planner.roster_id, **cell._asdict(), "date": str(cell.date)}
        rows = answered(self.database.client.table("roster_assignments").select("*").match(keys))
        return rows[0] if rows else None

    def cells(self, planner: Planner) -> set[tuple[str, str, str, int, str | None]]:
        """A roster's cells as person, date, dagdeel, status and service."""
        rows = self.database.rows(planner.roster_id)
        return {(row["employee_id"], row["date"], row["dagdeel"], row["status"], row["service_id"]) for row in rows}

    def counter(self, day: int, code: str) -> int | None:
        """The `invulling` of a requirement."""
        table = self.database.client.table("roster_period_staffing_dagdelen")
        [row] = answered(table.select("invulling").eq("id", self.requirement[day, code]))
        count: int | None = row["invulling"]
        return count


def make_scene(database: ForeignDatabase, since_29_december: bool) -> Scene:
    """Load a fresh roster and have the application make its rows."""
    mark = uuid.uuid4().hex[:8]
    people = (f"emp-{mark}-1", f"emp-{mark}-2")
    codes = ("DIO", "DDO", "DIA", "DDA", "ECH", "MSP")
    there = database.sql("select code, id::text as id from public.service_types")
    known = {row["code"]: row["id"] for row in there or []}  # tests that share the database share its services
    services = [
        factories.service(code, id=known.get(code, str(uuid.uuid5(uuid.NAMESPACE_URL, code)))) for code in codes
    ]
    service = {row["code"]: row["id"] for row in services}
    roster_id = str(uuid.uuid4())
    scene = Scene(database, Planner(database.public_client, roster_id, since_29_december), people, service, {})
    requirements = [
        factories.requirement(
            service[code],
            id=str(uuid.uuid4()),
            roster_id=roster_id,
            date=MONDAY + dt.timedelta(days=day),
            dagdeel=scene.dagdeel[code],
        )
        for day in ASKING
        for code in codes
    ]
    never = {"structureel_nbh": {"zo": ["A"]}}
    names = iter([(day, code) for day in ASKING for code in codes])
    database.load(
        {
            "roosters": [
                factories.roster(id=roster_id, end_date=MONDAY + dt.timedelta(days=LAST), status="draft"),
            ],
            "employees": [
                factories.employee(people[0], team="Groen", **never),
                factories.employee(people[1], team="Oranje", **never),
            ],
            "service_types": services,
            "roster_period_staffing_dagdelen": requirements,
            "roster_employee_services": [
                factories.qualification(person, service[code], id=str(uuid.uuid4()), roster_id=roster_id)
                for person in people
                for code in codes
            ],
        }
    )
    scene.planner.initialise(MONDAY, people)
    requirement = {name: row["id"] for name, row in zip(names, requirements, strict=True)}
    return Scene(database, scene.planner, people, service, requirement)
