"""The roster as it is after a refused write: learned from the refusal, so that it can be planned again in memory.

A slot that somebody took becomes a stored row. What is refused for another reason may not be planned again: it goes to
`Workspace.forbidden`, unless the slots, read once more, show the reason themselves.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from greedy.domain.models import Assignment, Dagdeel, Slot, Status, StoredAssignment, Workspace
from greedy.domain.rest import needed_rest
from greedy.errors import Refusal

_TOLD = frozenset({"taken", "busy", "no_rest"})
"""Reasons that a refusal explains completely: it alone shows what the roster is like now."""

_SHIFT = frozenset({"demand", "team"})
"""Reasons for which nobody of the same kind can take a place of the shift."""

Shift = tuple[dt.date, Dagdeel, str]
"""Date, dagdeel and service."""


def must_be_read(refusals: Iterable[Refusal]) -> bool:
    """Whether only the slots, read once more, show why something is refused."""
    return any(refusal.reason not in _TOLD for refusal in refusals)


def is_about_other_rosters(workspace: Workspace, refusals: Iterable[Refusal]) -> bool:
    """Whether only another roster's rows may show why: work there, or rest across the border."""
    roster, reach = workspace.roster, workspace.duties.reach
    for refusal in refusals:
        from_border = min((refusal.date - roster.start_date).days, (roster.end_date - refusal.date).days)
        at_border = refusal.reason in ("resting", "rest_taken") and from_border < reach
        if refusal.reason == "elsewhere" or at_border:
            return True
    return False


def learn(
    workspace: Workspace, refusals: Sequence[Refusal], rows: Sequence[StoredAssignment] | None = None
) -> Workspace:
    """Return the roster as it is known after a refusal, with nothing planned.

    Args:
        workspace: The roster as it was planned, `assignments` included.
        refusals: The rows that were refused.
        rows: The roster's slots that are not open, read since then; None if they were not.
    """
    stored = {row.slot: row for row in workspace.stored}
    if rows is not None:
        stored = {row.slot: row for row in _fitting(workspace, rows)}
    for refusal in refusals:
        row = _held(workspace, refusal)
        if row is not None:
            stored[row.slot] = row
        elif refusal.reason == "changed" and rows is None:
            stored.pop(slot_of(refusal), None)
    before, now = Counter(_work(workspace.stored)), Counter(_work(stored.values()))
    forbidden = set(workspace.forbidden)
    for refusal in refusals:
        forbidden.update(_forbidden(workspace, refusal, seen=_is_seen(refusal, before, now)))
    return replace(workspace, stored=tuple(stored.values()), forbidden=frozenset(forbidden), assignments=[])


def changed_since(
    workspace: Workspace, rows: Sequence[StoredAssignment], written_at: dt.datetime | None = None
) -> list[Refusal]:
    """Return the planned records that no longer fit the slots: a database without our functions would not refuse them.

    Args:
        workspace: The roster as it was read, and what is planned.
        rows: Its slots that are not open, as they are now.
        written_at: `created_at` of what this run has written; such rows are its own.
    """
    now = {row.slot: row for row in rows if written_at is None or row.created_at != written_at}
    before = {row.slot for row in workspace.stored}
    fresh = [row for slot, row in now.items() if slot not in before]
    resting = needed_rest(workspace, fresh)
    staffed = {_shift(row) for row in fresh} | {
        _shift(row) for row in workspace.stored if _work_of(row) != _work_of(now.get(row.slot))
    }
    quotas = {(row.employee_id, row.service_id) for row in fresh if row.status is Status.ACTIVE}
    refusals = []
    for record in workspace.assignments:
        if record.status is not Status.ACTIVE:
            continue
        there = now.get(record.slot)
        if there is not None:
            what = f"is now {there.status.name}"
            refusals.append(_refusal(record, "taken", what, there))
        elif any(
            _blocks_rest(record.date, now.get(Slot(who, date, part))) for date, part, who in record.blocking_future
        ):
            refusals.append(_refusal(record, "changed", "needs rest where somebody entered work"))
        elif record.slot in resting:
            refusals.append(_refusal(record, "changed", "is now rest"))
        elif (record.date, record.dagdeel, record.service_id) in staffed:
            refusals.append(_refusal(record, "changed", "is of a shift that is staffed otherwise now"))
        elif (record.employee_id, record.service_id) in quotas:
            refusals.append(_refusal(record, "changed", "is for somebody who was given that service elsewhere"))
    return refusals


