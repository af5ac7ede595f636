"""Everybody's own roster: what one person works, from when to when, with whom, and the rest that follows."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from greedy.domain.dagdeel import Dagdeel
from greedy.domain.hours import HOURS, Hours, hours_of
from greedy.domain.models import Employee, Service, Slot, Team
from greedy.page.book import WORK, Book, Held
from greedy.page.language import Wording

COMPANIONS = 5
"""People who are named beside a shift; of more, the page says how many others there are."""

Staff = dict[tuple[dt.date, Dagdeel], list[tuple[str, str]]]
"""Per dagdeel who works then: (employee id, as the page names them and what they do)."""


@dataclass(frozen=True, slots=True)
class OwnShift:
    """A shift of one person.

    Attributes:
        service: None for work without a service.
        beside: Who else works then, in words; empty where nobody does.
        rest: The rest that follows, in words; empty where none does.
    """

    date: dt.date
    dagdeel: Dagdeel
    service: Service | None
    held: Held
    hours: Hours
    beside: str
    rest: str


@dataclass(frozen=True, slots=True)
class Own:
    """One person's roster.

    Attributes:
        anchor: Its id on the page, the same in every run.
        total: How much is worked, in words.
        away: On which days the person is away or blocked otherwise, in words; empty for none.
    """

    anchor: str
    person: Employee
    name: str
    total: str
    shifts: list[OwnShift]
    away: str


def own_rosters(book: Book, say: Wording) -> list[tuple[Team, list[Own]]]:
    """Return the rosters of everybody whom the roster shows, by team and name."""
    staff = _staff(book)
    anchors = anchors_of(book)
    slots: dict[str, list[Slot]] = defaultdict(list)
    for slot in sorted(book.entries, key=lambda slot: (slot.date, slot.dagdeel.order)):
        slots[slot.employee_id].append(slot)
    people = book.ordered_people()
    return [
        (team, [_own(book, person, slots[person.id], staff, anchors[person.id], say) for person in members])
        for team in Team
        if (members := [person for person in people if person.team is team])
    ]


def anchors_of(book: Book) -> dict[str, str]:
    """Return where on the page each person's roster is; the same in every run, so that a link to it stays true."""
    anchors: dict[str, str] = {}
    taken: set[str] = set()
    for id_ in sorted(book.people):
        anchor = "p-" + (re.sub(r"[^A-Za-z0-9]+", "-", id_).strip("-") or "x")
        while anchor in taken:
            anchor += "-x"
        taken.add(anchor)
        anchors[id_] = anchor
    return anchors


def _staff(book: Book) -> Staff:
    """Return who works on each dagdeel: by service in a planner's order, then by name."""
    order = {service.id: place for place, service in enumerate(book.ordered_services(set(book.by_code)))}
    working: dict[tuple[dt.date, Dagdeel], list[tuple[int, str, str, str]]] = defaultdict(list)
    for slot, entry in book.entries.items():
        if entry.held in WORK:
            code, name = book.code(entry.service_id), book.names[slot.employee_id]
            shown = f"{name} ({code})" if code else name
            place = order.get(entry.service_id or "", len(order))
            working[slot.date, slot.dagdeel].append((place, name, slot.employee_id, shown))
    return {when: [(id_, shown) for _, _, id_, shown in sorted(found)] for when, found in working.items()}


def _own(book: Book, person: Employee, slots: list[Slot], staff: Staff, anchor: str, say: Wording) -> Own:
    worked = [slot for slot in slots if book.entries[slot].held in WORK]
    causes = _causes(book, worked)
    rests = _rests(book, worked, causes)
    others = [slot for slot in slots if book.entries[slot].held not in WORK and slot not in causes]
    shifts = [_shift(book, slot, staff, rests[slot], say) for slot in worked]
    total = shifts_told([shift.service for shift in shifts], say)
    away = say("own_away", days=_days(others, say)) if others else ""
    return Own(anchor, person, book.names[person.id], total, shifts, away)


def shifts_told(services: Sequence[Service | None], say: Wording) -> str:
    """Count shifts in words, and those that are on call: a 24-hour duty is two.

    Args:
        services: The service of each shift; None for work without one.
        say: In which words.
    """
    on_call = sum(service is not None and service.is_system for service in services)
    told = [say("own_shifts", n=len(services))] + [say("own_on_call", n=on_call)] * bool(on_call)
    return ", ".join(told)


def _shift(book: Book, slot: Slot, staff: Staff, rest: list[Slot], say: Wording) -> OwnShift:
    entry = book.entries[slot]
    service = book.services.get(entry.service_id or "")
    return OwnShift(
        date=slot.date,
        dagdeel=slot.dagdeel,
        service=service,
        held=entry.held,
        hours=hours_of(service, slot.dagdeel),
        beside=_beside(slot, staff, say),
        rest=_days(rest, say) if rest else "",
    )


def _beside(slot: Slot, staff: Staff, say: Wording) -> str:
    others = [shown for id_, shown in staff[slot.date, slot.dagdeel] if id_ != slot.employee_id]
    named = others[:COMPANIONS]
    if more := len(others) - len(named):
        named.append(say("more_people", n=more))
    return say.both(named) if named else ""


def _causes(book: Book, worked: list[Slot]) -> dict[Slot, Slot]:
    """Return which duty each slot of rest follows; of several the last."""
    causes: dict[Slot, Slot] = {}
    for slot in worked:
        code = book.code(book.entries[slot].service_id)
        for date, dagdeel in book.workspace.duties.rest_slots(code, slot.date, slot.dagdeel):
            causes[Slot(slot.employee_id, date, dagdeel)] = slot
    return causes


def _rests(book: Book, worked: list[Slot], causes: dict[Slot, Slot]) -> dict[Slot, list[Slot]]:
    """Return the rest that follows each shift, inside the roster.

    Rest is a dagdeel that the roster holds as rest or absence; while the duty itself lasts nobody needs to be told.
    """
    rests: dict[Slot, list[Slot]] = {slot: [] for slot in worked}
    for rest, duty in sorted(causes.items(), key=lambda item: (item[0].date, item[0].dagdeel.order)):
        entry = book.entries.get(rest)
        if entry is not None and entry.held not in WORK and not _lasts_into(book, duty, rest):
            rests[duty].append(rest)
    return rests


def _lasts_into(book: Book, duty: Slot, rest: Slot) -> bool:
    """Whether a duty, by its own hours, lasts into a dagdeel of the same day that the rules count as its rest."""
    hours = hours_of(book.services.get(book.entries[duty].service_id or ""), duty.dagdeel)
    overnight = hours.ends <= hours.begins
    return duty.date == rest.date and (overnight or hours.ends > HOURS[rest.dagdeel].begins)


def _days(slots: list[Slot], say: Wording) -> str:
    """Name days, and the dagdelen of those of which not every one is meant."""
    parts: dict[dt.date, list[str]] = {}
    for slot in slots:
        parts.setdefault(slot.date, []).append(say(f"dagdeel_{slot.dagdeel}"))
    whole = len(Dagdeel)
    return say.days(
        [(date, "" if len(dagdelen) == whole else say.both(dagdelen)) for date, dagdelen in parts.items()], most=40
    )
