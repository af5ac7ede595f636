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

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random, SystemRandom
from typing import Any, NamedTuple

import holidays

Row = dict[str, Any]
Tables = dict[str, list[Row]]

DAGDELEN = "OMA"
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


class Place(NamedTuple):
    """A place to fill."""

    date: dt.date
    dagdeel: str
    team: str
    code: str


def make_stranger(kind: str, seed: int) -> Tables:
    """Make a roster of a kind: the same kind and seed give the same bytes.

    Raises:
        ValueError: There is no such kind.
    """
    if kind not in STRANGERS:
        raise ValueError(f"There is no kind {kind!r}; there are: {', '.join(STRANGERS)}")
    return _Maker(STRANGERS[kind], Random(f"{kind} {seed}")).tables()


def fresh_seeds(count: int) -> list[int]:
    """Draw seeds that no run had before; print them, so that the run can be repeated."""
    return sorted(SystemRandom().sample(range(1_000, 1_000_000), count))


class _Maker:
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
        self._rows: dict[tuple[str, dt.date, str], Row] = {}
        self._used: Counter[tuple[str, str]] = Counter()

    def tables(self) -> Tables:
        """Make the tables: leave first, then demand, quotas, and what the planner fills in by hand."""
        roster_id = self._id()
        services = {code: self._id() for code in NAMES}
        self._go_away()
        places = self._demand()
        quotas = self._quotas(places)
        self._plan(places, {key: aantal for key, (aantal, active) in quotas.items() if active})
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
                self._rows[person, date, dagdeel] = _row(3, why)

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

    def _plan(self, places: Sequence[Place], quotas: dict[tuple[str, str], int]) -> None:
        """Fill in some shifts by hand, in any order, within the rules; one in twenty whatever the team."""
        random, kind = self._random, self._kind
        missing = round(kind.planned * len(places))
        evening: dict[tuple[dt.date, str], list[Place]] = defaultdict(list)
        for place in places:
            evening[place.date, place.code].append(place)
        work = list(places)
        random.shuffle(work)
        if kind.overig_first:
            work.sort(key=lambda place: place.team == "TOT")
        done: Counter[Place] = Counter()
        needed = Counter(places)
        for place in work:
            if missing <= 0:
                return
            if done[place] == needed[place]:
                continue
            person = self._somebody(place, quotas)
            if person is None:
                continue
            for wish in (place, *evening[place.date, MORNINGS.get(place.code, "")][:1]):
                free = done[wish] < needed[wish] and self._may_take(person, wish, quotas)
                if wish is place or (free and random.random() < 0.7):
                    self._work(person, wish)
                    done[wish] += 1
                    missing -= 1

    def _somebody(self, place: Place, quotas: dict[tuple[str, str], int]) -> str | None:
        any_team = self._random.random() < 0.05
        people = [
            person
            for person, team in self._team.items()
            if (any_team or team in TEAMS_OF_ROW[place.team]) and self._may_take(person, place, quotas)
        ]
        if self._kind.overig_first and place.team != "TOT":
            people = [person for person in people if self._team[person] == "Overig"] or people
        return self._random.choice(people) if people else None

    def _may_take(self, person: str, place: Place, quotas: dict[tuple[str, str], int]) -> bool:
        rests = [(days, self._rows.get(slot)) for days, slot in self._rest(person, place)]
        return (
            (person, place.date, place.dagdeel) not in self._rows
            and self._used[person, place.code] < quotas.get((person, place.code), 0)
            and all(row is None or row["status"] == 2 or (days and row["status"] == 3) for days, row in rests)
        )

    def _rest(self, person: str, place: Place) -> list[tuple[int, tuple[str, dt.date, str]]]:
        """The slots of rest after a place, inside the period or not, with the days between."""
        return [
            (days, (person, place.date + dt.timedelta(days=days), dagdeel))
            for days, dagdeel in REST.get(place.code, ())
        ]

    def _work(self, person: str, place: Place) -> None:
        self._rows[person, place.date, place.dagdeel] = _row(1, None, place.code)
        self._used[person, place.code] += 1
        for _, slot in self._rest(person, place):
            if slot[1] <= self._dates[-1]:
                note = f"Auto-blocked: rest after {place.code} on {place.date} {place.dagdeel}"
                self._rows.setdefault(slot, _row(2, note))


def _both(morning: str, evening: str, team: str) -> list[tuple[str, tuple[str, str]]]:
    """Both halves of a 24-hour duty: code -> dagdeel and team."""
    return [(morning, ("O", team)), (evening, ("A", team))]


def _row(status: int, notes: str | None, code: str | None = None) -> Row:
    return {"code": code, "status": status, "source": "blocking-trigger" if status == 2 else "manual", "notes": notes}


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
