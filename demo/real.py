"""The practice's real shape: the roster that its planners start from, as raw database tables.

Fourteen people, five weeks from a Monday. On a workday two lines are on call (DIO and DIA for Groen and for Oranje), on
a weekend one (DDO and DDA for anyone), and a holiday has a Sunday's requirements. Nothing is planned yet: a fresh
roster has an open row for each slot, and an UNAVAILABLE one where somebody is never there.

The weekly rules and the people are the practice's, whatever the seed; the seed decides what a planner changed in this
roster's requirements, and the quotas. Columns that only some databases have are in the rows: `load_tables` leaves out
what the database at hand does not have.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from demo.needs import (
    DAGDELEN,
    FIRST_NAMES,
    LAST_NAMES,
    MORNING_OF,
    ROW_TEAMS,
    Demand,
    Quotas,
    Row,
    Shift,
    Tables,
    apportion,
)
from demo.practice import DUTY_CODES, PEOPLE, SERVICES, SUNDAY, WEEKDAYS, Work, dutch_holidays
from demo.roster import uuids

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAYS = 35
SHIFTS = (216, 241)
"""Fewest and most shifts of a roster, on-call duties included."""
ECHO_SHIFTS = 18
QUOTA_ROWS = (102, 106)
QUOTA_SUM = (246, 248)


@dataclass(frozen=True, slots=True)
class RealSpec:
    """Which five weeks.

    Attributes:
        start: First day, a Monday. The default is the roster that the practice's figures are of: Christmas 2025.
    """

    start: date = date(2025, 11, 24)

    def __post_init__(self) -> None:
        """Refuse what is no first day of a roster.

        Raises:
            ValueError: `start` is no Monday.
        """
        if self.start.weekday():
            raise ValueError(f"start is {self.start}, a {WEEKDAYS[self.start.weekday()]}, expected a Monday")

    @property
    def dates(self) -> list[date]:
        """Every day of the period, in order."""
        return [self.start + timedelta(days=n) for n in range(DAYS)]

    @property
    def end(self) -> date:
        """The last day, inclusive."""
        return self.start + timedelta(days=DAYS - 1)


REAL = RealSpec()


def upcoming(today: date) -> RealSpec:
    """The roster that begins on the first Monday after a day."""
    return RealSpec(today + timedelta(days=7 - today.weekday()))


def demo_roster(seed: int = 1) -> Tables:
    """The roster that the demo fills: of the practice's real shape, from the Monday after today in Amsterdam."""
    return make_real_roster(upcoming(datetime.now(AMSTERDAM).date()), seed)


def make_real_roster(spec: RealSpec = REAL, seed: int = 1) -> Tables:
    """A fresh roster of the practice, ready to be loaded into a database or given to the job's pure half.

    Args:
        spec: Which five weeks.
        seed: Which of its kind: the same spec and seed give the same bytes.

    Returns:
        Table name -> rows, each row as PostgREST returns it.
    """
    new_id = uuids(Random(f"{seed} {spec!r}"))
    roster_id = next(new_id)
    stamp = f"{spec.start - timedelta(weeks=4)}T09:00:00+00:00"
    service_id = {work.code: str(uuid.uuid5(uuid.NAMESPACE_URL, f"greedy:service:{work.code}")) for work in SERVICES}
    statuses, demand = _requirements(spec, Random(f"{seed} demand"))
    team_of = {person.id: person.team for person in PEOPLE}
    return {
        "roosters": [
            {
                "id": roster_id,
                "start_date": spec.start.isoformat(),
                "end_date": spec.end.isoformat(),
                "status": "draft",
            }
        ],
        "employees": list(_employees()),
        "service_types": [_service(work, service_id[work.code]) for work in SERVICES],
        "roster_period_staffing_dagdelen": [
            {
                "id": next(new_id),
                "roster_id": roster_id,
                "date": day.isoformat(),
                "dagdeel": dagdeel,
                "team": team,
                "service_id": service_id[work.code],
                "status": statuses.get((day, dagdeel, team, work.code), "MAG_NIET"),
                "aantal": demand[day, dagdeel, team, work.code],
                "invulling": 0,
            }
            for day in spec.dates
            for dagdeel in DAGDELEN
            for team in ROW_TEAMS
            for work in SERVICES
        ],
        "roster_employee_services": [
            {
                "id": next(new_id),
                "roster_id": roster_id,
                "employee_id": employee_id,
                "service_id": service_id[code],
                "aantal": aantal,
                "actief": True,
                "team": team_of[employee_id],
            }
            for (employee_id, code), aantal in _quotas(demand, seed).items()
        ],
        "roster_assignments": [
            {"id": next(new_id), "roster_id": roster_id, **slot, "created_at": stamp, "updated_at": stamp}
            for slot in _fresh_slots(spec)
        ],
    }


