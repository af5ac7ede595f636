"""Solved rosters for the tests of the planner's page: a workspace and the result of a run, without a database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from demo.real import make_real_roster
from demo.roster import PRACTICE
from demo.spec import RosterSpec
from greedy import page
from greedy.domain.language import Language
from greedy.domain.models import Status, Workspace
from greedy.domain.period import Scope
from greedy.joint.finding import find_joint_set
from greedy.loader import build_workspace
from greedy.outcome.builder import RunResultBuilder
from greedy.outcome.coverage import CoverageSummary, measure
from greedy.outcome.fairness import compare_fairness
from greedy.outcome.phases import DatabasePhase
from greedy.outcome.result import PlannedDays, RunResult, as_json
from greedy.outcome.run_warnings import find_warnings
from greedy.processor_with_db import WHOLE, GreedyProcessorWithDB
from greedy.solver.confine import confine
from greedy.solver.fairness import measure as measure_fairness
from greedy.solver.replan import replan
from greedy.writer import NOT_WRITTEN
from tests.support.factories import assignment
from tests.support.fake import FakeClient
from tests.support.made import made
from tests.support.results import RUN, failed_result, verification

NO_DATABASE = FakeClient()
"""A server without a single table: nothing can be read from it."""

MADE_AT = dt.datetime(2026, 11, 25, 13, 5, tzinfo=dt.UTC)

SHORT = replace(PRACTICE, hand_planned=130, quota_slack=-0.03)
"""A practice that lacks quotas: nine shifts of the first seed stay open, for several causes."""

WEEK = Scope(first_day=dt.date(2027, 1, 11), last_day=dt.date(2027, 1, 17))
"""Week 2 of the practice's roster alone."""

NOBODY_ON_CALL = (dt.date(2027, 1, 8), dt.date(2027, 1, 10))
"""Days of `without_duty` on which nobody is on call at all."""

