"""Seeded rosters as raw database tables, for the demo, the tests and the benchmarks.

`make_roster` returns what PostgREST would return of a freshly planned roster: table name -> rows, with uuids, dates and
timestamps as text. Nothing here is read from greedy/: data that tests the job must not depend on it.

Every part (leave, demand, quotas, planning) draws from a random stream of its own. So two specs that differ in one knob
differ only in what that knob decides: a tight and a loose roster of one seed have the same demand and the same leave.
Employees and service types do not depend on the seed at all, so several rosters fit into one database.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any

Row = dict[str, Any]
Tables = dict[str, list[Row]]

DAGDELEN = ("O", "M", "A")
ROW_TEAMS = ("TOT", "GRO", "ORA")
FITS = {"TOT": ("Groen", "Oranje", "Overig"), "GRO": ("Groen", "Overig"), "ORA": ("Oranje", "Overig")}

# Morning duty -> evening duty of the same 24 hours.
EVENING_OF = {"DIO": "DIA", "DDO": "DDA"}
MORNING_OF = {evening: morning for morning, evening in EVENING_OF.items()}
REST = {
    "DIO": ((0, "M"), (1, "O"), (1, "M")),
    "DDO": ((0, "M"), (1, "O"), (1, "M")),
    "DIA": ((1, "O"), (1, "M")),
    "DDA": ((1, "O"), (1, "M")),
}

# Three of Groen, three of Oranje, one of Overig; the first three one of each, so that a small roster has all teams.
TEAM_CYCLE = ("Groen", "Oranje", "Overig", "Groen", "Oranje", "Groen", "Oranje")
CONTRACT_CYCLE = ("Maat", "Maat", "Loondienst", "Maat", "ZZP")
FIRST_NAMES = (
    "Anouk", "Femke", "Sanne", "Lotte", "Marieke", "Iris", "Esther", "Joke", "Roos", "Willemijn", "Fleur", "Annelies",
    "Yasmina", "Karin", "Naomi", "Tessa", "Hanneke", "Bregje", "Loes", "Merel", "Nienke", "Sofie", "Ilse",
)  # fmt: skip
LAST_NAMES = (
    "de Vries", "Jansen", "van den Berg", "Bakker", "Visser", "Smit", "Meijer", "de Boer", "Mulder", "Bos", "Vos",
    "Peters", "Hendriks", "van Leeuwen", "Dekker", "Brouwer", "de Wit", "Dijkstra", "Kok", "El Amrani", "Postma",
)  # fmt: skip

Absences = dict[tuple[str, date], str]
# A unit of demand: date, dagdeel, team of the requirement row, service code.
Shift = tuple[date, str, str, str]
Demand = Counter[Shift]
Quotas = dict[tuple[str, str], int]
Slots = dict[tuple[str, date, str], Row]


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of work that a roster asks for.

    Attributes:
        code: Short name, unique.
        naam: Dutch name.
        dagdelen: Half-days on which it is asked for.
        qualified: Share of the people who may do it.
        weight: Its part of the shifts that are no on-call duties, relative to the other services; unused for a duty.
        is_system: An on-call duty: asked for every day, weekends too.
    """

    code: str
    naam: str
    dagdelen: tuple[str, ...]
    qualified: float
    weight: int = 0
    is_system: bool = False


DUTIES = (
    Service("DIO", "Dienst ochtend", ("O",), qualified=0.86, is_system=True),
    Service("DIA", "Dienst avond en nacht", ("A",), qualified=0.86, is_system=True),
    Service("DDO", "Dubbeldienst ochtend", ("O",), qualified=0.86, is_system=True),
    Service("DDA", "Dubbeldienst avond en nacht", ("A",), qualified=0.86, is_system=True),
)
SERVICES = (
    *DUTIES,
    Service("OSP", "Ochtendspreekuur", ("O",), qualified=0.93, weight=25),
    Service("MSP", "Middagspreekuur", ("M",), qualified=0.93, weight=25),
    Service("ECH", "Echospreekuur", ("O", "M"), qualified=0.64, weight=14),
    Service("GRB", "Groepsbijeenkomst", ("M",), qualified=0.86, weight=12),
    Service("SWZ", "Samenwerking ziekenhuis", ("O", "M"), qualified=0.79, weight=11),
)


