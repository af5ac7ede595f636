"""What a run changed: by day and dagdeel."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from greedy.domain.models import Dagdeel, Service
from greedy.outcome.changes import ChangedShift, Changes
from greedy.page.book import Book


@dataclass(frozen=True, slots=True)
class Changed:
    """A shift that this run planned, moved or took back.

    Attributes:
        name: Who has it now; of one that is taken back, who had it.
        before: Of one that moved, who had it; else an empty string.
        gone: Whether it is taken back, and nobody has it now.
    """

    name: str
    service: Service
    before: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """What this run changed on one day, per dagdeel."""

    date: dt.date
    dagdelen: list[list[Changed]]


def changed(book: Book, changes: Changes | None) -> list[ChangedDay]:
    """Return what the run changed, by day and dagdeel, in the order in which a planner reads services.

    Args:
        book: The roster as it is planned.
        changes: The result's `changes`; None when the run did not come that far.
    """
    by_day: dict[dt.date, dict[Dagdeel, list[Changed]]] = defaultdict(lambda: defaultdict(list))
    for day, dagdeel, item in sorted(_changed(book, changes), key=lambda found: (found[0], found[1].order)):
        by_day[day][dagdeel].append(item)
    return [ChangedDay(day, [items[dagdeel] for dagdeel in Dagdeel]) for day, items in by_day.items()]


def _changed(book: Book, changes: Changes | None) -> Iterator[tuple[dt.date, Dagdeel, Changed]]:
    """Yield the changed shifts by service, then by name; of one person's, first those that are new."""
    if changes is None:
        return
    order = {service.code: place for place, service in enumerate(book.ordered_services(set(book.by_code)))}
    found = [
        *((shift, "", False) for shift in changes.added),
        *((shift, book.names[shift.from_employee_id], False) for shift in changes.moved),
        *((shift, "", True) for shift in changes.taken_back),
    ]
    for shift, before, gone in sorted(found, key=lambda item: (order[item[0].service_code], _name(book, item[0]))):
        item = Changed(_name(book, shift), book.by_code[shift.service_code], before=before, gone=gone)
        yield shift.date, shift.dagdeel, item


def _name(book: Book, shift: ChangedShift) -> str:
    return book.names[shift.employee_id]
