"""What everybody works, with its hours: the roster as a list, for calendars, sheets and one's own roster."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from greedy.domain.duties import Duty
from greedy.domain.hours import HOURS, Hours, hours_of
from greedy.domain.models import Dagdeel, Employee, Service, Slot
from greedy.page.book import WORK, Book, Entry, Held


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one person works in one go: a shift, or both halves of a 24-hour duty.

    Attributes:
        date: The day on which it begins.
        dagdelen: The dagdelen that it takes, one or two.
        services: The service on each of them; None for work of which the service is not known.
        begins: From when, by the practice's clock, without a time zone.
        ends: Until when, likewise; later than `begins`.
        held: Who planned it; of a 24-hour duty its first half.
        rest_until: The last slot of the rest that follows it; None where none does.
        companions: Ids of who else works the same service on one of the dagdelen, by name.
    """

    person: Employee
    date: dt.date
    dagdelen: tuple[Dagdeel, ...]
    services: tuple[Service | None, ...]
    begins: dt.datetime
    ends: dt.datetime
    held: Held
    rest_until: Slot | None
    companions: tuple[str, ...]

    @property
    def is_day_duty(self) -> bool:
        """Whether it is a 24-hour duty."""
        return len(self.dagdelen) > 1

    @property
    def codes(self) -> str:
        """The codes of its services: `DIO`, `DIO + DIA`."""
        return " + ".join(service.code if service else "?" for service in self.services)

    @property
    def names(self) -> str:
        """The names of its services; an empty string where none has one."""
        return " + ".join(dict.fromkeys(service.name for service in self.services if service and service.name))


def stretches(book: Book, employee_id: str | None = None) -> list[Stretch]:
    """Return what is worked in the roster, by date, hours, team and name.

    Args:
        book: The roster as it is planned.
        employee_id: Whose; None for everybody's.
    """
    order = {person.id: place for place, person in enumerate(book.ordered_people())}
    staff: defaultdict[tuple[dt.date, Dagdeel, str], list[str]] = defaultdict(list)
    own: defaultdict[tuple[str, dt.date], dict[Dagdeel, Entry]] = defaultdict(dict)
    for slot, entry in sorted(book.entries.items(), key=lambda item: (item[0].date, item[0].dagdeel.order)):
        if entry.held in WORK:
            own[slot.employee_id, slot.date][slot.dagdeel] = entry
            if entry.service_id is not None:
                staff[slot.date, slot.dagdeel, entry.service_id].append(slot.employee_id)
    found = [
        _stretch(book, book.people[person], date, halves, staff, order)
        for (person, date), entries in own.items()
        if employee_id in (None, person)
        for halves in _in_one_go(book, entries)
    ]
    return sorted(found, key=lambda stretch: (stretch.date, stretch.begins, order[stretch.person.id]))


def _in_one_go(book: Book, entries: dict[Dagdeel, Entry]) -> Iterator[dict[Dagdeel, Entry]]:
    """Yield the shifts of a day, both halves of a 24-hour duty as one."""
    paired: set[Dagdeel] = set()
    for dagdeel, entry in entries.items():
        if dagdeel in paired:
            continue
        other = book.workspace.duties.evenings.get(Duty(book.code(entry.service_id) or "", dagdeel))
        if other and other.dagdeel in entries and book.code(entries[other.dagdeel].service_id) == other.code:
            paired.add(other.dagdeel)
            yield {dagdeel: entry, other.dagdeel: entries[other.dagdeel]}
        else:
            yield {dagdeel: entry}


def _stretch(
    book: Book,
    person: Employee,
    date: dt.date,
    halves: dict[Dagdeel, Entry],
    staff: dict[tuple[dt.date, Dagdeel, str], list[str]],
    order: dict[str, int],
) -> Stretch:
    services = {dagdeel: book.services.get(entry.service_id or "") for dagdeel, entry in halves.items()}
    spans = [span(date, hours_of(service, dagdeel)) for dagdeel, service in services.items()]
    rest = [
        Slot(person.id, *slot)
        for dagdeel, service in services.items()
        for slot in book.workspace.duties.rest_slots(service.code if service else None, date, dagdeel)
        if slot[1] not in halves or slot[0] != date
    ]
    beside = {
        other
        for dagdeel, service in services.items()
        if service
        for other in staff.get((date, dagdeel, service.id), ())
        if other != person.id
    }
    return Stretch(
        person=person,
        date=date,
        dagdelen=tuple(halves),
        services=tuple(services.values()),
        begins=min(begins for begins, _ in spans),
        ends=max(ends for _, ends in spans),
        held=next(iter(halves.values())).held,
        rest_until=max(rest, key=lambda slot: (slot.date, slot.dagdeel.order), default=None),
        companions=tuple(sorted(beside, key=order.__getitem__)),
    )


def span(date: dt.date, hours: Hours) -> tuple[dt.datetime, dt.datetime]:
    """Return when hours begin and end that begin on a given day, by the practice's clock."""
    begins, ends = dt.datetime.combine(date, hours.begins), dt.datetime.combine(date, hours.ends)
    return begins, ends if ends > begins else ends + dt.timedelta(days=1)


def slots(book: Book, employee_id: str | None = None) -> Iterator[tuple[Slot, Entry, dt.datetime, dt.datetime]]:
    """Yield each slot that is held, with its hours, by date, dagdeel, team and name.

    Args:
        book: The roster as it is planned.
        employee_id: Whose; None for everybody's.
    """
    order = {person.id: place for place, person in enumerate(book.ordered_people())}
    held = [slot for slot in book.entries if employee_id in (None, slot.employee_id)]
    for slot in sorted(held, key=lambda slot: (slot.date, slot.dagdeel.order, order[slot.employee_id])):
        entry = book.entries[slot]
        service = book.services.get(entry.service_id or "") if entry.held in WORK else None
        hours = hours_of(service, slot.dagdeel) if entry.held in WORK else HOURS[slot.dagdeel]
        yield slot, entry, *span(slot.date, hours)
