"""Rosters of unusual shape: what a practice does not look like, but a planner can enter.

Each is drawn from one random stream and made of a few numbers; nothing of it is read from `greedy/`. What matters is
that no shape costs much more for a place than the practice does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.needs import ROW_TEAMS, TEAM_CYCLE, Row, Tables
from demo.roster import make_roster
from demo.spec import DUTIES

START = date(2027, 1, 4)
WORK = tuple((f"S{number:02}", dagdelen) for number, dagdelen in enumerate(("O", "M", "A") * 10))
"""Day services, one dagdeel each."""

NOTHING = "NOT"
"""A service that nobody asks for: whoever may do it is in the roster, whatever else they may do."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a roster is made of.

    Attributes:
        story: What is unusual, in a few words.
        people: Number of employees, spread over the three teams.
        days: Length in days; every service is asked for on each of them.
        services: Number of day services; the first third of them share the morning, and so on.
        needed: People that each shift needs, of TOT, GRO and ORA.
        qualified: Share of the people who may do a service, drawn for each service.
        quota: How often each of them may do it.
        away: Share of all slots in which somebody is UNAVAILABLE.
        duties: Whether the four on-call duties are asked for as well, likewise.
    """

    story: str
    people: int
    days: int = 35
    services: int = 3
    needed: tuple[int, int, int] = (1, 0, 0)
    qualified: float = 1.0
    quota: int = 10
    away: float = 0.0
    duties: bool = False


PRACTICE = "practice"

SHAPES: dict[str, Shape] = {
    PRACTICE: Shape("nothing", people=14),
    "nobody": Shape("100 places a shift, nobody qualified", people=200, needed=(100, 0, 0), qualified=0.0),
    "hardly": Shape("100 places a shift, 2 % qualified", people=200, needed=(100, 0, 0), qualified=0.02),
    "rivals": Shape("two services want everybody at once", people=200, services=6, needed=(100, 50, 0), quota=100),
    "away": Shape("everybody away from 97 % of the slots", people=500, services=9, needed=(40, 0, 0), away=0.97),
    "gone": Shape("everybody away all the time", people=500, services=9, needed=(40, 0, 0), away=1.0),
    "single": Shape("one service", people=100, services=1, needed=(30, 0, 0), quota=9),
    "once": Shape("every quota is 1", people=60, services=9, quota=1, duties=True),
    "deserted": Shape("10,000 shifts, nobody qualified", people=1000, days=365, services=28, qualified=0.0),
    "spent": Shape("everybody qualified, quotas used up", people=200, days=365, needed=(1, 1, 1), quota=3),
    "crowds": Shape("50 and more a shift, of mixed teams", people=400, needed=(10, 30, 20), quota=9, duties=True),
    "versatile": Shape("everybody may do everything", people=1000, days=34, services=30, needed=(20, 0, 0)),
    "short": Shape("likewise, and too few of them", people=1000, days=34, services=30, needed=(40, 0, 0), quota=1),
    "on call": Shape("duties only, 50 of each a day", people=1000, services=0, needed=(50, 0, 0), duties=True),
}
"""Name -> what it is made of; the practice is the demo's roster, beside which the others are measured."""


def make_shape(name: str) -> Tables:
    """Make the roster of a shape.

    Raises:
        ValueError: There is no such shape.
    """
    if name not in SHAPES:
        raise ValueError(f"There is no shape {name!r}; there are: {', '.join(SHAPES)}")
    return make_roster() if name == PRACTICE else _tables(SHAPES[name])


def _tables(shape: Shape) -> Tables:
    random = Random(shape.story)
    people = [f"EMP{number:04}" for number in range(1, shape.people + 1)]
    days = [(START + timedelta(days=number)).isoformat() for number in range(shape.days)]
    duties = [(duty.code, duty.dagdelen[0]) for duty in DUTIES] if shape.duties else []
    services = [*duties, *WORK[: shape.services]]
    nothing = [(person, NOTHING) for person in people]
    quotas = [
        (person, code)
        for code, _ in services
        for person in random.sample(people, round(shape.qualified * shape.people))
    ]
    away = [
        (person, day, dagdeel)
        for person in people
        for day in days
        for dagdeel in "OMA"
        if shape.away and random.random() < shape.away
    ]
    return {
        "roosters": [{"id": "R", "start_date": days[0], "end_date": days[-1], "status": "in_progress"}],
        "employees": [
            {"id": person, "team": TEAM_CYCLE[number % len(TEAM_CYCLE)], "actief": True}
            for number, person in enumerate(people)
        ],
        "service_types": [
            {"id": code, "code": code, "is_system": (code, dagdeel) in duties, "actief": True}
            for code, dagdeel in (*services, (NOTHING, "O"))
        ],
        "roster_period_staffing_dagdelen": _numbered(
            {"date": day, "dagdeel": dagdeel, "team": team, "service_id": code, "status": "MOET", "aantal": needed}
            for day in days
            for code, dagdeel in services
            for team, needed in zip(ROW_TEAMS, shape.needed, strict=True)
            if needed
        ),
        "roster_employee_services": _numbered(
            {"employee_id": person, "service_id": code, "aantal": shape.quota, "actief": True}
            for person, code in (*quotas, *nothing)
        ),
        "roster_assignments": _numbered(
            {
                "employee_id": person,
                "date": day,
                "dagdeel": dagdeel,
                "service_id": None,
                "status": 3,
                "source": "manual",
                "notes": None,
            }
            for person, day, dagdeel in away
        ),
    }


def _numbered(rows: Iterable[Row]) -> list[Row]:
    """Add to rows an id and the roster's."""
    return [{"id": f"{number}", "roster_id": "R", **row} for number, row in enumerate(rows)]
