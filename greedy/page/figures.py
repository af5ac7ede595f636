"""Fairness in figures: everybody's shifts beside their quotas."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass

from greedy.domain.models import Dagdeel, Employee, Service, Team
from greedy.outcome.changes import Changes
from greedy.page.book import WORK, Book, Held
from greedy.solver.spread import is_weekend

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Share:
    """Shifts worked and their quota; None where there is none."""

    used: int
    quota: int | None

    @property
    def over(self) -> bool:
        """Whether more is worked than the quota allows."""
        return self.used > (self.quota or 0)


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """One person's shifts in the period.

    Attributes:
        total: All shifts against all quotas.
        percent: Share of all quotas that is used; None without a quota.
        before: Shifts that were there before this run.
        new: Shifts that this run added.
        services: Per service of the table; None where there is neither quota nor work.
        nights: On-call duties in the evening and night.
        weekends: Weekends with any shift, and holidays on other days.
    """

    person: Employee
    name: str
    total: Share
    percent: float | None
    before: int
    new: int
    services: list[Share | None]
    nights: int
    weekends: int


@dataclass(frozen=True, slots=True)
class Fairness:
    """Everybody's figures by team, and between which shares of their quotas they lie.

    Attributes:
        sums: Per service, all shifts against all quotas.
        total: The same of all services.
        before, new, nights, weekends: The people's figures added up.
        count: How many people there are.
        mean, least, most: Percent of all quotas that is used, over active people with a quota; None without any.
    """

    services: list[Service]
    teams: list[tuple[Team, list[PersonFigures]]]
    sums: list[Share]
    total: Share
    before: int
    new: int
    nights: int
    weekends: int
    count: int
    mean: float | None
    least: float | None
    most: float | None


def whole(percent: float) -> int:
    """Round a percentage to whole ones; to 100 only what has come that far, to 0 only what is nothing."""
    return min(99, max(1, round(percent))) if 0 < percent < 100 else round(percent)


def fairness(book: Book, changes: Changes | None = None) -> Fairness:
    """Count everybody's shifts against their quotas.

    Args:
        book: The roster as it is planned.
        changes: What the run changes; None where nothing is planned.
    """
    worked = {book.services[id_].code for _, id_ in book.used if id_ is not None}
    offered = {book.services[id_].code for (_, id_), quota in book.quotas.items() if quota}
    services = book.ordered_services(worked | offered)
    new, nights = Counter[str](), Counter[str]()
    free_days: set[tuple[str, dt.date]] = set()
    for slot, entry in book.entries.items():
        if entry.held in WORK:
            new[slot.employee_id] += entry.held is Held.NEW
            nights[slot.employee_id] += slot.dagdeel is Dagdeel.AVOND and _is_on_call(book, entry.service_id)
            if free := _free_day(slot.date, book.workspace.holidays):
                free_days.add((slot.employee_id, free))
    weekends = Counter(employee_id for employee_id, _ in free_days)
    total_used, total_quota = Counter[str](), Counter[str]()
    for (employee_id, _), count in book.used.items():
        total_used[employee_id] += count
    for (employee_id, _), quota in book.quotas.items():
        total_quota[employee_id] += quota

    gained = _gained(changes)

    def share(employee_id: str, service: Service) -> Share | None:
        used, quota = book.used[employee_id, service.id], book.quotas.get((employee_id, service.id))
        return Share(used, quota) if used or quota is not None else None

    people = [
        PersonFigures(
            person=person,
            name=book.names[person.id],
            total=Share(total_used[person.id], total_quota[person.id]),
            percent=100 * total_used[person.id] / total_quota[person.id] if total_quota[person.id] else None,
            before=total_used[person.id] - gained[person.id],
            new=new[person.id],
            services=[share(person.id, service) for service in services],
            nights=nights[person.id],
            weekends=weekends[person.id],
        )
        for person in book.ordered_people()
        if total_quota[person.id] or total_used[person.id] or gained[person.id]
    ]
    shares = [figures.percent for figures in people if figures.person.active and figures.percent is not None]
    grouped = [(team, [figures for figures in people if figures.person.team is team]) for team in Team]
    return Fairness(
        services=services,
        teams=[(team, members) for team, members in grouped if members],
        sums=[_sum(figures.services[number] for figures in people) for number in range(len(services))],
        total=_sum(figures.total for figures in people),
        before=sum(figures.before for figures in people),
        new=sum(figures.new for figures in people),
        nights=sum(figures.nights for figures in people),
        weekends=sum(figures.weekends for figures in people),
        count=len(people),
        mean=sum(shares) / len(shares) if shares else None,
        least=min(shares, default=None),
        most=max(shares, default=None),
    )


def _is_on_call(book: Book, service_id: str | None) -> bool:
    return service_id is not None and book.services[service_id].is_system


def _free_day(day: dt.date, holidays: Container[dt.date]) -> dt.date | None:
    """Return the day by which a weekend or a holiday is known; a weekend by its Saturday; None for any other day."""
    if is_weekend(day):
        return day - dt.timedelta(days=day.weekday() - SATURDAY)
    return day if day in holidays else None


def _gained(changes: Changes | None) -> Counter[str]:
    """Count the shifts that a run gives each person, less those that it takes from them."""
    gained = Counter[str]()
    if changes is not None:
        gained.update(shift.employee_id for shift in (*changes.added, *changes.moved))
        gained.subtract(shift.from_employee_id for shift in changes.moved)
        gained.subtract(shift.employee_id for shift in changes.taken_back)
    return gained


def _sum(shares: Iterable[Share | None]) -> Share:
    known = [share for share in shares if share]
    return Share(sum(share.used for share in known), sum(share.quota or 0 for share in known))
