"""What kind of roster to make: how large, which services, how tight."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta


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
    # Out of repr as well: `demo.roster` adds them where they are not as in the practice, whose bytes must stay.
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
