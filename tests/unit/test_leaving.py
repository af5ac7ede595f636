"""What is left of a plan when planners keep changing what it needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from greedy.domain.models import Assignment, Status, StoredAssignment, Workspace
from greedy.errors import Refusal
from greedy.loader import build_workspace
from greedy.processor import GreedyProcessor
from greedy.solver.leaving import leave_out, size
from greedy.solver.plan import Plan, make_plan
from greedy.solver.replan import replan
from tests.support import cases, checker
from tests.support.database import Tables
from tests.support.strategies import written

Row = Assignment | StoredAssignment


def refusal(row: Row, reason: str = "taken") -> Refusal:
    return Refusal(row.employee_id, row.date, str(row.dagdeel), row.service_id, reason, "words")


def staff(rows: Iterable[Row]) -> Counter[object]:
    return Counter((row.date, row.dagdeel, row.service_id) for row in rows if row.status is Status.ACTIVE)


def planned(plan: Plan) -> list[Assignment]:
    return [record for record in plan.workspace.assignments if record.status is Status.ACTIVE]


def roster() -> Tables:
    return cases.load("replan-one-quota").tables


def reshuffled() -> tuple[Workspace, Plan]:
    """A roster that the job has filled, and a plan of it that moves a good part of it."""
    tables = roster()
    filled = written(tables, GreedyProcessor(build_workspace(tables)).process().assignments)
    fewer = [row | {"aantal": max(0, row["aantal"] - 1)} for row in tables["roster_employee_services"]]
    workspace = build_workspace(filled | {"roster_employee_services": fewer})
    return workspace, replan(workspace, reshuffle=True)


def test_of_a_fresh_plan_all_else_stays() -> None:
    workspace = build_workspace(roster())
    plan = make_plan(workspace)
    gone, *others = planned(plan)

    left = leave_out(workspace, plan, [refusal(gone)])

    assert {(row.slot, row.service_id) for row in planned(left)} == {(row.slot, row.service_id) for row in others}
    assert size(left) == size(plan) - 1


def test_what_does_not_fit_any_more_goes_too() -> None:
    """Somebody entered leave where another row stands, of which the refusal says nothing."""
    workspace = build_workspace(roster())
    plan = make_plan(workspace)
    first, second, *_ = planned(plan)
    away = StoredAssignment.model_validate(
        {"id": "away", "roster_id": second.roster_id, "service_id": None, "status": 3, **second.slot._asdict()}
    )

    left = leave_out(replace(workspace, stored=(*workspace.stored, away)), plan, [refusal(first)])

    assert not {first.slot, second.slot} & {row.slot for row in planned(left)}


def test_of_a_replan_no_shift_is_left_with_fewer_people() -> None:
    """Whatever is refused of it, one row after the other, until nothing is left."""
    workspace, plan = reshuffled()
    before = staff(workspace.stored)
    whole = staff([*plan.workspace.stored, *planned(plan)])
    assert len(plan.taken_back) > 20
    while size(plan):
        rows: list[Row] = [*planned(plan), *plan.taken_back]
        refused = rows[-(size(plan) % 2)]  # in turn of either kind
        left = leave_out(workspace, plan, [refusal(refused, "changed")])

        assert size(left) < size(plan)
        after = staff([*left.workspace.stored, *planned(left)])
        assert all(after[shift] >= min(before[shift], whole[shift]) for shift in before)
        assert {row.slot for row in left.taken_back} <= {row.slot for row in plan.taken_back}
        plan = left
    assert plan.workspace.stored == workspace.stored


def test_what_is_left_keeps_the_rules() -> None:
    tables = roster()
    workspace = build_workspace(tables)
    plan = make_plan(workspace)

    left = leave_out(workspace, plan, map(refusal, planned(plan)[::3]))

    records = GreedyProcessor(left.workspace, left)
    records.pair()
    assert checker.violations(tables, records.workspace.assignments) == []
