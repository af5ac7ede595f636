"""What stands on paper: the roster's weeks, wall plans, open shifts and fairness, as plain data for the typesetter."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import Any

from greedy.domain.models import Dagdeel, Employee, Slot, Team
from greedy.exports import colours
from greedy.exports.stretches import Stretch, stretches
from greedy.exports.wording import ExportWording
from greedy.outcome.result import RunResult
from greedy.page import figures
from greedy.page.book import WORK, Book, Held
from greedy.page.own import shifts_told
from greedy.page.shifts import open_rows

WALL_WEEKS = 5
"""Weeks on one wall plan: the practice's rosters are five weeks long."""

Data = dict[str, Any]
"""What `json.dumps` takes."""

Cell = list[str]
"""[what it shows, colour, ink], or empty for a slot that nothing holds."""


def roster(result: RunResult, book: Book, made_at: dt.datetime, say: ExportWording) -> Data:
    """Lay a roster out on paper.

    Args:
        result: The run's result.
        book: The roster as it is planned.
        made_at: When it was made, with its time zone.
        say: In which words.
    """
    weeks = list(book.weeks())
    cells = Cells(book, say)
    open_at: defaultdict[tuple[dt.date, Dagdeel], Counter[str]] = defaultdict(Counter)
    for shift in result.open_shifts:
        open_at[shift.date, shift.dagdeel][shift.service_code] += shift.missing
    return _frame(result, book, made_at, say, say("roster_title", period=_period(book, say))) | {
        "weeks": [_week(book, days, cells, open_at, say) for days in weeks],
        "walls": [
            _wall(book, weeks[first : first + WALL_WEEKS], cells, say) for first in range(0, len(weeks), WALL_WEEKS)
        ],
        "open": _open(result, book, say),
        "fairness": _fairness(result, book, say),
        "legend": _legend(book, cells, say),
        "own": None,
    }


def own_roster(result: RunResult, book: Book, person: Employee, made_at: dt.datetime, say: ExportWording) -> Data:
    """Lay one person's own roster out: one sheet, a line for each shift."""
    cells = Cells(book, say)
    own = stretches(book, person.id)
    title = say("roster_of", name=book.names[person.id])
    return _frame(result, book, made_at, say, title) | {
        "weeks": [],
        "walls": [],
        "open": None,
        "fairness": None,
        "legend": [],
        "own": {
            "period": _period(book, say),
            "sum": shifts_told([service for stretch in own for service in stretch.services], say),
            "none": "" if own else say("own_none"),
            "weeks": [
                {
                    "title": say("week_title", n=days[0].isocalendar().week),
                    "shifts": [_own_shift(book, stretch, cells, say) for stretch in own if stretch.date in days],
                }
                for days in book.weeks()
                if any(stretch.date in days for stretch in own)
            ],
        },
    }


class Cells:
    """What the cells of a roster show.

    Attributes:
        paints: The colours of every service, by its id.
    """

    def __init__(self, book: Book, say: ExportWording) -> None:
        self.paints = colours.paints(book)
        self._book = book
        self._away = say("away_short")

    def cell(self, slot: Slot) -> Cell:
        """Return what a slot shows; a mark where somebody works although it should be rest."""
        if not self._book.workspace.roster.covers(slot.date):
            return ["", colours.OUTSIDE, colours.INK]
        entry = self._book.entries.get(slot)
        if entry is None:
            return []
        if entry.held is Held.REST:
            return ["", colours.REST, colours.INK]
        if entry.held is Held.AWAY:
            return [self._away, colours.AWAY, colours.INK]
        paint = self.paints.get(entry.service_id or "", colours.Paint(colours.UNKNOWN, colours.INK))
        mark = "!" if slot in self._book.rests else ""
        return [(self._book.code(entry.service_id) or "?") + mark, *paint]


def _frame(result: RunResult, book: Book, made_at: dt.datetime, say: ExportWording, title: str) -> Data:
    roster_ = book.workspace.roster
    return {
        "title": title,
        "language": str(say.language),
        "footer": say("roster_title", period=say.period(roster_.start_date, roster_.end_date)),
        "printed": say("printed", moment=say.moment(made_at)),
        "page": say("page_of"),
        "proposal": "" if is_stored(result) else say("not_stored"),
    }


def is_stored(result: RunResult) -> bool:
    """Whether what a run planned is in the database."""
    return result.coverage is not None and result.coverage.written


def _period(book: Book, say: ExportWording) -> str:
    return say.period(book.workspace.roster.start_date, book.workspace.roster.end_date)


def _day(book: Book, day: dt.date, say: ExportWording) -> Data:
    inside = book.workspace.roster.covers(day)
    return {
        "weekday": say.weekday(day),
        "number": str(day.day),
        "label": say.day(day),
        "off": inside and (day.weekday() >= 5 or day in book.workspace.holidays),
        "holiday": inside and day in book.workspace.holidays,
        "outside": not inside,
    }


def _groups(book: Book) -> list[tuple[Team, list[Employee]]]:
    people = book.ordered_people()
    return [(team, members) for team in Team if (members := [person for person in people if person.team is team])]


def _week(
    book: Book,
    days: list[dt.date],
    cells: Cells,
    open_at: dict[tuple[dt.date, Dagdeel], Counter[str]],
    say: ExportWording,
) -> Data:
    inside = [day for day in days if book.workspace.roster.covers(day)]
    still_open = [open_at.get((day, dagdeel), Counter()) for day in days for dagdeel in Dagdeel]
    return {
        "title": say("week_title", n=days[0].isocalendar().week),
        "period": say.period(inside[0], inside[-1]),
        "days": [_day(book, day, say) for day in days],
        "dagdelen": [str(dagdeel) for dagdeel in Dagdeel],
        "groups": [
            {
                "team": str(team),
                "people": [
                    {
                        "name": book.names[person.id],
                        "cells": [cells.cell(Slot(person.id, day, dagdeel)) for day in days for dagdeel in Dagdeel],
                    }
                    for person in members
                ],
            }
            for team, members in _groups(book)
        ],
        "open_label": say("open_row"),
        "open": [
            "\n".join(code if n == 1 else f"{n}× {code}" for code, n in sorted(codes.items())) for codes in still_open
        ]
        if any(still_open)
        else [],
    }


