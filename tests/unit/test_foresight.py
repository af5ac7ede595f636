"""A roster's rows as they would be: what a plan adds, what a replan opens, and the rest that goes with it."""

from __future__ import annotations

import datetime as dt

from greedy.domain.foresight import with_plan
from greedy.domain.models import Assignment, Dagdeel, Slot, Status, StoredAssignment, Workspace
from greedy.loader import build_workspace
from tests.support.factories import MONDAY, assignment, day, tables


def planned(*rows: dict[str, object], records: tuple[Assignment, ...] = ()) -> Workspace:
    workspace = build_workspace(tables(roster_assignments=rows))
    workspace.assignments.extend(records)
    return workspace


def duty(number: int = 0) -> dict[str, object]:
    return assignment(date=day(number), service_id="DIO")


def rest(number: int, dagdeel: str, status: int = 2) -> dict[str, object]:
    return assignment(date=day(number), dagdeel=dagdeel, service_id=None, status=status)


def duties(workspace: Workspace) -> list[StoredAssignment]:
    return [row for row in workspace.stored if row.service_id == "DIO"]


def statuses(rows: list[StoredAssignment]) -> dict[Slot, Status]:
    return {row.slot: row.status for row in rows}


def slot(number: int, dagdeel: str) -> Slot:
    return Slot("E1", MONDAY + dt.timedelta(days=number), Dagdeel(dagdeel))


def test_a_record_stands_in_its_slot_beside_what_is_there() -> None:
    new = Assignment("R1", "E1", MONDAY + dt.timedelta(days=2), Dagdeel("O"), "ECH", Status.ACTIVE, "greedy")
    workspace = planned(duty(), records=(new,))

    rows = with_plan(workspace, workspace.stored)

    assert statuses(rows) == {slot(0, "O"): Status.ACTIVE, slot(2, "O"): Status.ACTIVE}
    assert [(row.service_id, row.source) for row in rows if row.slot == new.slot] == [("ECH", "greedy")]


def test_what_is_taken_back_is_opened_with_its_rest_but_not_somebodys_leave() -> None:
    workspace = planned(duty(), rest(0, "M"), rest(1, "O", status=3), rest(1, "M"))

    rows = with_plan(workspace, workspace.stored, duties(workspace))

    assert statuses(rows) == {
        slot(0, "O"): Status.OPEN,
        slot(0, "M"): Status.OPEN,
        slot(1, "O"): Status.UNAVAILABLE,
        slot(1, "M"): Status.OPEN,
    }
    assert [row.service_id for row in rows if row.slot == slot(0, "O")] == [None]


def test_rest_that_another_duty_needs_as_well_stays() -> None:
    workspace = planned(duty(), duty(1) | {"dagdeel": "A", "service_id": "DIA"}, rest(2, "O"), rest(0, "M"))

    found = statuses(with_plan(workspace, workspace.stored, duties(workspace)))

    assert (found[slot(0, "M")], found[slot(2, "O")]) == (Status.OPEN, Status.BLOCKED)
