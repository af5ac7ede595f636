"""The cases that once went wrong: as full as is proven to be possible, and open where it hurts least."""

from __future__ import annotations

from functools import cache

import pytest

from greedy.domain.models import Status
from greedy.loader import build_workspace
from greedy.outcome.changes import compare
from greedy.outcome.reasons import Why
from greedy.processor import GreedyProcessor
from greedy.solver.replan import replan
from tests.support import cases
from tests.support.measures import Aims, beyond_demand, measure
from tests.support.strategies import written


@cache
def solved(name: str) -> tuple[cases.Case, Aims]:
    case = cases.load(name)
    plan = GreedyProcessor(build_workspace(case.tables)).process().assignments
    assert beyond_demand(case.tables, plan) == []
    return case, measure(case.tables, plan)


@pytest.mark.parametrize("name", cases.NAMES)
def test_as_full_as_is_proven_possible(name: str) -> None:
    case, aims = solved(name)
    assert (aims.oncall, aims.other, aims.paired) == case.proven


@pytest.mark.parametrize(
    ("name", "firm"),
    [
        pytest.param("effort-short-four-duties", 126, id="four of 130 are MAG"),
        pytest.param("planned-overig-roster", 130, id="six of 136 are MAG"),
        pytest.param("ring-of-three", 126, id="five of 131 are MAG"),
        pytest.param("shortage-all-at-the-end", 67, id="eleven of 78 are MAG: four more of MOET than by date"),
        pytest.param("six-people", 44, id="one of 45 is MAG"),
    ],
)
def test_moet_and_aangepast_before_mag(name: str, firm: int) -> None:
    """The counts are proven by `benchmarks.optimum.solve`."""
    assert solved(name)[1].firm == firm


@pytest.mark.parametrize(
    ("name", "uncovered"),
    [
        pytest.param("effort-short-four-duties", 0, id="7 of 140 open"),
        pytest.param("ring-of-three", 2, id="two duties nobody may take"),
        pytest.param("shortage-all-at-the-end", 0, id="12 of 140 open"),
        pytest.param("six-people", 7, id="12 of 90 open, one duty on most days"),
    ],
)
def test_somebody_on_call_on_as_many_dagdelen_as_possible(name: str, uncovered: int) -> None:
    """The counts are proven by `benchmarks.optimum.least_cost` at the optimum's counts."""
    assert solved(name)[1].uncovered == uncovered


def test_a_quota_two_lower_moves_no_more_than_a_few() -> None:
    """Two suffice at the same counts, as `benchmarks.fewest` proves; an earlier engine moved 101."""
    tables = cases.load("replan-one-quota").tables
    records = GreedyProcessor(build_workspace(tables)).process().assignments
    [dio] = [row["id"] for row in tables["service_types"] if row["code"] == "DIO"]
    fewer = [
        row | {"aantal": 5} if (row["employee_id"], row["service_id"]) == ("mw0013", dio) else row
        for row in tables["roster_employee_services"]
    ]
    base = tables | {"roster_employee_services": fewer}
    workspace = build_workspace(written(base, records))

    plan = replan(workspace)

    gone = {row.slot for row in plan.taken_back}
    final = [record for record in records if record.slot not in gone and record.status is Status.ACTIVE]
    aims = measure(base, [*final, *plan.workspace.assignments])
    assert len(plan.taken_back) <= 2 * 2 + 2
    assert (aims.oncall, aims.other, aims.paired) == (90, 136, 42)
    changes = compare(workspace, plan.workspace, plan.taken_back)
    because = [shift.because for shift in changes.moved] + [shift.because for shift in changes.taken_back]
    assert {(reason.why, reason.employee_id) for reason in because} == {(Why.QUOTA, "mw0013")}
