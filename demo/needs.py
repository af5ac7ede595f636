"""What a roster begins with: who there is, who is away, what is asked for, and who may do how much of it.

Each part draws from a random stream that it is handed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from demo.spec import RosterSpec

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


def employees_of(people: int) -> list[Row]:
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


def absences_of(spec: RosterSpec, employees: Sequence[Row], random: Random) -> Absences:
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


def demand_of(spec: RosterSpec, random: Random) -> Demand:
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


def quotas_of(
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


def requirements_of(spec: RosterSpec, demand: Demand, service_id: Mapping[str, str], random: Random) -> Iterator[Row]:
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
