"""What a run changes, or with `--dry-run` would change, against what is there."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from greedy.domain.models import Assignment, Dagdeel, Slot, Status, StoredAssignment, Workspace
from greedy.outcome.reasons import Reason, reasons
from greedy.solver.replan import own_duties

_Shift = tuple[dt.date, Dagdeel, str | None]
"""A shift of the roster: date, dagdeel, service id."""


@dataclass(frozen=True, slots=True)
class ChangedShift:
    """A shift that a run adds or takes back, and whose it is or was."""

    date: dt.date
    dagdeel: Dagdeel
    service_code: str
    employee_id: str


@dataclass(frozen=True, slots=True)
class MovedShift(ChangedShift):
    """A shift that goes from one person to another.

    Attributes:
        employee_id: Whose it is now.
        from_employee_id: Whose it was.
        because: Why it was taken from them.
    """

    from_employee_id: str
    because: Reason


@dataclass(frozen=True, slots=True)
class TakenShift(ChangedShift):
    """A shift of the job's that nobody has any more.

    Attributes:
        because: Why it was taken back.
    """

    because: Reason


@dataclass(frozen=True, slots=True)
class PersonChanges:
    """What changes for one person: what they get, and what goes from them, by date, dagdeel and service.

    Attributes:
        employee_id: Who.
        gets: Shifts that they have now; of a moved one, `from_employee_id` says whose it was.
        loses: Shifts that they have no more; of a moved one, `employee_id` says whose it is.
    """

    employee_id: str
    gets: tuple[ChangedShift | MovedShift, ...]
    loses: tuple[MovedShift | TakenShift, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a run changes, by date, dagdeel and service.

    Attributes:
        added: Shifts that nobody had.
        moved: Shifts that go to somebody else.
        taken_back: The job's own shifts that nobody has any more.
        rest_added: Slots that become BLOCKED.
        rest_opened: BLOCKED slots that are opened.
        by_person: The same shifts for each person whom they concern, by employee id; empty where nobody loses any.
    """

    added: tuple[ChangedShift, ...]
    moved: tuple[MovedShift, ...]
    taken_back: tuple[TakenShift, ...]
    rest_added: int
    rest_opened: int
    by_person: tuple[PersonChanges, ...] = ()

    @property
    def any_shift(self) -> bool:
        """Whether any shift is added, moved or taken back."""
        return bool(self.added or self.moved or self.taken_back)


def compare(
    before: Workspace, after: Workspace, taken_back: Iterable[StoredAssignment], *, reshuffle: bool = False
) -> Changes:
    """Compare a roster with what is planned.

    Args:
        before: The roster as it was read.
        after: The roster as it is planned: rows that stay, and in `assignments` the records that are written.
        taken_back: Rows of the job's that are opened.
        reshuffle: Whether it is planned from nothing (`--reshuffle`).
    """
    taken_back = list(taken_back)
    why = reasons(before, after, own_duties(before), taken_back, reshuffle=reshuffle) if taken_back else {}
    came: defaultdict[_Shift, list[str]] = defaultdict(list)
    went: defaultdict[_Shift, list[str]] = defaultdict(list)
    for record in after.assignments:
        if record.status is Status.ACTIVE:
            came[record.date, record.dagdeel, record.service_id].append(record.employee_id)
    for row in taken_back:
        went[row.date, row.dagdeel, row.service_id].append(row.employee_id)
    codes = before.service_codes
    added: list[ChangedShift] = []
    moved: list[MovedShift] = []
    gone: list[TakenShift] = []
    for key in sorted(came.keys() | went.keys(), key=lambda key: (key[0], key[1].order, codes[str(key[2])])):
        date, dagdeel, service_id = key
        code = codes[str(service_id)]
        new, old = sorted(came[key]), sorted(went[key])
        both = min(len(new), len(old))
        because = {then: why[Slot(then, date, dagdeel)] for then in old}
        moved += [
            MovedShift(date, dagdeel, code, now, then, because[then]) for now, then in zip(new, old, strict=False)
        ]
        added += [ChangedShift(date, dagdeel, code, now) for now in new[both:]]
        gone += [TakenShift(date, dagdeel, code, then, because[then]) for then in old[both:]]
    rest_before, rest_after = _rest(before.stored), _rest((*after.stored, *after.assignments))
    return Changes(
        added=tuple(added),
        moved=tuple(moved),
        taken_back=tuple(gone),
        rest_added=len(rest_after - rest_before),
        rest_opened=len(rest_before - rest_after),
        by_person=_by_person(added, moved, gone),
    )


def _by_person(
    added: Iterable[ChangedShift], moved: Sequence[MovedShift], gone: Sequence[TakenShift]
) -> tuple[PersonChanges, ...]:
    if not moved and not gone:
        return ()
    gets: defaultdict[str, list[ChangedShift | MovedShift]] = defaultdict(list)
    loses: defaultdict[str, list[MovedShift | TakenShift]] = defaultdict(list)
    for shift in (*added, *moved):
        gets[shift.employee_id].append(shift)
    for lost in moved:
        loses[lost.from_employee_id].append(lost)
    for lost_by_all in gone:
        loses[lost_by_all.employee_id].append(lost_by_all)
    return tuple(
        PersonChanges(person, tuple(sorted(gets[person], key=_when)), tuple(sorted(loses[person], key=_when)))
        for person in sorted({*gets, *loses})
    )


def _when(shift: ChangedShift) -> tuple[dt.date, int, str]:
    return shift.date, shift.dagdeel.order, shift.service_code


def _rest(rows: Iterable[Assignment | StoredAssignment]) -> set[Slot]:
    return {row.slot for row in rows if row.status is Status.BLOCKED}
