"""Results of runs for the tests of what shows them: typed, every part with values of its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from greedy.domain.models import Dagdeel, TeamDemand
from greedy.joint.remedies import FreeDay, JointSet, LargerQuota, NewQualification, PlaceLeft, TakenOver
from greedy.outcome.builder import RunResultBuilder
from greedy.outcome.changes import ChangedShift, Changes, MovedShift
from greedy.outcome.coverage import Coverage, ServiceCoverage
from greedy.outcome.fairness import EvennessSummary, FairnessComparison, FairnessSummary, ServiceEvenness
from greedy.outcome.open_shifts import OpenShift, Remedy, RuledOut
from greedy.outcome.phases import (
    AssignPhase,
    BlockingPhase,
    DatabasePhase,
    LoadPhase,
    PairPhase,
    Phases,
    PlannedRecords,
    WritePhase,
)
from greedy.outcome.reasons import Reason, Why
from greedy.outcome.result import RunResult
from greedy.outcome.verification import (
    BlockingRecordsCheck,
    Checks,
    ConsistencyCheck,
    DutyRestCheck,
    EdgeCasesCheck,
    Verification,
)
from greedy.solver.obstacles import Obstacle

ROSTER = "6a1e3f0c-0000-4000-8000-000000000001"
RUN = "7b0f5c8e-5b1c-4a53-9a53-0d7c6f0e2f11"


def january(day: int) -> dt.date:
    return dt.date(2027, 1, day)


def open_shift(day: int = 1, **overrides: Any) -> OpenShift:
    """Return one place that stays open as its only candidate has the quota used."""
    shift = OpenShift(
        date=january(day),
        dagdeel=Dagdeel.OCHTEND,
        team=TeamDemand.GRO,
        service_code="ECH",
        on_call=False,
        firm=True,
        missing=1,
        reason="1 qualified: 1 quota used",
        qualified=1,
        obstacles={Obstacle.QUOTA_USED: 1},
        people=(RuledOut("E7", Obstacle.QUOTA_USED, "1 of 1"),),
        remedies=(Remedy("quota", "E7"),),
    )
    return replace(shift, **overrides)


def joint_set() -> JointSet:
    """Return a set with a change of each kind, which leaves two places open."""
    return JointSet(
        remedies=(
            LargerQuota(employee_id="E1", service_code="ECH", quota=2, new_quota=3),
            LargerQuota(employee_id="E1", service_code="ECH", quota=3, new_quota=4),
            TakenOver(
                employee_id="E1",
                to_employee_id="E2",
                date=january(5),
                dagdeel=Dagdeel.MIDDAG,
                service_code="MSP",
            ),
            FreeDay(employee_id="E2", date=january(6), dagdelen=(Dagdeel.OCHTEND, Dagdeel.MIDDAG)),
            NewQualification(employee_id="E3", service_code="DIO", new_quota=2),
        ),
        open_before=9,
        fills=7,
        left_open=(
            PlaceLeft(date=january(7), dagdeel=Dagdeel.AVOND, team=TeamDemand.TOT, service_code="DIA", missing=2),
        ),
    )


def changed(day: int = 1, who: str = "E1") -> ChangedShift:
    return ChangedShift(january(day), Dagdeel.OCHTEND, "ECH", who)


BECAUSE = Reason(Why.QUOTA, "E1", january(1), Dagdeel.OCHTEND, "ECH")


def moved(day: int, now: str, before: str) -> MovedShift:
    return MovedShift(january(day), Dagdeel.OCHTEND, "ECH", now, before, BECAUSE)


def changes(**overrides: Any) -> Changes:
    return replace(Changes(added=(), moved=(), taken_back=(), rest_added=0, rest_opened=0), **overrides)


def verification(duties: int = 1, good: int | None = None) -> Verification:
    """Return FASE 4C of a roster in which `good` of so many duties have their rest; None for all of them."""
    good = duties if good is None else good
    passed = good == duties
    return Verification(
        all_passed=passed,
        checks=Checks(
            blocking_records=BlockingRecordsCheck(
                passed=True, blocking_records_count=3 * duties, message=f"{3 * duties} status=2 records found"
            ),
            dio_ddo_blocking=DutyRestCheck(
                passed=passed,
                dio_ddo_count=duties,
                verified_count=good,
                failures=(),
                message=f"{good}/{duties} DIO/DDO blocking patterns verified",
            ),
            trigger_consistency=ConsistencyCheck(
                passed=True,
                active_count=duties,
                blocked_count=3 * duties,
                open_count=0,
                total_count=4 * duties,
                orphaned=(),
                message="Status distribution consistent",
            ),
            edge_cases=EdgeCasesCheck(
                passed=True,
                duplicates_found=0,
                end_date_assignments=0,
                message="All edge cases handled correctly",
            ),
        ),
        duration_ms=9,
        error=None,
    )


def unread(error: str) -> Verification:
    """Return FASE 4C of a roster whose rows could not be read."""
    return Verification(all_passed=False, checks=Checks(), duration_ms=9, error=error)


def database_phase(**overrides: Any) -> DatabasePhase:
    """Return FASE 4 of a run that wrote two shifts, whose rest the trigger made."""
    phase = DatabasePhase(
        success=True,
        dry_run=False,
        planned=PlannedRecords(active=2, blocking=3),
        write_assignments=WritePhase(written=2, failed=0, duration_ms=12, error=None),
        write_blocking=BlockingPhase(written=0, failed=0, duration_ms=8, error=None, made_by_trigger=3),
        trigger_verification=verification(),
        error=None,
    )
    return replace(phase, **overrides)


def fairness() -> FairnessComparison:
    """Return two services whose shares are 50 and 25 % apart."""
    whole = EvennessSummary(people=2, spread=0.4, deviation=0.2, jain=0.98765)
    services = tuple(
        ServiceEvenness(service_code=code, people=2, spread=spread, deviation=0.1, jain=0.9)
        for code, spread in (("ECH", 0.5), ("OSP", 0.25))
    )
    return FairnessComparison(
        before=None,
        after=FairnessSummary(by_service=services, total=whole, nights=whole, weekends=whole, holidays=whole),
    )


def run_result(database: DatabasePhase | None = None, **overrides: Any) -> RunResult:
    """Return the result of a run that filled 3 of 4 places.

    Args:
        database: Its FASE 4; None for one in which all went well.
        overrides: Fields that are otherwise.
    """
    service = ServiceCoverage("ECH", needed=4, filled_before=1, assigned=2, open=1)
    result = RunResult(
        success=True,
        roster_id=ROSTER,
        run_id=RUN,
        dry_run=False,
        phases=Phases(
            fase1_load=LoadPhase(
                employees=2, requirements=4, qualifications=2, assignments=1, schema_version=2, duration_ms=50.4
            ),
            fase2_process=AssignPhase(assigned=2, duration_ms=5.1),
            fase3_pairing=PairPhase(duties=1, pairs=1, unpaired=0, blocking=3, duration_ms=1.2),
            fase4_database=database or database_phase(),
        ),
        coverage=replace(Coverage([service]).summary(), written=True),
        fairness=fairness(),
        open_shifts=(open_shift(),),
        changes=changes(),
        http_requests=10,
        duration_ms=250.0,
    )
    return replace(result, **overrides)


def failed_result(error: str, **overrides: Any) -> RunResult:
    """Return the result of a run that failed before it knew anything."""
    return replace(RunResultBuilder(ROSTER, RUN, error=error).freeze(success=False), **overrides)
