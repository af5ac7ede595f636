"""What a refused write tells of the roster, and what is planned again from it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from greedy.domain.conflicts import changed_since, is_about_other_rosters, learn, must_be_read
from greedy.domain.models import Dagdeel, Slot, StoredAssignment, Workspace
from greedy.errors import Refusal
from greedy.loader import build_workspace
from greedy.processor import GreedyProcessor
from tests.support.factories import MONDAY, assignment, employee, qualification, requirement, tables


def planned(**more: Any) -> Workspace:
    """A roster of two people who could both take the one open ECH of Monday morning; E1 was planned for it."""
    raw: dict[str, Any] = {
        "employees": [employee("E1"), employee("E2")],
        "roster_period_staffing_dagdelen": [requirement()],
        "roster_employee_services": [qualification("E1"), qualification("E2")],
    }
    return GreedyProcessor(build_workspace(tables(**raw | more))).process()


def refusal(reason: str, employee_id: str = "E1", date: dt.date = MONDAY, **more: Any) -> Refusal:
    return Refusal(employee_id, date, "O", "ECH", reason, "words", **more)


def again(workspace: Workspace) -> list[str]:
    """Plan again, and return who works."""
    return [record.employee_id for record in GreedyProcessor(workspace).process().assignments]


def row(employee_id: str, **fields: Any) -> StoredAssignment:
    return StoredAssignment.model_validate(assignment(employee_id, **fields))


def test_a_slot_that_is_taken_becomes_a_stored_row_and_somebody_else_gets_the_shift() -> None:
    learned = learn(planned(), [refusal("taken", status=3)])

    assert [(stored.employee_id, stored.status) for stored in learned.stored] == [("E1", 3)]
    assert again(learned) == ["E2"]


def test_a_slot_that_is_being_edited_is_left_out() -> None:
    learned = learn(planned(), [refusal("busy")])

    assert learned.forbidden == {(Slot("E1", MONDAY, Dagdeel.OCHTEND), "ECH")}
    assert again(learned) == ["E2"]


def test_a_shift_that_needs_nobody_any_more_is_given_to_nobody() -> None:
    """Somebody lowered the requirement: of the slots, read once more, none shows it."""
    assert again(learn(planned(), [refusal("demand")], rows=[])) == []


def test_a_shift_that_somebody_else_took_is_full() -> None:
    learned = learn(planned(), [refusal("demand")], rows=[row("E2")])

    assert learned.forbidden == frozenset()
    assert again(learned) == []


def test_a_row_that_was_to_be_taken_back_and_changed_is_nobodys_to_move() -> None:
    before = planned(roster_assignments=[assignment("E1", source="greedy")])

    learned = learn(before, [refusal("changed", status=1, now_service_id="ECH", now_source="manual")])

    assert [stored.source for stored in learned.stored] == ["manual"]


def test_what_must_be_read_to_be_known() -> None:
    assert not must_be_read([refusal("taken"), refusal("busy")])
    assert must_be_read([refusal("taken"), refusal("quota")])


def test_what_may_stand_in_another_roster_only() -> None:
    roster = planned()
    wednesday = MONDAY + dt.timedelta(days=2)

    assert is_about_other_rosters(roster, [refusal("elsewhere", date=wednesday)])
    assert is_about_other_rosters(roster, [refusal("resting")])
    assert not is_about_other_rosters(roster, [refusal("rest_taken", date=wednesday)])


class TestChangedSince:
    """Without the job's functions the slots are read once more right before 4A."""

    def test_nothing_has_changed(self) -> None:
        assert changed_since(planned(), []) == []

    def test_the_slot_is_taken(self) -> None:
        (found,) = changed_since(planned(), [row("E1", service_id=None, status=3)])

        assert (found.reason, found.employee_id, found.status) == ("taken", "E1", 3)

    def test_the_shift_is_staffed(self) -> None:
        (found,) = changed_since(planned(), [row("E2")])

        assert (found.reason, found.words.endswith("staffed otherwise now.")) == ("changed", True)

    def test_a_duty_of_the_same_person_needs_rest_there(self) -> None:
        duty = row("E1", date=MONDAY, dagdeel="O", service_id="DIO")
        roster = planned(roster_period_staffing_dagdelen=[requirement(dagdeel="M")])

        (found,) = changed_since(roster, [duty])

        assert found.words.endswith("is now rest.")

    def test_work_where_a_planned_duty_needs_rest(self) -> None:
        roster = planned(
            roster_period_staffing_dagdelen=[requirement("DIA", dagdeel="A")],
            roster_employee_services=[qualification("E1", "DIA")],
        )

        (found,) = changed_since(roster, [row("E1", date=MONDAY + dt.timedelta(days=1), service_id="GRB")])

        assert (found.reason, found.service_id) == ("changed", "DIA")

    def test_what_this_run_has_written_is_its_own(self) -> None:
        mark = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)

        assert changed_since(planned(), [row("E1", created_at=mark.isoformat())], mark) == []
