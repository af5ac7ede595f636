"""One roster in the making: who is away, what is asked for, who may do how much of it, and its rows."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from random import Random

import holidays

from benchmarks.strangers.by_hand import ByHand, Slots
from benchmarks.strangers.kind import MORNINGS, REST, Place, Row, Stranger, Tables, row_of

DAGDELEN = "OMA"
NAMES = {
    "DIO": "Dienst ochtend",
    "DIA": "Dienst avond",
    "DDO": "Dubbele dienst ochtend",
    "DDA": "Dubbele dienst avond",
    "OSP": "Ochtendspreekuur",
    "MSP": "Middagspreekuur",
    "ECH": "Echo",
    "GRB": "Groepsbegeleiding",
    "SWZ": "Samenwerking ziekenhuis",
}
FIRST_NAMES = ("Aafke", "Bente", "Carice", "Doutzen", "Elske", "Fenna", "Geertje", "Hilde", "Isa", "Jitske", "Klaske")
LAST_NAMES = ("Aerts", "Blom", "Claassen", "Doorn", "Elzinga", "Faber", "Gerritsen", "Hoekstra", "Ivens", "Jonker")


class Maker:
    """One roster in the making."""

    def __init__(self, kind: Stranger, random: Random) -> None:
        self._kind = kind
        self._random = random
        self._start = self._first_day()
        self._dates = [self._start + dt.timedelta(days=number) for number in range(kind.days)]
        public = holidays.country_holidays("NL", years=range(self._start.year, self._dates[-1].year + 1))
        self._closed = {day for day in self._dates if kind.holidays and day in public}
        teams = ["Groen"] * kind.groen + ["Oranje"] * kind.groen + ["Overig"] * kind.overig
        self._team = {f"mw{number:04}": team for number, team in enumerate(teams, 1)}
        self._rows: Slots = {}

    def tables(self) -> Tables:
        """Make the tables: leave first, then demand, quotas, and what the planner fills in by hand."""
        roster_id = self._id()
        services = {code: self._id() for code in NAMES}
        self._go_away()
        places = self._demand()
        quotas = self._quotas(places)
        hand = ByHand(self._kind, self._random, self._team, self._rows, self._dates[-1])
        hand.plan(places, {key: aantal for key, (aantal, active) in quotas.items() if active})
        needed = Counter(places)
        order = {code: number for number, code in enumerate(NAMES)}
        rows = sorted(
            needed, key=lambda place: (place.date, DAGDELEN.index(place.dagdeel), order[place.code], place.team)
        )
        return {
            "roosters": [
                {
                    "id": roster_id,
                    "start_date": self._dates[0].isoformat(),
                    "end_date": self._dates[-1].isoformat(),
                    "status": "in_progress",
                }
            ],
            "employees": [self._employee(number, person) for number, person in enumerate(self._team)],
            "service_types": [
                {"id": services[code], "code": code, "naam": naam, "is_system": code in REST, "actief": True}
                for code, naam in NAMES.items()
            ],
            "roster_period_staffing_dagdelen": [
                {
                    "id": self._id(),
                    "roster_id": roster_id,
                    "date": place.date.isoformat(),
                    "dagdeel": place.dagdeel,
                    "team": place.team,
                    "service_id": services[place.code],
                    "status": self._status(),
                    "aantal": needed[place],
                    "invulling": 0,
                }
                for place in rows
            ],
            "roster_employee_services": [
                {
                    "id": self._id(),
                    "roster_id": roster_id,
                    "employee_id": person,
                    "service_id": services[code],
                    "aantal": aantal,
                    "actief": active,
                }
                for (person, code), (aantal, active) in quotas.items()
            ],
            "roster_assignments": [
                {
                    "id": self._id(),
                    "roster_id": roster_id,
                    "employee_id": person,
                    "date": date.isoformat(),
                    "dagdeel": dagdeel,
                    "service_id": services.get(row["code"]),
                    "status": row["status"],
                    "source": row["source"],
                    "notes": row["notes"],
                    "created_at": "2025-01-01T08:00:00+00:00",
                }
                for (person, date, dagdeel), row in sorted(self._rows.items())
            ],
        }

    def _id(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def _employee(self, number: int, person: str) -> Row:
        return {
            "id": person,
            "voornaam": FIRST_NAMES[number % len(FIRST_NAMES)],
            "achternaam": LAST_NAMES[number % len(LAST_NAMES)],
            "team": self._team[person],
            "dienstverband": self._random.choice(("Maat", "Loondienst", "ZZP")),
            "actief": True,
        }

    def _first_day(self) -> dt.date:
        """A Monday; with holidays one from which five weeks reach over Christmas, or over Easter to Ascension."""
        year = self._random.randint(2026, 2029)
        if self._kind.holidays:
            month, day = self._random.choice(((12, 7), (4, 3)))
            first = dt.date(year, month, day)
        else:
            first = dt.date(year, 1, 1) + dt.timedelta(weeks=self._random.randrange(52))
        return first - dt.timedelta(days=first.weekday())

    def _status(self) -> str:
        mag = self._kind.mag
        return self._random.choices(("MOET", "MAG", "AANGEPAST"), (1 - 1.5 * mag, mag, mag / 2))[0]

    def _go_away(self) -> None:
        """Fixed free days, single days and dagdelen away, and for some people two weeks on end."""
        random, kind = self._random, self._kind
        for person in self._team:
            free = random.sample(range(5), random.choice((0, 0, 1, 1, 2)))
            for date in self._dates:
                if date.weekday() in free:
                    self._away(person, [date], "vaste vrije dag")
                elif random.random() < kind.away:
                    parts = random.choice((DAGDELEN, "O", "M", "A", "OM"))
                    self._away(person, [date], "niet beschikbaar", parts)
        for person in random.sample(sorted(self._team), round(kind.long_leave * len(self._team))):
            first = random.randrange(max(1, len(self._dates) - 13))
            self._away(person, self._dates[first : first + 14], "verlof")

    def _away(self, person: str, dates: Iterable[dt.date], why: str, dagdelen: str = DAGDELEN) -> None:
        for date in dates:
            for dagdeel in dagdelen:
                self._rows[person, date, dagdeel] = row_of(3, why)

    def _demand(self) -> list[Place]:
        """Every place to fill: duties day by day, the day services by a weekly pattern."""
        random, kind = self._random, self._kind
        days = {date.weekday() for date in self._dates}
        double = random.sample(sorted(days), min(2, len(days)))
        places = []
        for date in self._dates:
            for morning, evening in MORNINGS.items():
                if morning == "DIO" or kind.four_duties:
                    teams = ["TOT"] * kind.each
                else:
                    teams = ["GRO", "ORA"] * kind.each if date.weekday() in double else []
                places += [Place(date, *slot, code) for team in teams for code, slot in _both(morning, evening, team)]
        week = [
            (weekday, dagdeel, team, code)
            for code, times, dagdelen, teams in (
                ("OSP", 4, "O", ("GRO", "ORA")),
                ("MSP", 4, "M", ("GRO", "ORA")),
                ("ECH", 5, "OM", ("TOT",)),
                ("GRB", 1, "MA", ("TOT", "GRO", "ORA")),
                ("SWZ", 3, "OMA", ("TOT",)),
            )
            for _ in range(_about(times * kind.clinics, random))
            for weekday, dagdeel in ((random.randrange(5), random.choice(dagdelen)),)
            for team in teams
        ]
        for date in self._dates:
            if date in self._closed:
                continue
            places += [Place(date, *rest) for weekday, *rest in week if weekday == date.weekday()]
        return places

    def _quotas(self, places: Sequence[Place]) -> dict[tuple[str, str], tuple[int, bool]]:
        """(person, code) -> quota, and whether it is active; the active ones of a service come to its demand and slack.

        People who are there more have more of it, but for what is left to taste.
        """
        random, kind = self._random, self._kind
        wanted = Counter(place.code for place in places)
        away = Counter(person for person, *_ in self._rows)
        small = set(random.sample(sorted(self._team), round(kind.small_quotas * len(self._team))))
        quotas: dict[tuple[str, str], tuple[int, bool]] = {}
        for code in NAMES:
            people = sorted(random.sample(sorted(self._team), max(2, round(kind.qualified * len(self._team)))))
            if code in kind.sole:
                people = people[:1]
            total = round(wanted[code] * (1 + kind.slack))
            mine = {person: random.randint(1, 2) for person in people if person in small and code not in kind.sole}
            others = [person for person in people if person not in mine]
            weights = [
                (3 * len(self._dates) - away[person]) * max(0.01, random.uniform(1 - kind.uneven, 1 + kind.uneven))
                for person in others
            ]
            shares = dict(zip(others, _split(max(0, total - sum(mine.values())), weights), strict=True))
            quotas |= {(person, code): ((mine | shares)[person], True) for person in people}
            for person in sorted(self._team.keys() - people):
                if random.random() < 0.15:
                    quotas[person, code] = (2, False)
        return quotas


def _both(morning: str, evening: str, team: str) -> list[tuple[str, tuple[str, str]]]:
    """Both halves of a 24-hour duty: code -> dagdeel and team."""
    return [(morning, ("O", team)), (evening, ("A", team))]


def _about(number: float, random: Random) -> int:
    """Round a number up or down, by chance; at least 1."""
    return max(1, int(number + random.random()))


def _split(total: int, weights: Sequence[float]) -> list[int]:
    """Split a number into parts proportional to weights, by largest remainder."""
    if not weights:
        return []
    exact = [total * weight / sum(weights) for weight in weights]
    parts = [int(part) for part in exact]
    for number in sorted(range(len(parts)), key=lambda number: (parts[number] - exact[number], number))[
        : total - sum(parts)
    ]:
        parts[number] += 1
    return parts
