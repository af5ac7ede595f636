"""Why a replan takes a shift from somebody: whose leave it was, where the rows still tell."""

from __future__ import annotations

from typing import Any

import pytest

from greedy.domain.models import Dagdeel
from greedy.loader import build_workspace
from greedy.outcome.changes import MovedShift, compare
from greedy.outcome.reasons import Reason, Why
from greedy.processor import GreedyProcessor
from greedy.solver.replan import replan
from tests.support import factories
from tests.support.factories import MONDAY, Raw, day
from tests.support.scenes import roster

WRITTEN = "2026-12-02T09:00:00+00:00"
"""When the job wrote its rows."""


def leave(person: str, created_at: str | None = WRITTEN, **more: Any) -> Raw:
    """Return a slot of leave; by its time stamp one that the job had written, unless another is given."""
    row: Raw = {"status": 3, "service_id": None, "created_at": created_at, **more}
    return factories.assignment(person, **row)


def moved(*rows: Raw, stamp: str | None = WRITTEN) -> MovedShift:
    """Plan anew after some leave, and return the one shift that moves.

    The ECH is open; E2, whom the job planned for the GRB with this time stamp, is the only one who can take it.
    """
    raw = roster(
        factories.requirement("ECH"),
        factories.requirement("GRB"),
        can={"E1": "ECH", "E2": "ECH GRB", "E3": "GRB", "E4": "ECH", "E5": "OSP"},
        roster_assignments=[
            factories.assignment("E2", service_id="GRB", source="greedy", created_at=stamp),
            # Nobody else is free to take the ECH.
            *(factories.assignment(person, status=2, service_id=None) for person in away_besides(rows)),
            *rows,
        ],
    )
    before = build_workspace(raw)
    plan = replan(before)
    processor = GreedyProcessor(plan.workspace, plan)
    processor.pair()
    changes = compare(before, processor.workspace, plan.taken_back)
    (shift,) = changes.moved
    assert (shift.service_code, shift.from_employee_id, shift.employee_id) == ("GRB", "E2", "E3")
    return shift


def away_besides(rows: tuple[Raw, ...]) -> set[str]:
    """Return who of those who can do the ECH alone has no leave then."""
    return {"E1", "E4"} - {row["employee_id"] for row in rows if (row["date"], row["dagdeel"]) == (str(MONDAY), "O")}


def because(why: Why, person: str | None) -> Reason:
    return Reason(why, person, MONDAY, Dagdeel.OCHTEND, "ECH")


@pytest.mark.parametrize("person", ["E1", "E4"])
def test_leave_in_a_slot_that_the_job_had_written_is_the_cause(person: str) -> None:
    assert moved(leave(person)).because == because(Why.LEAVE, person)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="no leave"),
        pytest.param([leave("E1", factories.ENTERED)], id="a row of the planner's own"),
        pytest.param([leave("E1", None)], id="a row without a time stamp"),
        pytest.param([leave("E5")], id="of one who cannot do that service"),
        pytest.param([leave("E1"), leave("E4")], id="of two who can"),
        pytest.param([leave("E1", dagdeel="M")], id="on another dagdeel"),
        pytest.param([leave("E1", date=day(1))], id="on another day"),
    ],
)
def test_where_that_does_not_tell_whose_it_was__a_place_was_open(rows: list[Raw]) -> None:
    assert moved(*rows).because == because(Why.OPEN, None)


def test_of_two_on_leave_the_one_whose_slot_the_job_had_written() -> None:
    assert moved(leave("E1"), leave("E4", factories.ENTERED)).because == because(Why.LEAVE, "E1")
    assert moved(leave("E1"), leave("E5")).because == because(Why.LEAVE, "E1")


def test_rows_without_time_stamps_tell_nothing() -> None:
    assert moved(leave("E1", None), stamp=None).because == because(Why.OPEN, None)
