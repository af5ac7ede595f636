"""The on-call duties that need rest: the one place in Python where they are laid down (`docs/rules.md`, rules 5 and 6).

The database's trigger holds the same table in SQL (`greedy_rest_slots`); an integration test proves that they agree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from greedy.domain.models import Dagdeel, Slot, Status, StoredAssignment, Workspace

O, M, A = Dagdeel.OCHTEND, Dagdeel.MIDDAG, Dagdeel.AVOND  # noqa: E741  the practice's own letters


class Duty(NamedTuple):
    """A service code on the dagdeel that makes it a duty: DIO on M is none."""

    code: str
    dagdeel: Dagdeel


class Rest(NamedTuple):
    """A dagdeel of rest, `days` after the duty's own day (0 or 1)."""

    days: int
    dagdeel: Dagdeel


_AFTER_MORNING = (Rest(0, M), Rest(1, O), Rest(1, M))
_AFTER_EVENING = (Rest(1, O), Rest(1, M))

REST: dict[Duty, tuple[Rest, ...]] = {
    Duty("DIO", O): _AFTER_MORNING,
    Duty("DDO", O): _AFTER_MORNING,
    Duty("DIA", A): _AFTER_EVENING,
    Duty("DDA", A): _AFTER_EVENING,
}
"""Duty -> the rest that it needs."""

EVENING_OF: dict[Duty, Duty] = {
    Duty("DIO", O): Duty("DIA", A),
    Duty("DDO", O): Duty("DDA", A),
}
"""Morning duty -> the evening duty that makes it a 24-hour duty of one person."""

MORNING_OF: dict[Duty, Duty] = {evening: morning for morning, evening in EVENING_OF.items()}
"""Evening duty -> its morning duty."""


def rest_slots(code: str | None, date: dt.date, dagdeel: Dagdeel) -> tuple[tuple[dt.date, Dagdeel], ...]:
    """Return the (date, dagdeel) that a service worked on a date and dagdeel blocks; empty when it is no duty."""
    rests = REST.get(Duty(code, dagdeel), ()) if code else ()
    return tuple((date + dt.timedelta(days=rest.days), rest.dagdeel) for rest in rests)


def rest_note(code: str, date: dt.date, dagdeel: Dagdeel) -> str:
    """Return the `notes` of a BLOCKED row: the duty that blocks it, in the words that the trigger writes too."""
    return f"Auto-blocked: rest after {code} on {date.isoformat()} {dagdeel}"


class WorkedDuty(NamedTuple):
    """An ACTIVE duty, and the slots inside the roster's period in which its employee rests after it."""

    slot: Slot
    code: str
    rests: tuple[Slot, ...]


def find_duties(workspace: Workspace, rows: Iterable[StoredAssignment]) -> Iterator[WorkedDuty]:
    """Yield the duties that matter for rest in a roster.

    Args:
        workspace: The roster: its period, services, and neighbours' duties that reach into it.
        rows: Its rows as they are now.
    """
    codes, roster = workspace.service_codes, workspace.roster
    ours = (row for row in rows if row.status is Status.ACTIVE and roster.covers(row.date))
    for row in (*ours, *workspace.neighbours):
        code = codes.get(row.service_id or "")
        needed = rest_slots(code, row.date, row.dagdeel)
        rests = tuple(Slot(row.employee_id, date, dagdeel) for date, dagdeel in needed if roster.covers(date))
        if code and needed and (rests or roster.covers(row.date)):
            yield WorkedDuty(row.slot, code, rests)


def needed_rest(workspace: Workspace, rows: Iterable[StoredAssignment]) -> set[Slot]:
    """Return the slots inside the roster's period in which somebody rests; arguments as for `find_duties`."""
    return {slot for duty in find_duties(workspace, rows) for slot in duty.rests}