def _wall(book: Book, weeks: list[list[dt.date]], cells: Cells, say: ExportWording) -> Data:
    days = [day for week in weeks for day in week]
    inside = [day for day in days if book.workspace.roster.covers(day)]
    return {
        "title": say("wall_title"),
        "period": say.period(inside[0], inside[-1]),
        "weeks": [say("week_title", n=week[0].isocalendar().week) for week in weeks],
        "days": [_day(book, day, say) for day in days],
        "people": [
            {
                "name": book.names[person.id],
                "rows": [[cells.cell(Slot(person.id, day, dagdeel)) for day in days] for dagdeel in Dagdeel],
            }
            for _, members in _groups(book)
            for person in members
        ],
    }


def _open(result: RunResult, book: Book, say: ExportWording) -> Data:
    rows = open_rows(book, result.open_shifts, say)
    head = [say(f"col_{name}") for name in ("date", "dagdeel", "code", "team", "missing", "firm", "reason", "remedy")]
    return {
        "title": say("open_title"),
        "none": say("open_none") if not rows else "",
        "head": head,
        "rows": [
            [
                say.day(row.date),
                say(f"part_{row.dagdeel}"),
                row.service.code,
                say(f"demand_{row.team}"),
                str(row.missing),
                say(f"firm_{shift.urgency}"),
                row.reason,
                row.remedy,
            ]
            for row, shift in zip(rows, result.open_shifts, strict=True)
        ],
    }


def _fairness(result: RunResult, book: Book, say: ExportWording) -> Data:
    table = figures.fairness(book, result.changes)
    head = [say("col_name"), say("col_used"), say("col_quota"), say("col_share")]
    return {
        "title": say("fairness_title"),
        "notes": fairness_notes(book, say),
        "head": [
            *head,
            *(service.code for service in table.services),
            *(say(f"col_{name}") for name in ("nights", "weekends", "holidays")),
        ],
        "rows": [
            [
                person.name,
                str(person.total.used),
                str(person.total.quota or 0),
                "" if person.percent is None else f"{figures.whole(person.percent)} %",
                *(f"{share.used}/{share.quota or 0}" if share else "" for share in person.services),
                *(str(often.now) for often in (person.nights, person.weekends, person.holidays)),
            ]
            for _, people in table.teams
            for person in people
        ],
    }


def fairness_notes(book: Book, say: ExportWording) -> list[str]:
    """Explain the figures of the table of fairness: how they are counted, and whether shares are weighted."""
    return [say("fairness_note"), *([say("weights")] if book.are_weighted else [])]


def _legend(book: Book, cells: Cells, say: ExportWording) -> list[Data]:
    """Return what the colours and signs mean: of the services that the roster asks for or shows, and of the tints."""
    shown = {row.service_id for row in book.workspace.requirements}
    shown |= {entry.service_id for entry in book.entries.values() if entry.held in WORK and entry.service_id}
    services = book.ordered_services({book.services[id_].code for id_ in shown})
    items = [(service.code, service.name, *cells.paints[service.id]) for service in services]
    items.append(("", say("rest"), colours.REST, colours.INK))
    items.append((say("away_short"), say("away"), colours.AWAY, colours.INK))
    if any(book.entries[slot].held in WORK for slot in book.rests.keys() & book.entries.keys()):
        items.append(("!", say("clash"), colours.UNKNOWN, colours.INK))
    if any(map(book.workspace.roster.covers, book.workspace.holidays)):
        items.append(("★", say("public_holiday"), colours.UNKNOWN, colours.INK))
    items += [(str(dagdeel), say(f"part_{dagdeel}"), colours.UNKNOWN, colours.INK) for dagdeel in Dagdeel]
    return [{"code": code, "name": name, "fill": fill, "ink": ink} for code, name, fill, ink in items]


def _own_shift(book: Book, stretch: Stretch, cells: Cells, say: ExportWording) -> Data:
    first = stretch.services[0]
    paint = cells.paints[first.id] if first else colours.Paint(colours.UNKNOWN, colours.INK)
    return {
        "day": say.long_day(stretch.date),
        "code": stretch.codes,
        "fill": paint.fill,
        "ink": paint.ink,
        **own_words(book, stretch, say),
    }


def own_words(book: Book, stretch: Stretch, say: ExportWording) -> dict[str, str]:
    """Describe a shift to whoever works it: what it is, its hours, with whom, and the rest after it."""
    ends = f"{stretch.ends:%H:%M}"
    if stretch.ends.date() > stretch.date:
        ends += f" ({say.weekday(stretch.ends.date())})"
    rest = ""
    if stretch.rest_until is not None:
        dagdeel = say(f"part_{stretch.rest_until.dagdeel}")
        rest = say("own_rest", day=say.day(stretch.rest_until.date), dagdeel=dagdeel)
    names = [book.names[id_] for id_ in stretch.companions]
    return {
        "what": say("own_day_duty") if stretch.is_day_duty else stretch.names or say("work"),
        "hours": f"{stretch.begins:%H:%M}–{ends}",
        "with": say("own_with", names=say.both(names)) if names else "",
        "rest": rest,
    }
