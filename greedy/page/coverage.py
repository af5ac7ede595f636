"""Coverage in figures: per service and team, and per day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from greedy.domain.models import Service, TeamDemand
from greedy.outcome.coverage import CoverageSummary, ServiceCoverage, percent_filled
from greedy.outcome.result import RunResult
from greedy.page.book import Book


@dataclass(frozen=True, slots=True)
class Bar:
    """Places that are needed, and how many of them are filled, and were `before` the run."""

    needed: int
    filled: int
    before: int = 0

    @property
    def open(self) -> int:
        """Places that stay open."""
        return self.needed - self.filled

    @property
    def percent(self) -> float:
        """Filled share, as `percent_filled` rounds it."""
        return percent_filled(self.filled, self.needed)

    def part(self, places: int) -> float:
        """Share of the bar's length that some places take, in percent."""
        return round(100 * places / self.needed, 2) if self.needed else 0


@dataclass(frozen=True, slots=True)
class ServiceBars:
    """Coverage of one service: in all, and per team that is asked for (None where it is not)."""

    service: Service
    total: Bar
    teams: list[Bar | None]


@dataclass(frozen=True, slots=True)
class CoverageTable:
    """Coverage per service; `teams` are the requirement rows that this roster has."""

    teams: list[TeamDemand]
    services: list[ServiceBars]
    total: Bar
    team_totals: list[Bar | None]


@dataclass(frozen=True, slots=True)
class CalendarWeek:
    """A week of days; None outside the roster's period. A day that the run was not to plan has no bar."""

    number: int
    days: list[tuple[dt.date, Bar | None] | None]


def coverage(book: Book, result: RunResult, summary: CoverageSummary) -> CoverageTable:
    """Lay the coverage of a result out per service and team."""
    needed, before, open_ = (Counter[tuple[str, TeamDemand]]() for _ in range(3))
    for row in book.workspace.requirements:
        needed[book.services[row.service_id].code, row.team] += row.needed
        before[book.services[row.service_id].code, row.team] += book.filled_before(row)
    for shift in result.open_shifts:
        open_[shift.service_code, shift.team] += shift.missing
    teams = [team for team in TeamDemand if any(asked is team for _, asked in needed)]
    by_code = {service.service_code: service for service in summary.by_service}

    def bar(code: str, team: TeamDemand) -> Bar | None:
        places = needed[code, team]
        return Bar(places, places - open_[code, team], before[code, team]) if places else None

    def team_total(team: TeamDemand) -> Bar:
        places, unfilled, known = (
            sum(count for (_, asked), count in counts.items() if asked is team) for counts in (needed, open_, before)
        )
        return Bar(places, places - unfilled, known)

    return CoverageTable(
        teams=teams,
        services=[
            ServiceBars(service, _bar(by_code[service.code]), [bar(service.code, team) for team in teams])
            for service in book.ordered_services({code for code, counts in by_code.items() if counts.needed})
        ],
        total=_bar(summary),
        team_totals=[team_total(team) for team in teams],
    )


def _bar(counts: CoverageSummary | ServiceCoverage) -> Bar:
    return Bar(counts.needed, counts.needed - counts.open, counts.filled_before)


def calendar(book: Book, result: RunResult) -> list[CalendarWeek]:
    """Lay the coverage of a result out per day, a week a row."""
    needed, before, open_ = Counter[dt.date](), Counter[dt.date](), Counter[dt.date]()
    for row in book.workspace.requirements:
        needed[row.date] += row.needed
        before[row.date] += book.filled_before(row)
    for shift in result.open_shifts:
        open_[shift.date] += shift.missing
    roster, planned = book.workspace.roster, result.period

    def entry(day: dt.date) -> tuple[dt.date, Bar | None] | None:
        if not roster.covers(day):
            return None
        if planned is not None and not planned.period.covers(day):
            return day, None
        return day, Bar(needed[day], needed[day] - open_[day], before[day])

    return [CalendarWeek(days[0].isocalendar().week, [entry(day) for day in days]) for days in book.weeks()]