def _employees() -> Iterator[Row]:
    for n, person in enumerate(PEOPLE):
        yield {
            "id": person.id,
            "voornaam": FIRST_NAMES[n],
            "achternaam": LAST_NAMES[n],
            "team": person.team,
            "dienstverband": person.contract,
            "actief": True,
            "aantalwerkdagen": person.workdays,
            "structureel_nbh": {day: list(dagdelen) for day, dagdelen in person.never.items()},
        }


def _service(work: Work, service_id: str) -> Row:
    return {
        "id": service_id,
        "code": work.code,
        "naam": work.naam,
        "is_system": work.is_system,
        "actief": True,
        "begintijd": work.hours[0],
        "eindtijd": work.hours[1],
        "kleur": work.colour,
        "dienstwaarde": work.worth,
    }


def _requirements(spec: RealSpec, random: Random) -> tuple[dict[Shift, str], Demand]:
    """The status of each requirement that is not MAG_NIET, and how many people each asks for.

    A planner changed some of them, up or down, until there are `ECHO_SHIFTS` and as many shifts as the practice has.
    """
    holidays = {day for year in {spec.start.year, spec.end.year} for day in dutch_holidays(year)}
    statuses: dict[Shift, str] = {}
    for day in spec.dates:
        weekday = WEEKDAYS[SUNDAY if day in holidays else day.weekday()]
        for work in SERVICES:
            for rule in work.rules:
                if weekday in rule.weekdays.split():
                    statuses[day, rule.dagdeel, rule.team, work.code] = rule.status
    demand: Demand = Counter(dict.fromkeys(statuses, 1))

    echoes = sorted(shift for shift in demand if shift[3] == "ECH")
    others = sorted(shift for shift in demand if shift[3] not in (*DUTY_CODES, "ECH"))
    duties = demand.total() - len(echoes) - len(others)
    wanted = random.randint(*SHIFTS)
    for shifts, target in ((echoes, ECHO_SHIFTS), (others, wanted - duties - ECHO_SHIFTS)):
        change = 1 if target > len(shifts) else -1
        for shift in random.sample(shifts, abs(target - len(shifts))):
            demand[shift] += change
            statuses[shift] = "AANGEPAST"
    return statuses, demand


def _quotas(demand: Demand, seed: int) -> Quotas:
    """Who may do what, how often: (employee id, service code) -> quota in shifts.

    The quotas are split over the services by their demand, and within a service over its people by their workdays, give
    or take 15 %.
    """
    random = Random(f"{seed} quotas")
    wanted: Counter[str] = Counter()
    for (_, _, _, code), aantal in demand.items():
        wanted[code] += aantal
    totals = apportion(random.randint(*QUOTA_SUM), [wanted[work.code] for work in SERVICES])
    fewer = Counter(random.choices([work.code for work in SERVICES if not work.is_system], k=_missing(random)))

    quotas: Quotas = {}
    for work, total in zip(SERVICES, totals, strict=True):
        # An evening duty draws from the stream of its morning duty: the same people may do both, about as often.
        drawn = Random(f"{seed} quota {MORNING_OF.get(work.code, work.code)}")
        chosen = set(drawn.sample([person.id for person in PEOPLE], work.qualified - fewer[work.code]))
        people = [person for person in PEOPLE if person.id in chosen]
        shares = apportion(total, [person.workdays * drawn.uniform(0.85, 1.15) for person in people])
        quotas |= {(person.id, work.code): share for person, share in zip(people, shares, strict=True)}
    return quotas


def _missing(random: Random) -> int:
    """How many of all quota rows this roster lacks."""
    fewest, most = QUOTA_ROWS
    return random.randint(0, most - fewest)


def _fresh_slots(spec: RealSpec) -> Iterator[Row]:
    """A row for each employee, day and dagdeel, as the application makes them with a roster."""
    for person in PEOPLE:
        for day in spec.dates:
            for dagdeel in DAGDELEN:
                away = dagdeel in person.never.get(WEEKDAYS[day.weekday()], ())
                yield {
                    "employee_id": person.id,
                    "date": day.isoformat(),
                    "dagdeel": dagdeel,
                    "service_id": None,
                    "status": 3 if away else 0,
                    "source": "system",
                    "notes": "Structureel NB" if away else None,
                    "blocked_by_date": None,
                    "blocked_by_dagdeel": None,
                    "blocked_by_service_id": None,
                    "team": person.team,
                    "roster_period_staffing_dagdelen_id": None,
                }