@dataclass(frozen=True, slots=True)
class RosterSpec:
    """What kind of roster to make. The defaults are a practice of fourteen midwives over five weeks.

    Attributes:
        people: Number of employees, spread over the three teams.
        start: First day.
        days: Length in days.
        services: What is asked for. A pair of duties must have the same share of qualified people.
        duties_per_day: Shifts a day of each on-call duty.
        shifts: Shifts in the whole period, on-call duties included; the others fall on weekdays.
        quota_slack: How far the quotas of each service exceed its demand: 0.08 is 8 %, 0 is just enough.
        hand_planned: Shifts already planned by hand, with the rest that follows from them.
        leave: Share of all person-days on holiday or ill.
        part_time: Share of the people who are free on one or two fixed weekdays.
        all_rows: Write a requirement row for every date, dagdeel, team and service; else only where there is demand.
        open_rows: Write a status 0 row for about half of the open slots; else open slots have no row.
        quota_spread: How uneven the quotas of a service are: 0.15 is give or take 15 % of a person's presence.
        pair_quotas: Evening duties have the people and quotas of their morning duties, so that all could pair up; else
            their own, as where people trade mornings for nights.
    """

    people: int = 14
    start: date = date(2027, 1, 4)
    days: int = 35
    # Out of repr, which names the roster: a hundred services would drown it.
    services: tuple[Service, ...] = field(default=SERVICES, repr=False)
    duties_per_day: int = 1
    shifts: int = 227
    quota_slack: float = 0.08
    hand_planned: int = 15
    leave: float = 0.06
    part_time: float = 0.5
    all_rows: bool = True
    open_rows: bool = False
    # Out of repr as well: `_identity` adds them where they are not as in the practice, whose bytes must stay.
    quota_spread: float = field(default=0.15, repr=False)
    pair_quotas: bool = field(default=True, repr=False)

    def __post_init__(self) -> None:
        """Refuse what no roster can be made of.

        Raises:
            ValueError: A number is out of range, or the duties alone exceed `shifts`.
        """
        if self.people < 1 or self.days < 1:
            raise ValueError(f"people is {self.people}, days is {self.days}, expected 1 or more of each")
        if not (0 <= self.leave <= 0.5 and 0 <= self.part_time <= 1):
            raise ValueError(f"leave is {self.leave} (0 to 0.5), part_time is {self.part_time} (0 to 1)")
        if not 0 <= self.quota_spread <= 1:
            raise ValueError(f"quota_spread is {self.quota_spread}, expected 0 to 1")
        if self.quota_slack < -1:
            raise ValueError(f"quota_slack is {self.quota_slack}, expected -1 (no quota at all) or more")
        duties = self.duties_per_day * self.days * sum(service.is_system for service in self.services)
        if not 0 <= duties <= self.shifts:
            raise ValueError(f"shifts is {self.shifts}, expected at least the {duties} on-call duties")
        if duties < self.shifts and not any(service.weight for service in self.services):
            raise ValueError(f"{self.shifts - duties} shifts are no duties, but no service has a weight to take them")

    @property
    def dates(self) -> list[date]:
        """Every day of the period, in order."""
        return [self.start + timedelta(days=n) for n in range(self.days)]

    @property
    def end(self) -> date:
        """The last day, inclusive."""
        return self.start + timedelta(days=self.days - 1)