LARGE_PRACTICE = replace(PRACTICE, people=60, days=182, shifts=4 * 227 * 26 // 5, duties_per_day=4)
"""The largest practice that the page is made for: 60 people, 26 weeks."""


def practice(spec: RosterSpec = PRACTICE) -> dict[str, list[dict[str, Any]]]:
    """Return a practice's tables, the caller's own to change."""
    return made(spec)


@cache
def unplanned() -> Workspace:
    """Return the practice as it is read, once for all tests; they do not change it."""
    return build_workspace(practice())


def without_duty() -> dict[str, list[dict[str, Any]]]:
    """Return a practice that lacks quotas: nobody can be on call on two days, people have worked beyond their quotas.

    A third of its requirements are MAG.
    """
    raw = practice(SHORT)
    on_call = {row["id"] for row in raw["service_types"] if row["is_system"]}
    days = {day.isoformat() for day in NOBODY_ON_CALL}
    raw["roster_assignments"] = [
        row for row in raw["roster_assignments"] if row["date"] not in days or row["service_id"] not in on_call
    ]
    taken = {(row["employee_id"], row["date"], row["dagdeel"]) for row in raw["roster_assignments"]}
    raw["roster_assignments"] += [
        assignment(
            person["id"], roster_id=raw["roosters"][0]["id"], date=day, dagdeel=dagdeel, service_id=None, status=3
        )
        for person in raw["employees"]
        for day in sorted(days)
        for dagdeel in "OMA"
        if (person["id"], day, dagdeel) not in taken
    ]
    for row in raw["roster_employee_services"]:
        row["aantal"] += 2 if row["service_id"] in on_call else -min(row["aantal"], 2)
    for row in raw["roster_period_staffing_dagdelen"][::3]:
        row["status"] = "MAG"
    return raw


def long_names() -> dict[str, list[dict[str, Any]]]:
    """Return a practice whose people and services have names and codes that no screen is wide enough for."""
    raw = practice(SHORT)
    for row in raw["employees"][::2]:
        row["achternaam"] = "van-den-Oudenhoven-van-Waesberghe-tot-Steenbergen" + row["achternaam"]
    for row in raw["service_types"]:
        row["naam"] = f"{row['naam']} met een omschrijving die langer is dan nodig, in de polikliniek"
        if not row["is_system"]:
            row["code"] += "-POLIKLINIEK"
    return raw


def by_hand() -> dict[str, list[dict[str, Any]]]:
    """Return a practice that its planners have filled by hand, with a few shifts beyond quotas and demand."""
    raw = practice()
    _, planned = solve(practice())
    roster_id = raw["roosters"][0]["id"]
    raw["roster_assignments"] += [
        assignment(
            row.employee_id,
            roster_id=roster_id,
            date=row.date,
            dagdeel=row.dagdeel,
            service_id=row.service_id,
            status=int(row.status),
        )
        for row in planned.assignments
    ]
    for row in raw["roster_employee_services"][::4]:
        row["aantal"] = max(0, row["aantal"] - 3)
    for row in raw["roster_period_staffing_dagdelen"][::40]:
        row["aantal"] = 0
    return raw


def nothing_to_do() -> dict[str, list[dict[str, Any]]]:
    """Return a practice that asks for nobody."""
    return practice() | {"roster_period_staffing_dagdelen": [], "roster_assignments": []}


def every_kind() -> dict[str, tuple[RunResult, Workspace | None]]:
    """Return a run of each kind whose page looks different, with its roster; None where it could not be read."""
    failed = failed_result("Database error: could not read roosters: no answer", cause="database")
    return {
        "filled": solve(practice()),
        "short": solve(practice(SHORT)),
        "without duty": solve(without_duty()),
        "a week": solve(practice(), scope=WEEK),
        "replan": solve(practice(SHORT), scope=Scope(replan=True)),
        "trial": solve(practice(), dry_run=True),
        "trial of a replan": solve(practice(SHORT), dry_run=True, scope=Scope(replan=True)),
        "the practice's own": solve(make_real_roster()),
        "long names": solve(long_names()),
        "by hand": solve(by_hand()),
        "nothing to do": solve(nothing_to_do()),
        "failed after loading": (failed, build_workspace(practice())),
        "failed": (failed, None),
    }


@dataclass(frozen=True)
class Written:
    """FASE 4 of a run that wrote everything and proved its rest."""

    progress_of_writing: dict[str, Any]
    evidence: None = None
    own_trigger: bool = True


def solve(
    tables: dict[str, list[dict[str, Any]]], *, dry_run: bool = False, scope: Scope = WHOLE, advise: bool = False
) -> tuple[RunResult, Workspace]:
    """Plan a roster in memory, and return the result of a run that wrote it and proved its rest.

    `advise`: as a run does, with the changes that together fill what is open, which takes longer than all else.
    """
    before = build_workspace(tables)
    builder = RunResultBuilder(before.roster_id, RUN, dry_run=dry_run, replan=scope.replan, reshuffle=scope.reshuffle)
    if period := scope.period(before.roster):
        confined = confine(before, period)
        before = confined.workspace
        builder.period = PlannedDays.of_confined(confined)
    if scope.replan:
        plan = replan(before, period, reshuffle=scope.reshuffle)
        processor = GreedyProcessorWithDB(plan.workspace, NO_DATABASE, period=period, plan=plan)
    else:
        processor = GreedyProcessorWithDB(before, NO_DATABASE, period=period)
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
    if advise:
        builder.joint_set = find_joint_set(processor.workspace, processor.board, period)
    return builder.freeze(success=True, duration_ms=420.0), workspace


@cache
def solved(spec: RosterSpec = PRACTICE, *, dry_run: bool = False, scope: Scope = WHOLE) -> tuple[RunResult, Workspace]:
    """Return a practice's roster, solved once for all tests; they change neither of the two."""
    return solve(practice(spec), dry_run=dry_run, scope=scope)


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


def coverage_of(result: RunResult) -> CoverageSummary:
    """Return the coverage of a run that came far enough to have one."""
    assert result.coverage is not None
    return result.coverage


def database_of(result: RunResult) -> DatabasePhase:
    """Return FASE 4 of a run that came so far."""
    assert result.phases.fase4_database is not None
    return result.phases.fase4_database


def with_database(result: RunResult, **overrides: Any) -> RunResult:
    """Return a result whose FASE 4 is otherwise."""
    database = replace(database_of(result), **overrides)
    return replace(result, phases=replace(result.phases, fase4_database=database))


def render(result: RunResult, workspace: Workspace | None, language: Language = Language.NL) -> str:
    """Make the page, at a moment of the past."""
    return page.render(result, workspace, MADE_AT, language)
