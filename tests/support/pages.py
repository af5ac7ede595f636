"""Solved rosters for the tests of the planner's page: a workspace and the result of a run, without a database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, cast

from supabase import Client

from demo.roster import PRACTICE, RosterSpec, make_roster
from greedy import page
from greedy.domain.language import Language
from greedy.domain.models import Status, Workspace
from greedy.domain.period import Scope
from greedy.loader import build_workspace
from greedy.outcome.builder import RunResultBuilder
from greedy.outcome.coverage import measure
from greedy.outcome.fairness import compare_fairness
from greedy.outcome.result import PlannedDays, RunResult, as_json
from greedy.outcome.run_warnings import find_warnings
from greedy.processor_with_db import WHOLE, GreedyProcessorWithDB
from greedy.solver.confine import confine
from greedy.solver.fairness import measure as measure_fairness
from greedy.solver.replan import replan
from greedy.writer import NOT_WRITTEN
from tests.support.results import RUN, verification

NOBODY = cast(Client, object())
"""No database."""

MADE_AT = dt.datetime(2026, 11, 25, 13, 5, tzinfo=dt.UTC)

SHORT = replace(PRACTICE, hand_planned=130, quota_slack=-0.03)
"""A practice that lacks quotas: nine shifts of the first seed stay open, for several causes."""

LARGE_PRACTICE = replace(PRACTICE, people=60, days=182, shifts=4 * 227 * 26 // 5, duties_per_day=4)
"""The largest practice that the page is made for: 60 people, 26 weeks."""


def practice(spec: RosterSpec = PRACTICE) -> dict[str, list[dict[str, Any]]]:
    """Return a practice's tables."""
    return make_roster(spec, seed=1)


@dataclass(frozen=True)
class Written:
    """FASE 4 of a run that wrote everything and proved its rest."""

    progress_of_writing: dict[str, Any]
    evidence: None = None


def solve(
    tables: dict[str, list[dict[str, Any]]], *, dry_run: bool = False, scope: Scope = WHOLE
) -> tuple[RunResult, Workspace]:
    """Plan a roster in memory, and return the result of a run that wrote it and proved its rest."""
    before = build_workspace(tables)
    builder = RunResultBuilder(before.roster_id, RUN, dry_run=dry_run, replan=scope.replan)
    if period := scope.period(before.roster):
        confined = confine(before, period)
        before = confined.workspace
        builder.period = PlannedDays.of_confined(confined)
    if scope.replan:
        plan = replan(before, period)
        processor = GreedyProcessorWithDB(plan.workspace, NOBODY, period=period, plan=plan)
    else:
        processor = GreedyProcessorWithDB(before, NOBODY, period=period)
        processor.assign()
    coverage = measure(processor.board, period)
    pairing = processor.pair()
    workspace = builder.planned(
        before,
        processor.workspace,
        taken_back=processor.taken_back,
        writings=(),
        coverage=coverage,
        fairness=compare_fairness(processor.fairness_before, measure_fairness(processor.board)),
        warnings=find_warnings(processor.workspace, (), coverage, pairing),
    )
    builder.begin_writing(Written(_everything_written(workspace, pairing.duties, dry_run=dry_run)))
    return builder.freeze(success=True, duration_ms=420.0), workspace


def _everything_written(workspace: Workspace, duties: int, *, dry_run: bool) -> dict[str, Any]:
    """Return what `execute_with_database()` returns when all goes well."""
    active = sum(record.status is Status.ACTIVE for record in workspace.assignments)
    blocking = len(workspace.assignments) - active
    return {
        "success": True,
        "dry_run": dry_run,
        "planned": {"active": active, "blocking": blocking},
        "write_assignments": NOT_WRITTEN | {"written": 0 if dry_run else active},
        "write_blocking": NOT_WRITTEN | {"made_by_trigger": 0 if dry_run else blocking},
        "trigger_verification": as_json(verification(duties)),
        "error": None,
    }


def with_database(result: RunResult, **overrides: Any) -> RunResult:
    """Return a result whose FASE 4 is otherwise."""
    assert result.phases.fase4_database is not None
    database = replace(result.phases.fase4_database, **overrides)
    return replace(result, phases=replace(result.phases, fase4_database=database))


def render(result: RunResult, workspace: Workspace | None, language: Language = Language.NL) -> str:
    """Make the page, at a moment of the past."""
    return page.render(result, workspace, MADE_AT, language)