def large_spec(people: int = 1_000, days: int = 365, shifts_per_day: int = 500, services: int = 100) -> RosterSpec:
    """A roster of any size, with a fifth of its shifts on-call duties and requirement rows only where there is demand.

    Args:
        people: Number of employees.
        days: Length in days.
        shifts_per_day: Shifts a day, averaged over the period.
        services: Number of services, the four duties included: 5 or more.
    """
    duties = tuple(replace(duty, qualified=0.4) for duty in DUTIES)
    others = tuple(
        Service(f"S{n:03}", f"Spreekuur {n}", (("O",), ("M",), ("O", "M"))[n % 3], qualified=0.1, weight=1 + n % 3)
        for n in range(1, services - len(duties) + 1)
    )
    return RosterSpec(
        people=people,
        days=days,
        services=duties + others,
        duties_per_day=shifts_per_day // (5 * len(duties)),
        shifts=shifts_per_day * days,
        hand_planned=0,
        all_rows=False,
    )


PRACTICE = RosterSpec()
TIGHT = replace(PRACTICE, quota_slack=0.0)
LOOSE = replace(PRACTICE, quota_slack=0.30)
PLANNED = replace(PRACTICE, hand_planned=140)
# Half of the people may do each duty, not the same half: scarce people, and far fewer 24-hour duties than days.
SCARCE = replace(
    PRACTICE,
    services=tuple(replace(service, qualified=0.5) if service.is_system else service for service in SERVICES),
    pair_quotas=False,
)
LARGE = large_spec()
PRESETS: dict[str, RosterSpec] = {
    "practice": PRACTICE,
    "tight": TIGHT,
    "loose": LOOSE,
    "planned": PLANNED,
    "scarce": SCARCE,
    "large": LARGE,
}


def make_roster(spec: RosterSpec = PRACTICE, seed: int = 1) -> Tables:
    """One roster, ready to be loaded into a database or given to the job's pure half.

    Args:
        spec: What kind of roster.
        seed: Which of its kind: the same spec and seed give the same bytes.

    Returns:
        Table name -> rows, each row as PostgREST returns it.

    Raises:
        ValueError: `spec.hand_planned` is more than can be planned within the rules.
    """

    def stream(part: str) -> Random:
        return Random(f"{seed} {part}")

    new_id = uuids(Random(f"{seed} {_identity(spec)}"))
    roster_id = next(new_id)
    stamp = f"{spec.start - timedelta(weeks=4)}T09:00:00+00:00"
    employees = _employees(spec.people)
    services: list[Row] = [
        {
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"greedy:service:{service.code}")),
            "code": service.code,
            "naam": service.naam,
            "is_system": service.is_system,
            "actief": True,
        }
        for service in spec.services
    ]
    service_id: dict[str, str] = {row["code"]: row["id"] for row in services}
    team_of: dict[str, str] = {row["id"]: row["team"] for row in employees}

    absences = _absences(spec, employees, stream("leave"))
    demand = _demand(spec, stream("demand"))
    quotas = _quotas(spec, employees, demand, absences, stream)
    planner = _Planner(spec, team_of, service_id, absences, quotas)
    planner.plan(demand, stream("plan"))
    if spec.open_rows:
        planner.leave_rows_open(stream("open"))

    return {
        "roosters": [
            {
                "id": roster_id,
                "start_date": spec.start.isoformat(),
                "end_date": spec.end.isoformat(),
                "status": "in_progress",
            }
        ],
        "employees": employees,
        "service_types": services,
        "roster_period_staffing_dagdelen": [
            {"id": next(new_id), "roster_id": roster_id, **row}
            for row in _requirements(spec, demand, service_id, stream("status"))
        ],
        "roster_employee_services": [
            {
                "id": next(new_id),
                "roster_id": roster_id,
                "employee_id": employee_id,
                "service_id": service_id[code],
                "aantal": aantal,
                "actief": True,
            }
            for (employee_id, code), aantal in quotas.items()
        ],
        "roster_assignments": [
            {
                "id": next(new_id),
                "roster_id": roster_id,
                "employee_id": employee_id,
                "date": day.isoformat(),
                "dagdeel": dagdeel,
                **row,
                "created_at": stamp,
                "updated_at": stamp,
            }
            for (employee_id, day, dagdeel), row in planner.by_slot()
        ],
    }