def _refusal(record: Assignment, reason: str, what: str, there: StoredAssignment | None = None) -> Refusal:
    return Refusal(
        employee_id=record.employee_id,
        date=record.date,
        dagdeel=str(record.dagdeel),
        service_id=record.service_id,
        reason=reason,
        words=f"Roster {record.roster_id}, employee {record.employee_id}, {record.date} {record.dagdeel} {what}.",
        status=None if there is None else int(there.status),
        now_service_id=None if there is None else there.service_id,
        now_source=None if there is None else there.source,
    )


def _blocks_rest(duty: dt.date, row: StoredAssignment | None) -> bool:
    """Whether a row stands where a duty needs rest; who is away on a later day rests already."""
    if row is None:
        return False
    return row.status is Status.ACTIVE or (row.status is Status.UNAVAILABLE and row.date == duty)


def slot_of(refusal: Refusal) -> Slot:
    """Return the slot of a refused row."""
    return Slot(refusal.employee_id, refusal.date, Dagdeel(refusal.dagdeel))


def _held(workspace: Workspace, refusal: Refusal) -> StoredAssignment | None:
    """Return the row that holds a refused slot; None where none does. One that somebody is editing must not move."""
    if not refusal.status or not workspace.roster.covers(refusal.date):
        return None
    service = refusal.now_service_id
    return StoredAssignment(
        id=f"{refusal.employee_id} {refusal.date} {refusal.dagdeel}",
        roster_id=workspace.roster_id,
        employee_id=refusal.employee_id,
        date=refusal.date,
        dagdeel=Dagdeel(refusal.dagdeel),
        service_id=service if service in workspace.service_codes else None,
        status=Status(refusal.status),
        source=None if refusal.reason == "busy" else refusal.now_source,
    )


def _fitting(workspace: Workspace, rows: Iterable[StoredAssignment]) -> Iterator[StoredAssignment]:
    """Yield the rows that the workspace can hold: inside the period, of people and services that it knows."""
    people, services = {person.id for person in workspace.employees}, workspace.service_codes
    for row in rows:
        if row.status is Status.OPEN or row.employee_id not in people or not workspace.roster.covers(row.date):
            continue
        known = row.service_id is None or row.service_id in services
        yield row if known else row.model_copy(update={"service_id": None})


def _forbidden(workspace: Workspace, refusal: Refusal, *, seen: bool) -> Iterator[tuple[Slot, str]]:
    """Yield who may not be given the refused work any more; nobody where the slots show why."""
    service, slot = refusal.service_id, slot_of(refusal)
    if service is None or seen or refusal.reason in ("taken", "changed"):
        return
    yield slot, service
    if refusal.reason not in _SHIFT:
        return
    refused_team = next((person.team for person in workspace.employees if person.id == slot.employee_id), None)
    staying = {
        record.employee_id for record in workspace.assignments if _shift(record) == (slot.date, slot.dagdeel, service)
    }
    staying -= {slot.employee_id}
    for person in workspace.employees:
        if person.id not in staying and (refusal.reason == "demand" or person.team == refused_team):
            yield Slot(person.id, slot.date, slot.dagdeel), service


def _is_seen(refusal: Refusal, before: Counter[object], now: Counter[object]) -> bool:
    """Whether the slots, as they are known now, show the reason of a refusal."""
    if refusal.reason in _SHIFT:
        shift = (refusal.date, Dagdeel(refusal.dagdeel), refusal.service_id)
        return now[shift] != before[shift]
    if refusal.reason == "quota":
        quota = (refusal.employee_id, refusal.service_id)
        return now[quota] != before[quota]
    return False


def _work(rows: Iterable[StoredAssignment]) -> Iterator[object]:
    """Yield, of each ACTIVE row, its shift, and whose quota it uses."""
    for row in rows:
        if row.status is Status.ACTIVE:
            yield _shift(row)
            yield row.employee_id, row.service_id


def _work_of(row: StoredAssignment | None) -> str | None:
    return row.service_id if row is not None and row.status is Status.ACTIVE else None


def _shift(row: StoredAssignment | Assignment) -> tuple[dt.date, Dagdeel, str | None]:
    return row.date, row.dagdeel, row.service_id
