"""What stands on paper: the roster's weeks, wall plans, open shifts and fairness, as plain data for the typesetter."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import Any

from greedy.domain.models import Dagdeel, Employee, Slot, Team
from greedy.exports import colours
from greedy.exports.cells import Cells
from greedy.exports.edition import Edition
from greedy.exports.tables import OPEN_COLUMNS, fairness_notes, open_shifts
from greedy.exports.wording import ExportWording
from greedy.page import figures
from greedy.page.book import WORK, Book

WALL_WEEKS = 5
"""Weeks on one wall plan: the practice's rosters are five weeks long."""

Data = dict[str, Any]
"""What `json.dumps` takes."""


def roster(edition: Edition) -> Data:
    """Lay a roster out on paper."""
    result, book, say = edition.result, edition.book, edition.say
    weeks = list(book.weeks())
    cells = Cells(book, say)
    open_at: defaultdict[tuple[dt.date, Dagdeel], Counter[str]] = defaultdict(Counter)
    for shift in result.open_shifts:
        open_at[shift.date, shift.dagdeel][shift.service_code] += shift.missing
    return frame(edition, edition.title) | {
        "weeks": [_week(book, days, cells, open_at, say) for days in weeks],
        "walls": [
            _wall(book, weeks[first : first + WALL_WEEKS], cells, say) for first in range(0, len(weeks), WALL_WEEKS)
        ],
        "open": _open(edition),
        "fairness": _fairness(edition),
        "legend": _legend(book, cells, say),
        "own": None,
    }


def frame(edition: Edition, title: str) -> Data:
    """Return what stands on every sheet."""
    return {
        "title": title,
        "language": str(edition.say.language),
        "footer": edition.title,
        "printed": edition.printed,
        "page": edition.say("page_of"),
        "proposal": edition.proposal,
    }


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


def _open(edition: Edition) -> Data:
    say, rows = edition.say, open_shifts(edition)
    return {
        "title": say("open_title"),
        "none": say("open_none") if not rows else "",
        "head": [say(f"col_{name}") for name in OPEN_COLUMNS],
        "rows": [[say.day(cell) if isinstance(cell, dt.date) else str(cell) for cell in row] for row in rows],
    }


def _fairness(edition: Edition) -> Data:
    say = edition.say
    table = figures.fairness(edition.book, edition.result.changes)
    head = [say("col_name"), say("col_used"), say("col_quota"), say("col_share")]
    return {
        "title": say("fairness_title"),
        "notes": fairness_notes(edition),
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
