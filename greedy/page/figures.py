"""Fairness in figures: everybody's shifts beside their quotas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from greedy.domain.models import Employee, Service, Team
from greedy.outcome.changes import Changes
from greedy.page.book import WORK, Book, Held
from greedy.solver.hours import Holidays, Hours, Nights, Weekends


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
class Often:
    """How often somebody has nights, weekends or holidays: in this roster, and in those before it."""

    now: int
    before: int


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """One person's shifts in the period.

    Attributes:
        total: All shifts against all quotas.
        percent: Share of all quotas that is used; None without a quota.
        before: Shifts that were there before this run.
        new: Shifts that this run added.
        services: Per service of the table; None where there is neither quota nor work.
        nights: Nights on call.
        weekends: Weekends and holidays worked: a weekend is one, a holiday on another day is one.
        holidays: Holidays worked.
    """

    person: Employee
    name: str
    total: Share
    percent: float | None
    before: int
    new: int
    services: list[Share | None]
    nights: Often
    weekends: Often
    holidays: Often


@dataclass(frozen=True, slots=True)
class Fairness:
    """Everybody's figures by team, and the range of the shares of their quotas.

    Attributes:
        sums: Per service, all shifts against all quotas.
        total: The same of all services.
        before, new, nights, weekends, holidays: The people's figures added up.
        count: How many people there are.
        mean, least, most: Percent of all quotas that is used, over active people with a quota; None without any.
    """

    services: list[Service]
    teams: list[tuple[Team, list[PersonFigures]]]
    sums: list[Share]
    total: Share
    before: int
    new: int
    nights: Often
    weekends: Often
    holidays: Often
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
    new = Counter[str]()
    for slot, entry in book.entries.items():
        if entry.held in WORK:
            new[slot.employee_id] += entry.held is Held.NEW
    nights, weekends, holidays = Nights(book.board), Weekends(book.board), Holidays(book.board)
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
            percent=_percent(book, person),
            before=total_used[person.id] - gained[person.id],
            new=new[person.id],
            services=[share(person.id, service) for service in services],
            nights=_often(book, nights, person),
            weekends=_often(book, weekends, person),
            holidays=_often(book, holidays, person),
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
        nights=_sum_often(figures.nights for figures in people),
        weekends=_sum_often(figures.weekends for figures in people),
        holidays=_sum_often(figures.holidays for figures in people),
        count=len(people),
        mean=sum(shares) / len(shares) if shares else None,
        least=min(shares, default=None),
        most=max(shares, default=None),
    )


def _percent(book: Book, person: Employee) -> float | None:
    """Return what part of all quotas somebody works, each shift counted as its service says; None without a quota."""
    board = book.board
    number = board.person_number[person.id]
    return 100 * board.total_used[number] / board.total_quota[number] if board.total_quota[number] else None


def _often(book: Book, hours: Hours, person: Employee) -> Often:
    balance = book.workspace.balance.get(person.id)
    return Often(hours.worked(book.board.person_number[person.id]), hours.of_balance(balance) if balance else 0)


def _sum_often(some: Iterable[Often]) -> Often:
    known = list(some)
    return Often(sum(often.now for often in known), sum(often.before for often in known))


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
