"""Solved rosters for the tests of the planner's page: a workspace and the result of a run, without a database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, cast

from supabase import Client

from demo.roster import PRACTICE, RosterSpec, make_roster
from greedy import page
from greedy.cli.settings import Language
from greedy.domain.models import Status, Workspace
from greedy.domain.period import Scope
from greedy.loader import build_workspace
from greedy.outcome import result as report
from greedy.outcome.changes import compare
from greedy.outcome.coverage import measure
from greedy.processor_with_db import WHOLE, GreedyProcessorWithDB
from greedy.solver.confine import confine
from greedy.solver.replan import replan

NOBODY = cast(Client, None)
"""No database."""

RUN = "7b0f5c8e-5b1c-4a53-9a53-0d7c6f0e2f11"
MADE_AT = dt.datetime(2026, 11, 25, 13, 5, tzinfo=dt.UTC)

SHORT = replace(PRACTICE, hand_planned=130, quota_slack=-0.03)
"""A practice that lacks quotas: nine shifts of the first seed stay open, for several causes."""

LARGE_PRACTICE = replace(PRACTICE, people=60, days=182, shifts=4 * 227 * 26 // 5, duties_per_day=4)
"""The largest practice that the page is made for: 60 people, 26 weeks."""

Result = dict[str, Any]


def practice(spec: RosterSpec = PRACTICE) -> dict[str, list[dict[str, Any]]]:
    """Give a practice's tables."""
    return make_roster(spec, seed=1)


def solve(
    tables: dict[str, list[dict[str, Any]]], *, dry_run: bool = False, scope: Scope = WHOLE
) -> tuple[Result, Workspace]:
    """Plan a roster in memory, and give the result of a run that wrote it and proved its rest."""
    before = build_workspace(tables)
    period, told, taken_back = scope.period(before.roster), None, ()
    if period:
        confined = confine(before, period)
        before = confined.workspace
        told = {"from": str(period.first), "until": str(period.last), "open_outside": confined.open_outside}
    processor = GreedyProcessorWithDB(before, NOBODY, period=period)
    if scope.replan:
        plan = replan(before, period)
        taken_back = plan.taken_back
        processor = GreedyProcessorWithDB(plan.workspace, NOBODY, period=period, plan=plan)
    else:
        processor.assign()
    workspace = processor.workspace
    measured = measure(processor.board, period)
    pairing = processor.pair()
    active = sum(record.status is Status.ACTIVE for record in workspace.assignments)
    blocking = len(workspace.assignments) - active
    account = {"written": 0, "failed": 0, "duration_ms": 0, "error": None}
    result = report.new_result(workspace.roster_id, RUN, dry_run=dry_run)
    result["phases"]["fase4_database"] = {
        "success": True,
        "dry_run": dry_run,
        "planned": {"active": active, "blocking": blocking},
        "write_assignments": account | {"written": 0 if dry_run else active},
        "write_blocking": account | {"made_by_trigger": 0 if dry_run else blocking},
        "trigger_verification": {"all_passed": True, "checks": checks(pairing.duties), "duration_ms": 9, "error": None},
        "error": None,
    }
    return result | {
        "success": True,
        "replan": scope.replan,
        "period": told,
        "changes": compare(before, workspace, taken_back),
        "coverage": {**report.coverage_summary(measured), "written": not dry_run},
        "open_shifts": report.open_shifts(measured),
        "warnings": report.warnings(workspace.warnings, (), measured, pairing),
        "duration_ms": 420.0,
    }, workspace


def checks(duties: int, good: int | None = None) -> dict[str, Any]:
    """Give the checks of FASE 4C, of which `good` of so many duties have their rest; None for all of them."""
    good = duties if good is None else good
    return {
        "blocking_records": {"passed": True, "blocking_records_count": 3 * duties, "message": "rows found"},
        "dio_ddo_blocking": {
            "passed": good == duties,
            "dio_ddo_count": duties,
            "verified_count": good,
            "failures": [],
            "message": f"{good}/{duties} DIO/DDO blocking patterns verified",
        },
    }


def render(result: Result, workspace: Workspace | None, language: Language = Language.NL) -> str:
    """Make the page, at a moment of the past."""
    return page.render(result, workspace, MADE_AT, language)
