"""The shifts that stay open: why, and what would fill them, in words, from the facts in the result."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from greedy.domain.models import Dagdeel, Service, Slot
from greedy.outcome.open_shifts import OpenShift
from greedy.page.book import Book, Duty, Held
from greedy.page.language import Wording
from greedy.solver.obstacles import Obstacle

NOBODY = "nobody"
"""The cause when nobody of a team that may fill a shift has the qualification."""

PEOPLE_NAMED_FOR = 400
"""Open shifts whose people are named one by one. With more, something else is wrong, and the page must stay small."""

NAMES_LISTED = 3
"""People who are named for one kind of change to one shift; of more, the page says that there are others."""


@dataclass(frozen=True, slots=True)
class OpenRow:
    """Places of one requirement that stay open.

    Attributes:
        anchor: Its id on the page.
        kind: `moet` or `mag`: whether its requirement is MOET (or AANGEPAST) or MAG.
        cause: What rules most people out: an obstacle, or `NOBODY`.
        reason: That, in a sentence.
        remedy: What would fill it, in a sentence.
        people: Who it is that each obstacle rules out: (obstacle in words, people in words).
    """

    anchor: str
    date: dt.date
    dagdeel: Dagdeel
    team: str
    service: Service
    kind: str
    missing: int
    cause: str
    reason: str
    remedy: str
    people: list[tuple[str, str]]


def open_rows(book: Book, shifts: Iterable[OpenShift], say: Wording) -> list[OpenRow]:
    """Explain the open shifts of a result, in their order."""
    return [_row(book, shift, number, say) for number, shift in enumerate(shifts, start=1)]


def kinds(shifts: Iterable[OpenShift], say: Wording) -> str:
    """Count the open places: on-call, those that must be filled, those that may; empty when nothing is open."""
    places = Counter[int]()
    for shift in shifts:
        places[shift.urgency] += shift.missing
    told = [say(f"kind_{urgency}", n=places[urgency]) for urgency in sorted(places)]
    return say("open_kinds", told=say.both(told)) if told else ""


def _row(book: Book, shift: OpenShift, number: int, say: Wording) -> OpenRow:
    service = book.by_code[shift.service_code]
    date, dagdeel = shift.date, shift.dagdeel
    cause = _cause(service, shift)
    return OpenRow(
        anchor=f"open-{number}",
        date=date,
        dagdeel=dagdeel,
        team=str(shift.team),
        service=service,
        kind="moet" if shift.firm else "mag",
        missing=shift.missing,
        cause=cause,
        reason=_reason(book, shift, service, date, dagdeel, say),
        remedy=_remedy(book, shift, service, cause, say),
        people=_people(book, shift, service, date, dagdeel, say) if number <= PEOPLE_NAMED_FOR else [],
    )


def _cause(service: Service, shift: OpenShift) -> str:
    """The obstacle that rules out the most people; of several that do, the one that the planner changes most easily."""
    if not service.active:
        return str(Obstacle.SERVICE_INACTIVE)
    if not shift.obstacles:
        return NOBODY
    ease = list(Obstacle)
    return str(max(shift.obstacles, key=lambda obstacle: (shift.obstacles[obstacle], ease.index(obstacle))))


def _reason(book: Book, shift: OpenShift, service: Service, date: dt.date, dagdeel: Dagdeel, say: Wording) -> str:
    if not service.active:
        return say("reason_service_inactive", code=service.code)
    if not shift.people:
        return say("reason_nobody", code=service.code)
    told = []
    for obstacle, n in shift.obstacles.items():
        key = f"obstacle_{obstacle}" if len(shift.obstacles) > 1 else f"all_{obstacle}"
        who = [person.employee_id for person in shift.people if person.obstacle == obstacle]
        duties = {duty.code for id_ in who if (duty := book.rests.get(Slot(id_, date, dagdeel)))}
        if obstacle == Obstacle.RESTS and len(duties) == 1:
            told.append(say(f"{key}_after", n=n, code=duties.pop()))
        else:
            told.append(say(key, n=n))
    return say("reason" if len(told) > 1 else "reason_all", n=shift.qualified, code=service.code, told=say.both(told))


def _remedy(book: Book, shift: OpenShift, service: Service, cause: str, say: Wording) -> str:
    if cause == Obstacle.SERVICE_INACTIVE:
        return say("remedy_service_inactive", code=service.code)
    parts = []
    for kind in ("quota", "qualification"):
        if who := [remedy.employee_id for remedy in shift.remedies if remedy.kind == kind]:
            names = [book.names[id_] for id_ in who[:NAMES_LISTED]] + [say("another")] * (len(who) > NAMES_LISTED)
            parts.append(say(f"remedy_{kind}", code=service.code, names=say.either(names)))
    return " ".join(parts) if parts else say("remedy_none")


def _people(
    book: Book, shift: OpenShift, service: Service, date: dt.date, dagdeel: Dagdeel, say: Wording
) -> list[tuple[str, str]]:
    """Name who is ruled out, and by what, in the order of the result's counts."""
    names: dict[Obstacle, list[str]] = {obstacle: [] for obstacle in shift.obstacles}
    for person in shift.people:
        slot = Slot(person.employee_id, date, dagdeel)
        because = _because(book, person.obstacle, slot, service, say)
        name = book.names[person.employee_id]
        names[person.obstacle].append(f"{name} ({because})" if because else name)
    return [(say(f"because_{obstacle}"), ", ".join(sorted(told))) for obstacle, told in names.items()]


def _because(book: Book, obstacle: Obstacle, slot: Slot, service: Service, say: Wording) -> str:
    """What is behind an obstacle; an empty string when there is no more to say."""
    if obstacle == Obstacle.QUOTA_USED:
        used = book.used[slot.employee_id, service.id]
        return say("of", part=used, whole=book.quotas.get((slot.employee_id, service.id), 0))
    if obstacle == Obstacle.WORKS:
        return _duty_in_words(book.duty(slot), slot.date, say)
    if obstacle == Obstacle.RESTS:
        return _duty_in_words(book.rests.get(slot), slot.date, say)
    if obstacle == Obstacle.WOULD_LOSE_REST:
        for date, dagdeel in book.workspace.duties.rest_slots(service.code, slot.date, slot.dagdeel):
            rest = Slot(slot.employee_id, date, dagdeel)
            if duty := book.duty(rest):
                return _duty_in_words(duty, slot.date, say)
            if date == slot.date and rest in book.entries and book.entries[rest].held is Held.AWAY:
                return say("away_at", dagdeel=say(f"dagdeel_{dagdeel}"))
    return ""


def _duty_in_words(duty: Duty | None, date: dt.date, say: Wording) -> str:
    """Return a duty in short: its code, and its day where that is another."""
    if duty is None:
        return ""
    code = duty.code or say("unknown_work")
    return code if duty.date == date else f"{code} {say.day(duty.date)}"