def _identity(spec: RosterSpec) -> str:
    """What tells a spec from others, in words."""
    words = f"{spec!r} {[service.code for service in spec.services]}"
    if (spec.quota_spread, spec.pair_quotas) != (PRACTICE.quota_spread, PRACTICE.pair_quotas):
        words += f" quota_spread={spec.quota_spread} pair_quotas={spec.pair_quotas}"
    return words


def uuids(random: Random) -> Iterator[str]:
    """Random version 4 uuids as text, without end."""
    while True:
        yield str(uuid.UUID(int=random.getrandbits(128), version=4))


def _employees(people: int) -> list[Row]:
    """The first `people` employees; a person is the same in every roster."""
    width = max(2, len(str(people)))
    return [
        {
            "id": f"EMP{n + 1:0{width}}",
            "voornaam": FIRST_NAMES[n % len(FIRST_NAMES)],
            "achternaam": LAST_NAMES[n % len(LAST_NAMES)],
            "team": TEAM_CYCLE[n % len(TEAM_CYCLE)],
            "dienstverband": CONTRACT_CYCLE[n % len(CONTRACT_CYCLE)],
            "actief": True,
        }
        for n in range(people)
    ]


def _absences(spec: RosterSpec, employees: Sequence[Row], random: Random) -> Absences:
    """Who is away on which day, and why: fixed free weekdays, holiday weeks, spells of illness.

    Holidays and illness come to `spec.leave` of all person-days exactly, up to three quarters of it in whole weeks.
    """
    ids = [row["id"] for row in employees]
    budget = round(spec.leave * spec.people * spec.days)
    leave: Absences = {}

    weeks = spec.days // 7
    for person_week in random.sample(range(spec.people * weeks), min(budget * 3 // 28, spec.people * weeks)):
        person, week = divmod(person_week, weeks)
        for n in range(7):
            leave[ids[person], spec.start + timedelta(weeks=week, days=n)] = "Vakantie"
    while len(leave) < budget:
        person_id, first = random.choice(ids), random.randrange(spec.days)
        for n in range(first, min(first + random.randint(1, 3), spec.days)):
            if len(leave) < budget:
                leave.setdefault((person_id, spec.start + timedelta(days=n)), "Ziek")

    absences: Absences = {}
    for person_id in random.sample(ids, round(spec.part_time * spec.people)):
        free = random.sample(range(5), random.randint(1, 2))
        absences |= {(person_id, day): "Structureel vrij" for day in spec.dates if day.weekday() in free}
    return absences | leave


def _demand(spec: RosterSpec, random: Random) -> Demand:
    """How many people each (date, dagdeel, team, service code) needs; only keys with at least one."""
    demand: Demand = Counter()
    weekdays = [day for day in spec.dates if day.weekday() < 5] or spec.dates
    duties = [service for service in spec.services if service.is_system]
    for service in duties:
        for day in spec.dates:
            for team in random.choices(ROW_TEAMS, weights=(18, 1, 1), k=spec.duties_per_day):
                demand[day, random.choice(service.dagdelen), team, service.code] += 1

    others = [service for service in spec.services if not service.is_system]
    counts = apportion(spec.shifts - demand.total(), [service.weight for service in others])
    for service, count in zip(others, counts, strict=True):
        # Evenly spaced over the weekdays, from a day that differs per service.
        offset = random.randrange(len(weekdays))
        for n, team in enumerate(random.choices(ROW_TEAMS, weights=(2, 1, 1), k=count)):
            day = weekdays[(offset + n * len(weekdays) // count) % len(weekdays)]
            demand[day, random.choice(service.dagdelen), team, service.code] += 1
    return demand


def _quotas(
    spec: RosterSpec,
    employees: Sequence[Row],
    demand: Demand,
    absences: Absences,
    stream: Callable[[str], Random],
) -> Quotas:
    """Who may do what, how often: (employee id, service code) -> quota in shifts.

    The quotas of a service exceed its demand by `spec.quota_slack`, and are split over its people by the days that
    they are present, give or take `spec.quota_spread`.
    """
    wanted: Counter[str] = Counter()
    for (_, _, _, code), aantal in demand.items():
        wanted[code] += aantal
    away = Counter(person_id for person_id, _ in absences)
    ids = [row["id"] for row in employees]

    quotas: Quotas = {}
    for service in spec.services:
        # An evening duty that draws from the stream of its morning duty has the same people and quotas: they pair up.
        code = MORNING_OF.get(service.code, service.code) if spec.pair_quotas else service.code
        random = stream(f"quota {code}")
        qualified = sorted(random.sample(ids, max(1, round(service.qualified * len(ids)))))
        uneven = (1 - spec.quota_spread, 1 + spec.quota_spread)
        weights = [(spec.days - away[person_id]) * random.uniform(*uneven) for person_id in qualified]
        total = round(wanted[service.code] * (1 + spec.quota_slack))
        shares = apportion(total, weights)
        quotas |= {(person_id, service.code): n for person_id, n in zip(qualified, shares, strict=True)}
    return quotas


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Split `total` into whole numbers proportional to `weights`, by largest remainder."""
    whole = sum(weights)
    if not whole:
        # Nothing to weigh by: deal them out one by one.
        return [total // len(weights) + (n < total % len(weights)) for n in range(len(weights))]
    exact = [total * weight / whole for weight in weights]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda n: (parts[n] - exact[n], n))
    for n in by_remainder[: total - sum(parts)]:
        parts[n] += 1
    return parts


def _requirements(spec: RosterSpec, demand: Demand, service_id: Mapping[str, str], random: Random) -> Iterator[Row]:
    """Requirement rows without their ids, by date, dagdeel, team and service."""
    for day in spec.dates:
        for dagdeel in DAGDELEN:
            for team in ROW_TEAMS:
                for service in spec.services:
                    aantal = demand[day, dagdeel, team, service.code]
                    if not (aantal or spec.all_rows):
                        continue
                    status = (
                        random.choices(("MOET", "MAG", "AANGEPAST"), weights=(7, 2, 1))[0]
                        if aantal
                        else random.choices(("MAG_NIET", "MAG"), weights=(2, 1))[0]
                    )
                    yield {
                        "date": day.isoformat(),
                        "dagdeel": dagdeel,
                        "team": team,
                        "service_id": service_id[service.code],
                        "status": status,
                        "aantal": aantal,
                        "invulling": 0,
                    }


class _Planner:
    """The planner at work: fills in leave first, then some shifts by hand, within every rule of docs/rules.md."""

    def __init__(
        self,
        spec: RosterSpec,
        team_of: Mapping[str, str],
        service_id: Mapping[str, str],
        absences: Absences,
        quotas: Quotas,
    ) -> None:
        self._spec = spec
        self._team_of = team_of
        self._service_id = service_id
        self._quotas = quotas
        self._used: Counter[tuple[str, str]] = Counter()
        self._slots: Slots = {
            (person_id, day, dagdeel): _slot(status=3, source="manual", notes=reason)
            for (person_id, day), reason in absences.items()
            for dagdeel in DAGDELEN
        }

    def by_slot(self) -> list[tuple[tuple[str, date, str], Row]]:
        """Everything filled in so far, by employee, date and dagdeel."""
        return sorted(self._slots.items(), key=lambda item: (*item[0][:2], DAGDELEN.index(item[0][2])))

    def plan(self, demand: Demand, random: Random) -> None:
        """Plan `spec.hand_planned` shifts, as far as possible each to whoever has used least of their quota.

        Planners think in 24-hour duties, and now and then leave the evening for later.

        Raises:
            ValueError: The rules leave no room for so many.
        """
        units = _units(demand)
        random.shuffle(units)
        missing = self._spec.hand_planned
        for unit in units:
            if not missing:
                return
            morning_only = len(unit) > 1 and random.random() < 0.25
            shifts = unit[:1] if morning_only or missing == 1 else unit
            people = [person_id for person_id in self._team_of if self._may_take(person_id, shifts)]
            if people:
                self._place(min(people, key=lambda person_id: self._share(person_id, shifts[0][3])), shifts)
                missing -= len(shifts)
        if missing:
            planned = self._spec.hand_planned - missing
            raise ValueError(f"hand_planned is {self._spec.hand_planned}, but only {planned} shifts could be planned")

    def leave_rows_open(self, random: Random) -> None:
        """Write a status 0 row into about half of the slots that are still empty."""
        for person_id in self._team_of:
            for day in self._spec.dates:
                for dagdeel in DAGDELEN:
                    if random.random() < 0.5:
                        self._slots.setdefault((person_id, day, dagdeel), _slot(status=0, source="manual"))

    def _share(self, person_id: str, code: str) -> float:
        return self._used[person_id, code] / self._quotas[person_id, code]

    def _may_take(self, person_id: str, shifts: Sequence[Shift]) -> bool:
        """Whether the person may work all the shifts, which are one, or the two of a 24-hour duty."""
        return all(
            self._team_of[person_id] in FITS[team]
            and self._used[person_id, code] < self._quotas.get((person_id, code), 0)
            and (person_id, day, dagdeel) not in self._slots
            and all(self._may_rest(person_id, day, *slot) for slot in REST.get(code, ()))
            for day, dagdeel, team, code in shifts
        )

    def _may_rest(self, person_id: str, day: date, days_later: int, dagdeel: str) -> bool:
        row = self._slots.get((person_id, day + timedelta(days=days_later), dagdeel))
        return row is None or row["status"] == 2 or (row["status"] == 3 and days_later > 0)

    def _place(self, person_id: str, shifts: Sequence[Shift]) -> None:
        for day, dagdeel, _, code in shifts:
            self._slots[person_id, day, dagdeel] = _slot(status=1, source="manual", service_id=self._service_id[code])
            self._used[person_id, code] += 1
            for days_later, rest in REST.get(code, ()):
                rest_day = day + timedelta(days=days_later)
                if rest_day <= self._spec.end:
                    self._slots.setdefault(
                        (person_id, rest_day, rest),
                        _slot(
                            status=2,
                            source="blocking-trigger",
                            notes=f"Auto-blocked: rest after {code} on {day} {dagdeel}",
                            blocked_by_date=day.isoformat(),
                            blocked_by_dagdeel=dagdeel,
                            blocked_by_service_id=self._service_id[code],
                        ),
                    )


def _units(demand: Demand) -> list[list[Shift]]:
    """The demand as single shifts, with each evening duty behind the morning duty it makes a 24-hour duty with."""
    shifts = [key for key, aantal in demand.items() for _ in range(aantal)]
    evenings: dict[tuple[date, str], list[Shift]] = {}
    for shift in shifts:
        if shift[3] in MORNING_OF:
            evenings.setdefault((shift[0], MORNING_OF[shift[3]]), []).append(shift)

    units: list[list[Shift]] = []
    for shift in shifts:
        if shift[3] not in MORNING_OF:
            waiting = evenings.get((shift[0], shift[3]), [])
            units.append([shift, waiting.pop()] if waiting else [shift])
    return units + [[shift] for waiting in evenings.values() for shift in waiting]


def _slot(
    *,
    status: int,
    source: str,
    service_id: str | None = None,
    notes: str | None = None,
    blocked_by_date: str | None = None,
    blocked_by_dagdeel: str | None = None,
    blocked_by_service_id: str | None = None,
) -> Row:
    """What a `roster_assignments` row says about its slot."""
    return {
        "service_id": service_id,
        "status": status,
        "source": source,
        "notes": notes,
        "blocked_by_date": blocked_by_date,
        "blocked_by_dagdeel": blocked_by_dagdeel,
        "blocked_by_service_id": blocked_by_service_id,
    }
