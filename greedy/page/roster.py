"""The roster as a planner reads it: a week at a time, people as rows, three dagdelen a day; and its legend."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from greedy.domain.models import Dagdeel, Employee, Service, Slot, Team
from greedy.domain.period import Period
from greedy.page.book import WORK, Book, Held
from greedy.page.language import Wording
from greedy.page.own import anchors_of
from greedy.page.shifts import OpenRow
from greedy.page.why import Why

DAGDELEN = tuple(Dagdeel)


class Cell(NamedTuple):
    """A slot in the table: CSS classes, what it shows, and what it tells a screen reader besides.

    `why` is the number of its explanation; 0 for none.
    """

    classes: str
    text: str
    aside: str = ""
    why: int = 0


class OpenCell(NamedTuple):
    """A shift that stays open, in the table's last row: where its explanation is, and what it shows.

    `kind` is `moet` or `mag`.
    """

    anchor: str
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Line:
    """One person's week; `own` is where the person's own roster is."""

    own: str
    name: str
    active: bool
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Block:
    """The people of one team in a week."""

    team: Team
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from Monday, those outside the roster's period included.

    Attributes:
        left: Days that the run was not to plan.
        holidays: Days that are public holidays.
        open: What stays open on each dagdeel; empty when nothing does all week.
    """

    anchor: str
    number: int
    days: list[dt.date]
    left: list[dt.date]
    holidays: list[dt.date]
    period: str
    blocks: list[Block]
    open: list[list[OpenCell]]


def weeks(
    book: Book,
    open_rows: list[OpenRow],
    say: Wording,
    planned: Period | None = None,
    explained: Mapping[Slot, Why] | None = None,
) -> list[Week]:
    """Lay the roster out in weeks.

    Args:
        book: The roster as it is planned.
        open_rows: What stays open, in words.
        say: The page's language.
        planned: The days to which the run was confined; None for all.
        explained: The explanations of who works what; None for none.
    """
    roster, holidays = book.workspace.roster, book.workspace.holidays
    anchors, numbers = anchors_of(book), {slot: why.number for slot, why in (explained or {}).items()}
    people = book.ordered_people()
    open_at: dict[tuple[dt.date, Dagdeel], list[OpenCell]] = defaultdict(list)
    for row in open_rows:
        text = row.service.code if row.missing == 1 else f"{row.missing}× {row.service.code}"
        open_at[row.date, row.dagdeel].append(OpenCell(row.anchor, text, row.kind))
    found = []
    for days in book.weeks():
        inside = [day for day in days if roster.covers(day)]
        left = [day for day in inside if planned and not planned.covers(day)]
        marks = dict.fromkeys((day for day in inside if day in holidays), "free") | dict.fromkeys(left, "left")
        still_open = [open_at.get((day, dagdeel), []) for day in days for dagdeel in DAGDELEN]
        found.append(
            Week(
                anchor=f"week-{days[0].isoformat()}",
                number=days[0].isocalendar().week,
                days=days,
                left=left,
                holidays=[day for day in inside if day in holidays],
                period=say.period(inside[0], inside[-1]),
                blocks=[
                    Block(
                        team,
                        [
                            Line(
                                anchors[person.id],
                                book.names[person.id],
                                person.active,
                                _cells(book, person, days, marks, numbers, say),
                            )
                            for person in people
                            if person.team is team
                        ],
                    )
                    for team in Team
                    if any(person.team is team for person in people)
                ],
                open=still_open if any(still_open) else [],
            )
        )
    return found


def _cells(
    book: Book,
    person: Employee,
    days: list[dt.date],
    marks: Mapping[dt.date, str],
    numbers: Mapping[Slot, int],
    say: Wording,
) -> list[Cell]:
    """Return one person's slots of a week; `marks` are the CSS classes of empty ones, by day."""
    slots = [Slot(person.id, day, dagdeel) for day in days for dagdeel in DAGDELEN]
    cells = [_cell(book, slot, numbers.get(slot, 0), say) for slot in slots]
    return [cell if any(cell) else Cell(marks.get(slot.date, ""), "") for cell, slot in zip(cells, slots, strict=True)]


def _cell(book: Book, slot: Slot, why: int, say: Wording) -> Cell:
    if not book.workspace.roster.covers(slot.date):
        return Cell("out", "")
    entry = book.entries.get(slot)
    if entry is None:
        return Cell("", "")
    if entry.held not in WORK:
        return Cell(str(entry.held), say(f"cell_{entry.held}"))
    service = book.services.get(entry.service_id or "")
    classes = [book.colours[service.id] if service else "unknown", str(entry.held)]
    asides = [] if entry.held is Held.NEW else [say(f"aside_{entry.held}")]
    if slot in book.rests:
        classes.append("clash")
        asides.append(say("aside_clash"))
    if book.asks_only_may(slot.date, slot.dagdeel, entry.service_id):
        classes.append("mag")
        asides.append(say("aside_mag"))
    return Cell(" ".join(classes), service.code if service else "?", ", ".join(asides), why)


@dataclass(frozen=True, slots=True)
class Legend:
    """What the roster's colours and marks mean: only those that it shows.

    Attributes:
        marks: What holds its slots (`Held`); "mag" where a shift may stay open, "clash" where rest is worked.
    """

    duties: list[Service]
    services: list[Service]
    marks: list[str]


def legend(book: Book) -> Legend:
    """Return what the roster shows."""
    asked = {row.service_id for row in book.workspace.requirements}
    shown = asked | {entry.service_id for entry in book.entries.values() if entry.held in WORK and entry.service_id}
    services = book.ordered_services({book.services[id_].code for id_ in shown})
    held = {entry.held for entry in book.entries.values()}
    clash = any(book.entries[slot].held in WORK for slot in book.rests.keys() & book.entries.keys())
    may = any(
        book.asks_only_may(slot.date, slot.dagdeel, entry.service_id)
        for slot, entry in book.entries.items()
        if entry.held in WORK
    )
    return Legend(
        duties=[service for service in services if service.is_system],
        services=[service for service in services if not service.is_system],
        marks=[str(mark) for mark in Held if mark in held] + ["mag"] * may + ["clash"] * clash,
    )
