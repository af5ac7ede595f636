"""The roster as CSV: a line for each slot that is held, for whatever reads tables."""

from __future__ import annotations

import csv
import io

from greedy.domain.models import Employee
from greedy.exports.edition import Edition
from greedy.exports.stretches import slots
from greedy.exports.wording import ExportWording
from greedy.page.book import WORK, Held

COLUMNS = (
    "date",
    "weekday",
    "week",
    "dagdeel",
    "begins",
    "ends",
    "kind",
    "code",
    "service",
    "team",
    "name",
    "id",
    "origin",
)

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(edition: Edition, person: Employee | None = None) -> bytes:
    """Make the CSV: semicolons and a byte order mark, as a Dutch Excel opens it by a double click.

    Args:
        edition: The roster.
        person: Whose rows; None for everybody's.
    """
    book, say = edition.book, edition.say
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(say(f"col_{column}") for column in COLUMNS)
    for slot, entry, begins, ends in slots(book, person.id if person else None):
        service = book.services.get(entry.service_id or "") if entry.held in WORK else None
        employee = book.people[slot.employee_id]
        row = (
            slot.date.isoformat(),
            say.weekday(slot.date),
            str(slot.date.isocalendar().week),
            str(slot.dagdeel),
            f"{begins:%Y-%m-%d %H:%M}",
            f"{ends:%Y-%m-%d %H:%M}",
            kind(entry.held, say),
            service.code if service else "",
            service.name if service else "",
            str(employee.team),
            book.names[employee.id],
            employee.id,
            origin_told(entry.held, say, stored=edition.is_stored),
        )
        writer.writerow(map(_no_formula, row))
    return out.getvalue().encode("utf-8-sig")


def kind(held: Held, say: ExportWording) -> str:
    """Return one word for what a slot is taken by: work, rest or absence."""
    return say("work" if held in WORK else str(held))


def origin_told(held: Held, say: ExportWording, *, stored: bool) -> str:
    """Return who planned what holds a slot; an empty string for what is no work."""
    if held not in WORK:
        return ""
    return say("origin_proposed" if held is Held.NEW and not stored else f"origin_{held}")


def _no_formula(text: str) -> str:
    """Keep a name such as `=1+1` from being evaluated as a formula by a spreadsheet."""
    return f"'{text}" if text.startswith(_FORMULA) else text
